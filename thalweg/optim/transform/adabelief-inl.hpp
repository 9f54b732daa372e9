// AdaBelief: m+ = keep1 m + gain1 g, v+ = keep2 v + gain2 (g - m+)^2 + inner,
// u = scale m+ / (root sqrt(v+) + epsilon).

struct AdaBelief : Body {
  enum State { m, v, states };
  enum Scalar { keep1, gain1, keep2, gain2, inner, scale, root, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[keep1] * e.state[m] + s[gain1] * e.u;
    const N surprise = e.u - e.state[m];
    e.state[v] = s[keep2] * e.state[v] + s[gain2] * (surprise * surprise) + s[inner];
    e.u = s[scale] * e.state[m] / (s[root] * sqrt(e.state[v]) + s[epsilon]);
  }
};
