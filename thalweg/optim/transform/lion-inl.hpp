// Lion: u = sign(keep1 m + gain1 g), m+ = keep2 m + gain2 g.

struct Lion : Body {
  enum State { m, states };
  enum Scalar { keep1, gain1, keep2, gain2, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    const N blend = s[keep1] * e.state[m] + s[gain1] * e.u;
    e.state[m] = s[keep2] * e.state[m] + s[gain2] * e.u;
    e.u = sign(blend);
  }
};
