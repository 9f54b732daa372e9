// The deterministic objective of a traced loss, against plain loops and differences.
#include "thalweg/objective/traced.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/objective/traced_cases.hpp"

namespace thalweg {
namespace {

using namespace testing;

// The value by its definition: cross-entropy of two outputs.
double by_hand(const SampleSet& samples, const Buffer<double>& x, const TracedLoss& loss) {
  double sum = 0, weights = 0;
  for (size_t i = 0; i < samples.count; ++i) {
    double h[4], z[2] = {0, 0};
    for (size_t k = 0; k < 4; ++k) {
      h[k] = x[12 + k];
      for (size_t j = 0; j < 3; ++j)
        h[k] += x[k * 3 + j] * static_cast<double>(samples.numbers[i * 3 + j]);
      h[k] = std::tanh(h[k]);
    }
    for (size_t c = 0; c < 2; ++c)
      for (size_t k = 0; k < 4; ++k) z[c] += x[17 + c * 4 + k] * h[k];
    const auto label = static_cast<size_t>(samples.labels[i]);
    double weight = loss.weighted ? static_cast<double>(samples.weights[i]) : 1;
    if (!loss.class_weights.empty()) weight *= loss.class_weights[label];
    sum += weight * (std::log(std::exp(z[0]) + std::exp(z[1])) - z[label]);
    weights += weight;
  }
  double penalty = 0;
  for (size_t i = 0; i < x.size(); ++i)
    if (i < 12 || i >= 17) penalty += loss.l1 * std::abs(x[i]) + loss.l2 / 2 * x[i] * x[i];
  return sum / weights + penalty;
}

TEST(Traced, ValueIsTheWeightedMeanPlusPenalties) {
  const SampleSet samples = made_samples(700);  // a whole batch and a part of one
  for (const bool weighted : {false, true})
    for (const bool classes : {false, true}) {
      TracedLoss loss = loss_of("cross_entropy", 2);
      loss.weighted = weighted;
      if (classes) loss.class_weights = {1, 2.5};
      loss.l1 = 0.01, loss.l2 = 0.1;
      const Buffer<double> x = point_of<double>(loss.model.layout);
      TracedObjective objective(loss, samples, all_of(samples));
      EXPECT_NEAR(objective.value(x), by_hand(samples, x, loss), 1e-12);
    }
}

TEST(Traced, GradientAgreesWithDifferences) {
  const SampleSet samples = made_samples(40);
  for (const char* name : {"cross_entropy", "squared", "huber"}) {
    TracedLoss loss = loss_of(name, std::string(name) == "cross_entropy" ? 2 : 1);
    loss.l2 = 0.1;
    TracedObjective objective(loss, samples, all_of(samples));
    Buffer<double> x = point_of<double>(loss.model.layout), g(x.size()), unused(x.size());
    objective.value_and_gradient(x, g);
    for (size_t i = 0; i < x.size(); ++i) {
      const double kept = x[i], h = 1e-6;
      x[i] = kept + h;
      const double above = objective.value(x);
      x[i] = kept - h;
      const double below = objective.value(x);
      x[i] = kept;
      EXPECT_NEAR(g[i], i == 16 ? 0 : (above - below) / (2 * h), 1e-8) << name << " " << i;
    }
  }
}

}  // namespace
}  // namespace thalweg
