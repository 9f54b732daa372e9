#include "thalweg/optim/conjugate_gradient.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/vector.hpp"

namespace thalweg {

TruncatedStep truncated_newton_step(Curvature& curvature, std::span<const double> g,
                                    double accuracy, double radius, std::span<double> p) {
  const size_t n = g.size();
  Buffer<double> r(n), d(n), hd(n), hp(n, 0.0);
  std::fill(p.begin(), p.end(), 0.0);
  for (size_t j = 0; j < n; ++j) r[j] = g[j], d[j] = -g[j];
  TruncatedStep out;
  // p + t d, and the model there.
  const auto go = [&](double t) {
    for (size_t j = 0; j < n; ++j) p[j] += t * d[j], hp[j] += t * hd[j];
    out.predicted = -(dot(g, p) + dot(p, hp) / 2);
  };
  const auto to_boundary = [&] {
    const double pd = dot(p, d), dd = dot(d, d), pp = dot(p, p);
    go((-pd + std::sqrt(std::max(pd * pd + dd * (radius * radius - pp), 0.0))) / dd);
    out.boundary = true;
    return out;
  };
  double rr = dot(r, r);
  const size_t most = 10 * n + 10;
  while (out.products < most && std::sqrt(rr) > accuracy) {
    curvature.product(d, hd);
    ++out.products;
    const double dhd = dot(d, hd);
    if (!(dhd > 0)) {
      out.negative = true;
      if (std::isfinite(radius)) return to_boundary();
      if (out.products == 1) go(1);
      return out;
    }
    const double t = rr / dhd;
    double square = 0;
    for (size_t j = 0; j < n; ++j) square += (p[j] + t * d[j]) * (p[j] + t * d[j]);
    if (!(std::sqrt(square) < radius)) return to_boundary();
    go(t);
    for (size_t j = 0; j < n; ++j) r[j] += t * hd[j];
    const double now = dot(r, r);
    for (size_t j = 0; j < n; ++j) d[j] = -r[j] + now / rr * d[j];
    rr = now;
  }
  return out;
}

}  // namespace thalweg
