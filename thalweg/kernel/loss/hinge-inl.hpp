// Hinge loss f(z) = max(1 - y z, 0), y = 2 t - 1, t in {0, 1}. f' at the kink is 0.

struct Hinge {
  template <class N>
  Evaluation<N> at(N z, N t) const {
    const N y = t + t - N(1.0);
    const N m = N(1.0) - y * z;
    return {maximum(m, N(0.0)), select(m > N(0.0), -y, select(m <= N(0.0), N(0.0), m)), N(0.0)};
  }
  double conjugate(double theta, double t) const {
    const double a = slack(theta, t);
    return a < 0 || a > 1 ? infinite : -a;
  }
  double infimum(double) const { return 0; }
  double clip(double theta, double t) const {
    return t > 0.5 ? clamp(theta, -1, 0) : clamp(theta, 0, 1);
  }
  double fenchel_young(double z, double theta, double t) const {
    const double a = slack(theta, t), m = 1 - (2 * t - 1) * z;
    return a < 0 || a > 1 ? infinite : m > 0 ? (1 - a) * m : a * -m;
  }

 private:
  static double slack(double theta, double t) { return t > 0.5 ? -theta : theta; }
};
