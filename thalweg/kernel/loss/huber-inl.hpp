// Huber loss: r^2 / 2 for |r| <= delta, delta (|r| - delta / 2) beyond, r = z - y.
// Source: Huber, "Robust estimation of a location parameter", Ann. Math. Statist. 35, 1964.

struct Huber {
  double delta;

  template <class N>
  Evaluation<N> at(N z, N y) const {
    const N r = z - y;
    const N q = minimum(maximum(r, N(-delta)), N(delta));
    return {q * (r - N(0.5) * q), q, select(absolute(r) <= N(delta), N(1.0), N(0.0))};
  }
  double conjugate(double theta, double y) const {
    return std::abs(theta) > delta ? infinite : (0.5 * theta + y) * theta;
  }
  double infimum(double) const { return 0; }
  double clip(double theta, double) const { return clamp(theta, -delta, delta); }
  double fenchel_young(double z, double theta, double y) const {
    if (std::abs(theta) > delta) return infinite;
    const double r = z - y, q = clamp(r, -delta, delta), d = q - theta;
    return 0.5 * d * d + d * (r - q);
  }
};
