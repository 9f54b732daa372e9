// A loss over samples, traced: the mean of the samples' terms at the model's predictions, plus
// penalties on the weights. What training, validation and prediction compile from.
//
//   P(x) = sum_i w_i term_i / sum_i w_i + sum over tensors of two axes or more (l1 |v| + l2/2 v^2)
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "thalweg/data/batches.hpp"
#include "thalweg/graph/differentiate.hpp"
#include "thalweg/graph/loss.hpp"
#include "thalweg/objective/traced_model.hpp"
#include "thalweg/program/program.hpp"

namespace thalweg {

struct TracedLoss {
  TracedModel model;
  const TracedLossRow* loss = nullptr;
  Settings loss_settings;             // of the row
  std::vector<double> class_weights;  // [classes], or empty: all 1
  double l1 = 0, l2 = 0;
  bool weighted = false;  // samples have weights

  bool labels() const { return loss->target == LossTarget::labels; }
};

// The compiled graphs. Inputs are bound by name for each run: "x", "target", "weight", "keys" where
// the program needs them, and the parameters by their tensors' names.
class TracedProgram {
 public:
  // Value and gradient on a batch of so many samples, and what moves the tensors that are not
  // trained; in training with dropout and batch statistics, in evaluation without.
  enum class Use : uint8_t { training, evaluation };
  static TracedProgram gradient(const TracedLoss& loss, size_t batch, DType dtype, Use use,
                                const CompileOptions& options = {});
  // The samples' predictions [batch, ...] and, with `losses`, their terms and weights [batch].
  static TracedProgram predictions(const TracedLoss& loss, size_t batch, bool losses,
                                   const CompileOptions& options = {});

  // What a training step on a batch does in the layers: the gradients of trained tensors; then the
  // mean square of each feature [features]; then of each layer its mean square [], its outputs on the
  // first samples [some, ...] and, of an activation, for each unit how many of its numbers are where
  // the activation is flat [units].
  static TracedProgram inspection(const TracedLoss& loss, size_t batch,
                                  const CompileOptions& options = {});

  // What a run reads besides the parameters; null where the program does not ask for it.
  struct Inputs {
    const void* x = nullptr;
    const void* target = nullptr;
    const void* weight = nullptr;
    const int32_t* keys = nullptr;
  };
  // Views of a batch as the loss reads it.
  static Inputs inputs_of(const TracedLoss& loss, const Batch& batch);
  // parameters: the flat vector, of the program's dtype. results: in the order of results().
  void run(const Inputs& inputs, const void* parameters, std::span<void* const> results);

  size_t batch() const { return batch_; }
  // Of a gradient program: the tensors whose gradients follow the value, then those that move.
  const std::vector<size_t>& trained() const { return trained_; }
  const std::vector<size_t>& moved() const { return moved_; }
  // Of an inspection: the layers in order.
  struct Layer {
    std::string name, kind;
    bool weights, activation;
  };
  const std::vector<Layer>& layers() const { return layers_; }
  const Program& program() const { return program_; }

 private:
  TracedProgram(Program program, size_t batch, const Layout& layout, DType dtype);

  struct Source {
    enum class Kind : uint8_t { x, target, weight, keys, parameter } kind;
    size_t offset;  // bytes, of a parameter
  };
  Program program_;
  size_t batch_;
  std::vector<size_t> trained_, moved_;
  std::vector<Layer> layers_;
  std::vector<Source> sources_;  // of the program's inputs
  std::vector<const void*> inputs_;
};

}  // namespace thalweg
