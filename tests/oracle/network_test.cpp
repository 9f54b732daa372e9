// A convolutional net against PyTorch: one training step and an evaluation (network.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/model/network.hpp"
#include "thalweg/objective/traced_loss.hpp"

namespace thalweg {
namespace {

std::vector<float> floats(const nlohmann::json& numbers) {
  return numbers.get<std::vector<float>>();
}

void expect_near(std::span<const float> found, const nlohmann::json& numbers,
                 const std::string& what) {
  const auto expected = numbers.get<std::vector<double>>();
  ASSERT_EQ(found.size(), expected.size()) << what;
  double scale = 0;
  for (const double v : expected) scale = std::max(scale, std::abs(v));
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(static_cast<double>(found[i]), expected[i], 1e-5 * scale) << what << " " << i;
}

TEST(NetworkOracle, AStepIsThatOfPyTorch) {
  const auto given = nlohmann::json::parse(read_file(THALWEG_SOURCE "/tests/oracle/network.json"));
  const Network network(
      "conv 3 3x3 no_bias; batch_norm; gelu; maxpool 2; conv 2 3x3 stride=2 padding=1; "
      "leaky_relu 0.2; dense 4",
      {2, 7, 6});
  const Layout& layout = network.layout();
  Buffer<float> x = network.start(0);  // the statistics start at 0 and 1
  for (const auto& [name, values] : given["start"].items()) {
    const std::vector<float> numbers = floats(values);
    ASSERT_EQ(numbers.size(), layout[name].size) << name;
    std::copy(numbers.begin(), numbers.end(), x.begin() + static_cast<long>(layout[name].offset));
  }
  TracedLoss loss;
  loss.model = network.traced();
  loss.loss = &find(traced_losses(), "loss", "cross_entropy");
  loss.loss_settings = Settings("loss", loss.loss->options);
  loss.loss_settings.set("label_smoothing", "0.1");
  loss.class_weights = given["class_weights"].get<std::vector<double>>();
  const std::vector<float> images = floats(given["x"]);
  const auto labels = given["labels"].get<std::vector<int32_t>>();
  const std::vector<int32_t> keys(10, 0);
  TracedProgram::Inputs in;
  in.x = images.data(), in.target = labels.data(), in.keys = keys.data();

  TracedProgram training =
      TracedProgram::gradient(loss, 5, DType::float32, TracedProgram::Use::training);
  float value = 0;
  Buffer<float> gradient(layout.size()), moved(6);
  std::vector<void*> results = {&value};
  for (const size_t k : training.trained())
    results.push_back(gradient.data() + layout.tensors()[k].offset);
  ASSERT_EQ(training.moved().size(), 2u);
  results.push_back(moved.data()), results.push_back(moved.data() + 3);
  training.run(in, x.data(), results);
  EXPECT_NEAR(static_cast<double>(value), given["loss"].get<double>(), 1e-6);
  for (const auto& [name, values] : given["gradient"].items())
    expect_near(std::span<const float>(gradient).subspan(layout[name].offset, layout[name].size),
                values, name);
  expect_near(std::span<const float>(moved).first(3), given["running_mean"], "running mean");
  expect_near(std::span<const float>(moved).last(3), given["running_variance"], "variance");

  std::copy_n(moved.data(), 3, x.data() + layout["batch_norm1.running_mean"].offset);
  std::copy_n(moved.data() + 3, 3, x.data() + layout["batch_norm1.running_variance"].offset);
  TracedProgram evaluation = TracedProgram::predictions(loss, 5, false);
  Buffer<float> predicted(20);
  void* const out[] = {predicted.data()};
  evaluation.run(in, x.data(), out);
  expect_near(predicted, given["evaluation"], "prediction");
}

}  // namespace
}  // namespace thalweg
