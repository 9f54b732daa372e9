// Logistic loss f(z) = ln(1 + exp z) - t z, t in [0, 1].
//
// Everything is written with e = exp(-|z|), so that nothing overflows, and the tails keep their
// relative accuracy: f' = (1 - t) - e/(1 + e) for z > 0, e/(1 + e) - t below.

struct Logistic {
  template <class N>
  Evaluation<N> at(N z, N t) const {
    const N e = exp(-absolute(z));
    const N larger = N(1.0) / (N(1.0) + e);
    const N smaller = e * larger;
    const N rest = N(1.0) - t;
    // For t = 0 and t = 1 one of the products is an exact 0: no cancellation.
    const auto positive = z > N(0.0);
    const N linear = select(positive, rest * z, N(0.0) - t * z);
    return {linear + log1p(e), select(positive, rest - smaller, smaller - t), smaller * larger};
  }
  // p ln p + (1 - p) ln(1 - p) at p = t + theta in [0, 1].
  double conjugate(double theta, double t) const {
    const double p = near_class(theta, t), q = 1 - p;
    return p >= 0 && q >= 0 ? x_log_x(p) + (p < 0.5 ? q * std::log1p(-p) : x_log_x(q)) : infinite;
  }
  double infimum(double t) const { return 0.0 - x_log_x(t) - x_log_x(1 - t); }
  double clip(double theta, double t) const { return clamp(theta, -t, 1 - t); }
  double fenchel_young(double z, double theta, double t) const {
    const double a = near_class(theta, t);
    if (!(a >= 0 && a <= 1)) return a < 0 || a > 1 ? infinite : a;
    const double s = t <= 0.5 ? z : -z;
    const double e = std::exp(-std::abs(z));
    const double smaller = e / (1 + e), larger = 1 / (1 + e), l = std::log1p(e);
    const double c = s > 0 ? larger : smaller, rest = s > 0 ? smaller : larger;
    const double log_c = std::min(s, 0.0) - l, log_rest = std::min(-s, 0.0) - l;
    // a - c from the small ones of a, 1 - a and c, 1 - c: near 1 they have lost their digits.
    const double d = s > 0 ? rest - (1 - a) : a - c;
    return divergence(a, c, d, log_c) + divergence(1 - a, rest, -d, log_rest);
  }

 private:
  // The dual probability of the class that t is farther from: exact for t = 0 and t = 1.
  static double near_class(double theta, double t) {
    return t <= 0.5 ? t + theta : (1 - t) - theta;
  }
};
