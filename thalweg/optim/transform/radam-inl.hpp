// RAdam: the moments of Adam, u = m+ (plain + adaptive / (sqrt(v+) + epsilon)); plain is 0 once the
// variance of 1 / sqrt(v) is finite, adaptive before.

struct RAdam : Body {
  enum State { m, v, states };
  enum Scalar { keep1, gain1, keep2, gain2, plain, adaptive, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[keep1] * e.state[m] + s[gain1] * e.u;
    e.state[v] = s[keep2] * e.state[v] + s[gain2] * (e.u * e.u);
    e.u = e.state[m] * (s[plain] + s[adaptive] / (sqrt(e.state[v]) + s[epsilon]));
  }
};
