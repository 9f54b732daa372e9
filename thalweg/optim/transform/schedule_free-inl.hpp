// Schedule-Free: the point y is where gradients are taken, z takes the plain steps, and what is
// reported is x, the weighted mean of the z: with the direction d and c the newest weight's share,
//   y+ = y + c (z - y) + rate (beta (1 - c) - 1) d,  z+ = z - rate d,  x = y + (1 - 1/beta) (z - y)

struct ScheduleFreeSgd : Body {
  enum State { z, states };
  enum Scalar { share, pull, rate, decay, outer, scalars };
  static constexpr unsigned update_writes = writes_point | writes_states;
  static constexpr bool reports = true;
  template <class E, class N>
  static void update(E& e, const N* s) {
    const N d = e.u + s[decay] * e.x;
    e.x = e.x + s[share] * (e.state[z] - e.x) + s[pull] * d;
    e.state[z] = e.state[z] - s[rate] * d;
  }
  template <class E, class N>
  static N report(const E& e, const N* s) {
    return e.x + s[outer] * (e.state[z] - e.x);
  }
};

// d = g / (root sqrt(v+) + epsilon) + decay y.
struct ScheduleFreeAdamW : Body {
  enum State { z, v, states };
  enum Scalar { keep = ScheduleFreeSgd::scalars, gain, root, epsilon, scalars };
  static constexpr unsigned update_writes = writes_point | writes_states;
  static constexpr bool reports = true;
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[v] = s[keep] * e.state[v] + s[gain] * (e.u * e.u);
    e.u = e.u / (s[root] * sqrt(e.state[v]) + s[epsilon]);
    ScheduleFreeSgd::update(e, s);
  }
  template <class E, class N>
  static N report(const E& e, const N* s) {
    return ScheduleFreeSgd::report(e, s);
  }
};
