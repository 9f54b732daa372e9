#include "thalweg/optim/method/first_order.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {
namespace {

OptimizerState<double> views(const Optimizer<double>& optimizer, State& state) {
  OptimizerState<double> out;
  for (const auto& array : optimizer.arrays()) out.arrays.emplace_back(state.memory[array.name]);
  out.memory = state.memory["chain"];
  return out;
}

}  // namespace

// The optimizer for the objective's layout; the state's memory as large as it must be.
void FirstOrder::prepare(const Objective& objective, State& state) {
  if (optimizer_) return;
  optimizer_.emplace(chain_, objective.layout());
  for (const auto& array : optimizer_->arrays()) state.memory[array.name].resize(array.size);
  state.memory["chain"].resize(optimizer_->memory());
}

void FirstOrder::init(Objective& objective, State& state) {
  for (const ChainMember& member : chain_.members)
    if (member.row->diagonal >= 0 && objective.curvature() == nullptr)
      fail("transform {}: needs second derivatives, which this objective does not have",
           member.row->name);
  Method::init(objective, state);
  optimizer_.reset();
  prepare(objective, state);
  optimizer_->start(state.x, views(*optimizer_, state));
  state.memory["schedule"] = chain_.schedule.memory();
}

// h+ = beta2 h + (1 - beta2) z * (H z) with random signs z, before the steps 1, 1 + every, ...
void FirstOrder::estimate_diagonal(Objective& objective, State& state) {
  size_t array = 0;
  for (const ChainMember& member : chain_.members) {
    const size_t first = array;
    array += member.row->states.size();
    const auto done = static_cast<long long>(state.memory["chain"][0]);
    if (member.row->diagonal < 0 || done % member.settings.integer("every") != 0) continue;
    const size_t n = state.x.size();
    Buffer<double> z(n), product(n), gradient(n);
    Random random(0, static_cast<uint64_t>(done));
    for (double& v : z) v = random.below(2) == 0 ? -1 : 1;
    evaluate_curved(objective, state, state.x, gradient);
    objective.curvature()->product(z, product);
    const std::string& name =
        optimizer_->arrays()[first + static_cast<size_t>(member.row->diagonal)].name;
    std::vector<double>& h = state.memory[name];
    const double beta2 = member.settings.real("beta2");
    for (size_t i = 0; i < n; ++i) h[i] = beta2 * h[i] + (1 - beta2) * z[i] * product[i];
  }
}

// sam's gradient into `out`; false where the neighbor has none.
bool FirstOrder::look_uphill(Objective& objective, State& state, std::span<double> out) {
  Buffer<double> away(out.size());
  optimizer_->ascend(state.x, state.gradient, chain_.radius, away);
  return std::isfinite(evaluate(objective, state, away, out)) && std::isfinite(norm(out));
}

Advance FirstOrder::advance(Objective& objective, State& state) {
  prepare(objective, state);
  estimate_diagonal(objective, state);
  const std::vector<double>& watched = state.memory["schedule"];
  const auto done = static_cast<long long>(state.memory["chain"][0]);
  const Buffer<double> before = state.x;
  Advance out;
  out.learning_rate = chain_.learning_rate * chain_.schedule.factor(done, watched);
  Buffer<double> gradient(state.x.size());
  const bool uphill = chain_.radius > 0 && look_uphill(objective, state, gradient);
  optimizer_->step(state.x, uphill ? gradient : state.gradient, out.learning_rate,
                   views(*optimizer_, state));
  const double smooth = evaluate(objective, state, state.x, gradient);
  out.update_norm = distance(state.x, before);
  if (!std::isfinite(smooth) || !std::isfinite(norm(gradient)) || !std::isfinite(norm(state.x))) {
    state.x = before;  // its value and gradient are still there
    out.diverged = true;
    return out;
  }
  double slope = 0;
  for (size_t i = 0; i < before.size(); ++i) slope += state.gradient[i] * (state.x[i] - before[i]);
  out.predicted_decrease = std::abs(slope);
  state.smooth = state.value = smooth;
  std::swap(state.gradient, gradient);
  chain_.schedule.observe(smooth, state.memory["schedule"]);
  return out;
}

bool FirstOrder::report(const Objective& objective, State& state, std::span<double> out) {
  prepare(objective, state);
  optimizer_->report(state.x, out, views(*optimizer_, state));
  return optimizer_->reports();
}

const MethodRow& first_order_row() {
  static const MethodRow row = {
      "first_order",
      "the steps of a chain of transforms",
      "sgd, convex, L-Lipschitz gradient, learning_rate <= 1/L: excess <= |x0-x*|^2/(2tk)",
      "that of its transforms",
      {},
      {Option::text("chain", "adamw", "transforms, schedule and groups, joined by +")},
      [](const Settings& settings) -> std::unique_ptr<Method> {
        return std::make_unique<FirstOrder>(parse_chain(settings.text("chain")));
      }};
  return row;
}

}  // namespace thalweg
