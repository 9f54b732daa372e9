// Adamax: m+ = keep1 m + gain1 g, w+ = max(keep2 w, |g| + epsilon), u = scale m+ / w+.

struct Adamax : Body {
  enum State { m, w, states };
  enum Scalar { keep1, gain1, keep2, scale, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[keep1] * e.state[m] + s[gain1] * e.u;
    e.state[w] = maximum(s[keep2] * e.state[w], absolute(e.u) + s[epsilon]);
    e.u = s[scale] * e.state[m] / e.state[w];
  }
};
