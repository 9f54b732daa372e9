#include "thalweg/certify/gap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"

namespace thalweg {
namespace {

constexpr double u = 0x1p-53;

double gamma(size_t k) {
  const double ku = static_cast<double>(k) * u;
  return ku / (1 - ku);
}

}  // namespace

double prediction_rounding(std::span<const double> x, size_t outputs,
                           std::span<const double> maxima) {
  const size_t p = maxima.size();
  double largest = 0;
  for (size_t k = 0; k < outputs; ++k) {
    double sum = std::abs(x[outputs * p + k]);
    for (size_t j = 0; j < p; ++j) sum += maxima[j] * std::abs(x[k * p + j]);
    largest = std::max(largest, sum);
  }
  return gamma(2 * p + 4) * largest + std::numeric_limits<double>::min();
}

Gap fenchel_gap(const LinearPredictor& predictor, std::span<const double> x,
                std::span<const double> z, std::span<const double> theta,
                std::span<const double> maxima) {
  const Samples& samples = predictor.samples;
  const size_t k = samples.outputs, p = maxima.size(), n = z.size() / k;
  const double s_total = samples.total_weight;
  const double e = prediction_rounding(x, k, maxima);
  auto s = [&](size_t i) { return weight_of(samples, i); };

  // The losses: FY, and |f' - theta| e + f''/2 e^2 for the error e of z (and of exp, 16 u).
  Gap out;
  if (samples.loss.kind == LossKind::softmax) {
    std::vector<double> slack(n);
    out.value = parallel_sum(n,
                             [&](size_t i) {
                               if (s(i) == 0) return 0.0;
                               const auto row = z.subspan(i * k, k), dual = theta.subspan(i * k, k);
                               const auto y = static_cast<size_t>(samples.target[i]);
                               std::vector<double> derivative(k);
                               softmax_derivative(row, y, derivative);
                               double apart = 0, size = 0;
                               for (size_t c = 0; c < k; ++c) {
                                 apart += std::abs(derivative[c] - dual[c]);
                                 size = std::max(size, std::abs(row[c]));
                               }
                               const double ei = e + 4 * u * size + 16 * u * static_cast<double>(k);
                               slack[i] = s(i) * (apart * ei + ei * ei);
                               return s(i) * softmax_fenchel_young(row, dual, y);
                             }) /
                s_total;
    out.rounding = parallel_sum(n, [&](size_t i) { return slack[i]; }) / s_total;
  } else {
    std::vector<double> slack(n);
    const LossRow& row = loss_row(samples.loss.kind);
    const double bend = samples.loss.kind == LossKind::quantile ? 1 / samples.loss.smoothing
                        : row.self_concordant                   ? 0
                                                                : row.max_curvature;
    scalar::visit(samples.loss, [&](const auto& f) {
      out.value =
          parallel_sum(
              n,
              [&](size_t i) {
                if (s(i) == 0) return 0.0;
                const double y = samples.target[i];
                const auto at = f.at(z[i], y);
                const double ei =
                    e + 4 * u * (std::abs(z[i]) + std::abs(y) + std::abs(theta[i])) + 16 * u;
                const double curved =
                    row.smooth
                        ? (row.self_concordant ? at.curvature * (ei < 1 ? 1 + 2 * ei : std::exp(ei))
                                               : bend)
                        : 0;
                // Hinge: f' may be either end of its kink, so both |0 - theta| and |1 - theta| count.
                const double apart = row.smooth
                                         ? std::abs(at.derivative - theta[i])
                                         : std::max(std::abs(theta[i]), 1 - std::abs(theta[i]));
                slack[i] = s(i) * (apart * ei + curved / 2 * ei * ei);
                return s(i) * f.fenchel_young(z[i], theta[i], y);
              }) /
          s_total;
    });
    out.rounding = parallel_sum(n, [&](size_t i) { return slack[i]; }) / s_total;
  }

  // The penalty: v = (1/S) sum s_i theta_i x_i, its error from the mass |theta| and the maxima.
  std::vector<double> weighted(n * k), v(k * (p + 1)), mass(k, 0.0);
  for (size_t c = 0; c < k; ++c)
    mass[c] =
        parallel_sum(n, [&](size_t i) { return s(i) * std::abs(theta[i * k + c]); }) / s_total;
  parallel_blocks(n, 8192, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i)
      for (size_t c = 0; c < k; ++c) weighted[i * k + c] = s(i) * theta[i * k + c];
  });
  combine(*samples.design, k, weighted, v);
  const double g = gamma(2 * addition_chain(n) + 2 * sum_chain(n) + 8);
  for (size_t c = 0; c < k; ++c)
    for (size_t j = 0; j < p; ++j) {
      const double vj = v[c * p + j] / s_total;
      const double ev = g * mass[c] * maxima[j] + 4 * u * (std::abs(vj) + predictor.penalty.l1) +
                        std::numeric_limits<double>::min();
      const PenaltyGap term = penalty_gap(predictor.penalty, x[c * p + j], vj, ev);
      out.value += term.value;
      out.rounding += term.reach * ev;
    }
  out.rounding += (static_cast<double>(sum_chain(n) + p * k) + 64) * u * out.value;
  if (!std::isfinite(out.value) || !std::isfinite(out.rounding))
    out.value = std::numeric_limits<double>::infinity();
  return out;
}

}  // namespace thalweg
