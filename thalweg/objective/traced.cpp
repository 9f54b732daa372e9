#include "thalweg/objective/traced.hpp"

#include <algorithm>

namespace thalweg {
namespace {

// Of one sweep; 512 rows of a usual layer stay in second-level cache.
constexpr size_t sweep_batch = 512;

}  // namespace

TracedObjective::TracedObjective(TracedLoss loss, SampleSet samples, std::vector<uint32_t> rows)
    : loss_(std::move(loss)), samples_(std::move(samples)), rows_(std::move(rows)) {
  total_weight_ = weight_of(rows_);
}

double TracedObjective::weight_of(std::span<const uint32_t> rows) const {
  double out = 0;
  for (const uint32_t row : rows)
    out += (loss_.weighted ? static_cast<double>(samples_.weights[row]) : 1) *
           (loss_.class_weights.empty()
                ? 1
                : loss_.class_weights[static_cast<size_t>(samples_.labels[row])]);
  return out;
}

double TracedObjective::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  const size_t n = rows_.size(), batch = std::min(sweep_batch, n);
  if (!batches_) {
    BatchOptions options;
    options.use = BatchUse::evaluation;
    options.batch = batch;
    batches_.emplace(samples_, rows_, options);
    const auto compiled = [&](size_t size) {
      return TracedProgram::gradient(loss_, size, DType::float64, TracedProgram::Use::evaluation);
    };
    full_.emplace(compiled(batch));
    if (n % batch != 0) last_.emplace(compiled(n % batch));
  }
  batches_->seek({});
  std::fill(gradient.begin(), gradient.end(), 0.0);
  double value = 0;
  Buffer<double> part(x.size(), 0.0), inputs, target, weight;
  for (size_t done = 0; done < n;) {
    const Batch& now = batches_->next();
    TracedProgram& program = now.size == batch ? *full_ : *last_;
    const auto wide = [&](Buffer<double>& to, const Buffer<float>& from, size_t count) {
      if (to.size() < count) to = Buffer<double>(count);
      std::copy(from.begin(), from.begin() + count, to.begin());
      return to.data();
    };
    TracedProgram::Inputs in;
    in.x = wide(inputs, now.inputs, now.size * samples_.features());
    in.target = loss_.labels() ? static_cast<const void*>(now.labels.data())
                               : wide(target, now.targets, now.size);
    if (loss_.weighted) in.weight = wide(weight, now.weights, now.size);
    double mean = 0;
    std::vector<void*> results = {&mean};
    for (const size_t k : program.trained())
      results.push_back(part.data() + layout().tensors()[k].offset);
    program.run(in, x.data(), results);
    const double share = weight_of(now.rows) / total_weight_;
    if (share > 0) {
      value += share * mean;
      for (size_t i = 0; i < part.size(); ++i) gradient[i] += share * part[i];
    }
    done += now.size;
  }
  return value;
}

double TracedObjective::value(std::span<const double> x) {
  Buffer<double> unused(x.size());
  return value_and_gradient(x, unused);
}

}  // namespace thalweg
