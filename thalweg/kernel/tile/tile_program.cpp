#include "thalweg/kernel/tile/tile_program.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace thalweg {

size_t input_count(TileOperation operation) {
  if (operation < TileOperation::convert) return 0;
  if (operation < TileOperation::add) return 1;
  return operation < TileOperation::select ? 2 : 3;
}

std::string_view name_of(TileOperation operation) {
  switch (operation) {
    case TileOperation::load:
      return "load";
    case TileOperation::constant:
      return "constant";
    case TileOperation::convert:
      return "convert";
    case TileOperation::negate:
      return "negate";
    case TileOperation::absolute:
      return "absolute";
    case TileOperation::sign:
      return "sign";
    case TileOperation::square_root:
      return "square_root";
    case TileOperation::reciprocal_square_root:
      return "reciprocal_square_root";
    case TileOperation::floor:
      return "floor";
    case TileOperation::exponential:
      return "exponential";
    case TileOperation::exponential_minus_one:
      return "exponential_minus_one";
    case TileOperation::logarithm:
      return "logarithm";
    case TileOperation::logarithm_one_plus:
      return "logarithm_one_plus";
    case TileOperation::tanh:
      return "tanh";
    case TileOperation::error_function:
      return "error_function";
    case TileOperation::sigmoid:
      return "sigmoid";
    case TileOperation::sine:
      return "sine";
    case TileOperation::cosine:
      return "cosine";
    case TileOperation::is_finite:
      return "is_finite";
    case TileOperation::logical_not:
      return "logical_not";
    case TileOperation::add:
      return "add";
    case TileOperation::subtract:
      return "subtract";
    case TileOperation::multiply:
      return "multiply";
    case TileOperation::divide:
      return "divide";
    case TileOperation::power:
      return "power";
    case TileOperation::maximum:
      return "maximum";
    case TileOperation::minimum:
      return "minimum";
    case TileOperation::equal:
      return "equal";
    case TileOperation::less:
      return "less";
    case TileOperation::less_equal:
      return "less_equal";
    case TileOperation::logical_and:
      return "logical_and";
    case TileOperation::logical_or:
      return "logical_or";
    case TileOperation::select:
      return "select";
  }
  throw std::logic_error("name_of: no such tile operation");
}

std::string to_text(const TileProgram& program) {
  constexpr std::string_view extents[] = {"all", "scalar", "row", "column"};
  const auto extent = [&](TileExtent which) { return extents[static_cast<size_t>(which)]; };
  std::string out = fmt::format("arithmetic {}\n", name_of(program.arithmetic));
  for (size_t i = 0; i < program.operands.size(); ++i) {
    const TileOperand& operand = program.operands[i];
    out += fmt::format("operand {}: {} {}", i, name_of(operand.dtype), extent(operand.extent));
    out += operand.period == 0 ? "\n" : fmt::format(" period {}\n", operand.period);
  }
  for (size_t i = 0; i < program.instructions.size(); ++i) {
    const TileInstruction& instruction = program.instructions[i];
    out += fmt::format("%{} = {}(", i, name_of(instruction.operation));
    if (instruction.operation == TileOperation::load) out += fmt::format("{}", instruction.index);
    if (instruction.operation == TileOperation::constant)
      out += fmt::format("{}", instruction.number);
    for (size_t k = 0; k < input_count(instruction.operation); ++k)
      out += fmt::format("{}%{}", k == 0 ? "" : ", ", instruction.input[k]);
    if (instruction.operation == TileOperation::convert)
      out += fmt::format(", {}", name_of(instruction.dtype));
    out += ")\n";
  }
  for (const TileOutput& output : program.outputs)
    out += fmt::format("store %{} {}\n", output.value, name_of(output.dtype));
  for (const TileReduction& reduction : program.reductions)
    out +=
        fmt::format("{} %{} {} {}\n", reduction.kind == TileReductionKind::sum ? "sum" : "maximum",
                    reduction.value, extent(reduction.extent), name_of(reduction.dtype));
  return out;
}

}  // namespace thalweg
