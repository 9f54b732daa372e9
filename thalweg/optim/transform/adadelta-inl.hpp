// Adadelta: v+ = rho v + (1 - rho) g^2, u = sqrt(a + epsilon) / sqrt(v+ + epsilon) g,
// a+ = rho a + (1 - rho) u^2.

struct Adadelta : Body {
  enum State { v, a, states };
  enum Scalar { keep, gain, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[v] = s[keep] * e.state[v] + s[gain] * (e.u * e.u);
    e.u = sqrt((e.state[a] + s[epsilon]) / (e.state[v] + s[epsilon])) * e.u;
    e.state[a] = s[keep] * e.state[a] + s[gain] * (e.u * e.u);
  }
};
