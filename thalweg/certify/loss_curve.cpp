#include "thalweg/certify/loss_curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "thalweg/base/random.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/monitor/trend.hpp"

namespace thalweg {
namespace {

constexpr size_t fewest = 16, most_means = 48, resamples = 200;
constexpr double most_ahead = 10;  // times the steps that were seen
constexpr double refuted = 6;      // by so much of the criterion a family is
constexpr double never = std::numeric_limits<double>::infinity();

// What falls from 1 at k = 0; k is in lengths of the window.
struct Shape {
  double time = unknown;         // of exp(-k / time)
  double offset = 0, power = 0;  // else of (1 + k / offset)^-power
  std::vector<double> at;        // [means]

  bool exponential() const { return std::isfinite(time); }
  size_t parameters() const { return exponential() ? 3 : 4; }
  double operator()(double k) const {
    return exponential() ? std::exp(-k / time) : std::pow(1 + k / offset, -power);
  }
  double inverse(double y) const {
    return exponential() ? -time * std::log(y) : offset * (std::pow(y, -1 / power) - 1);
  }
};

// Exponentials, and powers.
std::array<std::vector<Shape>, 2> families(std::span<const double> k) {
  std::array<std::vector<Shape>, 2> out;
  for (double time = 0.05; time < 20; time *= 1.04) out[0].push_back({.time = time, .at = {}});
  for (const double offset : {0.1, 0.3, 1.0, 3.0})
    for (double power = 0.1; power < 4; power *= 1.08)
      out[1].push_back({.offset = offset, .power = power, .at = {}});
  for (std::vector<Shape>& family : out)
    for (Shape& shape : family)
      for (const double v : k) shape.at.push_back(shape(v));
  return out;
}

struct Curve {
  const Shape* shape = nullptr;  // none: no curve falls
  double limit = 0, height = 0, criterion = never;

  double operator()(size_t i) const { return limit + height * shape->at[i]; }
  double value(double k) const { return limit + height * (*shape)(k); }
  // Where it is at `target`.
  double reaches(double target) const {
    const double share = (target - limit) / height;
    return share > 0 ? share < 1 ? shape->inverse(share) : 0 : never;
  }
};

// Weighted least squares over all shapes of a family.
Curve fit(const std::vector<Shape>& shapes, std::span<const double> y, std::span<const double> w,
          bool positive) {
  Curve best;
  const double n = static_cast<double>(y.size());
  for (const Shape& shape : shapes) {
    double s = 0, sg = 0, sy = 0, sgg = 0, sgy = 0, syy = 0;
    for (size_t i = 0; i < y.size(); ++i) {
      const double g = shape.at[i];
      s += w[i], sg += w[i] * g, sy += w[i] * y[i];
      sgg += w[i] * g * g, sgy += w[i] * g * y[i], syy += w[i] * y[i] * y[i];
    }
    double height = (s * sgy - sg * sy) / (s * sgg - sg * sg), limit = (sy - height * sg) / s;
    if (positive && limit < 0) limit = 0, height = sgy / sgg;
    if (!(height > 0)) continue;
    double square = 0;
    for (size_t i = 0; i < y.size(); ++i) {
      const double r = y[i] - limit - height * shape.at[i];
      square += w[i] * r * r;
    }
    const double criterion = n * std::log(std::max(square, 1e-24 * syy) / n) +
                             static_cast<double>(shape.parameters()) * std::log(n);
    if (criterion < best.criterion) best = {&shape, limit, height, criterion};
  }
  return best;
}

// Where noise grows with the loss.
std::vector<double> weights(const Curve& curve, size_t count) {
  std::vector<double> out;
  for (size_t i = 0; i < count; ++i) {
    const double level = curve(i);
    if (!(level > 0)) return std::vector<double>(count, 1.0);
    out.push_back(1 / (level * level));
  }
  return out;
}

std::string formula(const Curve& curve, double window) {
  const Shape& shape = *curve.shape;
  const std::string limit = brief(curve.limit, 3), height = brief(curve.height, 3);
  return shape.exponential()
             ? fmt::format("{} + {} exp(-k/{})", limit, height, brief(shape.time * window, 3))
             : fmt::format("{} + {} (1 + k/{})^-{}", limit, height, brief(shape.offset * window, 3),
                           brief(shape.power, 3));
}

}  // namespace

Forecast forecast_loss(std::span<const double> steps, std::span<const double> losses,
                       double target) {
  Forecast out;
  auto refuse = [&](std::string why) {
    out = {};
    out.refusal = std::move(why);
    return out;
  };
  if (losses.size() < fewest) return refuse(fmt::format("{} losses are too few", losses.size()));
  for (const double loss : losses)
    if (!std::isfinite(loss)) return refuse("a loss is not finite");
  const size_t n = std::min(most_means, losses.size());
  std::vector<double> k = batch_means(steps, n), y = batch_means(losses, n);
  const double begin = k[0], window = k[n - 1] - k[0], end = (steps.back() - begin) / window;
  for (double& v : k) v = (v - begin) / window;
  const bool positive = *std::min_element(y.begin(), y.end()) > 0;

  const auto all = families(k);
  std::vector<double> w(n, 1.0);
  std::array<Curve, 2> curves;
  const Curve* best = nullptr;
  for (int pass = 0; pass < 2; ++pass) {
    if (pass > 0) w = weights(*best, n);
    for (size_t f = 0; f < 2; ++f) curves[f] = fit(all[f], y, w, positive);
    best = curves[0].criterion <= curves[1].criterion ? &curves[0] : &curves[1];
    if (best->shape == nullptr) return refuse("the loss does not fall");
  }
  const Curve& curve = *best;
  const bool given = std::isfinite(target);
  if (!given) target = (curve.limit + curve.value(end)) / 2;
  auto more = [&](const Curve& of) {
    return std::max(0.0, std::ceil((of.reaches(target) - end) * window));
  };

  // In units of the noise, and as large as it was before the curve took its share.
  std::vector<double> residual(n);
  const double freedom = static_cast<double>(n - curve.shape->parameters());
  for (size_t i = 0; i < n; ++i)
    residual[i] = (y[i] - curve(i)) * std::sqrt(w[i] * static_cast<double>(n) / freedom);
  const size_t block = static_cast<size_t>(std::ceil(std::sqrt(static_cast<double>(n))));
  std::vector<double> found, again(n);
  Random random(1, 71);
  for (size_t sample = 0; sample < resamples; ++sample) {
    for (size_t i = 0, from = 0; i < n; ++i) {
      if (i % block == 0) from = random.below(n);
      again[i] = curve(i) + residual[(from + i % block) % n] / std::sqrt(w[i]);
    }
    for (size_t f = 0; f < 2; ++f) {
      if (curves[f].criterion > curve.criterion + refuted) continue;
      const Curve other = fit(all[f], again, w, positive);
      found.push_back(other.shape == nullptr ? never : more(other));
    }
  }
  std::sort(found.begin(), found.end());
  out.steps = more(curve), out.low = std::min(out.steps, found[found.size() / 40]);
  out.high = std::max(out.steps, found[found.size() - 1 - found.size() / 40]);
  const std::string at = "loss " + brief(target, 3);
  if (!std::isfinite(out.high))
    return refuse("the curve that fits the losses may never come down to " + at);
  if (out.high > 10 * std::max(out.low, 1.0))
    return refuse(
        fmt::format("the steps to {} are {} to {} by the curve that fits the losses: more "
                    "than a factor 10",
                    at, brief(out.low, 2), brief(out.high, 2)));
  if (out.high > most_ahead * (steps.back() - steps.front()))
    return refuse(
        fmt::format("{} lies beyond ten times the steps that the curve was fitted to", at));
  out.basis = fmt::format("to {}{}, as estimated by {} over the last {} steps", at,
                          given ? "" : ", half of what is left to gain", formula(curve, window),
                          brief(steps.back() - steps.front(), 3));
  return out;
}

}  // namespace thalweg
