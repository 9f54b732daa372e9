// Adagrad: s+ = s + g^2, u = decayed g / (sqrt(s+) + epsilon).

struct Adagrad : Body {
  enum State { sum, states };
  enum Scalar { decayed, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[sum] = e.state[sum] + e.u * e.u;
    e.u = s[decayed] * e.u / (sqrt(e.state[sum]) + s[epsilon]);
  }
};
