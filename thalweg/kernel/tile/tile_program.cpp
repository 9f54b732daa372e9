#include "thalweg/kernel/tile/tile_program.hpp"

#include <fmt/format.h>

#include <iterator>

namespace thalweg {

size_t input_count(TileOperation operation) {
  if (operation < TileOperation::convert) return 0;
  if (operation < TileOperation::add) return 1;
  return operation < TileOperation::select ? 2 : 3;
}

std::string_view name_of(TileOperation operation) {
  constexpr std::string_view names[] = {"load",
                                        "constant",
                                        "convert",
                                        "negate",
                                        "absolute",
                                        "sign",
                                        "square_root",
                                        "reciprocal_square_root",
                                        "floor",
                                        "exponential",
                                        "exponential_minus_one",
                                        "logarithm",
                                        "logarithm_one_plus",
                                        "tanh",
                                        "error_function",
                                        "sigmoid",
                                        "sine",
                                        "cosine",
                                        "is_finite",
                                        "logical_not",
                                        "add",
                                        "subtract",
                                        "multiply",
                                        "divide",
                                        "power",
                                        "maximum",
                                        "minimum",
                                        "equal",
                                        "less",
                                        "less_equal",
                                        "logical_and",
                                        "logical_or",
                                        "select"};
  static_assert(std::size(names) == static_cast<size_t>(TileOperation::select) + 1);
  return names[static_cast<size_t>(operation)];
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
