// Momentum: b+ = keep b + gain g, u = b+; Nesterov's looks one step ahead: u = g + momentum b+.

struct HeavyBall : Body {
  enum State { b, states };
  enum Scalar { keep, gain, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[b] = s[keep] * e.state[b] + s[gain] * e.u;
    e.u = e.state[b];
  }
};

struct NesterovMomentum : Body {
  enum State { b, states };
  enum Scalar { keep, gain, momentum, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[b] = s[keep] * e.state[b] + s[gain] * e.u;
    e.u = e.u + s[momentum] * e.state[b];
  }
};
