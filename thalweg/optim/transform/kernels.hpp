// The elementwise bodies over tiles of flat storage, for the machine's instruction set.
#pragma once

#include <cstddef>
#include <span>

#include "thalweg/optim/transform/bodies.hpp"

namespace thalweg {

inline constexpr size_t most_transform_states = 4, most_transform_sums = 2;
inline constexpr size_t longest_sequence = 5;

// `count` consecutive numbers of one tensor.
template <class T>
struct Tile {
  size_t count;
  const T* from;                            // the direction as it comes
  T* to;                                    // and as it goes on; may be `from`
  T* x;                                     // the point
  T* state[most_transform_states];          // as the bodies declare, one behind the other
  const double* scalars[longest_sequence];  // of each body
};

template <class T>
struct TransformKernels {
  size_t states, scalars, sums;
  bool turns;          // update writes the direction
  bool measure_turns;  // measure does
  bool moves;          // update writes the point
  bool reports;        // the point to be reported is not x
  void (*update)(const Tile<T>&);
  void (*measure)(const Tile<T>&, double* sums);  // adds to sums
  void (*report)(const Tile<T>&);                 // writes `to`
};

// Bodies that update together. They leave no direction.
template <class T>
struct TransformSequence {
  size_t count;
  TransformBody bodies[longest_sequence];
  void (*update)(const Tile<T>&);
};

// T is float or double.
template <class T>
const TransformKernels<T>& transform_kernels(TransformBody body);
template <class T>
std::span<const TransformSequence<T>> transform_sequences();

}  // namespace thalweg
