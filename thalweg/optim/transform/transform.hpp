// Transforms: pure arithmetic on a gradient. A chain of them makes a first-order method.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "thalweg/base/catalog.hpp"
#include "thalweg/optim/transform/bodies.hpp"
#include "thalweg/tensor/layout.hpp"

namespace thalweg {

// What a transform is told of a step. Everything may differ from step to step.
struct TransformStep {
  const Settings& options;
  const TensorPlace& tensor;     // the first one where the transform does not work per tensor
  long long step;                // 1 at the first
  double learning_rate;          // the tensor's
  double decay_factor;           // of its weight decay
  size_t count;                  // of all numbers that are trained
  std::span<double> memory;      // numbers kept from step to step
  std::span<const double> sums;  // of the body's measure, for `measured` and `remember`
};

// One tensor for a transform that works on matrices or rows.
template <class T>
struct TensorWork {
  const TransformStep& at;
  std::span<T> u;                       // the direction, in and out
  std::span<const T> x;                 // the point
  std::span<const std::span<T>> state;  // the tensor's part of each
};

enum class TransformPlace {
  direction,  // changes the direction
  step,       // takes the step itself
  point       // works on the point after the step
};

// How it takes a gradient that is zero outside of the intervals that a step touched.
enum class Untouched {
  exact,  // nothing changes there: such intervals may be skipped
  lazy,   // state would decay there; skipping defers that to the next touch (as in SparseAdam)
  dense   // needs every number at every step
};

struct TransformState {
  std::string name;
  bool from_point = false;                     // starts as a copy of the point
  double (*start)(const Settings&) = nullptr;  // else as this number; 0 where null
  size_t (*size)(const TensorPlace&,
                 const Settings&) = nullptr;  // for a tensor; its size where null
};

struct TransformRow {
  std::string name;
  std::string help = {};
  std::string formula = {};
  std::string source = {};  // and where the popular code differs, which is followed
  Untouched untouched = Untouched::exact;
  std::vector<Option> options = {};  // the first may be given without its name
  TransformPlace place = TransformPlace::direction;
  std::vector<TransformState> states = {};
  std::vector<double> (*memory)(const Settings&) = nullptr;  // its start

  // Elementwise: the body, and its numbers for a step, where `per_tensor` each tensor's: they may
  // depend on its learning rate and decay factor. After `measure`, `measured` changes those that
  // depend on the sums, or `scalars` gives all anew where there is no such function.
  TransformBody body = TransformBody::none;
  bool per_tensor = false;
  void (*scalars)(const TransformStep&, double* s) = nullptr;
  void (*measured)(const TransformStep&, double* s) = nullptr;
  // Moves `memory` on once a step: before all else, or after `measure` where there is one.
  void (*remember)(const TransformStep&) = nullptr;

  // The state that a method fills, every `every` steps, with a mean of the Hessian's diagonal; -1:
  // none.
  int diagonal = -1;
  // The gradient is one at option `radius` from the point, uphill, where the method takes it.
  bool ascends = false;

  // Or work on whole tensors; `multiplies`: their products take all threads where they are large.
  bool multiplies = false;
  void (*work_float)(const TensorWork<float>&) = nullptr;
  void (*work_double)(const TensorWork<double>&) = nullptr;
};

std::span<const TransformRow> transforms();

}  // namespace thalweg
