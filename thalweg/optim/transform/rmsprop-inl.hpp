// RMSprop: v+ = keep v + gain g^2, u = g / (sqrt(v+) + epsilon); centered: m+ = keep m + gain g and
// the variance v+ - m+^2 in the place of v+.

struct RmsProp : Body {
  enum State { v, states };
  enum Scalar { keep, gain, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[v] = s[keep] * e.state[v] + s[gain] * (e.u * e.u);
    e.u = e.u / (sqrt(e.state[v]) + s[epsilon]);
  }
};

struct CenteredRmsProp : Body {
  enum State { v, m, states };
  enum Scalar { keep, gain, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[v] = s[keep] * e.state[v] + s[gain] * (e.u * e.u);
    e.state[m] = s[keep] * e.state[m] + s[gain] * e.u;
    const N variance = maximum(e.state[v] - e.state[m] * e.state[m], N(0.0));
    e.u = e.u / (sqrt(variance) + s[epsilon]);
  }
};
