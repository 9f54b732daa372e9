// Formulas of the losses; section 1 of docs/format/certificate.md lists them.
#include "thalweg/certify/verifier/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "thalweg/base/error.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg::verifier {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Named {
  const char* name;
  LossKind kind;
};
constexpr std::array<Named, 9> kinds{{{"squared", LossKind::squared},
                                      {"logistic", LossKind::logistic},
                                      {"softmax", LossKind::softmax},
                                      {"poisson", LossKind::poisson},
                                      {"gamma", LossKind::gamma},
                                      {"huber", LossKind::huber},
                                      {"quantile", LossKind::quantile},
                                      {"hinge", LossKind::hinge},
                                      {"squared_hinge", LossKind::squared_hinge}}};

// Relative error of what is made from exp(z) by a handful of operations, z known up to `z_error`:
// exp 2u, its correction by z.lo 2u, then at most eight more.
double exponential_error(double z_error) { return 16 * unit + 2 * z_error; }

double exponential(DoubleDouble z) {
  const double high = std::exp(z.hi);
  return std::isfinite(high) ? high + high * z.lo : high;
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

// p = 1 / (1 + e^-z), q = 1 - p and their logarithms.
struct Logistic {
  double p, q, log_p, log_q;
};
Logistic logistic(DoubleDouble z) {
  const double e = exponential(-abs(z));
  const double small = e / (1 + e), big = 1 / (1 + e);
  return {z.hi >= 0 ? big : small, z.hi >= 0 ? small : big, -softplus(-z.hi), -softplus(z.hi)};
}

// (1 + t) ln(1 + t) - t, relative error below 1e-12: from the series where the terms cancel.
double relative_entropy(double t) {
  if (std::fabs(t) < 0.01) {
    double sum = 0;
    for (int k = 11; k >= 2; --k) sum = 1.0 / (k * (k - 1.0)) - t * sum;
    return t * t * sum;
  }
  return (1 + t) * std::log1p(t) - t;
}

// phi(a, c) = a ln(a/c) - a + c for a >= 0, c >= 0, log_c = ln c, relative error below 1e-12. Where
// c is nearly 0 or the quotient overflows it is summed from its terms, with the error in
// `rounding`.
double phi(DoubleDouble a, double c, double log_c, double& rounding) {
  rounding = 0;
  if (a.hi == 0) return c;
  const double t = (a - DoubleDouble(c)).hi / c;
  if (c < 1e-290 || !std::isfinite(t)) {
    const double log_a = std::log(a.hi);
    rounding = 16 * unit * (a.hi * (std::fabs(log_a) + std::fabs(log_c) + 2) + c);
    return std::max(0.0, a.hi * (log_a - log_c) - a.hi + c);
  }
  if (t >= -0.5) return c * relative_entropy(t);
  const double ratio = a.hi / c;
  return ratio > 0 ? c * (ratio * std::log(ratio) - t) : c;
}

double phi(DoubleDouble a, double c, double log_c) {
  double rounding = 0;
  return phi(a, c, log_c, rounding);
}

// An upper bound on phi(a, c), a known up to a.error (absolute), c up to `c_error` (relative),
// log_c up to a few units in its last place. d phi/dc = 1 - a/c and d phi/da = ln(a/c) carry them
// over.
double phi_bound(Approximate a, double c, double log_c, double c_error) {
  if (!(a.value.hi - a.error >= 0)) return infinity;
  double error = 0;
  const double value = phi(a.value, c, log_c, error);
  const double apart = std::fabs((a.value - DoubleDouble(c)).hi);
  error += 1e-12 * value + c_error * (apart + c_error * a.value.hi);
  if (a.error > 0) error += a.error * (800 + std::fabs(log_c));
  return value + error + tiny;
}

// Inside [low, high] for certain; an exact theta may lie on the border.
bool inside(Approximate theta, double low, double high) {
  return theta.value - DoubleDouble(theta.error) >= DoubleDouble(low) &&
         theta.value + DoubleDouble(theta.error) <= DoubleDouble(high);
}

double square(double x) { return x * x; }

}  // namespace

LossKind loss_kind(std::string_view name) {
  for (const Named& row : kinds)
    if (name == row.name) return row.kind;
  fail("verify: the model's loss {} is unknown; use the version of thalweg that fitted it",
       excerpt(name));
}

std::string target_refusal(const Loss& loss, double target, size_t outputs) {
  const bool whole = target == std::floor(target);
  switch (loss.kind) {
    case LossKind::squared:
    case LossKind::huber:
    case LossKind::quantile:
      return std::isfinite(target) ? "" : "is not a finite number";
    case LossKind::logistic:
    case LossKind::hinge:
    case LossKind::squared_hinge:
      return target == 0 || target == 1 ? "" : "is neither 0 nor 1";
    case LossKind::softmax:
      return whole && target >= 0 && target < static_cast<double>(outputs) ? "" : "is no class";
    case LossKind::poisson:
      return target >= 0 && target < infinity ? "" : "is negative";
    case LossKind::gamma:
      return target > 0 && target < infinity ? "" : "is not positive";
  }
  throw std::logic_error("verify: loss without targets");
}

double excess(const Loss& loss, std::span<const DoubleDouble> z, double target) {
  const DoubleDouble residual = z[0] - DoubleDouble(target);
  const double r = residual.hi;
  switch (loss.kind) {
    case LossKind::squared:
      return 0.5 * r * r;
    case LossKind::logistic:
      return target == 1 ? softplus(-z[0].hi) : softplus(z[0].hi);
    case LossKind::softmax: {
      const DoubleDouble own = z[static_cast<size_t>(target)];
      double most = 0, sum = 0;
      for (const DoubleDouble& other : z) most = std::max(most, (other - own).hi);
      for (size_t k = 0; k < z.size(); ++k)
        if (k != static_cast<size_t>(target)) sum += std::exp((z[k] - own).hi - most);
      return most == 0 ? std::log1p(sum) : most + std::log(sum + std::exp(-most));
    }
    case LossKind::poisson:
      return phi(target, exponential(z[0]), z[0].hi);
    case LossKind::gamma:
      return phi(1.0, target * exponential(-z[0]), std::log(target) - z[0].hi);
    case LossKind::huber:
      return std::fabs(r) <= loss.delta ? 0.5 * r * r
                                        : loss.delta * (std::fabs(r) - 0.5 * loss.delta);
    case LossKind::quantile: {
      const double q = std::clamp(r / loss.smoothing, -loss.level, 1 - loss.level);
      return q * (r - 0.5 * loss.smoothing * q);
    }
    case LossKind::hinge:
    case LossKind::squared_hinge: {
      const double m = std::max(0.0, (DoubleDouble(1) - DoubleDouble(2 * target - 1) * z[0]).hi);
      return loss.kind == LossKind::hinge ? m : m * m;
    }
  }
  throw std::logic_error("verify: loss without value");
}

double infimum(const Loss& loss, double target) {
  if (loss.kind == LossKind::poisson) return target > 0 ? target - target * std::log(target) : 0;
  if (loss.kind == LossKind::gamma) return 1 + std::log(target);
  return 0;
}

double fenchel_young(const Loss& loss, Approximate z, double target, Approximate theta) {
  const DoubleDouble residual = z.value - DoubleDouble(target);
  // Both errors enter the residual against theta; so does the subtraction's own.
  const double e = z.error + theta.error + resolution * (std::fabs(z.value.hi) + std::fabs(target));
  const double eta = exponential_error(z.error);
  switch (loss.kind) {
    case LossKind::squared:
      return 0.5 * square(std::fabs((residual - theta.value).hi) + e +
                          resolution * std::fabs(theta.value.hi)) +
             tiny;
    case LossKind::logistic: {
      if (!inside(theta, -target, 1 - target)) return infinity;
      const Logistic s = logistic(z.value);
      // p' and 1 - p': one is |theta| itself, the other 1 - |theta|.
      const DoubleDouble moved = abs(theta.value), rest = DoubleDouble(1) - moved;
      const bool one = target == 1;
      return phi_bound({one ? rest : moved, theta.error}, s.p, s.log_p, eta) +
             phi_bound({one ? moved : rest, theta.error}, s.q, s.log_q, eta);
    }
    case LossKind::poisson:
      return phi_bound({DoubleDouble(target) + theta.value, theta.error}, exponential(z.value),
                       z.value.hi, eta);
    case LossKind::gamma:
      return phi_bound({DoubleDouble(1) - theta.value, theta.error}, target * exponential(-z.value),
                       std::log(target) - z.value.hi, eta);
    case LossKind::huber: {
      const double delta = loss.delta;
      if (!inside(theta, -delta, delta)) return infinity;
      if (abs(residual) <= DoubleDouble(delta))
        return 0.5 * square(std::fabs((residual - theta.value).hi) + 2 * e) + tiny;
      const DoubleDouble q = residual.hi < 0 ? -delta : delta;
      const double apart = std::fabs((q - theta.value).hi) + theta.error;
      const double over = std::fabs((residual - q).hi) + e;
      return (0.5 * square(apart) + apart * over) * (1 + 8 * unit) + apart * e + e * e + tiny;
    }
    case LossKind::quantile: {
      const double h = loss.smoothing, high = 1 - loss.level;
      if (!inside(theta, -loss.level, high)) return infinity;
      const DoubleDouble scaled_high = two_product(h, high);
      const DoubleDouble scaled_low = two_product(h, -loss.level);
      const double e_scaled = e + h * theta.error + resolution * h;
      if (residual <= scaled_high && residual >= scaled_low) {
        const DoubleDouble apart = residual - DoubleDouble(h) * theta.value;
        return square(std::fabs(apart.hi) + e_scaled) / (2 * h) * (1 + 8 * unit) + tiny;
      }
      const bool above = residual > scaled_high;
      const DoubleDouble q = above ? high : -loss.level;
      const double apart = std::fabs((q - theta.value).hi) + theta.error;
      const double over = std::fabs((residual - (above ? scaled_high : scaled_low)).hi) + e_scaled;
      return (0.5 * h * square(apart) + apart * over) * (1 + 8 * unit) + apart * e +
             e_scaled * e_scaled / h + tiny;
    }
    case LossKind::hinge:
    case LossKind::squared_hinge: {
      const double y = 2 * target - 1;
      const bool squared = loss.kind == LossKind::squared_hinge;
      const DoubleDouble a = y > 0 ? -theta.value : theta.value;
      if (!inside({a, theta.error}, 0, squared ? infinity : 1)) return infinity;
      const DoubleDouble m = DoubleDouble(1) - DoubleDouble(y) * z.value;
      const double above = std::max(m.hi, 0.0), below = std::max(-m.hi, 0.0);
      const double e_m = e + resolution * (1 + above + below);
      if (!squared) {
        const double rest = (DoubleDouble(1) - a).hi + theta.error;
        return (rest * above + (a.hi + theta.error) * below) * (1 + 8 * unit) + e_m + tiny;
      }
      const double apart =
          std::fabs((a - DoubleDouble(2) * (m.hi > 0 ? m : DoubleDouble())).hi) + theta.error;
      return 0.25 * square(apart + 2 * e_m) * (1 + 8 * unit) +
             (a.hi + theta.error) * (below + e_m) * (1 + 8 * unit) + tiny;
    }
    case LossKind::softmax:
      break;
  }
  throw std::logic_error("verify: loss without a Fenchel-Young term");
}

double softmax(std::span<const DoubleDouble> z, double z_error, std::span<double> p) {
  DoubleDouble most = z[0];
  for (const DoubleDouble& value : z)
    if (value > most) most = value;
  double sum = 0;
  for (size_t k = 0; k < z.size(); ++k) sum += p[k] = exponential(z[k] - most);
  for (double& value : p) value /= sum;
  return exponential_error(2 * z_error + resolution * std::fabs(most.hi)) +
         unit * static_cast<double>(z.size());
}

double fenchel_young_softmax(std::span<const DoubleDouble> z, double z_error,
                             std::span<const Approximate> p) {
  std::array<double, 16> few{};
  std::vector<double> many(z.size() > few.size() ? z.size() : 0);
  const std::span<double> s =
      many.empty() ? std::span<double>(few).first(z.size()) : std::span<double>(many);
  const double eta = softmax(z, z_error, s);
  DoubleDouble most = z[0];
  for (const DoubleDouble& value : z)
    if (value > most) most = value;
  double total = 0;
  for (const DoubleDouble& value : z) total += std::exp((value - most).hi);
  const double log_total = std::log(total);
  double sum = 0;
  for (size_t k = 0; k < z.size(); ++k)
    sum += phi_bound(p[k], s[k], (z[k] - most).hi - log_total, eta);
  return sum * (1 + unit * static_cast<double>(z.size()));
}

Approximate slope(const Loss& loss, Approximate z, double target) {
  const double eta = exponential_error(z.error);
  switch (loss.kind) {
    case LossKind::squared:
      return {z.value - DoubleDouble(target),
              z.error + resolution * (std::fabs(z.value.hi) + std::fabs(target))};
    case LossKind::logistic: {
      const Logistic s = logistic(z.value);
      const double value = target == 1 ? -s.q : s.p;
      return {value, eta * std::fabs(value) + tiny};
    }
    case LossKind::poisson: {
      const double rate = exponential(z.value);
      return {two_sum(rate, -target), eta * rate + tiny};
    }
    case LossKind::gamma: {
      const double ratio = target * exponential(-z.value);
      return {two_sum(1, -ratio), eta * ratio + tiny};
    }
    default:
      throw std::logic_error("verify: loss without slope");
  }
}

Curvature curvature(const Loss& loss, Approximate z, double target) {
  const double eta = exponential_error(z.error);
  switch (loss.kind) {
    case LossKind::squared:
      return {1, 0};
    case LossKind::logistic: {
      const Logistic s = logistic(z.value);
      return {s.p * s.q, 3 * eta};
    }
    case LossKind::poisson:
      return {exponential(z.value), eta};
    case LossKind::gamma:
      return {target * exponential(-z.value), eta};
    default:
      throw std::logic_error("verify: loss without curvature");
  }
}

double rounding_floor(const Loss& loss, std::span<const DoubleDouble> z, double z_error,
                      double target) {
  double size = 0;
  for (const DoubleDouble& value : z) size = std::max(size, std::fabs(value.hi));
  // The terms that a plain evaluation adds, then the largest slope and curvature near z.
  const double r = std::fabs((z[0] - DoubleDouble(target)).hi) + z_error;
  double terms = size, steep = 1, bend = 1;
  switch (loss.kind) {
    case LossKind::squared:
      terms = 0.5 * r * r, steep = r;
      break;
    case LossKind::poisson: {
      const double rate = std::exp(z[0].hi + z_error);
      terms = rate + target * size, steep = std::fabs(rate - target), bend = rate;
      break;
    }
    case LossKind::gamma: {
      const double ratio = target * std::exp(z_error - z[0].hi);
      terms = size + ratio, steep = std::fabs(1 - ratio), bend = ratio;
      break;
    }
    case LossKind::huber:
      terms = loss.delta * r, steep = std::min(r, loss.delta);
      break;
    case LossKind::quantile:
      terms = r, bend = 1 / loss.smoothing;
      break;
    case LossKind::squared_hinge:
      terms = square(1 + size), steep = 2 * (1 + size), bend = 2;
      break;
    default:
      terms = 1 + size;
  }
  return steep * z_error + 0.5 * bend * z_error * z_error + 8 * unit * terms;
}

}  // namespace thalweg::verifier
