// Batches of a traced loss: each step a pure function of its number, together the whole.
#include "thalweg/objective/sampled.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/objective/traced_cases.hpp"

namespace thalweg {
namespace {

using namespace testing;

BatchOptions batches_of(size_t batch) {
  BatchOptions out;
  out.batch = batch;
  out.seed = 3;
  return out;
}

TEST(Sampled, ABatchOfAllIsTheWhole) {
  const SampleSet samples = made_samples(64);
  TracedLoss loss = loss_of("cross_entropy", 2);
  loss.l2 = 0.01;
  SampledObjective objective(loss, samples, all_of(samples), batches_of(64));
  Buffer<float> x = point_of<float>(loss.model.layout), g(x.size(), 0.0F);
  Buffer<double> wide(x.size()), exact(x.size());
  std::copy(x.begin(), x.end(), wide.begin());
  const double whole = static_cast<Objective&>(objective).value_and_gradient(wide, exact);
  EXPECT_NEAR(objective.finite_sum()->value_and_gradient(x, g, 0), whole, 1e-6);
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(static_cast<double>(g[i]), exact[i], 1e-6) << i;
}

TEST(Sampled, AStepDependsOnItsNumberAlone) {
  const SampleSet samples = made_samples(50);
  const TracedLoss loss = loss_of("squared", 1);
  SampledObjective first(loss, samples, all_of(samples), batches_of(8));
  SampledObjective second(loss, samples, all_of(samples), batches_of(8));
  FiniteSum &a = *first.finite_sum(), &b = *second.finite_sum();
  EXPECT_EQ(a.steps_per_epoch(), 6u);
  EXPECT_EQ(a.samples(), 50u);
  Buffer<float> x = point_of<float>(loss.model.layout), ga(x.size(), 0.0F), gb(x.size(), 0.0F);
  std::vector<double> values;
  for (long long step = 0; step < 15; ++step) values.push_back(a.value_and_gradient(x, ga, step));
  for (const long long step : {14, 3, 4, 0, 11}) {
    EXPECT_EQ(b.value_and_gradient(x, gb, step), values[static_cast<size_t>(step)]) << step;
    if (step == 14) {
      EXPECT_TRUE(std::equal(ga.begin(), ga.end(), gb.begin()));
    }
  }
  EXPECT_NE(values[0], values[6]);  // another order in each epoch
}

TEST(Sampled, AccumulatedGradientsAreThoseOfALargerBatch) {
  SampleSet samples = made_samples(70);
  std::vector<float> weights(70);
  for (size_t i = 0; i < 70; ++i) weights[i] = i % 7 == 0 ? 0.0F : 0.5F + static_cast<float>(i % 3);
  samples.weights = weights;
  for (const bool weighted : {false, true}) {
    TracedLoss loss = loss_of("cross_entropy", 2);
    loss.l2 = 0.01;
    loss.weighted = weighted;
    if (weighted) loss.class_weights = {1, 3};
    SampledObjective whole(loss, samples, all_of(samples), batches_of(24));
    SampledObjective parts(loss, samples, all_of(samples), batches_of(8), {}, 3);
    FiniteSum &a = *whole.finite_sum(), &b = *parts.finite_sum();
    EXPECT_EQ(b.batch(), 24u);
    EXPECT_EQ(b.steps_per_epoch(), a.steps_per_epoch());
    Buffer<float> x = point_of<float>(loss.model.layout), y = x;
    Buffer<float> ga(x.size(), 0.0F), gb(x.size(), 0.0F);
    for (const long long step : {0, 1, 2, 5, 5, 3}) {
      EXPECT_NEAR(a.value_and_gradient(x, ga, step), b.value_and_gradient(y, gb, step), 1e-6);
      for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(ga[i], gb[i], 1e-6) << step << " " << i;
    }
  }
  const TracedLoss loss = loss_of("squared", 1);
  EXPECT_THROW(SampledObjective(loss, samples, all_of(samples), batches_of(8), {}, 9), Error);
}

TEST(Sampled, AStepThatIsAskedAgainIsTheSame) {
  const SampleSet samples = made_samples(50);
  const TracedLoss loss = loss_of("squared", 1);
  for (const size_t accumulate : {1, 2}) {
    SampledObjective objective(loss, samples, all_of(samples), batches_of(8), {}, accumulate);
    FiniteSum& sum = *objective.finite_sum();
    Buffer<float> x = point_of<float>(loss.model.layout), g(x.size(), 0.0F);
    for (long long step = 0; step < 7; ++step) {
      Buffer<float> at = x, again = x;
      EXPECT_EQ(sum.value_and_gradient(at, g, step), sum.value_and_gradient(again, g, step));
    }
  }
}

TEST(Sampled, WhatIsNotTrainedMovesOn) {
  const SampleSet samples = made_samples(16);
  const TracedLoss loss = loss_of("squared", 1);
  SampledObjective objective(loss, samples, all_of(samples), batches_of(8));
  Buffer<float> x = point_of<float>(loss.model.layout), g(x.size(), 7.0F);
  const float before = x[16];
  objective.finite_sum()->value_and_gradient(x, g, 0);
  EXPECT_EQ(x[16], before + 1);
  EXPECT_EQ(g[16], 7.0F);
}

TEST(Sampled, HeldOutLossesAreThoseOfTheSamples) {
  const SampleSet samples = made_samples(300);  // a batch and a part of one
  TracedLoss loss = loss_of("cross_entropy", 2);
  std::vector<uint32_t> rows = all_of(samples);
  rows.erase(rows.begin(), rows.begin() + 10);
  HeldOutSamples held_out(loss, samples, rows);
  const Buffer<float> x = point_of<float>(loss.model.layout);
  std::vector<float> losses(290);
  held_out.losses(x, losses);
  Buffer<double> wide(x.size());
  std::copy(x.begin(), x.end(), wide.begin());
  double mean = 0;
  for (const float v : losses) mean += static_cast<double>(v) / 290;
  EXPECT_NEAR(TracedObjective(loss, samples, rows).value(wide), mean, 1e-6);
  const std::vector<float> z = predict(loss.model, samples, rows, x);
  EXPECT_EQ(held_out.predictions(), z);
  size_t right = 0;
  for (size_t i = 0; i < rows.size(); ++i)
    right += (z[2 * i + 1] > z[2 * i]) == (samples.labels[rows[i]] == 1);
  EXPECT_DOUBLE_EQ(held_out.accuracy(), static_cast<double>(right) / 290);
}

TEST(Sampled, WeightsAreThoseOfTheMean) {
  const SampleSet samples = made_samples(20);
  TracedLoss loss = loss_of("cross_entropy", 2);
  loss.weighted = true;
  loss.class_weights = {1, 3};
  HeldOutSamples held_out(loss, samples, all_of(samples));
  const Buffer<float> x = point_of<float>(loss.model.layout);
  std::vector<float> losses(20);
  held_out.losses(x, losses);
  Buffer<double> wide(x.size());
  std::copy(x.begin(), x.end(), wide.begin());
  double mean = 0;
  for (const float v : losses) mean += static_cast<double>(v) / 20;
  EXPECT_NEAR(TracedObjective(loss, samples, all_of(samples)).value(wide), mean, 1e-6);
}

}  // namespace
}  // namespace thalweg
