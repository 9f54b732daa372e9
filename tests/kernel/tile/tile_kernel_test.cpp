#include "thalweg/kernel/tile/tile_kernel.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#include "tests/support/allocation.hpp"
#include "tests/support/stored.hpp"
#include "tests/support/target.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {
namespace {

using enum TileOperation;

constexpr DType dtypes[] = {DType::float64, DType::float32, DType::bfloat16, DType::int32,
                            DType::boolean};

template <class T>
T through(DType dtype, T x) {
  return switch_number(dtype, [&](auto number) {
    return decltype(number)::template read<T>(decltype(number)::write(x));
  });
}

// The operations that IEEE 754 rounds correctly, on one element.
template <class T>
T apply(const TileInstruction& instruction, T a, T b, T c) {
  switch (instruction.operation) {
    case convert:
      return through(instruction.dtype, a);
    case negate:
      return -a;
    case absolute:
      return std::abs(a);
    case sign:
      return a > 0 ? T{1} : a < 0 ? T{-1} : a;
    case square_root:
      return std::sqrt(a);
    case reciprocal_square_root:
      return 1 / std::sqrt(a);
    case floor:
      return std::floor(a);
    case is_finite:
      return std::isfinite(a);
    case logical_not:
      return a == 0;
    case add:
      return a + b;
    case subtract:
      return a - b;
    case multiply:
      return a * b;
    case divide:
      return a / b;
    case maximum:
      return a > b || a != a ? a : b;
    case minimum:
      return a < b || a != a ? a : b;
    case equal:
      return a == b;
    case less:
      return a < b;
    case less_equal:
      return a <= b;
    case logical_and:
      return a != 0 && b != 0;
    case logical_or:
      return a != 0 || b != 0;
    case select:
      return a != 0 ? b : c;
    default:
      std::abort();
  }
}

constexpr TileOperation exact[] = {
    convert,     negate,     absolute,    sign,  square_root, reciprocal_square_root,
    floor,       is_finite,  logical_not, add,   subtract,    multiply,
    divide,      maximum,    minimum,     equal, less,        less_equal,
    logical_and, logical_or, select,      add,   multiply,    subtract,
    multiply,    add};

size_t extent_size(TileExtent extent, TileSize size, size_t period) {
  switch (extent) {
    case TileExtent::all:
      return size.rows * size.columns;
    case TileExtent::scalar:
      return 1;
    case TileExtent::row:
      return size.columns;
    default:
      return period == 0 ? size.rows : period;
  }
}

TileProgram random_program(Random& random, TileSize size) {
  TileProgram program;
  program.arithmetic = random.below(2) == 0 ? DType::float32 : DType::float64;
  const size_t operands = 1 + random.below(5), steps = random.below(16);
  const bool flat = random.below(3) == 0;
  const auto any = [&] {
    return random.below(3) == 0 ? dtypes[random.below(5)] : program.arithmetic;
  };
  for (size_t i = 0; i < operands; ++i) {
    TileOperand operand = {static_cast<TileExtent>(random.below(flat ? 2 : 4)), any()};
    if (i == 0) operand.extent = TileExtent::all;
    if (operand.extent == TileExtent::column && size.rows % 3 == 0 && random.below(2) == 0)
      operand.period = 3;
    program.operands.push_back(operand);
    program.instructions.push_back({.operation = load, .index = static_cast<uint32_t>(i)});
  }
  program.instructions.push_back({.operation = constant, .number = random.normal()});
  for (size_t i = 0; i < steps; ++i) {
    TileInstruction instruction{.operation = exact[random.below(std::size(exact))],
                                .dtype = dtypes[random.below(5)]};
    for (uint32_t& input : instruction.input)
      input = static_cast<uint32_t>(random.below(program.instructions.size()));
    program.instructions.push_back(instruction);
  }
  const auto value = [&] {
    return static_cast<uint32_t>(random.below(3) == 0 ? random.below(program.instructions.size())
                                                      : program.instructions.size() - 1);
  };
  for (size_t i = random.below(4); i > 0; --i) program.outputs.push_back({value(), any()});
  for (size_t i = random.below(4); i > 0; --i)
    program.reductions.push_back({value(), static_cast<TileReductionKind>(random.below(2)),
                                  static_cast<TileExtent>(1 + random.below(flat ? 1 : 3)),
                                  DType::float64});
  return program;
}

template <class T>
void check_against_loops(const TileProgram& program, TileSize size, Random& random) {
  const size_t total = size.rows * size.columns;
  std::vector<std::vector<std::byte>> operands, results;
  for (const TileOperand& operand : program.operands) {
    const size_t count = extent_size(operand.extent, size, operand.period);
    operands.emplace_back(count * size_of(operand.dtype));
    for (size_t i = 0; i < count; ++i) {
      double x = 3 * random.normal();
      if (random.below(40) == 0) x = 0;
      if (random.below(400) == 0 && is_floating(operand.dtype))
        x = random.below(2) == 0 ? NAN : INFINITY;
      put(operand.dtype, operands.back().data(), i, x);
    }
  }
  // What each value is, element by element.
  std::vector<std::vector<T>> values(program.instructions.size(), std::vector<T>(total));
  for (size_t v = 0; v < values.size(); ++v) {
    const TileInstruction& instruction = program.instructions[v];
    for (size_t e = 0; e < total; ++e) {
      if (instruction.operation == load) {
        const TileOperand& operand = program.operands[instruction.index];
        const size_t r = e / size.columns, c = e % size.columns;
        const size_t i = operand.extent == TileExtent::all      ? e
                         : operand.extent == TileExtent::scalar ? 0
                         : operand.extent == TileExtent::row
                             ? c
                             : r % (operand.period == 0 ? size.rows : operand.period);
        values[v][e] = static_cast<T>(get(operand.dtype, operands[instruction.index].data(), i));
      } else if (instruction.operation == constant) {
        values[v][e] = static_cast<T>(instruction.number);
      } else {
        values[v][e] = apply(instruction, values[instruction.input[0]][e],
                             values[instruction.input[1]][e], values[instruction.input[2]][e]);
      }
    }
  }
  std::vector<const void*> from;
  for (const auto& operand : operands) from.push_back(operand.data());
  std::vector<void*> to;
  std::vector<bool> taken(operands.size());
  for (const TileOutput& output : program.outputs) {
    results.emplace_back(total * size_of(output.dtype));
    void* place = results.back().data();
    // In the place of an operand, sometimes.
    for (size_t i = 0; i < operands.size(); ++i)
      if (!taken[i] && program.operands[i].extent == TileExtent::all &&
          size_of(program.operands[i].dtype) == size_of(output.dtype) && random.below(2) == 0) {
        taken[i] = true;
        place = operands[i].data();
        break;
      }
    to.push_back(place);
  }
  for (const TileReduction& reduction : program.reductions) {
    results.emplace_back(extent_size(reduction.extent, size, 0) * 8);
    to.push_back(results.back().data());
  }
  const TileKernel kernel = TileKernel::make(program);
  Buffer<std::byte> scratch(kernel.scratch(size));
  kernel.run(size, from.data(), to.data(), scratch.data());

  for (size_t i = 0; i < program.outputs.size(); ++i) {
    const TileOutput& output = program.outputs[i];
    size_t wrong = 0;
    for (size_t e = 0; e < total; ++e) {
      std::byte expected[8], *got = static_cast<std::byte*>(to[i]) + e * size_of(output.dtype);
      put(output.dtype, expected, 0, values[output.value][e]);
      const double a = get(output.dtype, expected, 0), b = get(output.dtype, got, 0);
      if (std::isnan(a) && std::isnan(b)) continue;
      wrong += std::bit_cast<uint64_t>(a) != std::bit_cast<uint64_t>(b) && !(a == 0 && b == 0);
    }
    EXPECT_EQ(wrong, 0u) << "output " << i << " of " << total;
  }
  for (size_t i = 0; i < program.reductions.size(); ++i) {
    const TileReduction& reduction = program.reductions[i];
    const size_t count = extent_size(reduction.extent, size, 0);
    const bool sums = reduction.kind == TileReductionKind::sum;
    std::vector<long double> all(count, sums ? 0 : -INFINITY), scale(count);
    for (size_t e = 0; e < total; ++e) {
      const size_t at = reduction.extent == TileExtent::scalar ? 0
                        : reduction.extent == TileExtent::row  ? e % size.columns
                                                               : e / size.columns;
      const T x = values[reduction.value][e];
      if (sums)
        all[at] += x, scale[at] += std::abs(x);
      else
        all[at] = x > all[at] || x != x ? x : all[at];
    }
    const auto* got = static_cast<double*>(to[program.outputs.size() + i]);
    for (size_t at = 0; at < count; ++at) {
      if (std::isnan(all[at]) || std::isinf(all[at]) || !std::isfinite(scale[at])) {
        EXPECT_EQ(std::isfinite(got[at]), std::isfinite(static_cast<double>(all[at]))) << got[at];
        continue;
      }
      if (scale[at] > std::numeric_limits<T>::max() / 4) continue;
      EXPECT_NEAR(
          got[at], static_cast<double>(all[at]),
          sums ? 64 * static_cast<double>(std::numeric_limits<T>::epsilon() * scale[at]) : 0.0);
    }
  }
}

void check_random_programs(uint64_t seed, size_t count) {
  Random random(seed, 1);
  constexpr size_t extents[] = {0, 1, 2, 3, 7, 10, 16, 33, 60, 129, 300, 1000, 2500};
  for (size_t i = 0; i < count; ++i) {
    TileSize size = {extents[random.below(std::size(extents))],
                     extents[random.below(std::size(extents))]};
    while (size.rows * size.columns > 60000) size.rows /= 2;
    const TileProgram program = random_program(random, size);
    SCOPED_TRACE(
        fmt::format("program {}, {} x {}\n{}", i, size.rows, size.columns, to_text(program)));
    if (program.arithmetic == DType::float32)
      check_against_loops<float>(program, size, random);
    else
      check_against_loops<double>(program, size, random);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(TileKernel, RandomProgramsHaveTheBitsOfPlainLoops) {
  check_random_programs(1, std::getenv("THALWEG_LONG") == nullptr ? 400 : 20000);
}

TEST(TileKernel, RandomProgramsHaveTheBitsOfPlainLoopsOnEveryTarget) {
  each_target([] { check_random_programs(2, 60); });
}

struct Softmax {
  TileProgram maximum, exponential, quotient;
};

TEST(TileKernel, SoftmaxOfRowsInThreeRuns) {
  for (const TileSize size :
       {TileSize{128, 10}, TileSize{3, 5000}, TileSize{1, 100000}, TileSize{50, 333}}) {
    Random random(3, 1);
    std::vector<float> x(size.rows * size.columns), y(x.size()), most(size.rows), sum(size.rows);
    for (float& item : x) item = static_cast<float>(5 * random.normal());
    Buffer<std::byte> scratch(1 << 20);
    const auto run = [&](const TileProgram& program, std::vector<const void*> from,
                         std::vector<void*> to) {
      const TileKernel kernel = TileKernel::make(program);
      ASSERT_LE(kernel.scratch(size), scratch.size());
      kernel.run(size, from.data(), to.data(), scratch.data());
    };
    TileProgram program;
    program.operands = {{TileExtent::all}};
    program.instructions = {{.operation = load, .index = 0}};
    program.reductions = {{0, TileReductionKind::maximum, TileExtent::column}};
    run(program, {x.data()}, {most.data()});
    program.operands = {{TileExtent::all}, {TileExtent::column}};
    program.instructions = {{.operation = load, .index = 0},
                            {.operation = load, .index = 1},
                            {.operation = subtract, .input = {0, 1}},
                            {.operation = exponential, .input = {2}}};
    program.outputs = {{3}};
    program.reductions = {{3, TileReductionKind::sum, TileExtent::column}};
    run(program, {x.data(), most.data()}, {y.data(), sum.data()});
    program.instructions.resize(2);
    program.instructions.push_back({.operation = divide, .input = {0, 1}});
    program.outputs = {{2}};
    program.reductions.clear();
    run(program, {y.data(), sum.data()}, {y.data()});
    for (size_t r = 0; r < size.rows; ++r) {
      const float* row = x.data() + r * size.columns;
      const double top = *std::max_element(row, row + size.columns);
      double total = 0;
      for (size_t c = 0; c < size.columns; ++c) total += std::exp(row[c] - top);
      for (size_t c = 0; c < size.columns; ++c) {
        const double exact_y = std::exp(row[c] - top) / total;
        EXPECT_NEAR(y[r * size.columns + c], exact_y, 4e-6 * exact_y);
      }
    }
  }
}

TEST(TileKernel, BitsDoNotDependOnThreads) {
  Random random(4, 1);
  for (const TileSize size :
       {TileSize{1, 300001}, TileSize{700, 500}, TileSize{30001, 10}, TileSize{2, 200000}}) {
    std::vector<float> x(size.rows * size.columns);
    for (float& item : x) item = static_cast<float>(random.normal());
    TileProgram program;
    program.operands = {{TileExtent::all}};
    program.instructions = {{.operation = load, .index = 0},
                            {.operation = exponential, .input = {0}}};
    program.reductions = {{1, TileReductionKind::sum, TileExtent::scalar},
                          {1, TileReductionKind::sum, TileExtent::row},
                          {1, TileReductionKind::sum, TileExtent::column}};
    const TileKernel kernel = TileKernel::make(program);
    std::vector<std::vector<float>> seen;
    for (const int count : {1, 2, 5}) {
      set_threads(count);
      Buffer<std::byte> scratch(kernel.scratch(size));
      std::vector<float> out(1 + size.columns + size.rows);
      const void* from[] = {x.data()};
      void* to[] = {out.data(), out.data() + 1, out.data() + 1 + size.columns};
      kernel.run(size, from, to, scratch.data());
      seen.push_back(out);
    }
    set_threads(0);
    EXPECT_EQ(seen[0], seen[1]);
    EXPECT_EQ(seen[0], seen[2]);
  }
}

TEST(TileKernel, RunAllocatesNothing) {
  TileProgram program;
  program.operands = {{TileExtent::all}, {TileExtent::row}};
  program.instructions = {{.operation = load, .index = 0},
                          {.operation = load, .index = 1},
                          {.operation = multiply, .input = {0, 1}}};
  program.outputs = {{2}};
  program.reductions = {{2, TileReductionKind::sum, TileExtent::row}};
  const TileKernel kernel = TileKernel::make(program);
  for (const TileSize size : {TileSize{2000, 10}, TileSize{100, 3000}}) {
    Buffer<float> x(size.rows * size.columns, 1.0f), y(x.size()), bias(size.columns, 2.0f),
        sum(size.columns);
    Buffer<std::byte> scratch(kernel.scratch(size));
    const void* from[] = {x.data(), bias.data()};
    void* to[] = {y.data(), sum.data()};
    const size_t before = allocations();
    kernel.run(size, from, to, scratch.data());
    EXPECT_EQ(allocations(), before);
    EXPECT_EQ(sum[0], 2 * static_cast<float>(size.rows));
  }
}

}  // namespace
}  // namespace thalweg
