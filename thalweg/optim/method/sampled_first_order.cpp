#include "thalweg/optim/method/sampled_first_order.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

double length(std::span<const float> a) {
  return std::sqrt(parallel_sum(
      a.size(), [&](size_t i) { return static_cast<double>(a[i]) * static_cast<double>(a[i]); }));
}

double change(std::span<const float> a, std::span<const float> b) {
  return std::sqrt(parallel_sum(a.size(), [&](size_t i) {
    const double v = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    return v * v;
  }));
}

}  // namespace

SampledFirstOrder::SampledFirstOrder(Chain chain) : chain_(std::move(chain)) {
  for (const ChainMember& member : chain_.members)
    if (member.row->diagonal >= 0)
      fail(
          "method: {} needs the Hessian's diagonal, which runs on batches do not have; choose "
          "another, such as adamw",
          member.row->name);
}

// The optimizer for the objective's layout, and views of the state's memory, made where it is not
// there already.
void SampledFirstOrder::prepare(const Objective& objective, State& state) {
  if (optimizer_) return;
  optimizer_.emplace(chain_, objective.layout());
  gradient_ = Buffer<float>(objective.size(), 0.0F);
  before_ = Buffer<float>(objective.size());
  if (chain_.radius > 0) away_ = Buffer<float>(objective.size());
  for (const auto& array : optimizer_->arrays()) {
    Buffer<float>& held = state.memory32[array.name];
    if (held.size() != array.size) held = Buffer<float>(array.size, 0.0F);
    views_.arrays.emplace_back(held);
  }
  state.memory["chain"].resize(optimizer_->memory());
  views_.memory = state.memory["chain"];
}

void SampledFirstOrder::init(Objective& objective, State& state) {
  optimizer_.reset();
  views_ = {};
  prepare(objective, state);
  optimizer_->start(state.x32, views_);
  state.memory["schedule"] = chain_.schedule.memory();
  // On a copy: what a batch makes of its statistics belongs to the first step.
  std::copy(state.x32.begin(), state.x32.end(), before_.begin());
  state.smooth = state.value = evaluate(*objective.finite_sum(), state, before_, 0);
}

double SampledFirstOrder::evaluate(FiniteSum& sum, State& state, std::span<float> x,
                                   long long step) {
  ++state.evaluations;
  state.samples += static_cast<long long>(sum.batch());
  return sum.value_and_gradient(x, gradient_, step);
}

Advance SampledFirstOrder::take(FiniteSum& sum, State& state, bool measured) {
  Advance out;
  out.learning_rate =
      chain_.learning_rate * chain_.schedule.factor(state.step - 1, state.memory["schedule"]);
  if (measured) std::copy(state.x32.begin(), state.x32.end(), before_.begin());
  state.value = evaluate(sum, state, state.x32, state.step - 1);
  out.diverged = !std::isfinite(state.value);
  if (out.diverged) return out;
  if (chain_.radius > 0) {
    optimizer_->ascend(state.x32, gradient_, chain_.radius, away_);
    out.diverged = !std::isfinite(evaluate(sum, state, away_, state.step - 1));
    if (out.diverged) return out;
  }
  optimizer_->step(state.x32, gradient_, out.learning_rate, views_);
  if (measured) {
    out.gradient_norm = length(gradient_);
    out.update_norm = change(state.x32, before_);
    out.diverged = !std::isfinite(out.update_norm);
  }
  state.smooth = state.value;
  return out;
}

Advance SampledFirstOrder::advance(Objective& objective, State& state) {
  prepare(objective, state);
  return take(*objective.finite_sum(), state, true);
}

Advance SampledFirstOrder::advance(Objective& objective, State& state, long long steps) {
  prepare(objective, state);
  FiniteSum& sum = *objective.finite_sum();
  Advance out;
  double values = 0;
  for (long long k = 0; k < steps; ++k) {
    ++state.step;
    out = take(sum, state, k + 1 == steps);
    if (out.diverged) return out;
    values += state.value;
  }
  state.smooth = state.value = values / static_cast<double>(steps);
  return out;
}

void SampledFirstOrder::report(const Objective& objective, State& state, std::span<float> out) {
  prepare(objective, state);
  optimizer_->report(state.x32, out, views_);
}

void SampledFirstOrder::observe(State& state, double value) {
  chain_.schedule.observe(value, state.memory["schedule"]);
}

const MethodRow& sampled_first_order_row() {
  static const MethodRow row = {
      "sampled_first_order",
      "the steps of a chain of transforms on batches",
      "sgd, convex, bounded variance, learning_rate as 1/sqrt(t): excess of the average as "
      "1/sqrt(t)",
      "that of its transforms",
      {.finite_sum = true},
      {Option::text("chain", "adamw", "transforms, schedule and groups, joined by +")},
      [](const Settings& settings) -> std::unique_ptr<Method> {
        return std::make_unique<SampledFirstOrder>(parse_chain(settings.text("chain")));
      }};
  return row;
}

}  // namespace thalweg
