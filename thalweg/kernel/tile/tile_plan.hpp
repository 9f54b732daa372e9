// What TileKernel::make derives from a program: the steps of one tile, with a slot of scratch memory
// for each value. For the kernels of this folder alone.
#pragma once

#include <cstdint>
#include <vector>

#include "thalweg/kernel/tile/tile_kernel.hpp"

namespace thalweg {

// What a step computes: the operations that compute, and pairs of them, rounded twice.
enum class TileStepKind : uint8_t {
  convert,
  negate,
  absolute,
  sign,
  square_root,
  reciprocal_square_root,
  floor,
  exponential,
  exponential_minus_one,
  logarithm,
  logarithm_one_plus,
  tanh,
  error_function,
  sigmoid,
  sine,
  cosine,
  is_finite,
  logical_not,
  add,
  subtract,
  multiply,
  divide,
  power,
  maximum,
  minimum,
  equal,
  less,
  less_equal,
  logical_and,
  logical_or,
  select,
  multiply_add,       // a b + c
  multiply_subtract,  // a b - c
  subtract_product,   // c - a b
};
inline constexpr size_t tile_step_kinds = static_cast<size_t>(TileStepKind::subtract_product) + 1;

inline constexpr uint16_t no_place = UINT16_MAX;

struct TileStep {
  TileStepKind kind{};
  DType dtype = DType::float32;     // convert
  uint16_t input[3]{}, output = 0;  // values
  uint8_t variant = 0;              // bit i: input i is one number for the whole tile
};

// An operand that the tiles need. Whoever holds it in the arithmetic type and as long as a tile is
// used where it lies.
struct TileLoad {
  uint16_t value, operand;
  bool direct;
};

struct TileStore {
  uint16_t value, result;
  DType dtype;
  // The step writes into the output itself, unless one of these operands, which later steps read
  // where they lie, is the same memory.
  bool direct;
  std::vector<uint16_t> hazards;
};

// The steps for one way to cut the matrix. Values that are one number for the whole tile have a
// lane-wide buffer, the others a slot of a tile, or no place where they are used where they lie.
struct TileSchedule {
  std::vector<TileLoad> uniform_loads, row_loads,
      loads;                                   // once; once a block when cut in rows; a tile
  std::vector<TileStep> uniform_steps, steps;  // once; for each tile
  std::vector<uint16_t> spread;                // lane-wide values that are stored or reduced
  std::vector<TileStore> stores;
  std::vector<uint16_t> slot;   // of each value, or no_place
  std::vector<uint16_t> lanes;  // of each value: its lane-wide buffer, or no_place
  uint16_t slots = 0, buffers = 0;
  size_t tile = 0;  // elements, a multiple of 64
};

struct TileKernel::Plan {
  TileProgram program;
  bool flat = false;  // no rows matter: any size is one row
  bool sums_rows = false;
  TileSchedule wide;    // a tile is a piece of one row: numbers a row are one for the tile
  TileSchedule narrow;  // a tile is several whole rows
};

// Bytes of the tiles of one thread: half of a first-level cache, the other half holds what is read
// and written; and of its lane-wide buffers.
inline constexpr size_t tile_bytes = 16384, most_tile_bytes = 8192, lane_bytes = 64;
inline constexpr size_t least_tile = 64;  // elements

TileSchedule schedule_tiles(const TileProgram& program, bool wide);

// How a matrix is cut into blocks, the units of work: from its size alone.
struct TileGrid {
  size_t rows, columns;
  const TileSchedule* schedule;  // wide or narrow
  bool wide;
  size_t tile_rows;                  // narrow: rows of a tile
  size_t block_rows, block_columns;  // of a block
  size_t row_blocks, stripes;        // blocks along the rows and along the columns

  size_t blocks() const { return row_blocks * stripes; }
};
TileGrid cut_tiles(const TileKernel::Plan& plan, TileSize size);

// One run. The partial results of reduction i, float64: extent scalar: [blocks]; column: [rows,
// stripes], or none with one stripe; row: [row_blocks, columns].
struct TileRun {
  const TileProgram* program;
  TileGrid grid;
  const void* const* operands;
  void* const* results;
  bool direct[TileKernel::most_results];      // of each store
  double* partial[TileKernel::most_results];  // of each reduction
};

// Runs one block; in tile_float32.cpp and tile_float64.cpp, for the machine's instruction set.
void sweep_tiles_float32(const TileRun& run, size_t block);
void sweep_tiles_float64(const TileRun& run, size_t block);

}  // namespace thalweg
