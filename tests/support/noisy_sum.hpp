// A finite sum for the tests of methods and of the loop: (x - shift)^2 / 2 with noise in the
// gradients that is a pure function of the step.
#pragma once

#include "thalweg/base/random.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg::testing {

class NoisySum final : public Objective, private FiniteSum {
 public:
  explicit NoisySum(double noise, size_t size = 5) : noise_(noise) { layout_.add("x", {size}); }

  const Layout& layout() const override { return layout_; }
  double value_and_gradient(std::span<const double>, std::span<double>) override { return 0; }
  double value(std::span<const double>) override { return 0; }
  FiniteSum* finite_sum() override { return this; }

  double drift = 0;          // of the minimum, a step: what is best on other samples moves away
  long long breaks_at = -1;  // value not finite at this step

 private:
  size_t samples() const override { return 100 * batch(); }
  size_t batch() const override { return 4; }
  size_t steps_per_epoch() const override { return 100; }
  double value_and_gradient(std::span<float> x, std::span<float> gradient,
                            long long step) override {
    Random random(8, static_cast<uint64_t>(step));
    if (step == breaks_at) return std::numeric_limits<double>::quiet_NaN();
    double value = 1;
    for (size_t i = 0; i < x.size(); ++i) {
      const double away = static_cast<double>(x[i]) - drift * static_cast<double>(step);
      const double noise = noise_ * random.normal();
      value += away * away / 2 + noise * away;
      gradient[i] = static_cast<float>(away + noise);
    }
    return value;
  }

  Layout layout_;
  double noise_;
};

// Held-out samples whose minimum is `center`.
class Centered final : public HeldOut {
 public:
  Centered(double center, size_t count) : center_(center), count_(count) {}
  size_t samples() const override { return count_; }
  void losses(std::span<const float> x, std::span<float> out) override {
    for (size_t i = 0; i < count_; ++i) {
      Random random(7, i);
      const double at = center_ + 0.1 * random.normal();
      double sum = 0;
      for (const float v : x)
        sum += (static_cast<double>(v) - at) * (static_cast<double>(v) - at) / 2;
      out[i] = static_cast<float>(sum);
    }
  }
  double accuracy() const override { return unknown_; }

 private:
  double center_;
  size_t count_;
  double unknown_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace thalweg::testing
