// Adam: m+ = keep1 m + gain1 g, v+ = keep2 v + gain2 g^2, u = scale m+ / (root sqrt(v+) + epsilon),
// scale = 1 / (1 - beta1^t), root = 1 / sqrt(1 - beta2^t). AdamW adds decay x; AMSGrad has the
// largest v so far in the place of v+.

struct Adam : Body {
  enum State { m, v, states };
  enum Scalar { keep1, gain1, keep2, gain2, scale, root, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[keep1] * e.state[m] + s[gain1] * e.u;
    e.state[v] = s[keep2] * e.state[v] + s[gain2] * (e.u * e.u);
    e.u = s[scale] * e.state[m] / (s[root] * sqrt(e.state[v]) + s[epsilon]);
  }
};

struct AdamW : Body {
  enum State { m, v, states };
  enum Scalar { decay = Adam::scalars, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    Adam::update(e, s);
    e.u = e.u + s[decay] * e.x;
  }
};

struct AmsGrad : Body {
  enum State { m, v, top, states };
  using Scalar = Adam::Scalar;
  static constexpr size_t scalars = Adam::scalars;
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[Adam::keep1] * e.state[m] + s[Adam::gain1] * e.u;
    e.state[v] = s[Adam::keep2] * e.state[v] + s[Adam::gain2] * (e.u * e.u);
    e.state[top] = maximum(e.state[top], e.state[v]);
    e.u = s[Adam::scale] * e.state[m] / (s[Adam::root] * sqrt(e.state[top]) + s[Adam::epsilon]);
  }
};
