// Poisson loss f(z) = exp z - y z, y >= 0.

struct Poisson {
  template <class N>
  Evaluation<N> at(N z, N y) const {
    const N e = exp(z);
    // y z may overflow too: infinity, not infinity - infinity.
    return {select(e < N(infinite), e - y * z, e), e - y, e};
  }
  double conjugate(double theta, double y) const {
    const double s = y + theta;
    return s < 0 ? infinite : x_log_x(s) - s;
  }
  double infimum(double y) const { return y - x_log_x(y); }
  double clip(double theta, double y) const { return theta < -y ? -y : theta; }
  double fenchel_young(double z, double theta, double y) const {
    const double s = y + theta, e = std::exp(z);
    if (s < 0 || e == infinite) return infinite;
    return divergence(s, e, s - e, z);
  }
};
