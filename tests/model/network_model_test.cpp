// Fitted networks: what they save is what they load, and what their outputs mean.
#include "thalweg/model/network_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

NetworkModel made(const std::string& loss, std::vector<std::string> labels, size_t outputs) {
  NetworkModel model;
  model.name = "mlp(hidden=4)";
  model.network = "flatten; dense 4; tanh; dense " + std::to_string(outputs);
  model.sample = {1, 1, 3};
  model.loss = loss;
  ImageRecipe recipe;
  recipe.height = 1, recipe.width = 3;
  recipe.mean = {0.5}, recipe.deviation = {2};
  recipe.classes = std::move(labels);
  model.recipe = recipe;
  model.parameters = Network(model.network, model.sample).start(4);
  return model;
}

SampleSet sample_of(const std::vector<float>& x) {
  auto kept = std::make_shared<std::vector<float>>(x);
  SampleSet out;
  out.count = x.size() / 3;
  out.shape = {1, 1, 3};
  out.numbers = kept->data();
  out.storage = kept;
  return out;
}

TEST(NetworkModel, WhatIsSavedIsLoaded) {
  NetworkModel model = made("cross_entropy", {"a", "b", "c"}, 3);
  model.target_center = 1.5;
  const Safetensors file = to_safetensors(model);
  EXPECT_TRUE(holds_network(file, "file"));
  EXPECT_TRUE(file.contains("dense2.bias"));
  const NetworkModel again = network_from_safetensors(file, "file");
  EXPECT_EQ(again.name, model.name);
  EXPECT_EQ(again.labels(), model.labels());
  EXPECT_EQ(again.target_center, 1.5);
  EXPECT_TRUE(
      std::equal(model.parameters.begin(), model.parameters.end(), again.parameters.begin()));
  EXPECT_EQ(to_bytes(to_safetensors(again)), to_bytes(file));
}

TEST(NetworkModel, OutputsMeanWhatTheLossSays) {
  const SampleSet samples = sample_of({1, -1, 0.5F, 2, 0, -3});
  const std::vector<uint32_t> rows = {1, 0};
  const Predictions many = predict(made("cross_entropy", {"a", "b", "c"}, 3), samples, rows);
  ASSERT_EQ(many.probabilities.size(), 6u);
  for (size_t i = 0; i < 2; ++i) {
    double sum = 0;
    for (size_t c = 0; c < 3; ++c) sum += many.probabilities[i * 3 + c];
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_NEAR(many.probabilities[i * 3] / many.probabilities[i * 3 + 1],
                std::exp(many.scores[i * 3] - many.scores[i * 3 + 1]), 1e-9);
  }
  const Predictions two = predict(made("binary_cross_entropy", {"no", "yes"}, 1), samples, rows);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(two.probabilities[2 * i + 1], 1 / (1 + std::exp(-two.scores[i])), 1e-12);
    EXPECT_NEAR(two.probabilities[2 * i] + two.probabilities[2 * i + 1], 1, 1e-12);
    EXPECT_EQ(two.values[i], two.scores[i] > 0 ? 1 : 0);
  }
  EXPECT_TRUE(predict(made("hinge", {"no", "yes"}, 1), samples, rows).probabilities.empty());
  NetworkModel numbers = made("squared", {}, 1);
  const Predictions plain = predict(numbers, samples, rows);
  numbers.target_center = 10, numbers.target_scale = 2;
  const Predictions scaled = predict(numbers, samples, rows);
  for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(scaled.values[i], 10 + 2 * plain.values[i], 1e-12);
}

TEST(NetworkModel, ALossMustSuitTheTarget) {
  EXPECT_EQ(choose_loss("auto", {}).call, "squared");
  EXPECT_EQ(choose_loss("auto", {"a", "b"}).call, "cross_entropy");
  EXPECT_EQ(outputs_of(choose_loss("auto", {"a", "b"}), {"a", "b"}), 2u);
  EXPECT_EQ(outputs_of(choose_loss("hinge", {"a", "b"}), {"a", "b"}), 1u);
  EXPECT_THROW(choose_loss("hinge", {"a", "b", "c"}), Error);
  EXPECT_THROW(choose_loss("squared", {"a", "b"}), Error);
  EXPECT_THROW(choose_loss("cross_entropy", {}), Error);
  EXPECT_THROW(choose_loss("contrastive", {"a", "b"}), Error);
}

}  // namespace
}  // namespace thalweg
