// Yogi: m+ = keep1 m + gain1 g, v+ = v - gain2 sign(v - g^2) g^2,
// u = scale m+ / (root sqrt(v+) + epsilon).

struct Yogi : Body {
  enum State { m, v, states };
  enum Scalar { keep1, gain1, gain2, scale, root, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[keep1] * e.state[m] + s[gain1] * e.u;
    const N square = e.u * e.u;
    e.state[v] = e.state[v] - s[gain2] * sign(e.state[v] - square) * square;
    e.u = s[scale] * e.state[m] / (s[root] * sqrt(e.state[v]) + s[epsilon]);
  }
};
