// Networks from their descriptions: names, shapes, starts, and what is refused, in one line.
#include "thalweg/model/network.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/graph_evaluator.hpp"
#include "thalweg/base/catalog.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

std::vector<std::string> names_of(const Layout& layout) {
  std::vector<std::string> out;
  for (const TensorPlace& tensor : layout.tensors()) out.push_back(tensor.name);
  return out;
}

std::string refusal(std::string_view description, Shape sample = {1, 8, 8}) {
  try {
    Network(description, std::move(sample));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// The prediction at `parameters` of x [batch, sample...], by the slow evaluator.
std::vector<double> predicted(const Network& network, const Buffer<float>& parameters,
                              const std::vector<double>& x, size_t batch, bool training) {
  Graph graph;
  std::map<NodeId, Array> given;
  Shape shape = {batch};
  shape.insert(shape.end(), network.sample().begin(), network.sample().end());
  const Symbol in = graph.input("x", DType::float32, shape);
  given[in.id()] = {shape, x};
  Symbol keys;
  if (training) {
    keys = graph.input("keys", DType::int32, {batch, 2});
    given[keys.id()] = {{batch, 2}, std::vector<double>(2 * batch, 7.0)};
  }
  std::vector<Symbol> tensors;
  for (const TensorPlace& place : network.layout().tensors()) {
    tensors.push_back(graph.input(place.name, DType::float32, place.shape));
    given[tensors.back().id()] = {
        place.shape,
        std::vector<double>(parameters.begin() + static_cast<long>(place.offset),
                            parameters.begin() + static_cast<long>(place.offset + place.size))};
  }
  const TracedOutput out = network.traced().trace(in, tensors, keys);
  return evaluate(out.prediction, given).values;
}

TEST(Network, TensorsAreCalledByLayerAndRole) {
  const Network network(
      "conv 4 3x3 no_bias; batch_norm; relu; maxpool 2; dropout 0.5; dense 5; relu; dense 3",
      {1, 8, 8});
  EXPECT_EQ(
      names_of(network.layout()),
      (std::vector<std::string>{"conv1.weight", "batch_norm1.scale", "batch_norm1.shift",
                                "batch_norm1.running_mean", "batch_norm1.running_variance",
                                "dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"}));
  EXPECT_EQ(network.layout()["conv1.weight"].shape, (Shape{4, 1, 3, 3}));
  EXPECT_EQ(network.layout()["dense1.weight"].shape, (Shape{5, 4 * 4 * 4}));
  EXPECT_FALSE(network.layout()["batch_norm1.running_mean"].trained);
  EXPECT_TRUE(network.layout()["batch_norm1.scale"].trained);
  EXPECT_EQ(network.output(), Shape{3});
  EXPECT_TRUE(network.traced().drawn);
  // What it says of itself reads back to the same.
  EXPECT_EQ(Network(network.text(), {1, 8, 8}).text(), network.text());
  EXPECT_EQ(names_of(Network(network.text(), {1, 8, 8}).layout()), names_of(network.layout()));
}

TEST(Network, WeightsStartAsTheActivationNeeds) {
  const Network network("dense 300; relu; dense 300; selu; dense 300; tanh; dense 300", {300});
  const Buffer<float> x = network.start(3);
  const double expected[] = {2, 1, 1, 1};  // variance times 300
  for (size_t k = 0; k < 4; ++k) {
    const TensorPlace& w = network.layout()["dense" + std::to_string(k + 1) + ".weight"];
    double sum = 0;
    for (size_t i = 0; i < w.size; ++i)
      sum += static_cast<double>(x[w.offset + i]) * static_cast<double>(x[w.offset + i]);
    EXPECT_NEAR(sum / static_cast<double>(w.size) * 300, expected[k], 0.03) << k;
  }
  EXPECT_EQ(x[network.layout()["dense1.bias"].offset], 0);
  const Network other("dense 300 initializer=orthogonal; relu; dense 300; selu", {300});
  const TensorPlace &a = network.layout()["dense2.weight"], &b = other.layout()["dense2.weight"];
  const Buffer<float> y = other.start(3);  // a tensor's start depends on its name alone
  EXPECT_TRUE(std::equal(x.begin() + static_cast<long>(a.offset),
                         x.begin() + static_cast<long>(a.offset + a.size),
                         y.begin() + static_cast<long>(b.offset)));
}

TEST(Network, ScaledByDataEachLayerHasVarianceOne) {
  const Network network(
      "conv 6 initializer=lsuv; relu; maxpool 2; dense 20 initializer=lsuv; tanh; dense 10",
      {2, 6, 6});
  Buffer<float> parameters = network.start(1);
  std::vector<float> x(50 * 72);
  Random random(3, 3);
  for (float& v : x) v = static_cast<float>(3 * random.normal() + 1);
  network.scale_by_data(parameters, x);
  const std::vector<double> wide(x.begin(), x.end());
  const auto spread = [](const std::vector<double>& v) {
    double mean = 0, square = 0;
    for (const double y : v) mean += y / static_cast<double>(v.size());
    for (const double y : v) square += (y - mean) * (y - mean) / static_cast<double>(v.size());
    return square;
  };
  // Networks that end behind those layers.
  const Network first("conv 6", {2, 6, 6}), second("conv 6; relu; maxpool 2; dense 20", {2, 6, 6});
  for (const Network* part : {&first, &second}) {
    Buffer<float> taken(part->layout().size());
    std::copy_n(parameters.begin(), taken.size(), taken.begin());
    EXPECT_NEAR(spread(predicted(*part, taken, wide, 50, false)), 1, 1e-4);
  }
  const TensorPlace& last = network.layout()["dense2.weight"];
  EXPECT_EQ(parameters[last.offset], network.start(1)[last.offset]);
}

TEST(Network, EvaluationNeitherDropsNorNormalizesByTheBatch) {
  const Network network("batch_norm; dropout 0.5; dense 2", {3});
  const Buffer<float> parameters = network.start(1);
  const std::vector<double> x = {1, 2, 3, -1, 0.5, 4};
  const std::vector<double> both = predicted(network, parameters, x, 2, false);
  const std::vector<double> alone =
      predicted(network, parameters, {x.begin(), x.begin() + 3}, 1, false);
  EXPECT_EQ(both[0], alone[0]);
  EXPECT_EQ(both[1], alone[1]);
  EXPECT_NE(predicted(network, parameters, x, 2, true), both);
}

TEST(Network, StatisticsMoveInTrainingOnly) {
  Graph graph;
  const Network network("dense 4; batch_norm; dense 2", {3});
  const Symbol x = graph.input("x", DType::float32, {5, 3});
  const Symbol keys = graph.input("keys", DType::int32, {5, 2});
  std::vector<Symbol> tensors;
  for (const TensorPlace& place : network.layout().tensors())
    tensors.push_back(graph.input(place.name, DType::float32, place.shape));
  const TracedOutput training = network.traced().trace(x, tensors, keys);
  ASSERT_EQ(training.moved.size(), 2u);
  EXPECT_EQ(network.layout().tensors()[training.moved[0].first].name, "batch_norm1.running_mean");
  EXPECT_TRUE(network.traced().trace(x, tensors, {}).moved.empty());
}

TEST(Network, WhatIsWrongIsSaidInOneLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "a layer was expected"},
      {"dense 5;; relu", "a layer was expected"},
      {"dens 5", "did you mean \"dense\""},
      {"dense", "units is missing"},
      {"dense 0", "units"},
      {"dense 5 6", "one word too many"},
      {"dense 5 unit=6", "no option \"unit\""},
      {"dense 5; conv 3", "works on images"},
      {"conv 4 3x3x3; dense 2", "has 3 numbers"},
      {"conv 4 threexthree", "not of the form 3x3"},
      {"conv 4 groups=3", "do not divide"},
      {"maxpool 9; dense 2", "maxpool1 (layer 1 of 2)"},
      {"conv 4 padding=most", "neither same nor a number"},
      {"dropout 1.5", "rate"},
      {"group_norm 3", "group_norm1"},
      {"dense 1000000; dense 1000000", "more than"},
      {"dense 5 initializer=best", "initializer"},
  };
  for (const auto& [description, part] : cases) {
    const std::string line = refusal(description);
    EXPECT_NE(line.find(part), std::string::npos) << description << ": " << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << description;
  }
  EXPECT_EQ(refusal("dense 5;"), "");
}

}  // namespace
}  // namespace thalweg
