// What a body has unless it says otherwise; included inside the namespace of the number type.

struct Body {
  enum State { states };
  enum Scalar { scalars };
  enum Sum { sums };
  static constexpr unsigned writes_direction = 1, writes_point = 2, writes_states = ~3u;
  static constexpr unsigned writes_state(unsigned k) { return 4u << k; }
  static constexpr unsigned update_writes = writes_direction | writes_states;
  static constexpr unsigned measure_writes = 0;
  static constexpr bool reports = false;

  template <class E, class N>
  static void measure(E&, const N*, N*) {}
  template <class E, class N>
  static N report(const E& e, const N*) {
    return e.x;
  }
};
