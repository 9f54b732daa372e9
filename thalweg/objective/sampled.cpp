#include "thalweg/objective/sampled.hpp"

#include <algorithm>
#include <limits>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

// Of one sweep over held-out samples.
constexpr size_t sweep_batch = 256;
// Numbers of a gradient that a thread adds at a time.
constexpr size_t sum_block = 16384;

BatchOptions sweep(size_t rows) {
  BatchOptions out;
  out.use = BatchUse::evaluation;
  out.batch = std::min(sweep_batch, rows);
  return out;
}

}  // namespace

SampledObjective::SampledObjective(TracedLoss loss, SampleSet samples, std::vector<uint32_t> rows,
                                   const BatchOptions& batches, const CompileOptions& compile,
                                   size_t accumulate)
    : TracedObjective(std::move(loss), std::move(samples), std::move(rows)),
      options_(batches),
      compile_(compile),
      batches_(sample_set(), this->rows(), batches),
      program_(TracedProgram::gradient(this->loss(), batches.batch, DType::float32,
                                       TracedProgram::Use::training, compile)),
      accumulate_(accumulate) {
  if (accumulate > batches_.per_epoch())
    fail("accumulate: {} batches of {} a step, an epoch has {}; make one of them smaller",
         accumulate, batches.batch, batches_.per_epoch());
  if (accumulate > 1) part_ = Buffer<float>(layout().size());
  size_t count = 0;
  for (const size_t k : program_.moved()) count += layout().tensors()[k].size;
  moved_ = Buffer<float>(count);
}

double SampledObjective::run(const Batch& batch, std::span<float> x, std::span<float> gradient) {
  const std::vector<TensorPlace>& tensors = layout().tensors();
  results_.assign(1, &value_);
  for (const size_t k : program_.trained()) results_.push_back(gradient.data() + tensors[k].offset);
  size_t begin = 0;
  for (const size_t k : program_.moved()) {
    results_.push_back(moved_.data() + begin);
    begin += tensors[k].size;
  }
  program_.run(TracedProgram::inputs_of(loss(), batch), x.data(), results_);
  begin = 0;
  for (const size_t k : program_.moved()) {
    std::copy_n(moved_.data() + begin, tensors[k].size, x.data() + tensors[k].offset);
    begin += tensors[k].size;
  }
  return static_cast<double>(value_);
}

double SampledObjective::value_and_gradient(std::span<float> x, std::span<float> gradient,
                                            long long step) {
  const auto at = static_cast<uint64_t>(step), epoch = static_cast<uint64_t>(steps_per_epoch());
  BatchCursor cursor{at / epoch, at % epoch * accumulate_};
  const auto batch = [&]() -> const Batch& {
    if (held_ == nullptr || !(held_->at == cursor)) {
      if (!(batches_.cursor() == cursor)) batches_.seek(cursor);
      held_ = &batches_.next();
    }
    ++cursor.batch;
    return *held_;
  };
  if (accumulate_ == 1) return run(batch(), x, gradient);
  // The running mean m+ = m + (g - m) w / (sum of weights so far).
  double value = 0, total = 0;
  for (size_t k = 0; k < accumulate_; ++k) {
    const Batch& now = batch();
    const double weight = weight_of(now.rows);
    if (weight == 0 && (total > 0 || k + 1 < accumulate_)) continue;
    total += weight;
    const double share = weight / total;
    const std::span<float> part = share == 1 ? gradient : std::span<float>(part_);
    const double loss = run(now, x, part);
    value += share * (loss - value);
    if (share == 1) continue;
    for (const size_t t : program_.trained()) {
      const TensorPlace& tensor = layout().tensors()[t];
      parallel_blocks(tensor.size, sum_block, [&](size_t, size_t begin, size_t end) {
        for (size_t i = tensor.offset + begin; i < tensor.offset + end; ++i)
          gradient[i] += static_cast<float>(share) * (part[i] - gradient[i]);
      });
    }
  }
  return value;
}

Inspector* SampledObjective::inspector() {
  if (!inspector_)
    inspector_.emplace(loss(), sample_set(), rows(), options_, compile_, accumulate_);
  return &*inspector_;
}

HeldOutSamples::HeldOutSamples(const TracedLoss& loss, SampleSet samples,
                               std::vector<uint32_t> rows, const CompileOptions& compile)
    : rows_(rows.size()),
      labels_(loss.labels()),
      loss_(loss),
      batches_(std::move(samples), std::move(rows), sweep(rows_)),
      full_(TracedProgram::predictions(loss, std::min(sweep_batch, rows_), true, compile)) {
  if (rows_ % full_.batch() != 0)
    last_.emplace(TracedProgram::predictions(loss, rows_ % full_.batch(), true, compile));
  predictions_.resize(element_count(full_.program().outputs()[0].shape) / full_.batch() * rows_);
}

void HeldOutSamples::losses(std::span<const float> x, std::span<float> out) {
  batches_.seek({});
  std::vector<float> weight(rows_);
  const size_t outputs = predictions_.size() / rows_;
  size_t right = 0;
  for (size_t done = 0; done < rows_;) {
    const Batch& now = batches_.next();
    TracedProgram& program = now.size == full_.batch() ? full_ : *last_;
    float* const predicted = predictions_.data() + done * outputs;
    void* const results[] = {predicted, out.data() + done, weight.data() + done};
    program.run(TracedProgram::inputs_of(loss_, now), x.data(), results);
    for (size_t i = 0; labels_ && i < now.size; ++i) {
      const float* z = predicted + i * outputs;
      right += std::max_element(z, z + outputs) - z == now.labels[i];
    }
    done += now.size;
  }
  // Terms hold their weights; a mean over samples is then the weighted mean.
  double total = 0;
  for (const float w : weight) total += static_cast<double>(w);
  const double scale = total > 0 ? static_cast<double>(rows_) / total : 0;
  if (scale != 1)
    for (float& v : out) v = static_cast<float>(static_cast<double>(v) * scale);
  accuracy_ = labels_ ? static_cast<double>(right) / static_cast<double>(rows_)
                      : std::numeric_limits<double>::quiet_NaN();
}

std::vector<float> predict(const TracedModel& model, const SampleSet& samples,
                           const std::vector<uint32_t>& rows, std::span<const float> x) {
  if (rows.empty()) return {};
  const BatchOptions options = sweep(rows.size());
  TracedLoss loss;
  loss.model = model;
  TracedProgram full = TracedProgram::predictions(loss, options.batch, false);
  std::optional<TracedProgram> last;
  if (rows.size() % options.batch != 0)
    last.emplace(TracedProgram::predictions(loss, rows.size() % options.batch, false));
  const size_t outputs = element_count(full.program().outputs()[0].shape) / options.batch;
  std::vector<float> out(rows.size() * outputs);
  Batches batches(samples, rows, options);
  for (size_t done = 0; done < rows.size();) {
    const Batch& now = batches.next();
    TracedProgram::Inputs in;
    in.x = now.inputs.data();
    void* const results[] = {out.data() + done * outputs};
    (now.size == options.batch ? full : *last).run(in, x.data(), results);
    done += now.size;
  }
  return out;
}

}  // namespace thalweg
