// TileProgram: a short list of elementwise instructions over a matrix of [rows, columns] elements,
// with stores and reductions at its ends. A plain value; TileKernel checks and runs it.
//
// Instruction i defines value i and uses values before it. All arithmetic is in one type, float32
// or float64: operands are converted when loaded, results when stored. int32 is exact in float32
// only up to 2^24, so programs over int32 ask for float64. Truth is 1 or 0; every number but 0 is
// true.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/tensor/dtype.hpp"

namespace thalweg {

enum class TileOperation : uint8_t {
  load,      // the operand `index`
  constant,  // `number`, rounded to the arithmetic type
  convert,   // a, as if it were stored as `dtype` and loaded again
  // One input.
  negate,
  absolute,
  sign,  // 0 at 0
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
  // Two inputs. Maximum and minimum are NaN where either input is.
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
  // Three inputs.
  select,  // b where a is true, c elsewhere
};

// How many values an operation uses: 0 to 3.
size_t input_count(TileOperation operation);
std::string_view name_of(TileOperation operation);

struct TileInstruction {
  TileOperation operation{};
  std::array<uint32_t, 3> input{};  // values; those that the operation does not use are ignored
  uint32_t index = 0;               // load
  double number = 0;                // constant
  DType dtype = DType::float32;     // convert
};

// What an operand holds, densely and in order.
enum class TileExtent : uint8_t {
  all,     // [rows, columns]
  scalar,  // [1]
  row,     // [columns]: the same in every row (a bias)
  column,  // [period]: one number a row (the mean of a row, the bias of a channel)
};

struct TileOperand {
  TileExtent extent = TileExtent::all;
  DType dtype = DType::float32;
  // extent column: row r takes number r mod period; 0 stands for the number of rows.
  size_t period = 0;
};

// Stored as [rows, columns]; may be the memory of an operand with extent `all` and a dtype of the
// same size, of which no part is lost.
struct TileOutput {
  uint32_t value = 0;
  DType dtype = DType::float32;
};

enum class TileReductionKind : uint8_t { sum, maximum };

// extent scalar: of all elements, [1]; column: one number a row, [rows]; row: over the rows,
// [columns]. Sums are trees of a fixed shape with float64 above the tiles, so that their bits
// depend on the extent and the instruction set, not on the number of threads. The maximum of
// nothing is -infinity.
struct TileReduction {
  uint32_t value = 0;
  TileReductionKind kind = TileReductionKind::sum;
  TileExtent extent = TileExtent::scalar;
  DType dtype = DType::float32;
};

struct TileProgram {
  DType arithmetic = DType::float32;  // or float64
  std::vector<TileOperand> operands;
  std::vector<TileInstruction> instructions;
  std::vector<TileOutput> outputs;
  std::vector<TileReduction> reductions;
};

// One line an operand, instruction, output and reduction: `%2 = multiply(%0, %1)`.
std::string to_text(const TileProgram& program);

}  // namespace thalweg
