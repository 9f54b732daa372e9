#include "thalweg/kernel/tile/tile_program.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "thalweg/kernel/tile/tile_kernel.hpp"

namespace thalweg {
namespace {

using enum TileOperation;

TEST(TileProgram, ReadsAsItIs) {
  TileProgram program;
  program.operands = {{TileExtent::all, DType::bfloat16}, {TileExtent::column, DType::float32, 3}};
  program.instructions = {{.operation = load, .index = 0},
                          {.operation = load, .index = 1},
                          {.operation = constant, .number = 0.5},
                          {.operation = select, .input = {0, 1, 2}},
                          {.operation = convert, .input = {3}, .dtype = DType::int32}};
  program.outputs = {{4, DType::int32}};
  program.reductions = {{3, TileReductionKind::maximum, TileExtent::row, DType::float64}};
  EXPECT_EQ(to_text(program),
            "arithmetic float32\n"
            "operand 0: bfloat16 all\n"
            "operand 1: float32 column period 3\n"
            "%0 = load(0)\n"
            "%1 = load(1)\n"
            "%2 = constant(0.5)\n"
            "%3 = select(%0, %1, %2)\n"
            "%4 = convert(%3, int32)\n"
            "store %4 int32\n"
            "maximum %3 row float64\n");
}

TEST(TileProgram, RejectsWhatIsWrongInOneLine) {
  const auto message = [](const TileProgram& program) -> std::string {
    try {
      TileKernel::make(program);
    } catch (const std::logic_error& error) {
      return error.what();
    }
    return "";
  };
  TileProgram program;
  program.operands = {{TileExtent::all}};
  program.instructions = {{.operation = load, .index = 0}};
  EXPECT_EQ(message(program), "");
  TileProgram wrong = program;
  wrong.arithmetic = DType::int32;
  EXPECT_EQ(message(wrong), "tile: arithmetic in int32; expected float32 or float64");
  wrong = program;
  wrong.instructions.push_back({.operation = add, .input = {0, 1}});
  EXPECT_EQ(message(wrong),
            "tile: instruction 1 (add) uses value 1, which is not defined before it");
  wrong = program;
  wrong.instructions[0].index = 1;
  EXPECT_EQ(message(wrong), "tile: instruction 0 loads operand 1 of 1");
  wrong = program;
  wrong.outputs = {{1}};
  EXPECT_EQ(message(wrong), "tile: output 0 is value 1 of 1");
  wrong = program;
  wrong.reductions = {{0, TileReductionKind::sum, TileExtent::all}};
  EXPECT_EQ(message(wrong), "tile: reduction 0 keeps all elements; make it an output");
  wrong = program;
  wrong.instructions.assign(257, wrong.instructions[0]);
  EXPECT_EQ(message(wrong), "tile: 257 instructions, at most 256; split the program");
}

}  // namespace
}  // namespace thalweg
