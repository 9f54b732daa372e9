// Squared loss f(z) = (z - y)^2 / 2.

struct Squared {
  template <class N>
  Evaluation<N> at(N z, N y) const {
    const N r = z - y;
    return {N(0.5) * r * r, r, N(1.0)};
  }
  double conjugate(double theta, double y) const { return (0.5 * theta + y) * theta; }
  double infimum(double) const { return 0; }
  double clip(double theta, double) const { return theta; }
  double fenchel_young(double z, double theta, double y) const {
    const double d = (z - y) - theta;
    return 0.5 * d * d;
  }
};
