#include "thalweg/kernel/tile/tile_kernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"
#include "thalweg/kernel/tile/tile_plan.hpp"

namespace thalweg {
namespace {

template <class... Arguments>
[[noreturn]] void reject(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  throw std::logic_error("tile: " + fmt::format(format, std::forward<Arguments>(arguments)...));
}

void check_limit(const char* what, size_t count, size_t most) {
  if (count > most) reject("{} {}, at most {}; split the program", count, what, most);
}

void check(const TileProgram& program) {
  if (program.arithmetic != DType::float32 && program.arithmetic != DType::float64)
    reject("arithmetic in {}; expected float32 or float64", name_of(program.arithmetic));
  check_limit("instructions", program.instructions.size(), TileKernel::most_instructions);
  check_limit("operands", program.operands.size(), TileKernel::most_operands);
  check_limit("results", program.outputs.size() + program.reductions.size(),
              TileKernel::most_results);
  for (size_t i = 0; i < program.instructions.size(); ++i) {
    const TileInstruction& instruction = program.instructions[i];
    for (size_t k = 0; k < input_count(instruction.operation); ++k)
      if (instruction.input[k] >= i)
        reject("instruction {} ({}) uses value {}, which is not defined before it", i,
               name_of(instruction.operation), instruction.input[k]);
    if (instruction.operation == TileOperation::load &&
        instruction.index >= program.operands.size())
      reject("instruction {} loads operand {} of {}", i, instruction.index,
             program.operands.size());
  }
  const auto check_end = [&](const char* what, size_t i, uint32_t value) {
    if (value >= program.instructions.size())
      reject("{} {} is value {} of {}", what, i, value, program.instructions.size());
  };
  for (size_t i = 0; i < program.outputs.size(); ++i)
    check_end("output", i, program.outputs[i].value);
  for (size_t i = 0; i < program.reductions.size(); ++i) {
    check_end("reduction", i, program.reductions[i].value);
    if (program.reductions[i].extent == TileExtent::all)
      reject("reduction {} keeps all elements; make it an output", i);
  }
}

void check(const TileSchedule& schedule) {
  check_limit("values alive at once", schedule.slots, TileKernel::most_live_values);
  check_limit("scalars", schedule.buffers, TileKernel::most_scalars);
}

bool by_rows(TileExtent extent) {
  return extent == TileExtent::row || extent == TileExtent::column;
}

// Elements of a block: enough to be worth handing to a thread (some ten microseconds).
constexpr size_t least_block = 16384;

size_t divide_up(size_t a, size_t b) { return (a + b - 1) / b; }
size_t round_up(size_t a, size_t b) { return divide_up(a, b) * b; }

// Doubles of the partial results of a reduction.
size_t partial_size(const TileReduction& reduction, const TileGrid& grid) {
  if (reduction.extent == TileExtent::scalar) return grid.blocks();
  if (reduction.extent == TileExtent::column) return grid.rows * grid.stripes;
  return grid.row_blocks * grid.columns;
}

// out[i] = the reduction of partial[k outer + i inner] over k, in order.
void combine(const TileReduction& reduction, const double* partial, size_t results, size_t count,
             size_t outer, size_t inner, void* out) {
  for (size_t i = 0; i < results; ++i) {
    const bool sums = reduction.kind == TileReductionKind::sum;
    double all = sums ? 0 : -std::numeric_limits<double>::infinity();
    for (size_t k = 0; k < count; ++k) {
      const double part = partial[k * outer + i * inner];
      all = sums ? all + part : larger_number(all, part);
    }
    switch_number(reduction.dtype, [&](auto number) {
      using Number = decltype(number);
      static_cast<typename Number::Stored*>(out)[i] = Number::write(all);
    });
  }
}

void finish(const TileReduction& reduction, const TileGrid& grid, const double* partial,
            void* out) {
  switch (reduction.extent) {
    case TileExtent::scalar:
      return combine(reduction, partial, 1, grid.blocks(), 1, 0, out);
    case TileExtent::column:
      return combine(reduction, partial, grid.rows, grid.stripes, 1, grid.stripes, out);
    default:
      return combine(reduction, partial, grid.columns, grid.row_blocks, grid.columns, 1, out);
  }
}

}  // namespace

TileGrid cut_tiles(const TileKernel::Plan& plan, TileSize size) {
  TileGrid grid{};
  grid.rows = plan.flat ? 1 : size.rows;
  grid.columns = plan.flat ? size.rows * size.columns : size.columns;
  const size_t total = grid.rows * grid.columns;
  if (total == 0) return grid;
  grid.wide = plan.flat || 2 * grid.columns > plan.narrow.tile;
  grid.schedule = grid.wide ? &plan.wide : &plan.narrow;
  const size_t tile = grid.schedule->tile;
  grid.tile_rows = grid.wide ? 1 : tile / grid.columns;
  // Whole vectors, where the tile has room for them.
  const size_t even = 16 / std::gcd<size_t>(16, grid.columns);
  if (grid.tile_rows > even) grid.tile_rows -= grid.tile_rows % even;

  const size_t block = std::max(least_block, total / 256);
  grid.block_rows = std::max<size_t>(1, block / grid.columns);
  // Each block of rows has its own sums over them: few, so that adding them up stays cheap.
  if (plan.sums_rows) grid.block_rows = std::max(grid.block_rows, divide_up(grid.rows, 16));
  grid.block_rows = std::min(grid.rows, round_up(grid.block_rows, grid.tile_rows));
  grid.block_columns = grid.columns;
  const size_t most = std::max<size_t>(tile, round_up(block / grid.block_rows, tile));
  if (grid.wide && most < grid.columns) grid.block_columns = most;
  grid.row_blocks = divide_up(grid.rows, grid.block_rows);
  grid.stripes = divide_up(grid.columns, grid.block_columns);
  return grid;
}

TileKernel TileKernel::make(TileProgram program) {
  check(program);
  auto plan = std::make_shared<Plan>();
  plan->program = std::move(program);
  plan->flat = true;
  for (const TileOperand& operand : plan->program.operands)
    plan->flat = plan->flat && !by_rows(operand.extent);
  for (const TileReduction& reduction : plan->program.reductions) {
    plan->flat = plan->flat && !by_rows(reduction.extent);
    plan->sums_rows = plan->sums_rows || reduction.extent == TileExtent::row;
  }
  plan->wide = schedule_tiles(plan->program, true);
  plan->narrow = schedule_tiles(plan->program, false);
  check(plan->wide);
  check(plan->narrow);
  return TileKernel(std::move(plan));
}

const TileProgram& TileKernel::program() const { return plan_->program; }

size_t TileKernel::scratch(TileSize size) const {
  const TileGrid grid = cut_tiles(*plan_, size);
  size_t bytes = 0;
  for (const TileReduction& reduction : plan_->program.reductions)
    bytes += round_up(partial_size(reduction, grid) * sizeof(double), 64);
  return bytes;
}

void TileKernel::run(TileSize size, const void* const* operands, void* const* results,
                     void* scratch) const {
  const TileProgram& program = plan_->program;
  TileRun run{&program, cut_tiles(*plan_, size), operands, results, {}, {}};
  auto* at = static_cast<std::byte*>(scratch);
  for (size_t i = 0; i < program.reductions.size(); ++i) {
    run.partial[i] = reinterpret_cast<double*>(at);
    at += round_up(partial_size(program.reductions[i], run.grid) * sizeof(double), 64);
  }
  if (run.grid.blocks() > 0) {
    const std::vector<TileStore>& stores = run.grid.schedule->stores;
    for (size_t i = 0; i < stores.size(); ++i)
      run.direct[i] =
          stores[i].direct &&
          std::none_of(stores[i].hazards.begin(), stores[i].hazards.end(), [&](uint16_t operand) {
            return operands[operand] == results[stores[i].result];
          });
    const auto sweep =
        program.arithmetic == DType::float32 ? sweep_tiles_float32 : sweep_tiles_float64;
    struct Work {
      decltype(sweep) function;
      const TileRun* run;
    } work{sweep, &run};
    // One pointer, which std::function keeps without allocating.
    parallel_blocks(run.grid.blocks(), 1,
                    [&work](size_t block, size_t, size_t) { work.function(*work.run, block); });
  }
  for (size_t i = 0; i < program.reductions.size(); ++i)
    finish(program.reductions[i], run.grid, run.partial[i], results[program.outputs.size() + i]);
}

}  // namespace thalweg
