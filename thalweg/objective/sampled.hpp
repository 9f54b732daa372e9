// A traced loss a batch at a time, in float32: what networks are trained on. Over all samples at
// once it is the deterministic objective that it derives from.
#pragma once

#include "thalweg/objective/finite_sum.hpp"
#include "thalweg/objective/inspector.hpp"
#include "thalweg/objective/traced.hpp"

namespace thalweg {

class SampledObjective final : public TracedObjective, private FiniteSum {
 public:
  // batches.use is training. A step takes the weighted mean gradient of `accumulate` batches: that of
  // one batch as large, but that batch normalization takes its statistics from each by itself. Throws
  // Error as Batches does, and where an epoch has fewer batches than a step.
  SampledObjective(TracedLoss loss, SampleSet samples, std::vector<uint32_t> rows,
                   const BatchOptions& batches, const CompileOptions& compile = {},
                   size_t accumulate = 1);

  FiniteSum* finite_sum() override { return this; }
  const TracedProgram& program() const { return program_; }

 private:
  size_t samples() const override { return rows().size(); }
  size_t batch() const override { return accumulate_ * program_.batch(); }
  size_t steps_per_epoch() const override { return batches_.per_epoch() / accumulate_; }
  double value_and_gradient(std::span<float> x, std::span<float> gradient, long long step) override;
  Inspector* inspector() override;

  using TracedObjective::value_and_gradient;
  double run(const Batch& batch, std::span<float> x, std::span<float> gradient);

  BatchOptions options_;
  CompileOptions compile_;
  Batches batches_;
  TracedProgram program_;
  size_t accumulate_;
  const Batch* held_ = nullptr;         // the last of batches_, still there
  Buffer<float> part_;                  // [size] the gradient of a micro-batch but the first
  Buffer<float> moved_;                 // what becomes of the tensors that are not trained
  std::vector<void*> results_;          // of the program
  std::optional<Inspector> inspector_;  // compiled when it is first asked for
  float value_ = 0;
};

// Rows kept back from training, judged by the same loss.
class HeldOutSamples final : public HeldOut {
 public:
  HeldOutSamples(const TracedLoss& loss, SampleSet samples, std::vector<uint32_t> rows,
                 const CompileOptions& compile = {});

  size_t samples() const override { return rows_; }
  void losses(std::span<const float> x, std::span<float> out) override;
  double accuracy() const override { return accuracy_; }
  // Of the last losses(): [samples(), outputs].
  const std::vector<float>& predictions() const { return predictions_; }

 private:
  size_t rows_;
  bool labels_;
  TracedLoss loss_;
  Batches batches_;
  TracedProgram full_;
  std::optional<TracedProgram> last_;
  std::vector<float> predictions_;
  double accuracy_ = 0;
};

// The predictions of a model at x for the samples named by `rows`: [rows, outputs].
std::vector<float> predict(const TracedModel& model, const SampleSet& samples,
                           const std::vector<uint32_t>& rows, std::span<const float> x);

}  // namespace thalweg
