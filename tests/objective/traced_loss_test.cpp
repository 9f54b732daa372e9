// Programs of a traced loss: what they ask for and what they give.
#include "thalweg/objective/traced_loss.hpp"

#include <gtest/gtest.h>

#include "tests/objective/traced_cases.hpp"

namespace thalweg {
namespace {

using namespace testing;

TEST(TracedLoss, GradientsComeTensorByTensorThenWhatMoves) {
  const TracedLoss loss = loss_of("cross_entropy", 2);
  const TracedProgram training =
      TracedProgram::gradient(loss, 8, DType::float32, TracedProgram::Use::training);
  EXPECT_EQ(training.trained(), (std::vector<size_t>{0, 1, 3}));
  EXPECT_EQ(training.moved(), (std::vector<size_t>{2}));
  EXPECT_EQ(training.program().outputs().size(), 1u + 3 + 1);
  const TracedProgram evaluation =
      TracedProgram::gradient(loss, 8, DType::float64, TracedProgram::Use::evaluation);
  EXPECT_TRUE(evaluation.moved().empty());
}

TEST(TracedLoss, WhatIsNotGivenIsAFault) {
  TracedLoss loss = loss_of("squared", 1);
  loss.weighted = true;
  TracedProgram program = TracedProgram::predictions(loss, 2, true);
  const Buffer<float> x = point_of<float>(loss.model.layout);
  const float sample[6] = {1, 2, 3, 4, 5, 6}, target[2] = {0, 1}, weight[2] = {1, 3};
  float predicted[2], terms[2], weights[2];
  void* const results[] = {predicted, terms, weights};
  TracedProgram::Inputs in;
  in.x = sample, in.target = target;
  EXPECT_THROW(program.run(in, x.data(), results), std::logic_error);
  in.weight = weight;
  program.run(in, x.data(), results);
  EXPECT_EQ(weights[1], 3);
  const float r = predicted[1] - 1;
  EXPECT_NEAR(terms[1], 3 * r * r / 2, 1e-6);
}

}  // namespace
}  // namespace thalweg
