// Weight decay: u+ = u + decay x.

struct WeightDecay : Body {
  enum Scalar { decay, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.u = e.u + s[decay] * e.x;
  }
};
