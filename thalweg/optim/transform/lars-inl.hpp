// LARS: b+ = momentum b + rate (g + decay x), x+ = x - b+; rate is the learning rate times the
// tensor's trust ratio.

struct Lars : Body {
  enum State { b, states };
  enum Scalar { momentum, rate, decay, scalars };
  enum Sum { direction_square, point_square, sums };
  static constexpr unsigned update_writes = writes_point | writes_states;
  template <class E, class N>
  static void measure(E& e, const N* s, N* out) {
    const N decayed = e.u + s[decay] * e.x;
    out[direction_square] = decayed * decayed;
    out[point_square] = e.x * e.x;
  }
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[b] = s[momentum] * e.state[b] + s[rate] * (e.u + s[decay] * e.x);
    e.x = e.x - e.state[b];
  }
};
