// Chains on batches: by plain loops, several steps a call, and from a state that was kept.
#include "thalweg/optim/method/sampled_first_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/noisy_sum.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

using testing::NoisySum;

State started(Objective& objective, Method& method) {
  State state;
  state.x32 = Buffer<float>(objective.size(), 3.0F);
  method.init(objective, state);
  return state;
}

bool same(const Buffer<float>& a, const Buffer<float>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

TEST(SampledFirstOrder, PlainStepsAreThoseOfALoop) {
  NoisySum objective(0.3);
  SampledFirstOrder method(parse_chain("sgd(0.1) + linear(steps=10, end=0)"));
  State state = started(objective, method);
  Buffer<float> x(5, 3.0F), g(5, 0.0F);
  for (long long step = 0; step < 5; ++step) {
    objective.finite_sum()->value_and_gradient(x, g, step);
    const double rate = 0.1 * (1 - static_cast<double>(step) / 10);
    for (size_t i = 0; i < 5; ++i) x[i] -= static_cast<float>(rate) * g[i];
    ++state.step;
    const Advance advance = method.advance(objective, state);
    EXPECT_NEAR(advance.learning_rate, rate, 1e-15);
    EXPECT_GT(advance.gradient_norm, 0);
    for (size_t i = 0; i < 5; ++i) EXPECT_NEAR(state.x32[i], x[i], 1e-6);
  }
  EXPECT_EQ(state.evaluations, 6);
  EXPECT_EQ(state.samples, 24);
}

TEST(SampledFirstOrder, SeveralStepsACallHaveTheBitsOfSingleOnes) {
  for (const char* chain : {"adamw(0.01)", "clip_global_norm(1) + momentum(0.05) + ema(0.9)",
                            "schedule_free_adamw(0.02)", "lion(0.01) + cosine(steps=30)"}) {
    NoisySum objective(0.3);
    SampledFirstOrder one(parse_chain(chain)), many(parse_chain(chain));
    State a = started(objective, one), b = started(objective, many);
    for (int k = 0; k < 21; ++k) {
      ++a.step;
      one.advance(objective, a);
    }
    many.advance(objective, b, 20);
    many.advance(objective, b, 1);
    EXPECT_TRUE(same(a.x32, b.x32)) << chain;
    EXPECT_EQ(a.value, b.value);
  }
}

TEST(SampledFirstOrder, AStateGoesOnBitForBit) {
  for (const char* chain : {"adamw(0.01)", "adam(0.01) + ema(0.9)", "schedule_free_sgd(0.1)",
                            "rmsprop(0.01) + lookahead", "sgd(0.1) + plateau"}) {
    NoisySum objective(0.3);
    SampledFirstOrder whole(parse_chain(chain)), first(parse_chain(chain));
    State a = started(objective, whole), b = started(objective, first);
    whole.advance(objective, a, 17);
    whole.observe(a, 2);
    whole.advance(objective, a, 13);
    first.advance(objective, b, 17);
    first.observe(b, 2);
    State kept = b;
    SampledFirstOrder second(parse_chain(chain));
    second.advance(objective, kept, 13);
    EXPECT_TRUE(same(a.x32, kept.x32)) << chain;
    Buffer<float> reported(5), again(5);
    whole.report(objective, a, reported);
    second.report(objective, kept, again);
    EXPECT_TRUE(same(reported, again)) << chain;
  }
}

TEST(SampledFirstOrder, AnAverageIsReported) {
  NoisySum objective(1);
  SampledFirstOrder method(parse_chain("sgd(0.5) + ema(0.99)"));
  State state = started(objective, method);
  method.advance(objective, state, 2000);
  Buffer<float> reported(5);
  method.report(objective, state, reported);
  double last = 0, average = 0;
  for (size_t i = 0; i < 5; ++i) {
    last += std::abs(static_cast<double>(state.x32[i]));
    average += std::abs(static_cast<double>(reported[i]));
  }
  EXPECT_LT(average, 0.5 * last);
}

TEST(SampledFirstOrder, WhatIsNotFiniteIsNoticed) {
  NoisySum objective(0.1);
  objective.breaks_at = 7;
  SampledFirstOrder method(parse_chain("sgd(0.1)"));
  State state = started(objective, method);
  const Advance advance = method.advance(objective, state, 20);
  EXPECT_TRUE(advance.diverged);
  EXPECT_EQ(state.step, 8);
  for (const float v : state.x32) EXPECT_TRUE(std::isfinite(v));
}

TEST(SampledFirstOrder, RefusesWhatAsksForTheHessian) {
  EXPECT_THROW(SampledFirstOrder(parse_chain("sophia(0.1)")), Error);
}

TEST(SampledFirstOrder, NeedsBatches) {
  class Plain final : public Objective {
   public:
    Plain() { layout_.add("x", {1}); }
    const Layout& layout() const override { return layout_; }
    double value_and_gradient(std::span<const double>, std::span<double>) override { return 0; }
    double value(std::span<const double>) override { return 0; }

   private:
    Layout layout_;
  } plain;
  EXPECT_THROW(check_needs(sampled_first_order_row(), plain), Error);
}

}  // namespace
}  // namespace thalweg
