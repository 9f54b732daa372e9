// Smoothed quantile loss: the maximum over theta in [-level, 1 - level] of
// theta r - h theta^2 / 2, r = z - y. It tends to the pinball loss as h does to 0, from below, by
// at most h max(level, 1 - level)^2 / 2.

struct Quantile {
  double level, smoothing;

  template <class N>
  Evaluation<N> at(N z, N y) const {
    const N r = z - y;
    const N free = r / N(smoothing);
    const N q = minimum(maximum(free, N(-level)), N(1 - level));
    return {q * (r - N(0.5 * smoothing) * q), q, select(free == q, N(1 / smoothing), N(0.0))};
  }
  double conjugate(double theta, double y) const {
    return inside(theta) ? (0.5 * smoothing * theta + y) * theta : infinite;
  }
  double infimum(double) const { return 0; }
  double clip(double theta, double) const { return clamp(theta, -level, 1 - level); }
  double fenchel_young(double z, double theta, double y) const {
    if (!inside(theta)) return infinite;
    const double r = z - y, q = clamp(r / smoothing, -level, 1 - level), d = q - theta;
    const double beyond = q > -level && q < 1 - level ? 0 : r - smoothing * q;
    return 0.5 * smoothing * d * d + d * beyond;
  }

 private:
  bool inside(double theta) const { return !(theta < -level || theta > 1 - level); }
};
