#include "thalweg/optim/line_search/strong_wolfe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace thalweg {
namespace {

// The minimizer of the cubic through two points with their slopes, kept off both ends.
double interpolate(const LinePoint& a, const LinePoint& b) {
  const double width = b.step - a.step;
  double t = a.step + 0.5 * width;
  if (std::isfinite(b.value) && std::isfinite(b.slope)) {
    const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
    const double square = d1 * d1 - a.slope * b.slope;
    if (square >= 0) {
      const double d2 = std::copysign(std::sqrt(square), width);
      const double cubic = b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
      if (std::isfinite(cubic)) t = cubic;
    }
  }
  const double low = std::min(a.step, b.step), high = std::max(a.step, b.step);
  return std::clamp(t, low + 0.1 * (high - low), high - 0.1 * (high - low));
}

}  // namespace

LinePoint strong_wolfe(const std::function<LinePoint(double)>& evaluate, LinePoint start,
                       double first_step, double c1, double c2, int most) {
  const double floor = 4 * std::numeric_limits<double>::epsilon() * std::abs(start.value);
  auto level = [&](const LinePoint& p) {
    return std::abs(p.value - start.value) <= floor && p.slope <= (2 * c1 - 1) * start.slope;
  };
  auto decreases = [&](const LinePoint& p) {
    return p.value <= start.value + c1 * p.step * start.slope || level(p);
  };
  auto flat = [&](const LinePoint& p) { return std::abs(p.slope) <= -c2 * start.slope; };
  LinePoint low = start, high;
  bool bracketed = false;
  double t = first_step;
  for (int i = 0; i < most; ++i) {
    const LinePoint p = evaluate(t);
    const bool usable = std::isfinite(p.value) && std::isfinite(p.slope);
    if (!usable || !decreases(p) || (low.step > 0 && p.value > low.value + floor)) {
      high = p;
      if (!usable) high.value = std::numeric_limits<double>::infinity();
      bracketed = true;
    } else if (flat(p)) {
      return p;
    } else {
      if (bracketed ? p.slope * (high.step - low.step) >= 0 : p.slope >= 0) {
        high = low;
        bracketed = true;
      }
      low = p;
    }
    if (!bracketed) {
      t *= 4;
      if (!std::isfinite(t)) break;
      continue;
    }
    const double width = std::abs(high.step - low.step);
    if (width <= 1e-14 * std::max(low.step, high.step)) break;
    t = interpolate(low, high);
  }
  // A point that decreases is worth taking even where its slope is not flat enough.
  if (low.step > 0 && (low.value < start.value || level(low))) return evaluate(low.step);
  return {0, start.value, start.slope};
}

}  // namespace thalweg
