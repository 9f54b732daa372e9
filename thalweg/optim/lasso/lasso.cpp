#include "thalweg/optim/lasso/lasso.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/optim/lasso/column_lasso.hpp"
#include "thalweg/optim/lasso/gram_lasso.hpp"

namespace thalweg {
namespace {

// Beyond, its 32 MB and the n p^2 of computing it are more than what a working set needs.
constexpr size_t most_gram = 2000;

}  // namespace

double lasso_gap(const Penalty& penalty, double loss, std::span<const double> weights,
                 std::span<const double> v, std::span<const double> error) {
  double s = 1;
  if (penalty.l2 == 0) {
    double reach = 0;
    for (size_t j = 0; j < v.size(); ++j) {
      if (!std::isfinite(penalty.upper)) reach = std::max(reach, -v[j] + error[j]);
      if (!std::isfinite(penalty.lower)) reach = std::max(reach, v[j] + error[j]);
    }
    if (reach > penalty.l1) s = penalty.l1 / reach * (1 - 1e-15);
  }
  double gap = (1 - s) * (1 - s) * loss;
  for (size_t j = 0; j < v.size(); ++j) {
    const PenaltyGap term = penalty_gap(penalty, weights[j], s * v[j], s * error[j]);
    gap += term.value + term.reach * s * error[j];
  }
  return gap;
}

std::unique_ptr<Lasso> make_lasso(const Samples& samples, std::string& reason) {
  const size_t n = rows(*samples.design), p = columns(*samples.design);
  if (p <= most_gram && n >= 2 * p) {
    reason = fmt::format("coordinate descent on one Gram matrix of {} columns: {} rows", p, n);
    return std::make_unique<GramLasso>(samples);
  }
  reason = fmt::format("coordinate descent on working sets: {} columns of {} rows", p, n);
  return std::make_unique<ColumnLasso>(samples);
}

}  // namespace thalweg
