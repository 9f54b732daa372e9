#include "thalweg/objective/inspector.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

// No thread makes batches ahead for a look now and then.
BatchOptions one_at_a_time(BatchOptions options) {
  options.ahead = 0;
  return options;
}

// Sums over a tensor w, its gradient g, and w before the last step.
struct Sums {
  double ww = 0, gg = 0, wg = 0, change = 0;
  Sums& operator+=(const Sums& other) {
    ww += other.ww, gg += other.gg, wg += other.wg, change += other.change;
    return *this;
  }
};

Sums sums(std::span<const float> w, std::span<const float> g, std::span<const float> before) {
  return parallel_sum(w.size(), [&](size_t i) {
    const auto v = static_cast<double>(w[i]), d = static_cast<double>(g[i]);
    const double c = v - static_cast<double>(before[i]);
    return Sums{v * v, d * d, v * d, c * c};
  });
}

}  // namespace

Inspector::Inspector(const TracedLoss& loss, SampleSet samples, std::vector<uint32_t> rows,
                     const BatchOptions& batches, const CompileOptions& compile, size_t accumulate)
    : loss_(loss),
      batches_(std::move(samples), std::move(rows), one_at_a_time(batches)),
      accumulate_(accumulate),
      program_(TracedProgram::inspection(loss, batches.batch, compile)),
      gradient_(loss.model.layout.size(), 0.0F),
      features_(element_count(loss.model.sample)),
      layers_(program_.layers().size()) {
  const std::vector<TensorPlace>& tensors = loss_.model.layout.tensors();
  for (const size_t k : program_.trained())
    results_.push_back(gradient_.data() + tensors[k].offset);
  results_.push_back(features_.data());
  const std::vector<ProgramTensor>& made = program_.program().outputs();
  for (size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    results_.push_back(&layer.mean_square);
    const Shape& shape = made[results_.size()].shape;
    layer.outputs = Buffer<float>(element_count(shape));
    results_.push_back(layer.outputs.data());
    if (!program_.layers()[i].activation) continue;
    layer.flat = Buffer<float>(shape[1]);
    layer.numbers =
        static_cast<double>(element_count(shape) / shape[0] / shape[1] * program_.batch());
    results_.push_back(layer.flat.data());
  }
}

Inspection Inspector::inspect(std::span<const float> x, std::span<const float> before,
                              long long step) {
  const auto at = static_cast<uint64_t>(step), epoch = batches_.per_epoch() / accumulate_;
  batches_.seek({at / epoch, at % epoch * accumulate_});
  program_.run(TracedProgram::inputs_of(loss_, batches_.next()), x.data(), results_);
  Inspection out;
  out.step = step;
  std::vector<float> squares(features_.begin(), features_.end());
  const auto widest = std::max_element(squares.begin(), squares.end());
  out.widest_feature = static_cast<size_t>(widest - squares.begin());
  out.widest = std::sqrt(static_cast<double>(*widest));
  const auto middle = squares.begin() + static_cast<long>(squares.size() / 2);
  std::nth_element(squares.begin(), middle, squares.end());
  out.typical = std::sqrt(static_cast<double>(*middle));
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const TracedProgram::Layer& traced = program_.layers()[i];
    LayerRecord record{traced.name, traced.kind, traced.weights,
                       static_cast<double>(layer.mean_square)};
    if (traced.activation) {
      const auto units = static_cast<double>(layer.flat.size());
      record.flat = record.dead = 0;
      for (const float count : layer.flat) {
        record.flat += static_cast<double>(count) / (layer.numbers * units);
        record.dead += (static_cast<double>(count) >= layer.numbers) / units;
      }
    }
    out.layers.push_back(std::move(record));
  }
  for (const size_t k : program_.trained()) {
    const TensorPlace& place = loss_.model.layout.tensors()[k];
    const auto part = [&](std::span<const float> all) {
      return all.subspan(place.offset, place.size);
    };
    const Sums sum = sums(part(x), part(gradient_), part(before.empty() ? x : before));
    TensorRecord record{place.name,        place.shape.size() > 1, static_cast<double>(place.size),
                        std::sqrt(sum.ww), std::sqrt(sum.gg),      sum.wg};
    if (!before.empty()) record.update_norm = std::sqrt(sum.change);
    out.tensors.push_back(std::move(record));
  }
  return out;
}

}  // namespace thalweg
