// LAMB: u = ratio (Adam's direction + decay x), ratio = |x| / |direction| of the tensor.

struct Lamb : Body {
  enum State { m, v, states };
  enum Scalar { decay = AdamW::decay, ratio, scalars };
  enum Sum { direction_square, point_square, sums };
  static constexpr unsigned measure_writes = writes_direction | writes_states;
  static constexpr unsigned update_writes = writes_direction;
  template <class E, class N>
  static void measure(E& e, const N* s, N* out) {
    AdamW::update(e, s);
    out[direction_square] = e.u * e.u;
    out[point_square] = e.x * e.x;
  }
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.u = s[ratio] * e.u;
  }
};
