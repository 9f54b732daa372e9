// Gamma loss with logarithmic link, f(z) = z + y exp(-z), y > 0.

struct Gamma {
  template <class N>
  Evaluation<N> at(N z, N y) const {
    const N c = y * exp(-z);
    return {z + c, N(1.0) - c, c};
  }
  double conjugate(double theta, double y) const {
    const double s = 1 - theta;
    return s < 0 ? infinite : s == 0 ? 0 : s * (std::log(s) - std::log(y)) - s;
  }
  double infimum(double y) const { return 1 + std::log(y); }
  double clip(double theta, double) const { return theta > 1 ? 1 : theta; }
  double fenchel_young(double z, double theta, double y) const {
    const double s = 1 - theta, c = y * std::exp(-z);
    if (s < 0 || c == infinite) return infinite;
    return divergence(s, c, s - c, std::log(y) - z);
  }
};
