// Values, derivatives and the duality gap of convex.hpp.
#include "tests/support/convex.hpp"

#include <cmath>

#include "tests/support/real.hpp"

namespace thalweg::testing {

template <class R>
Convex<R>::Convex(const Problem& problem) : kind_(problem.loss.kind) {
  const std::vector<double> cells = problem.cells();
  const size_t rows = problem.target.size();
  columns_ = thalweg::columns(problem.design);
  outputs_ = problem.outputs;
  std::vector<size_t> used;
  R total = 0;
  for (size_t i = 0; i < rows; ++i) {
    const R weight = problem.weight.empty() ? R(1) : R(problem.weight[i]);
    if (!(weight > 0)) continue;
    used.push_back(i);
    omega_.push_back(weight);
    total += weight;
    target_.push_back(R(problem.target[i]));
  }
  rows_ = used.size();
  if (rows_ == 0) throw std::runtime_error("exact_minimum: no row has a weight above zero");
  for (R& omega : omega_) omega /= total;

  R largest = 0;
  for (const R& y : target_) largest = abs(y) > largest ? R(abs(y)) : largest;
  R target_unit = 1;
  const bool has_units =
      kind_ == LossKind::squared || kind_ == LossKind::huber || kind_ == LossKind::quantile;
  if (has_units && largest > 0) target_unit = largest;
  for (R& y : target_) y /= target_unit;
  delta_ = R(problem.loss.delta) / target_unit;
  level_ = R(problem.loss.level);
  smoothing_ = R(problem.loss.smoothing) / target_unit;
  objective_unit_ = kind_ == LossKind::quantile ? target_unit : R(target_unit * target_unit);

  unit_.assign(columns_ + 1, R(0));
  for (size_t j = 0; j < columns_; ++j) {
    for (const size_t i : used) {
      const R size = abs(R(cells[i * columns_ + j]));
      if (size > unit_[j]) unit_[j] = size;
    }
    if (unit_[j] == 0) unit_[j] = 1;
  }
  unit_[columns_] = 1;
  cells_.assign(rows_ * (columns_ + 1), R(1));
  for (size_t row = 0; row < rows_; ++row)
    for (size_t j = 0; j < columns_; ++j)
      cell(row, j) = R(cells[used[row] * columns_ + j]) / unit_[j];
  for (R& unit : unit_) unit /= target_unit;

  has_lower_ = std::isfinite(problem.penalty.lower);
  has_upper_ = std::isfinite(problem.penalty.upper);
  for (size_t j = 0; j < columns_; ++j) {
    l1_.push_back(R(problem.penalty.l1) / unit_[j] / objective_unit_);
    l2_.push_back(R(problem.penalty.l2) / (unit_[j] * unit_[j]) / objective_unit_);
    lower_.push_back(has_lower_ ? R(R(problem.penalty.lower) * unit_[j]) : R(0));
    upper_.push_back(has_upper_ ? R(R(problem.penalty.upper) * unit_[j]) : R(0));
  }
  kept_.assign(rows_ * outputs_, 1);
}

template <class R>
std::vector<R> Convex<R>::scaled(std::span<const double> x) const {
  if (x.size() != size()) throw std::runtime_error("exact_value: wrong number of parameters");
  std::vector<R> out(size());
  for (size_t at = 0; at < size(); ++at) out[at] = R(x[at]) * unit_[column(at)];
  return out;
}

template <class R>
std::vector<R> Convex<R>::predictions(const std::vector<R>& x) const {
  std::vector<R> z(rows_ * outputs_, R(0));
  for (size_t i = 0; i < rows_; ++i)
    for (size_t k = 0; k < outputs_; ++k)
      for (size_t j = 0; j <= columns_; ++j) z[i * outputs_ + k] += cell(i, j) * x[place(k, j)];
  return z;
}

template <class R>
Piece<R> Convex<R>::piece(size_t row) const {
  Piece<R> out;
  out.weight = omega_[row];
  out.center = target_[row];
  if (kind_ == LossKind::squared) {
    out.has_low = out.has_high = false;
    out.curvature = 1;
  } else if (kind_ == LossKind::huber) {
    out.curvature = 1;
    out.low = -delta_;
    out.high = delta_;
  } else if (kind_ == LossKind::quantile) {
    out.curvature = smoothing_;
    out.low = -level_;
    out.high = 1 - level_;
  } else {  // a (1 - s z) = theta (z - s) with theta = -s a
    const bool positive = target_[row] > R(0.5);
    out.center = positive ? 1 : -1;
    out.low = positive ? -1 : 0;
    out.high = positive ? 0 : 1;
    if (kind_ == LossKind::squared_hinge) {
      out.curvature = R(0.5);
      (positive ? out.has_low : out.has_high) = false;
    }
  }
  return out;
}

template <class R>
R Convex<R>::piece_value(const Piece<R>& piece, const R& z) const {
  const R r = z - piece.center;
  R theta;
  if (piece.curvature > 0) {
    theta = r / piece.curvature;
    if (piece.has_low && theta < piece.low) theta = piece.low;
    if (piece.has_high && theta > piece.high) theta = piece.high;
  } else {
    theta = r > 0 ? piece.high : piece.low;
  }
  return theta * r - piece.curvature / 2 * theta * theta;
}

template <class R>
typename Convex<R>::Losses Convex<R>::losses(const std::vector<R>& x) const {
  const std::vector<R> z = predictions(x);
  Losses out;
  out.first.assign(rows_ * outputs_, R(0));
  out.second.assign(rows_ * outputs_, R(0));
  for (size_t i = 0; i < rows_; ++i) {
    const R& y = target_[i];
    R& first = out.first[i * outputs_];
    R& second = out.second[i * outputs_];
    if (!smooth()) {
      out.value += omega_[i] * piece_value(piece(i), z[i]);
    } else if (kind_ == LossKind::softmax) {
      const size_t own = static_cast<size_t>(y);
      R top = z[i * outputs_ + own], sum = 0;
      for (size_t k = 0; k < outputs_; ++k)
        if (kept_[i * outputs_ + k] && z[i * outputs_ + k] > top) top = z[i * outputs_ + k];
      for (size_t k = 0; k < outputs_; ++k) {
        if (!kept_[i * outputs_ + k]) continue;
        out.second[i * outputs_ + k] = exp(z[i * outputs_ + k] - top);
        sum += out.second[i * outputs_ + k];
      }
      for (size_t k = 0; k < outputs_; ++k) {
        out.second[i * outputs_ + k] /= sum;
        out.first[i * outputs_ + k] = out.second[i * outputs_ + k] - R(k == own ? 1 : 0);
      }
      out.value += omega_[i] * (top - z[i * outputs_ + own] + log(sum));
    } else if (!kept_[i]) {
      continue;
    } else if (kind_ == LossKind::logistic) {
      const bool positive = y > R(0.5);
      const R margin = positive ? z[i] : R(-z[i]);
      const R small = exp(-abs(margin));
      const R miss = margin > 0 ? R(small / (1 + small)) : R(1 / (1 + small));
      out.value += omega_[i] * ((margin < 0 ? R(-margin) : R(0)) + log1p(small));
      first = positive ? R(-miss) : miss;
      second = small / ((1 + small) * (1 + small));
    } else if (kind_ == LossKind::poisson) {
      const R rate = exp(z[i]);
      out.value += omega_[i] * (rate - y * z[i]);
      first = rate - y;
      second = rate;
    } else {
      const R ratio = y * exp(-z[i]);
      out.value += omega_[i] * (z[i] + ratio);
      first = 1 - ratio;
      second = ratio;
    }
  }
  return out;
}

template <class R>
R Convex<R>::penalty(const std::vector<R>& x) const {
  R sum = 0;
  for (size_t at = 0; at < outputs_ * columns_; ++at) {
    const size_t j = column(at);
    if ((has_lower_ && x[at] < lower_[j]) || (has_upper_ && x[at] > upper_[j]))
      return std::numeric_limits<R>::infinity();
    sum += l1_[j] * abs(x[at]) + l2_[j] / 2 * x[at] * x[at];
  }
  return sum;
}

template <class R>
R Convex<R>::value(const std::vector<R>& x) const {
  const R outside = penalty(x);
  return isfinite(outside) ? R(losses(x).value + outside) : outside;
}

template <class R>
void Convex<R>::project(std::vector<R>& x) const {
  for (size_t at = 0; at < outputs_ * columns_; ++at) {
    const size_t j = column(at);
    if (has_lower_ && x[at] < lower_[j]) x[at] = lower_[j];
    if (has_upper_ && x[at] > upper_[j]) x[at] = upper_[j];
  }
}

template <class R>
bool Convex<R>::fixed(size_t j) const {
  if (std::numeric_limits<R>::digits > 256) return false;
  return l1_[j] > R("1e30") || l2_[j] > R("1e60") ||
         (has_lower_ && has_upper_ && upper_[j] - lower_[j] < R("1e-60"));
}

template <class R>
std::vector<Piece<R>> Convex<R>::penalty_pieces(const std::vector<R>& at, const R& far) const {
  std::vector<Piece<R>> out;
  for (size_t index = 0; index < outputs_ * columns_; ++index) {
    const size_t j = column(index);
    Piece<R> piece;
    piece.coordinate = index;
    if (fixed(j)) continue;
    if (l1_[j] > R("1e-60")) {
      piece.center = -at[index];
      piece.low = -l1_[j];
      piece.high = l1_[j];
      out.push_back(piece);
    }
    if (has_lower_ && at[index] - lower_[j] < far) {
      piece.center = lower_[j] - at[index];
      piece.high = 0;
      piece.has_low = false;
      out.push_back(piece);
    }
    if (has_upper_ && upper_[j] - at[index] < far) {
      piece.center = upper_[j] - at[index];
      piece.low = 0;
      piece.has_low = true;
      piece.has_high = false;
      out.push_back(piece);
    }
  }
  return out;
}

template <class R>
std::vector<R> Convex<R>::gradient(const std::vector<R>& theta) const {
  std::vector<R> v(size(), R(0));
  for (size_t i = 0; i < rows_; ++i)
    for (size_t k = 0; k < outputs_; ++k) {
      const R scale = omega_[i] * theta[i * outputs_ + k];
      if (scale == 0) continue;
      for (size_t j = 0; j <= columns_; ++j) v[place(k, j)] += scale * cell(i, j);
    }
  return v;
}

// The sum of the Fenchel-Young terms of samples and penalty, where each parameter moves at most
// 4 (1 + |x|) from the point: what makes a residual of the dual's constraints cost its size.
template <class R>
R Convex<R>::gap(const std::vector<R>& x, const std::vector<R>& theta) const {
  R sum = 0;
  if (!smooth()) {  // of the smooth losses theta is f', whose term is zero
    const std::vector<R> z = predictions(x);
    for (size_t i = 0; i < rows_; ++i) {
      const Piece<R> loss = piece(i);
      const R dual = theta[i] * (z[i] - loss.center) - loss.curvature / 2 * theta[i] * theta[i];
      sum += omega_[i] * (piece_value(loss, z[i]) - dual);
    }
  }
  const std::vector<R> v = gradient(theta);
  for (size_t at = 0; at < size(); ++at) {
    const R reach = 4 * (1 + abs(x[at]));
    if (at >= outputs_ * columns_) {
      sum += abs(v[at]) * reach;
      continue;
    }
    const size_t j = column(at);
    const R low = has_lower_ && lower_[j] > x[at] - reach ? lower_[j] : R(x[at] - reach);
    const R high = has_upper_ && upper_[j] < x[at] + reach ? upper_[j] : R(x[at] + reach);
    const auto term = [&](R w) {
      w = w < low ? low : w > high ? high : w;
      return R(l1_[j] * abs(w) + l2_[j] / 2 * w * w + v[at] * w);
    };
    R least = term(R(0));
    const auto consider = [&](const R& candidate) {
      if (candidate < least) least = candidate;
    };
    consider(term(low));
    consider(term(high));
    if (l2_[j] > 0) {
      consider(term(R((-v[at] - l1_[j]) / l2_[j])));
      consider(term(R((-v[at] + l1_[j]) / l2_[j])));
    }
    sum += term(x[at]) - least;
  }
  return sum;
}

template class Convex<Real>;
template class Convex<WideReal>;

}  // namespace thalweg::testing
