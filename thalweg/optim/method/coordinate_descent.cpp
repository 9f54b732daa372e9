#include "thalweg/optim/method/coordinate_descent.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/objective/column_sample.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/dense_solve.hpp"
#include "thalweg/optim/method/majorization.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {
namespace {

// The quadratic model around a point, minimized over x in place of it.
class Model {
 public:
  Model(std::span<const double> h, std::span<const double> g, const Penalty& penalty,
        const Composite* composite, size_t weights, std::span<double> x)
      : h_(h),
        penalty_(penalty),
        composite_(composite),
        weights_(weights),
        x_(x),
        q_(g.begin(), g.end()),
        subgradient_(g.size()) {}

  // Norm of the least subgradient of the model at x.
  double residual() {
    if (composite_ != nullptr) {
      composite_->minimal_subgradient(x_, q_, subgradient_);
      return norm(subgradient_);
    }
    return norm(q_);
  }

  // One coordinate step for each j (those not at rest only, where asked).
  void cycle(bool free_only) {
    for (size_t j = 0; j < x_.size(); ++j) {
      if (free_only && !is_free(j)) continue;
      const double target = coordinate_minimizer(j);
      move(j, target - x_[j]);
      x_[j] = target;
    }
  }

  // The Newton step on the free coordinates, cut at the first sign change or bound.
  void polish() {
    std::vector<size_t> free;
    for (size_t j = 0; j < x_.size(); ++j)
      if (is_free(j)) free.push_back(j);
    const size_t m = free.size(), n = x_.size();
    if (m == 0) return;
    std::vector<double> h(m * m), d(m);
    for (size_t a = 0; a < m; ++a) {
      for (size_t b = 0; b < m; ++b) h[a * m + b] = h_[free[a] * n + free[b]];
      d[a] = -(q_[free[a]] + slope_of_l1(free[a]));
    }
    PositiveDefinite(h, m).solve(d);
    double t = 1;
    size_t blocking = n;
    double stop_at = 0;
    for (size_t a = 0; a < m; ++a) {
      const size_t j = free[a];
      if (j >= weights_) continue;
      const double to = x_[j] + d[a];
      auto cut = [&](double wall) {
        const double reach = (wall - x_[j]) / d[a];
        if (reach < t) t = std::max(reach, 0.0), blocking = j, stop_at = wall;
      };
      if (penalty_.l1 > 0 && x_[j] * to < 0) cut(0);
      if (to < penalty_.lower) cut(penalty_.lower);
      if (to > penalty_.upper) cut(penalty_.upper);
    }
    for (size_t a = 0; a < m; ++a) {
      const size_t j = free[a];
      const double target = j == blocking ? stop_at : x_[j] + t * d[a];
      move(j, target - x_[j]);
      x_[j] = target;
    }
  }

 private:
  bool is_free(size_t j) const {
    if (j >= weights_) return true;
    if (penalty_.l1 > 0 && x_[j] == 0) return false;
    return x_[j] > penalty_.lower && x_[j] < penalty_.upper;
  }

  double slope_of_l1(size_t j) const {
    return j < weights_ && penalty_.l1 > 0 ? std::copysign(penalty_.l1, x_[j]) : 0;
  }

  double coordinate_minimizer(size_t j) const {
    const double bend = h_[j * x_.size() + j];
    if (j >= weights_) return bend > 0 ? x_[j] - q_[j] / bend : x_[j];
    if (!(bend > 0))
      return penalty_.l1 > 0 ? std::clamp(0.0, penalty_.lower, penalty_.upper) : x_[j];
    const double free = x_[j] - q_[j] / bend;
    const double shrunk = std::copysign(std::max(std::abs(free) - penalty_.l1 / bend, 0.0), free);
    return std::clamp(shrunk, penalty_.lower, penalty_.upper);
  }

  void move(size_t j, double by) {
    if (by == 0) return;
    const double* row = h_.data() + j * x_.size();
    for (size_t i = 0; i < x_.size(); ++i) q_[i] += by * row[i];
  }

  std::span<const double> h_;  // [size, size]
  const Penalty& penalty_;
  const Composite* composite_;
  size_t weights_;
  std::span<double> x_;
  std::vector<double> q_;  // gradient of the model's smooth part at x
  std::vector<double> subgradient_;
};

// Hessians of a part stay below 32 MB, and one of few columns is not worth a copy of them.
constexpr size_t most_parameters = 2000, few_columns = 128;

bool needs_part(const Objective& objective) {
  const LinearPredictor& predictor = *objective.linear_predictor();
  const Penalty& r = predictor.penalty;
  return r.l1 > 0 && r.lower <= 0 && r.upper >= 0 &&
         columns(*predictor.samples.design) > few_columns;
}

// Columns in use, and as many again (64 at least) of those whose least subgradient is largest. Where
// even those in use are too many, the largest of all.
std::vector<size_t> working_set(const Objective& objective, const State& state) {
  const Samples& samples = objective.linear_predictor()->samples;
  const size_t p = columns(*samples.design), k = samples.outputs;
  Buffer<double> least(state.x.size());
  objective.composite()->minimal_subgradient(state.x, state.gradient, least);
  std::vector<double> score(p, 0.0);
  std::vector<size_t> used, others;
  for (size_t j = 0; j < p; ++j) {
    bool in_use = false;
    for (size_t c = 0; c < k; ++c) {
      score[j] = std::max(score[j], std::abs(least[c * p + j]));
      in_use = in_use || state.x[c * p + j] != 0;
    }
    if (in_use)
      used.push_back(j);
    else if (score[j] > 0)
      others.push_back(j);
  }
  const size_t most = std::max<size_t>(most_parameters / k, 1);
  size_t wanted = std::max<size_t>(used.size(), 64);
  if (used.size() >= most) {
    others.insert(others.end(), used.begin(), used.end());
    used.clear();
    wanted = most;
  }
  wanted = std::min(wanted, most - used.size());
  const auto taken = others.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, others.size()));
  std::nth_element(others.begin(), taken, others.end(), [&](size_t a, size_t b) {
    return score[a] != score[b] ? score[a] > score[b] : a < b;
  });
  used.insert(used.end(), others.begin(), taken);
  if (used.empty()) used.push_back(0);  // the intercept goes with any
  std::sort(used.begin(), used.end());
  return used;
}

}  // namespace

void CoordinateDescent::init(Objective& objective, State& state) {
  state.gradient = Buffer<double>(objective.size());
  state.smooth = evaluate_curved(objective, state, state.x, state.gradient);
  state.value = state.smooth + composite_value(objective, state.x);
  primed_ = true;
  hessian_ = {};
}

// Least squares: x [parameters] to a thousandth of the gap.
void CoordinateDescent::solve_lasso(Objective& objective, State& state, std::span<double> x) {
  const LinearPredictor& predictor = *objective.linear_predictor();
  std::vector<double>& gap = state.memory["gap"];
  if (gap.empty()) gap.push_back(state.value);
  std::string reason;
  if (!lasso_) lasso_ = make_lasso(predictor.samples, reason);
  lasso_->start(x.first(x.size() - 1));
  const LassoPoint solved = lasso_->solve(predictor.penalty, 1e-3 * gap[0]);
  gap[0] = solved.gap;
  std::copy(solved.x.begin(), solved.x.end(), x.begin());
}

// Another loss: x minimizes over `part` of the columns, ascending, the others held.
void CoordinateDescent::solve_part(Objective& objective, State& state, std::span<const size_t> part,
                                   std::span<double> x) {
  const LinearPredictor& predictor = *objective.linear_predictor();
  const size_t k = predictor.samples.outputs, p = columns(*predictor.samples.design);
  const auto place = [&](size_t at) {
    return at < k * part.size() ? at / part.size() * p + part[at % part.size()]
                                : k * p + at - k * part.size();
  };
  const ColumnSample sample(predictor.samples, part);
  LinearObjective few(sample.samples(), predictor.penalty);
  State inner;
  inner.x = Buffer<double>(few.size());
  for (size_t at = 0; at < few.size(); ++at) inner.x[at] = x[place(at)];
  Buffer<double> least(few.size());
  const auto residual = [&] {
    static_cast<Objective&>(few).composite()->minimal_subgradient(inner.x, inner.gradient, least);
    return norm(least);
  };
  CoordinateDescent method{Settings()};
  method.whole_ = true;
  method.init(few, inner);
  const double before = residual();
  for (int step = 0; step < 30; ++step)
    if (!method.advance(few, inner).progress || residual() <= 1e-3 * before) break;
  for (size_t at = 0; at < few.size(); ++at) x[place(at)] = inner.x[at];
  state.samples +=
      inner.samples * static_cast<long long>(part.size() + 1) / static_cast<long long>(p + 1);
}

// Goes to x, unless that is no better.
Advance CoordinateDescent::take(Objective& objective, State& state, Buffer<double> x) {
  Buffer<double> gradient(x.size());
  const double smooth = evaluate_curved(objective, state, x, gradient);
  const double value = smooth + composite_value(objective, x);
  Advance out;
  out.step_size = 1;
  out.predicted_decrease = std::max(state.value - value, 0.0);
  out.update_norm = distance(x, state.x);
  out.progress = out.update_norm > 0 && value <= state.value + 8 * 0x1p-53 * std::abs(state.value);
  if (out.progress) move_to(x, gradient, smooth, value, state);
  return out;
}

Advance CoordinateDescent::advance(Objective& objective, State& state) {
  const size_t n = state.x.size();
  if (!whole_ && needs_part(objective)) {
    Buffer<double> x = state.x;
    if (objective.linear_predictor()->samples.loss.kind == LossKind::squared)
      solve_lasso(objective, state, x);
    else
      solve_part(objective, state, working_set(objective, state), x);
    return take(objective, state, std::move(x));
  }
  Curvature& curvature = *objective.curvature();
  const Composite* composite = objective.composite();
  const LinearPredictor& predictor = *objective.linear_predictor();
  const size_t weights = n - predictor.samples.outputs;
  Buffer<double> u = state.x, v(n), gradient(n);
  if (!primed_) curvature.evaluate(state.x, gradient);
  if (hessian_.empty() || !curvature.constant()) {
    if (hessian_.empty()) hessian_ = Buffer<double>(n * n);
    curvature.hessian(hessian_);
  }

  auto least = [&](std::span<const double> x, std::span<const double> g) {
    if (composite == nullptr) return norm(g);
    composite->minimal_subgradient(x, g, v);
    return norm(v);
  };
  const double before = least(state.x, state.gradient);
  Model model(hessian_, state.gradient, predictor.penalty, composite, weights, u);
  // Solve the model better the nearer the minimizer is; exactly where the model is the objective.
  double& first = state.memory["first_subgradient"].empty()
                      ? state.memory["first_subgradient"].emplace_back(before)
                      : state.memory["first_subgradient"][0];
  const double wanted = curvature.constant()
                            ? 1e-15 * before
                            : before * std::min(0.1, first > 0 ? before / first : 0.1);
  double residual = INFINITY;
  for (int round = 0; round < 500; ++round) {
    model.cycle(false);
    for (int pass = 0; pass < 3; ++pass) model.cycle(true);
    model.polish();
    const double next = model.residual();
    // Rounding ends it, too: no less for ten rounds is all that this model gives.
    if (next <= wanted || (round > 10 && next >= residual)) break;
    residual = std::min(residual, next);
  }

  Advance out;
  const double kept = state.value - state.smooth;
  double decrease = composite_value(objective, u) - kept;
  Buffer<double> d(n);
  for (size_t j = 0; j < n; ++j) d[j] = u[j] - state.x[j], decrease += state.gradient[j] * d[j];
  out.predicted_decrease = -decrease / 2;
  const double floor = 8 * 0x1p-53 * std::abs(state.value);
  double t = 1;
  primed_ = false;
  for (int halvings = 0; halvings < 60; ++halvings, t /= 2) {
    if (halvings > 0)
      for (size_t j = 0; j < n; ++j) u[j] = state.x[j] + t * d[j];
    const double smooth = evaluate_curved(objective, state, u, gradient);
    const double value = smooth + composite_value(objective, u);
    const bool decreases =
        decrease < 0 && value < state.value && value <= state.value + 1e-4 * t * decrease;
    const bool level = value <= state.value + floor && least(u, gradient) < before;
    if (!(std::isfinite(value) && (decreases || level))) continue;
    out.step_size = t;
    out.update_norm = distance(u, state.x);
    move_to(u, gradient, smooth, value, state);
    primed_ = true;
    return out;
  }
  // A model that is flat where the objective is not (no row inside a quantile's band, say) leads
  // nowhere: a proximal gradient step gets out of there.
  const double smoothness = curvature.smoothness();
  t = std::isfinite(smoothness) && smoothness > 0 ? 1 / smoothness : 1;
  for (int halvings = 0; halvings < 60; ++halvings, t /= 2) {
    const ProximalStep step =
        proximal_step(objective, state, state.x, state.gradient, state.smooth, t, u, gradient);
    if (!step.majorized || !(step.value < state.value - floor)) continue;
    out.step_size = t;
    out.update_norm = step.length;
    out.predicted_decrease = step.length * step.length / (2 * t);
    move_to(u, gradient, step.smooth, step.value, state);
    return out;
  }
  out.progress = false;
  return out;
}

}  // namespace thalweg
