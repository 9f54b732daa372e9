// Lookahead: every so many steps a+ = a + share (x - a) and x+ = a+; between them share and pull
// are 0. The slow point a is reported.

struct Lookahead : Body {
  enum State { a, states };
  enum Scalar { share, pull, scalars };
  static constexpr unsigned update_writes = writes_point | writes_states;
  static constexpr bool reports = true;
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[a] = e.state[a] + s[share] * (e.x - e.state[a]);
    e.x = e.x + s[pull] * (e.state[a] - e.x);
  }
  template <class E, class N>
  static N report(const E& e, const N*) {
    return e.state[a];
  }
};
