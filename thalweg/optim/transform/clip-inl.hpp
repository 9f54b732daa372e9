// Clipping: each number to +-bound, or the whole direction scaled where its norm is too large.

struct ClipValue : Body {
  enum Scalar { bound, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.u = minimum(maximum(e.u, N(0.0) - s[bound]), s[bound]);
  }
};

struct ClipNorm : Body {
  enum Scalar { factor, scalars };
  enum Sum { square, sums };
  template <class E, class N>
  static void measure(E& e, const N*, N* out) {
    out[square] = e.u * e.u;
  }
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.u = s[factor] * e.u;
  }
};
