// Small samples and models for the tests of traced objectives.
#pragma once

#include <memory>
#include <numeric>
#include <vector>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/graph/activation.hpp"
#include "thalweg/graph/layer.hpp"
#include "thalweg/objective/traced_loss.hpp"

namespace thalweg::testing {

// `count` samples of three numbers with labels of two classes, targets and weights.
inline SampleSet made_samples(size_t count) {
  struct Storage {
    std::vector<float> x, targets, weights;
    std::vector<int32_t> labels;
  };
  auto made = std::make_shared<Storage>();
  Random random(4, 2);
  for (size_t i = 0; i < count; ++i) {
    double sum = 0.2;
    for (int k = 0; k < 3; ++k) {
      const double v = random.normal();
      made->x.push_back(static_cast<float>(v));
      sum += (k - 0.5) * v;
    }
    made->labels.push_back(sum + 0.5 * random.normal() > 0);
    made->targets.push_back(static_cast<float>(sum));
    made->weights.push_back(static_cast<float>(0.5 + random.uniform()));
  }
  SampleSet out;
  out.count = count;
  out.shape = {3};
  out.numbers = made->x.data();
  out.labels = made->labels;
  out.targets = made->targets;
  out.weights = made->weights;
  out.storage = made;
  return out;
}

inline std::vector<uint32_t> all_of(const SampleSet& samples) {
  std::vector<uint32_t> out(samples.count);
  std::iota(out.begin(), out.end(), 0U);
  return out;
}

// Two layers, tanh between them; a tensor that is not trained moves by 1 a step.
inline TracedModel two_layers(size_t outputs) {
  TracedModel out;
  out.layout.add("w1", {4, 3}).add("b1", {4}).add("count", {1}, false).add("w2", {outputs, 4});
  out.sample = {3};
  out.trace = [](Symbol x, std::span<const Symbol> p, Symbol keys) {
    TracedOutput traced;
    traced.prediction = dense(tanh(dense(x, p[0], p[1])), p[3], {});
    if (keys) traced.moved = {{2, p[2] + 1}};
    return traced;
  };
  return out;
}

inline TracedLoss loss_of(const char* name, size_t outputs) {
  TracedLoss out;
  out.model = two_layers(outputs);
  out.loss = &find(traced_losses(), "loss", name);
  out.loss_settings = Settings("loss", out.loss->options);
  return out;
}

// A point for the layout.
template <class T>
Buffer<T> point_of(const Layout& layout) {
  Buffer<T> out(layout.size());
  Random random(5, 1);
  for (T& v : out) v = static_cast<T>(static_cast<float>(0.5 * random.normal()));
  return out;
}

}  // namespace thalweg::testing
