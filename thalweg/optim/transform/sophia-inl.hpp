// Sophia: m+ = keep m + gain g, u = clip(m+ / max(gamma h, epsilon), +-bound); h is a running
// mean of the Hessian's diagonal, refreshed from outside.

struct Sophia : Body {
  enum State { m, h, states };
  enum Scalar { keep, gain, gamma, epsilon, bound, scalars };
  static constexpr unsigned update_writes = writes_direction | writes_state(m);
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[keep] * e.state[m] + s[gain] * e.u;
    const N ratio = e.state[m] / maximum(s[gamma] * e.state[h], s[epsilon]);
    e.u = minimum(maximum(ratio, N(0.0) - s[bound]), s[bound]);
  }
};
