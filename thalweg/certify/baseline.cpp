#include "thalweg/certify/baseline.hpp"

#include <cmath>
#include <vector>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"
#include "thalweg/objective/intercept.hpp"

namespace thalweg {
namespace {

// (1/S) sum of s_i (f(z_i) - inf f_i): the Fenchel-Young term at theta = 0, as f*(0) = -inf f.
double mean_excess(const Samples& samples, std::span<const double> z) {
  const size_t k = samples.outputs;
  const size_t n = z.size() / k;
  if (samples.loss.kind == LossKind::softmax)
    return parallel_sum(n,
                        [&](size_t i) {
                          return weight_of(samples, i) *
                                 softmax_value(z.subspan(i * k, k),
                                               static_cast<size_t>(samples.target[i]));
                        }) /
           samples.total_weight;
  return scalar::visit(samples.loss, [&](const auto& f) {
    return parallel_sum(n,
                        [&](size_t i) {
                          const double s = weight_of(samples, i), y = samples.target[i];
                          if (s == 0) return 0.0;
                          // Where the infimum is 0 the value is that term, for less.
                          return s * (f.infimum(y) == 0 ? f.at(z[i], y).value
                                                        : f.fenchel_young(z[i], 0.0, y));
                        }) /
           samples.total_weight;
  });
}

// The same where all rows have the predictions `intercepts` [outputs]: of a two-valued target two
// losses are all there are.
double mean_excess_of_constant(const Samples& samples, std::span<const double> intercepts) {
  const size_t n = rows(*samples.design), k = samples.outputs;
  if (loss_row(samples.loss.kind).target != TargetKind::binary) {
    std::vector<double> z(n * k);
    for (size_t i = 0; i < z.size(); ++i) z[i] = intercepts[i % k];
    return mean_excess(samples, z);
  }
  const auto of = [&](double y) {
    return scalar::visit(samples.loss,
                         [&](const auto& f) { return f.fenchel_young(intercepts[0], 0.0, y); });
  };
  const double zero = of(0), one = of(1);
  return parallel_sum(n,
                      [&](size_t i) {
                        return weight_of(samples, i) * (samples.target[i] == 0 ? zero : one);
                      }) /
         samples.total_weight;
}

}  // namespace

Baseline baseline(const Samples& samples) {
  const size_t n = rows(*samples.design);
  Baseline out;
  if (samples.loss.kind != LossKind::softmax)
    out.infimum =
        parallel_sum(n,
                     [&](size_t i) {
                       return weight_of(samples, i) * loss_infimum(samples.loss, samples.target[i]);
                     }) /
        samples.total_weight;
  std::vector<double> z(n * samples.outputs, 0.0), intercepts(samples.outputs, 0.0);
  // Without a finite best constant (one class only) the constant model's excess is 0 in the limit.
  out.constant =
      minimize_intercept(samples, z, intercepts) ? mean_excess_of_constant(samples, intercepts) : 0;
  return out;
}

double excess_over_infimum(const LinearPredictor& predictor, std::span<const double> x,
                           std::span<const double> z) {
  const Penalty& r = predictor.penalty;
  double penalty = 0;
  for (size_t j = 0; j + predictor.samples.outputs < x.size(); ++j)
    penalty += r.l1 * std::abs(x[j]) + r.l2 / 2 * x[j] * x[j];
  return mean_excess(predictor.samples, z) + penalty;
}

}  // namespace thalweg
