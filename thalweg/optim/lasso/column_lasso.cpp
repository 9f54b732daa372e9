#include "thalweg/optim/lasso/column_lasso.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "thalweg/kernel/axpy.hpp"

namespace thalweg {
ColumnLasso::ColumnLasso(const Samples& samples)
    : columns_(make_columns(samples)),
      all_(columns_->count()),
      v_(all_.size()),
      fresh_(all_.size(), 0),
      swept_(all_.size()) {
  std::iota(all_.begin(), all_.end(), size_t{0});
}

void ColumnLasso::start(std::span<const double> weights) {
  columns_->set(weights);
  std::fill(fresh_.begin(), fresh_.end(), 0);
}

// Makes seen_ and their slopes right for this level.
void ColumnLasso::look(const Penalty& penalty, double level) {
  const std::span<const double> r = columns_->residual(), w = columns_->weights();
  double share = 0, apart = 0;
  const bool swept = !swept_residual_.empty();
  if (swept) {
    const double square = dot(r.size(), swept_residual_.data(), swept_residual_.data());
    if (square > 0) share = dot(r.size(), r.data(), swept_residual_.data()) / square;
    for (size_t i = 0; i < r.size(); ++i) {
      const double e = r[i] - share * swept_residual_[i];
      apart += e * e;
    }
    apart = std::sqrt(apart) * (1 + 1e-12);
  }
  std::vector<size_t> stale;
  seen_.clear();
  for (size_t j = 0; j < w.size(); ++j) {
    const double bound =
        pull(penalty, share * swept_[j]) + columns_->norm(j) * apart + 2 * columns_->rounding(j);
    if (swept && w[j] == 0 && bound <= level) continue;
    seen_.push_back(j);
    if (fresh_[j] == 0) stale.push_back(j);
  }
  // A sweep over half of the columns is better spent on all: it is the next sphere's center.
  const bool whole = 2 * stale.size() > w.size();
  columns_->slopes(whole ? all_ : stale, v_);
  for (size_t j : whole ? all_ : stale) fresh_[j] = 1;
  if (!whole) return;
  swept_ = v_;
  swept_residual_.assign(r.begin(), r.end());
}

double ColumnLasso::gap(const Penalty& penalty) const {
  std::vector<double> w, v, error;
  for (size_t j : seen_) {
    w.push_back(columns_->weights()[j]);
    v.push_back(v_[j]);
    error.push_back(columns_->rounding(j));
  }
  return lasso_gap(penalty, columns_->loss(), w, v, error);
}

// Those in use, and of the others those that pull by more than the level: at most twice as many as are
// in use, the strongest.
std::vector<size_t> ColumnLasso::working_set(const Penalty& penalty, double level) const {
  std::vector<size_t> out, others;
  for (size_t j : seen_) {
    if (columns_->weights()[j] != 0)
      out.push_back(j);
    else if (pull(penalty, v_[j]) > level)
      others.push_back(j);
  }
  const size_t most = std::min(others.size(), std::max<size_t>(2 * out.size(), 100));
  std::nth_element(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(most), others.end(),
                   [&](size_t a, size_t b) {
                     const double x = pull(penalty, v_[a]), y = pull(penalty, v_[b]);
                     return x != y ? x > y : a < b;
                   });
  out.insert(out.end(), others.begin(), others.begin() + static_cast<std::ptrdiff_t>(most));
  std::sort(out.begin(), out.end());
  return out;
}

LassoPoint ColumnLasso::solve(const Penalty& penalty, double enough) {
  const std::span<const double> w = columns_->weights();
  if (std::any_of(w.begin(), w.end(),
                  [&](double c) { return c < penalty.lower || c > penalty.upper; })) {
    std::vector<double> inside(w.begin(), w.end());
    for (double& c : inside) c = std::clamp(c, penalty.lower, penalty.upper);
    start(inside);
  }
  const double strong = std::clamp(2 * penalty.l1 - last_l1_, 0.0, penalty.l1);
  const double level = std::isnan(last_l1_) ? penalty.l1 : strong;
  last_l1_ = penalty.l1;
  look(penalty, level);
  double found = gap(penalty), best = found;
  for (int round = 0, fruitless = 0; found > enough && fruitless < 5 && round < 200; ++round) {
    const std::vector<size_t> part = working_set(penalty, round == 0 ? level : penalty.l1);
    columns_->descend(part, penalty, 0.5 * enough, v_);
    std::fill(fresh_.begin(), fresh_.end(), 0);
    for (size_t j : part) fresh_[j] = 1;
    look(penalty, penalty.l1);
    found = gap(penalty);
    fruitless = found < 0.9 * best ? 0 : fruitless + 1;
    best = std::min(best, found);
  }
  LassoPoint out;
  out.x.assign(w.begin(), w.end());
  out.loss = out.value = columns_->loss();
  out.gap = found;
  double intercept = columns_->target_mean();
  for (size_t j = 0; j < w.size(); ++j) {
    intercept -= w[j] * columns_->mean(j);
    out.value += penalty_value(penalty, w[j]);
  }
  out.x.push_back(intercept);
  return out;
}

}  // namespace thalweg
