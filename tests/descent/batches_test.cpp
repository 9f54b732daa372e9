// Runs on batches: records, validation, early stopping, and going on from a checkpoint.
#include "thalweg/descent/batches.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/noisy_sum.hpp"
#include "thalweg/optim/method/sampled_first_order.hpp"

namespace thalweg {
namespace {

using testing::Centered;
using testing::NoisySum;

struct Made {
  explicit Made(const char* chain, double noise = 0.2)
      : objective(noise), method(parse_chain(chain)) {
    run.state.x32 = Buffer<float>(objective.size(), 3.0F);
  }
  Verdict descend(HeldOut* held_out = nullptr) {
    return thalweg::descend(objective, method, sampled_first_order_row(), options, observer, run,
                            held_out);
  }
  NoisySum objective;
  SampledFirstOrder method;
  DescendOptions options;
  Observer observer;
  Progress run;
};

TEST(Batches, AConstantRateEndsAtTheNoiseFloor) {
  Made made("sgd(0.2)");
  made.options.steps = 2000;
  const Verdict verdict = made.descend();
  EXPECT_EQ(verdict.outcome, Outcome::noise_floor) << verdict.reason;
  EXPECT_EQ(verdict.stop, "steps");
  EXPECT_EQ(exit_code(verdict), 0);
  EXPECT_NE(verdict.reason.find("t = "), std::string::npos);
  EXPECT_DOUBLE_EQ(verdict.last.epoch, 20);
  EXPECT_EQ(made.run.history.records().size(), 1001u);  // 50 an epoch, and the start
}

TEST(Batches, ASmallRateIsStillDescending) {
  Made made("sgd(0.0005)");
  made.options.steps = 1000;
  const Verdict verdict = made.descend();
  EXPECT_EQ(verdict.outcome, Outcome::descending) << verdict.reason;
  EXPECT_EQ(exit_code(verdict), 3);
}

TEST(Batches, ALossThatFallsIsForecast) {
  Made made("sgd(0.0005)");
  made.options.steps = 3000;
  const Verdict verdict = made.descend();
  ASSERT_EQ(verdict.outcome, Outcome::descending) << verdict.reason;
  EXPECT_EQ(verdict.forecast.refusal, "");
  EXPECT_GT(verdict.forecast.steps, 0);
  EXPECT_LE(verdict.forecast.low, verdict.forecast.steps);
  EXPECT_GE(verdict.forecast.high, verdict.forecast.steps);
  EXPECT_NE(verdict.forecast.basis.find("half of what is left"), std::string::npos);
}

TEST(Batches, WhatNoLongerFallsOrHasEndedItsScheduleIsNotForecast) {
  Made floor("sgd(0.2)");
  floor.options.steps = 2000;
  EXPECT_NE(floor.descend().forecast.refusal.find("does not fall"), std::string::npos);
  Made annealed("sgd(0.0005) + cosine(steps=1000)");
  annealed.options.steps = 1000;
  const Verdict verdict = annealed.descend();
  ASSERT_EQ(verdict.outcome, Outcome::descending) << verdict.reason;
  EXPECT_NE(verdict.forecast.refusal.find("schedule"), std::string::npos);
  EXPECT_TRUE(std::isnan(verdict.forecast.steps));
}

TEST(Batches, AnAnnealedRateClaimsNoFloor) {
  Made made("sgd(0.2) + cosine(steps=2000)");
  made.options.steps = 2000;
  const Verdict verdict = made.descend();
  EXPECT_TRUE(verdict.outcome == Outcome::undecided || verdict.outcome == Outcome::descending)
      << verdict.reason;
}

TEST(Batches, TheBestValidationIsRestored) {
  Made made("sgd(0.05)");
  made.objective.drift = 0.01;  // away from what the held-out samples want
  made.options.steps = 2000;
  made.options.patience = 3;
  Centered held_out(1, 200);
  std::vector<Record> validated;
  made.observer.record = [&](const Record& record) {
    if (std::isfinite(record.validation_value)) validated.push_back(record);
  };
  const Verdict verdict = made.descend(&held_out);
  EXPECT_EQ(verdict.outcome, Outcome::validated) << verdict.reason;
  EXPECT_EQ(verdict.stop, "validation");
  EXPECT_EQ(verdict.last.step, made.run.best_step + 300);
  EXPECT_EQ(validated.size(), static_cast<size_t>(verdict.last.step / 100));
  EXPECT_TRUE(std::equal(made.run.best.begin(), made.run.best.end(), made.run.state.x32.begin()));
  for (const Record& record : validated)
    EXPECT_GE(record.validation_value, verdict.last.validation_value);
}

TEST(Batches, WithoutALaterWorseStepNothingIsValidated) {
  Made made("sgd(0.005)");
  made.options.steps = 500;
  Centered held_out(0, 200);
  const Verdict verdict = made.descend(&held_out);
  EXPECT_NE(verdict.outcome, Outcome::validated) << verdict.reason;
  EXPECT_EQ(made.run.best_step, 500);
}

TEST(Batches, ABrokenValueHasDiverged) {
  Made made("sgd(0.1)");
  made.objective.breaks_at = 333;
  made.options.steps = 1000;
  const Verdict verdict = made.descend();
  EXPECT_EQ(verdict.outcome, Outcome::diverged) << verdict.reason;
  EXPECT_EQ(verdict.stop, "diverged");
  EXPECT_EQ(exit_code(verdict), 3);
  for (const float v : made.run.state.x32) EXPECT_TRUE(std::isfinite(v));
}

TEST(Batches, TooFewStepsDecideNothing) {
  Made made("sgd(0.1)");
  made.options.steps = 6;
  EXPECT_EQ(made.descend().outcome, Outcome::undecided);
}

TEST(Batches, ARunGoesOnBitForBitInMidEpoch) {
  const char* chain = "adamw(0.01) + ema(0.9) + cosine(steps=700)";
  Made whole(chain), cut(chain), rest(chain);
  Centered held_out(0.5, 50);
  for (Made* made : {&whole, &cut, &rest}) made->options.steps = 700;
  whole.descend(&held_out);
  Progress kept;
  cut.observer.stop_requested = [&] { return cut.run.state.step >= 346; };
  cut.observer.ended = [&](const Progress& now, const std::string&) { kept = now; };
  EXPECT_TRUE(cut.descend(&held_out).signalled);
  EXPECT_EQ(kept.state.step, 346);
  rest.run = kept;
  rest.descend(&held_out);
  EXPECT_TRUE(std::equal(whole.run.state.x32.begin(), whole.run.state.x32.end(),
                         rest.run.state.x32.begin()));
  EXPECT_EQ(whole.run.best_step, rest.run.best_step);
  EXPECT_EQ(whole.run.validations, rest.run.validations);
  EXPECT_EQ(whole.run.last.value, rest.run.last.value);
}

}  // namespace
}  // namespace thalweg
