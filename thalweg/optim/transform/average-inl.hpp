// Averages of the points after each step: a+ = keep a + gain x (exponential), a+ = a + share (x - a)
// (equal weights); reported in the place of the last point.

struct Ema : Body {
  enum State { a, states };
  enum Scalar { keep, gain, unbias, scalars };
  static constexpr unsigned update_writes = writes_states;
  static constexpr bool reports = true;
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[a] = s[keep] * e.state[a] + s[gain] * e.x;
  }
  template <class E, class N>
  static N report(const E& e, const N* s) {
    return s[unbias] * e.state[a];
  }
};

struct Swa : Body {
  enum State { a, states };
  enum Scalar { share, scalars };
  static constexpr unsigned update_writes = writes_states;
  static constexpr bool reports = true;
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[a] = e.state[a] + s[share] * (e.x - e.state[a]);
  }
  template <class E, class N>
  static N report(const E& e, const N*) {
    return e.state[a];
  }
};
