// The minimization of convex.hpp.
#include "tests/support/convex.hpp"
#include "tests/support/real.hpp"

namespace thalweg::testing {

namespace {

// Proximal terms: small enough to vanish in the second round, large enough to keep digits.
template <class R>
R proximal() {
  return cbrt(std::numeric_limits<R>::epsilon());
}

template <class R>
R tolerance() {
  return R("1e-45");
}

template <class R>
void add_outer(std::vector<R>& h, size_t size, const std::vector<R>& row, const R& scale) {
  for (size_t i = 0; i < size; ++i) {
    const R left = scale * row[i];
    for (size_t j = 0; j < size; ++j) h[i * size + j] += left * row[j];
  }
}

}  // namespace

// Weights nearest zero within the bounds, intercepts that center the predictions.
template <class R>
std::vector<R> Convex<R>::start() const {
  std::vector<R> x(size(), R(0));
  project(x);
  const std::vector<R> z = predictions(x);
  std::vector<R> mean(outputs_, R(0));
  R target = 0;
  for (size_t i = 0; i < rows_; ++i) {
    for (size_t k = 0; k < outputs_; ++k) mean[k] += omega_[i] * z[i * outputs_ + k];
    target += kept_[i * outputs_] ? R(omega_[i] * target_[i]) : R(0);
  }
  for (size_t k = 0; k < outputs_; ++k) x[outputs_ * columns_ + k] = -mean[k];
  const bool rates = kind_ == LossKind::poisson || kind_ == LossKind::gamma;
  if (rates && target > 0) x[size() - 1] += log(target);
  return x;
}

// The curvature that keeps a fixed weight at its place.
template <class R>
R Convex<R>::hold(size_t at) const {
  return column(at) < columns_ && fixed(column(at)) ? R("1e90") : R(0);
}

template <class R>
void Convex<R>::settle(std::vector<R>& x) const {
  project(x);
  const std::vector<R> first = start();
  for (size_t at = 0; at < outputs_ * columns_; ++at)
    if (fixed(column(at))) x[at] = first[at];
}

// A direction of recession of largest support: minimizes the sum of max(0, 1 - t) over the margins
// t = a'd >= 0 of what can recede, d in the cone of the bounds. Along the minimizer t >= 1 where t
// can be positive at all, else t = 0, so the minimum is a whole number: the count of what stays.
template <class R>
bool Convex<R>::recede() {
  for (const R& small : {sqrt(std::numeric_limits<R>::epsilon()), R("1e-15"), R("1e-9"), R("1e-6")})
    if (const std::optional<bool> found = recede(small)) return *found;
  throw std::runtime_error("exact_minimum: recession undecided");
}

template <class R>
std::optional<bool> Convex<R>::recede(const R& small) {
  if (kind_ != LossKind::logistic && kind_ != LossKind::softmax && kind_ != LossKind::poisson)
    return false;
  bool penalized = has_lower_ && has_upper_;
  for (size_t j = 0; j < columns_; ++j) penalized = penalized || l1_[j] > 0 || l2_[j] > 0;
  const size_t weights = outputs_ * columns_;
  const R stiff("1e30");

  std::vector<R> Q(size() * size(), R(0)), q(size(), R(0));
  for (size_t at = 0; at < size(); ++at) Q[at * size() + at] = small;
  if (penalized)
    for (size_t at = 0; at < weights; ++at) Q[at * size() + at] = stiff;
  std::vector<Piece<R>> pieces;
  std::vector<size_t> source;  // index into kept_ of each margin's first piece, else npos
  constexpr size_t none = size_t(-1);
  size_t margins = 0;
  const auto margin = [&](std::vector<R> row, size_t from) {
    Piece<R> hinge;
    hinge.row = std::move(row);
    hinge.center = 1;
    hinge.low = -1;
    hinge.high = 0;
    pieces.push_back(hinge);
    source.push_back(from);
    Piece<R>& bound = pieces.emplace_back(hinge);
    bound.center = 0;
    bound.has_low = false;
    source.push_back(none);
    ++margins;
  };
  for (size_t i = 0; i < rows_; ++i) {
    if (kind_ == LossKind::softmax) {
      const size_t own = static_cast<size_t>(target_[i]);
      for (size_t k = 0; k < outputs_; ++k) {
        if (k == own) continue;
        std::vector<R> row(size(), R(0));
        for (size_t j = 0; j <= columns_; ++j) {
          row[place(own, j)] = cell(i, j);
          row[place(k, j)] = -cell(i, j);
        }
        margin(std::move(row), i * outputs_ + k);
      }
      continue;
    }
    std::vector<R> row(size());
    const bool positive = kind_ == LossKind::logistic && target_[i] > R(0.5);
    for (size_t j = 0; j <= columns_; ++j) row[j] = positive ? cell(i, j) : R(-cell(i, j));
    if (kind_ == LossKind::poisson && target_[i] > 0) {
      add_outer(Q, size(), row, stiff);  // its prediction may not move
    } else {
      margin(std::move(row), i);
    }
  }
  if (margins == 0) return false;
  if (!penalized) {
    for (size_t at = 0; at < weights; ++at) {
      Piece<R> bound;
      bound.coordinate = at;
      bound.low = bound.high = 0;
      bound.has_low = has_upper_;
      bound.has_high = has_lower_;
      if (has_lower_ || has_upper_) {
        pieces.push_back(bound);
        source.push_back(none);
      }
    }
  }
  std::vector<R> d(size(), R(0));
  std::vector<size_t> gone;
  for (int round = 0; round < 8; ++round) {  // proximal steps: a strong term needs several
    for (size_t at = 0; at < size(); ++at) q[at] = -small * d[at];
    d = minimize_quadratic(Q, q, d, pieces, R("1e-15")).x;
    R missing = 0;
    size_t stays = 0;
    gone.clear();
    for (size_t k = 0; k < pieces.size(); ++k) {
      if (source[k] == none) continue;
      const R t = pieces[k].product(d);
      missing += t < 1 ? R(1 - t) : R(0);
      if (t < R(0.5)) {
        ++stays;
      } else {
        gone.push_back(source[k]);
      }
    }
    if (!(abs(missing - R(stays)) < R("1e-6"))) continue;
    for (const size_t which : gone) kept_[which] = 0;
    return !gone.empty();
  }
  return std::nullopt;
}

template <class R>
typename Convex<R>::Minimum Convex<R>::minimize_pieces() const {
  std::vector<R> Q(size() * size(), R(0)), q(size(), R(0));
  for (size_t at = 0; at < size(); ++at)
    if (column(at) < columns_) Q[at * size() + at] = l2_[column(at)] + hold(at);
  std::vector<Piece<R>> pieces;
  for (size_t i = 0; i < rows_; ++i) {
    Piece<R> loss = piece(i);
    loss.row.assign(cells_.begin() + long(i * size()), cells_.begin() + long((i + 1) * size()));
    // A width of 1e150 targets is never reached; the gap would tell.
    if (kind_ == LossKind::huber && delta_ > R("1e30")) loss.has_low = loss.has_high = false;
    if (loss.has_low || loss.has_high) {
      pieces.push_back(std::move(loss));
    } else {
      add_outer(Q, size(), loss.row, loss.weight);
      for (size_t j = 0; j < size(); ++j) q[j] -= loss.weight * loss.center * loss.row[j];
    }
  }
  const bool dual = !pieces.empty();
  const std::vector<R> zero(size(), R(0));
  std::vector<Piece<R>> near = pieces;  // without bounds that are hardly ever met
  for (Piece<R>& piece : penalty_pieces(zero, R("1e30"))) near.push_back(std::move(piece));
  for (Piece<R>& piece : penalty_pieces(zero, std::numeric_limits<R>::infinity()))
    pieces.push_back(std::move(piece));

  // Where minimizers are not unique the central path of a weak proximal term starts far away; if
  // that fails, stronger terms lead to the set of minimizers, weaker ones then close the gap.
  const R weakest = proximal<R>();
  const std::vector<R> ladder{weakest,    weakest,    R("1e-3"),  R("1e-6"), R("1e-12"), R("1e-12"),
                              R("1e-18"), R("1e-18"), R("1e-18"), weakest,   weakest};
  std::vector<R> x = start(), from = x, shifted(size()), theta(rows_);
  Minimum best{R(0), std::numeric_limits<R>::infinity(), true};
  for (size_t round = 0; round < ladder.size(); ++round) {
    const R& strength = ladder[round];
    std::vector<R> strengthened = Q;
    for (size_t j = 0; j < size(); ++j) {
      strengthened[j * size() + j] += strength;
      shifted[j] = q[j] - (strength + hold(j)) * from[j];
    }
    const InteriorPoint<R> found = minimize_quadratic(
        strengthened, shifted, from, round < 2 ? near : pieces, R(round < 2 ? "1e-48" : "1e-66"));
    x = found.x;
    settle(x);
    const std::vector<R> z = predictions(x);
    for (size_t i = 0; i < rows_; ++i) theta[i] = dual ? found.theta[i] : R(z[i] - target_[i]);
    const R value_now = value(x), gap_now = gap(x, theta);
    if (gap_now < best.gap) {
      best = {value_now, gap_now, true};
      from = x;
    }
    if (gap_now <= tolerance<R>() * (1 + abs(value_now))) break;
  }
  return best;
}

template <class R>
typename Convex<R>::Minimum Convex<R>::minimize_smooth() const {
  std::vector<R> x = start();
  // Along separable directions the curvature falls with the gap: the proximal term must stay below.
  const bool newton = penalty_pieces(x, R("1e30")).empty();
  const R weakest = pow(std::numeric_limits<R>::epsilon(), newton ? R(0.85) : R(0.55));
  R damping = weakest;
  const R accepted("1e-37"), least = pow(std::numeric_limits<R>::epsilon(), R(0.9));
  int settled = 0;
  Minimum best{R(0), std::numeric_limits<R>::infinity(), true};
  for (int iteration = 0; iteration < 500; ++iteration) {
    const Losses now = losses(x);
    const R value_now = now.value + penalty(x), gap_now = gap(x, now.first);
    // Flat sets of minimizers let the last digits close slowly.
    settled =
        gap_now > best.gap / 4 && gap_now <= accepted * (1 + abs(value_now)) ? settled + 1 : 0;
    if (gap_now < best.gap) best = {value_now, gap_now, true};
    if (settled > 3 || gap_now <= tolerance<R>() * (1 + abs(value_now))) break;

    std::vector<R> g = gradient(now.first), H(size() * size(), R(0)), row(size());
    for (size_t i = 0; i < rows_; ++i) {
      if (kind_ != LossKind::softmax) {
        for (size_t j = 0; j <= columns_; ++j) row[j] = cell(i, j);
        if (now.second[i] != 0) add_outer(H, size(), row, R(omega_[i] * now.second[i]));
        continue;
      }
      for (size_t k = 0; k < outputs_; ++k)
        for (size_t l = 0; l < outputs_; ++l) {
          const R& p = now.second[i * outputs_ + k];
          const R scale = omega_[i] * p * ((k == l ? 1 : 0) - now.second[i * outputs_ + l]);
          if (scale == 0) continue;
          for (size_t j = 0; j <= columns_; ++j)
            for (size_t m = 0; m <= columns_; ++m)
              H[place(k, j) * size() + place(l, m)] += scale * cell(i, j) * cell(i, m);
        }
    }
    R largest = 0;
    for (size_t at = 0; at < size(); ++at) {
      if (column(at) < columns_) {
        g[at] += l2_[column(at)] * x[at];
        H[at * size() + at] += l2_[column(at)] + hold(at);
      }
      if (hold(at) == 0 && H[at * size() + at] > largest) largest = H[at * size() + at];
    }
    for (size_t at = 0; at < size(); ++at) H[at * size() + at] += damping * largest + least;
    const std::vector<Piece<R>> pieces = penalty_pieces(x, R("1e30"));
    std::vector<R> d(size(), R(0));
    if (pieces.empty()) {
      if (cholesky(H, size())) {
        for (size_t at = 0; at < size(); ++at) d[at] = -g[at];
        cholesky_solve(H, size(), d);
      }
    } else {
      d = minimize_quadratic(H, g, d, pieces, R("1e-50")).x;
    }
    R slope = 0;  // of the model along d
    for (size_t at = 0; at < size(); ++at) {
      if (hold(at) > 0) d[at] = 0;
      slope += g[at] * d[at];
      if (column(at) < columns_) slope += l1_[column(at)] * (abs(x[at] + d[at]) - abs(x[at]));
    }
    const R noise = std::numeric_limits<R>::epsilon() * 1000 * (1 + abs(value_now));
    std::vector<R> next(size());
    bool moved = false;
    R step = 1;
    for (int halving = 0; halving < 200 && !moved; ++halving, step /= 2) {
      for (size_t at = 0; at < size(); ++at) next[at] = x[at] + step * d[at];
      settle(next);
      moved = slope < 0 && value(next) <= value_now + R(0.0001) * step * slope + noise;
    }
    if (moved) {
      x = next;
      damping = weakest;
    } else if (damping < 1) {
      damping *= R("1e5");
    } else {
      break;
    }
  }
  return best;
}

template <class R>
typename Convex<R>::Minimum Convex<R>::minimum() {
  if (!smooth()) return minimize_pieces();
  const bool receded = recede();
  Minimum out = minimize_smooth();
  out.attained = !receded;
  return out;
}

template Convex<Real>::Minimum Convex<Real>::minimum();
template Convex<WideReal>::Minimum Convex<WideReal>::minimum();

}  // namespace thalweg::testing
