#include "thalweg/optim/method/first_order.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

template <class T>
double length(std::span<const T> a) {
  return std::sqrt(parallel_sum(a.size(), [&](size_t i) {
    const auto v = static_cast<double>(a[i]);
    return v * v;
  }));
}

template <class T>
double change(std::span<const T> a, std::span<const T> b) {
  return std::sqrt(parallel_sum(a.size(), [&](size_t i) {
    const double v = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    return v * v;
  }));
}

// Where a state's numbers of either width lie.
std::span<float> array_of(State& state, const std::string& name, float) {
  return state.memory32.at(name);
}
std::span<double> array_of(State& state, const std::string& name, double) {
  return state.memory.at(name);
}

}  // namespace

FirstOrder::FirstOrder(Chain chain, Schedule schedule, std::vector<TensorGroup> groups)
    : chain_(std::move(chain)), schedule_(std::move(schedule)), groups_(std::move(groups)) {}

const MethodRow& FirstOrder::row() {
  static const MethodRow row = {"first_order",
                                "a chain of transforms of the gradient",
                                "none known in general",
                                "",
                                {},
                                {},
                                nullptr};
  return row;
}

void FirstOrder::bind(Objective& objective, State& state) {
  const bool sum = objective.finite_sum() != nullptr;
  if (sum ? narrow_ != nullptr : wide_ != nullptr) return;
  const size_t n = objective.size();
  if (sum) {
    narrow_ = std::make_unique<Optimizer<float>>(chain_, objective.layout(), groups_);
    gradient32_ = Buffer<float>(n, 0.0F);
    before32_ = Buffer<float>(n);
    for (const auto& array : narrow_->arrays())
      if (const auto found = state.memory32.find(array.name);
          found != state.memory32.end() && found->second.size() != array.size)
        throw std::logic_error("first_order: the state of " + array.name + " has another size");
  } else {
    wide_ = std::make_unique<Optimizer<double>>(chain_, objective.layout(), groups_);
    before_ = Buffer<double>(n);
  }
}

template <class T>
OptimizerState<T> FirstOrder::views(State& state, const Optimizer<T>& optimizer) const {
  OptimizerState<T> out;
  for (const auto& array : optimizer.arrays())
    out.arrays.push_back(array_of(state, array.name, T{}));
  out.memory = state.memory.at("optimizer");
  return out;
}

void FirstOrder::init(Objective& objective, State& state) {
  bind(objective, state);
  state.memory["schedule"] = schedule_.memory();
  FiniteSum* sum = objective.finite_sum();
  if (sum == nullptr) {
    Method::init(objective, state);
    state.memory["optimizer"].assign(wide_->memory(), 0.0);
    for (const auto& array : wide_->arrays()) state.memory[array.name].assign(array.size, 0.0);
    wide_->start(state.x, views(state, *wide_));
    return;
  }
  state.memory["optimizer"].assign(narrow_->memory(), 0.0);
  for (const auto& array : narrow_->arrays())
    state.memory32[array.name] = Buffer<float>(array.size, 0.0F);
  narrow_->start(state.x32, views(state, *narrow_));
  // The value at the start is that of the first batch; the statistics that it moves are put back.
  std::copy(state.x32.begin(), state.x32.end(), before32_.begin());
  state.smooth = state.value = sum->value_and_gradient(before32_, gradient32_, 0);
  ++state.evaluations;
  state.samples += static_cast<long long>(sum->batch());
}

double FirstOrder::learning_rate(const State& state, long long step) const {
  return chain_.learning_rate * schedule_.factor(step - 1, state.memory.at("schedule"));
}

template <class T>
Advance FirstOrder::take(Objective& objective, State& state, std::span<T> x,
                         Optimizer<T>& optimizer, bool measured) {
  Advance out;
  out.learning_rate = learning_rate(state, state.step);
  constexpr bool narrow = sizeof(T) == sizeof(float);
  std::span<T> before, gradient;
  if constexpr (narrow) {
    FiniteSum& sum = *objective.finite_sum();
    before = before32_, gradient = gradient32_;
    state.value = sum.value_and_gradient(x, gradient, state.step - 1);
    ++state.evaluations;
    state.samples += static_cast<long long>(sum.batch());
    out.diverged = !std::isfinite(state.value);
    if (out.diverged) return out;
    if (measured) out.gradient_norm = length<T>(gradient);
  } else {
    before = before_, gradient = state.gradient;
  }
  if (measured) std::copy(x.begin(), x.end(), before.begin());
  optimizer.step(x, gradient, out.learning_rate, views(state, optimizer));
  if (measured) out.update_norm = change<T>(x, before);
  if constexpr (!narrow) {
    const double value = evaluate(objective, state, x, gradient);
    out.diverged = !std::isfinite(value);
    if (out.diverged)
      std::copy(before.begin(), before.end(), x.begin());
    else
      state.value = value;
  }
  state.smooth = state.value;
  return out;
}

Advance FirstOrder::advance(Objective& objective, State& state) {
  bind(objective, state);
  if (objective.finite_sum() != nullptr)
    return take<float>(objective, state, state.x32, *narrow_, true);
  return take<double>(objective, state, state.x, *wide_, true);
}

Advance FirstOrder::advance(Objective& objective, State& state, long long steps) {
  if (objective.finite_sum() == nullptr) return Method::advance(objective, state, steps);
  bind(objective, state);
  Advance out;
  double sum = 0;
  for (long long k = 0; k < steps; ++k) {
    ++state.step;
    out = take<float>(objective, state, state.x32, *narrow_, k + 1 == steps);
    if (out.diverged) return out;
    sum += state.value;
  }
  state.smooth = state.value = sum / static_cast<double>(steps);
  return out;
}

void FirstOrder::report(Objective& objective, const State& state, std::span<float> out) {
  bind(objective, const_cast<State&>(state));
  narrow_->report(state.x32, out, views(const_cast<State&>(state), *narrow_));
}

void FirstOrder::observe(State& state, double value) {
  schedule_.observe(value, state.memory.at("schedule"));
}

}  // namespace thalweg
