// Squared hinge loss f(z) = max(1 - y z, 0)^2, y = 2 t - 1, t in {0, 1}.

struct SquaredHinge {
  template <class N>
  Evaluation<N> at(N z, N t) const {
    const N y = t + t - N(1.0);
    const N m = maximum(N(1.0) - y * z, N(0.0));
    return {m * m, N(-2.0) * y * m, select(m > N(0.0), N(2.0), N(0.0))};
  }
  double conjugate(double theta, double t) const {
    const double a = slack(theta, t);
    return a < 0 ? infinite : (0.25 * a - 1) * a;
  }
  double infimum(double) const { return 0; }
  double clip(double theta, double t) const {
    return t > 0.5 ? (theta > 0 ? 0 : theta) : (theta < 0 ? 0 : theta);
  }
  double fenchel_young(double z, double theta, double t) const {
    const double a = slack(theta, t), m = 1 - (2 * t - 1) * z;
    if (a < 0) return infinite;
    const double d = a - 2 * (m <= 0 ? 0 : m);
    return 0.25 * d * d + (m < 0 ? a * -m : 0);
  }

 private:
  static double slack(double theta, double t) { return t > 0.5 ? -theta : theta; }
};
