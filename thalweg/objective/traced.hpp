// A traced loss over all of its samples as a deterministic objective in float64: for small data and
// for methods that need exact values. Dropout and augmentation are off, and statistics of batch
// normalization stay as they are.
#pragma once

#include <optional>

#include "thalweg/objective/objective.hpp"
#include "thalweg/objective/traced_loss.hpp"

namespace thalweg {

class TracedObjective : public Objective {
 public:
  // The samples named by `rows`. Programs are compiled when they are first needed. Throws Error as
  // Batches does.
  TracedObjective(TracedLoss loss, SampleSet samples, std::vector<uint32_t> rows);

  const Layout& layout() const override { return loss_.model.layout; }
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  double value(std::span<const double> x) override;
  size_t samples() const override { return rows_.size(); }

 protected:
  const TracedLoss& loss() const { return loss_; }
  const SampleSet& sample_set() const { return samples_; }
  const std::vector<uint32_t>& rows() const { return rows_; }
  // Of the samples in the mean that the loss is.
  double weight_of(std::span<const uint32_t> rows) const;

 private:
  TracedLoss loss_;
  SampleSet samples_;
  std::vector<uint32_t> rows_;
  double total_weight_ = 0;
  std::optional<Batches> batches_;
  std::optional<TracedProgram> full_, last_;  // of a whole batch, and of one that is not full
};

}  // namespace thalweg
