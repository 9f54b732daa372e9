// Looks into a small network, against its arithmetic written out in float64.
#include "thalweg/objective/inspector.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/objective/traced_cases.hpp"
#include "thalweg/objective/sampled.hpp"

namespace thalweg {
namespace {

using namespace testing;

constexpr size_t inputs = 3, units = 4;

// dense, an activation, dense; with the layers named.
TracedLoss network(const std::string& activation) {
  TracedLoss loss = loss_of("cross_entropy", 2);
  TracedModel& model = loss.model;
  model.layout = Layout();
  model.layout.add("dense1.weight", {units, inputs})
      .add("dense1.bias", {units})
      .add("dense2.weight", {2, units});
  const ActivationRow& row = find(activations(), "activation", activation);
  model.trace = [&row](Symbol x, std::span<const Symbol> p, Symbol) {
    const Symbol z = dense(x, p[0], p[1]), a = row.apply(z, Settings("", row.options));
    TracedOutput out;
    out.prediction = dense(a, p[2], {});
    out.layers = {{"dense1", "dense", x, z, true, false},
                  {"act1", row.name, z, a, false, true},
                  {"dense2", "dense", a, out.prediction, true, false}};
    return out;
  };
  return loss;
}

double derivative(const std::string& activation, double z) {
  if (activation == "relu") return z > 0;
  const double a = activation == "tanh" ? std::tanh(z) : 1 / (1 + std::exp(-z));
  return activation == "tanh" ? 1 - a * a : 4 * a * (1 - a);  // over the largest
}

TEST(Inspector, NumbersOfLayersAreThoseOfTheBatch) {
  const SampleSet samples = made_samples(40);
  BatchOptions batches;
  batches.batch = 8;
  for (const std::string activation : {"relu", "tanh", "sigmoid"}) {
    const TracedLoss loss = network(activation);
    Buffer<float> x = point_of<float>(loss.model.layout);
    for (float& v : x) v *= 3;
    x[units * inputs + 1] = -50;  // the second unit is flat whatever comes
    Inspector inspector(loss, samples, all_of(samples), batches);
    const Inspection look = inspector.inspect(x, {}, 7);
    EXPECT_EQ(look.step, 7);
    Batches same(samples, all_of(samples), batches, {1, 2});
    const Batch& batch = same.next();
    double z_squares = 0, flat = 0;
    std::vector<double> feature(inputs, 0.0);
    std::vector<size_t> of_unit(units, 0);
    for (size_t i = 0; i < 8; ++i)
      for (size_t u = 0; u < units; ++u) {
        auto z = static_cast<double>(x[units * inputs + u]);
        for (size_t k = 0; k < inputs; ++k) {
          const auto v = static_cast<double>(batch.inputs[i * inputs + k]);
          z += static_cast<double>(x[u * inputs + k]) * v;
          if (u == 0) feature[k] += v * v / 8;
        }
        z_squares += z * z / (8 * units);
        if (derivative(activation, z) < 0.01) ++of_unit[u], flat += 1.0 / (8 * units);
        EXPECT_NEAR(static_cast<double>(inspector.outputs(0)[i * units + u]), z, 1e-5);
      }
    ASSERT_EQ(look.layers.size(), 3u);
    EXPECT_EQ(look.layers[1].name, "act1");
    EXPECT_EQ(look.layers[1].kind, activation);
    EXPECT_TRUE(look.layers[0].weights);
    EXPECT_NEAR(look.layers[0].mean_square, z_squares, 1e-5 * z_squares);
    EXPECT_TRUE(std::isnan(look.layers[0].flat));
    EXPECT_NEAR(look.layers[1].flat, flat, 1e-12) << activation;
    const auto dead = static_cast<double>(std::count(of_unit.begin(), of_unit.end(), 8u));
    EXPECT_GE(dead, 1);
    EXPECT_NEAR(look.layers[1].dead, dead / units, 1e-12) << activation;
    std::sort(feature.begin(), feature.end());
    EXPECT_NEAR(look.widest, std::sqrt(feature[2]), 1e-6);
    EXPECT_NEAR(look.typical, std::sqrt(feature[1]), 1e-6);
  }
}

TEST(Inspector, TensorsAreThoseOfTheStep) {
  const SampleSet samples = made_samples(40);
  const TracedLoss loss = network("tanh");
  BatchOptions batches;
  batches.batch = 8;
  SampledObjective objective(loss, samples, all_of(samples), batches);
  Buffer<float> x = point_of<float>(loss.model.layout), g(x.size(), 0.0F), before = x;
  before[0] += 0.5F;
  objective.finite_sum()->value_and_gradient(x, g, 3);
  Inspector& inspector = *objective.finite_sum()->inspector();
  const Inspection look = inspector.inspect(x, before, 3);
  ASSERT_EQ(look.tensors.size(), 3u);
  size_t at = 0;
  for (const TensorRecord& tensor : look.tensors) {
    double norm = 0, gradient = 0, product = 0;
    for (const size_t end = at + static_cast<size_t>(tensor.size); at < end; ++at) {
      EXPECT_NEAR(static_cast<double>(inspector.gradient()[at]), static_cast<double>(g[at]), 1e-7);
      const auto w = static_cast<double>(x[at]), d = static_cast<double>(g[at]);
      norm += w * w, gradient += d * d, product += w * d;
    }
    EXPECT_NEAR(tensor.norm, std::sqrt(norm), 1e-6);
    EXPECT_NEAR(tensor.gradient_norm, std::sqrt(gradient), 1e-6);
    EXPECT_NEAR(tensor.product, product, 1e-6);
    EXPECT_NEAR(tensor.update_norm, tensor.name == "dense1.weight" ? 0.5 : 0, 1e-6);
    EXPECT_EQ(tensor.weights, tensor.name != "dense1.bias");
  }
}

TEST(Inspector, ChangesNothingOfTheTraining) {
  const SampleSet samples = made_samples(50);
  const TracedLoss loss = network("relu");
  BatchOptions batches;
  batches.batch = 8;
  SampledObjective plain(loss, samples, all_of(samples), batches);
  SampledObjective watched(loss, samples, all_of(samples), batches);
  Buffer<float> x = point_of<float>(loss.model.layout), a(x.size(), 0.0F), b(x.size(), 0.0F);
  for (long long step = 0; step < 14; ++step) {
    const double value = plain.finite_sum()->value_and_gradient(x, a, step);
    EXPECT_EQ(watched.finite_sum()->value_and_gradient(x, b, step), value);
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin()));
    if (step % 3 == 0) watched.finite_sum()->inspector()->inspect(x, {}, step);
  }
}

}  // namespace
}  // namespace thalweg
