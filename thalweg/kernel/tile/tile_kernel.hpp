// TileKernel: a checked TileProgram, run tile by tile through first-level cache.
//
//   TileProgram program;                                     // y = x * s, and the sum of y
//   program.operands = {{TileExtent::all}, {TileExtent::scalar}};
//   program.instructions = {{.operation = TileOperation::load, .index = 0},
//                           {.operation = TileOperation::load, .index = 1},
//                           {.operation = TileOperation::multiply, .input = {0, 1}}};
//   program.outputs = {{2}};
//   program.reductions = {{2}};
//   const TileKernel kernel = TileKernel::make(program);
//   const void* operands[] = {x, &s};
//   void* results[] = {y, &sum};
//   kernel.run({rows, columns}, operands, results, scratch);  // kernel.scratch({rows, columns}) bytes
#pragma once

#include <memory>

#include "thalweg/kernel/tile/tile_program.hpp"

namespace thalweg {

struct TileSize {
  size_t rows = 1, columns = 1;
};

class TileKernel {
 public:
  // Throws std::logic_error with one line that names the instruction, output or reduction that is
  // wrong: a value used before it is defined, an operand that is not there, an arithmetic type
  // other than float32 and float64, an extent that a reduction cannot have, or more than the limits
  // below.
  static TileKernel make(TileProgram program);

  // Bytes of scratch memory, aligned to 64, that a run of this size needs; 0 without reductions.
  size_t scratch(TileSize size) const;

  // operands: one pointer each in the order of the program. results: the outputs, then the
  // reductions. Allocates nothing and takes no lock. Parallel where it pays; the bits of the
  // results do not depend on the threads.
  void run(TileSize size, const void* const* operands, void* const* results, void* scratch) const;

  const TileProgram& program() const;

  static constexpr size_t most_instructions = 256, most_operands = 64, most_results = 64;
  // Values that are computed, not yet used up and not the same for all elements; and those that are.
  static constexpr size_t most_live_values = 64, most_scalars = 128;

  struct Plan;

 private:
  explicit TileKernel(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  std::shared_ptr<const Plan> plan_;
};

}  // namespace thalweg
