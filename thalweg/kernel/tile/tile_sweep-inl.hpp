// One block of a tile program: loads, steps, reductions and stores, tile by tile, for arithmetic in
// float or double. Included once for each instruction set, inside no namespace.

#if defined(THALWEG_KERNEL_TILE_SWEEP_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef THALWEG_KERNEL_TILE_SWEEP_INL_HPP
#undef THALWEG_KERNEL_TILE_SWEEP_INL_HPP
#else
#define THALWEG_KERNEL_TILE_SWEEP_INL_HPP
#endif

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "thalweg/kernel/tile/tile_number.hpp"
#include "thalweg/kernel/tile/tile_steps-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

// Plain loops: the compiler makes vectors of them for each instruction set.
template <class T>
void load_tile(DType dtype, const void* from, size_t first, T* to, size_t count) {
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    const auto* at = static_cast<const typename Number::Stored*>(from) + first;
    for (size_t i = 0; i < count; ++i) to[i] = Number::template read<T>(at[i]);
  });
}

template <class T>
void store_tile(DType dtype, const T* from, void* to, size_t first, size_t count) {
  // By value: stores of bytes could change what is captured by reference.
  switch_number(dtype, [=](auto number) {
    using Number = decltype(number);
    auto* at = static_cast<typename Number::Stored*>(to) + first;
    for (size_t i = 0; i < count; ++i) at[i] = Number::write(from[i]);
  });
}

template <class T>
void convert_tile(DType dtype, const T* from, T* to, size_t count) {
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    for (size_t i = 0; i < count; ++i) to[i] = Number::template read<T>(Number::write(from[i]));
  });
}

template <class T>
double sum_tile(const T* from, size_t count) {
  const TileTag<T> d;
  const size_t lanes = hn::Lanes(d);
  auto a = hn::Zero(d), b = a, c = a, e = a;
  size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    a = hn::Add(a, hn::LoadU(d, from + i));
    b = hn::Add(b, hn::LoadU(d, from + i + lanes));
    c = hn::Add(c, hn::LoadU(d, from + i + 2 * lanes));
    e = hn::Add(e, hn::LoadU(d, from + i + 3 * lanes));
  }
  for (; i + lanes <= count; i += lanes) a = hn::Add(a, hn::LoadU(d, from + i));
  double sum = 0;
  if (i > 0)
    sum =
        static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e)))));
  T rest = 0;
  for (; i < count; ++i) rest += from[i];
  return sum + static_cast<double>(rest);
}

template <class T>
double maximum_tile(const T* from, size_t count) {
  const TileTag<T> d;
  const size_t lanes = hn::Lanes(d);
  auto a = hn::Set(d, -std::numeric_limits<T>::infinity()), b = a;
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    a = larger(a, hn::LoadU(d, from + i));
    b = larger(b, hn::LoadU(d, from + i + lanes));
  }
  double most = -std::numeric_limits<double>::infinity();
  for (; i < count; ++i) most = larger_number(most, static_cast<double>(from[i]));
  HWY_ALIGN T each[HWY_LANES(T)];
  hn::Store(larger(a, b), d, each);
  for (size_t lane = 0; lane < lanes; ++lane)
    most = larger_number(most, static_cast<double>(each[lane]));
  return most;
}

template <class T>
double reduce_tile(TileReductionKind kind, const T* from, size_t count) {
  return kind == TileReductionKind::sum ? sum_tile(from, count) : maximum_tile(from, count);
}

// The state of one block.
template <class T>
class Sweep {
 public:
  Sweep(const TileRun& run, size_t block)
      : run_(run),
        program_(*run.program),
        grid_(run.grid),
        schedule_(*run.grid.schedule),
        block_(block),
        row_block_(block / grid_.stripes),
        stripe_(block % grid_.stripes) {}

  void all() {
    const size_t row_end = std::min(grid_.rows, (row_block_ + 1) * grid_.block_rows);
    const size_t column_begin = stripe_ * grid_.block_columns;
    const size_t column_end = std::min(grid_.columns, column_begin + grid_.block_columns);
    begin(column_begin, column_end);
    if (grid_.wide) {
      for (size_t row = row_block_ * grid_.block_rows; row < row_end; ++row)
        for (size_t column = column_begin; column < column_end; column += schedule_.tile)
          tile(row, 1, column, std::min(schedule_.tile, column_end - column));
    } else {
      for (size_t row = row_block_ * grid_.block_rows; row < row_end; row += grid_.tile_rows)
        tile(row, std::min(grid_.tile_rows, row_end - row), 0, grid_.columns);
    }
    for (size_t i = 0; i < program_.reductions.size(); ++i)
      if (program_.reductions[i].extent == TileExtent::scalar) run_.partial[i][block_] = total_[i];
  }

 private:
  void fill_lanes(size_t value, T number) {
    std::fill_n(at_[value], lane_bytes / sizeof(T), number);
  }
  T number(const TileOperand& operand, size_t index, size_t i) const {
    T out;
    load_tile(operand.dtype, run_.operands[index], i, &out, 1);
    return out;
  }

  // What holds for the whole block.
  void begin(size_t column_begin, size_t column_end) {
    for (size_t value = 0; value < schedule_.slot.size(); ++value) {
      if (schedule_.slot[value] != no_place)
        at_[value] = tiles_ + schedule_.slot[value] * schedule_.tile;
      if (schedule_.lanes[value] != no_place)
        at_[value] = lanes_ + schedule_.lanes[value] * (lane_bytes / sizeof(T));
      if (program_.instructions[value].operation == TileOperation::constant)
        fill_lanes(value, static_cast<T>(program_.instructions[value].number));
    }
    for (const TileLoad& load : schedule_.uniform_loads)
      fill_lanes(load.value, number(program_.operands[load.operand], load.operand, 0));
    for (const TileStep& step : schedule_.uniform_steps) run_step(step, 0);
    for (const TileLoad& load : schedule_.row_loads) {
      load_tile(program_.operands[load.operand].dtype, run_.operands[load.operand], 0,
                at_[load.value], grid_.columns);
      for (size_t row = 1; row < grid_.tile_rows; ++row)
        std::copy_n(at_[load.value], grid_.columns, at_[load.value] + row * grid_.columns);
    }
    for (size_t i = 0; i < program_.reductions.size(); ++i) {
      const TileReduction& reduction = program_.reductions[i];
      total_[i] =
          reduction.kind == TileReductionKind::sum ? 0 : -std::numeric_limits<double>::infinity();
      if (reduction.extent == TileExtent::row)
        std::fill(run_.partial[i] + row_block_ * grid_.columns + column_begin,
                  run_.partial[i] + row_block_ * grid_.columns + column_end, total_[i]);
    }
  }

  void run_step(const TileStep& step, size_t count) {
    // A step from numbers to a number runs over one vector of them.
    if (schedule_.lanes[step.output] != no_place) count = lane_bytes / sizeof(T);
    const T* a = at_[step.input[0]];
    if (step.kind == TileStepKind::convert)
      convert_tile(step.dtype, a, at_[step.output], count);
    else
      step_functions<T>[static_cast<size_t>(step.kind)][step.variant](
          a, at_[step.input[1]], at_[step.input[2]], at_[step.output], count);
  }

  void load(const TileLoad& load, size_t row, size_t rows, size_t column, size_t count) {
    const TileOperand& operand = program_.operands[load.operand];
    const void* from = run_.operands[load.operand];
    if (operand.extent == TileExtent::column) {
      const size_t period = operand.period == 0 ? grid_.rows : operand.period;
      if (grid_.wide) return fill_lanes(load.value, number(operand, load.operand, row % period));
      switch_number(operand.dtype, [&](auto kind) {
        using Number = decltype(kind);
        const auto* numbers = static_cast<const typename Number::Stored*>(from);
        for (size_t i = 0; i < rows; ++i)
          std::fill_n(at_[load.value] + i * grid_.columns, grid_.columns,
                      Number::template read<T>(numbers[(row + i) % period]));
      });
      return;
    }
    const size_t first = operand.extent == TileExtent::row ? column : row * grid_.columns + column;
    if (load.direct)
      at_[load.value] = const_cast<T*>(static_cast<const T*>(from)) + first;
    else
      load_tile(operand.dtype, from, first, at_[load.value], count);
  }

  // Rows [row, row + rows), columns from `column` on, together `count` elements.
  void tile(size_t row, size_t rows, size_t column, size_t width) {
    const size_t count = rows * width, first = row * grid_.columns + column;
    for (const TileLoad& operand : schedule_.loads) load(operand, row, rows, column, count);
    for (size_t i = 0; i < schedule_.stores.size(); ++i) {
      const TileStore& store = schedule_.stores[i];
      if (run_.direct[i]) at_[store.value] = static_cast<T*>(run_.results[store.result]) + first;
    }
    for (const TileStep& step : schedule_.steps) run_step(step, count);
    for (const uint16_t value : schedule_.spread) std::fill_n(end(value), count, *at_[value]);
    for (size_t i = 0; i < program_.reductions.size(); ++i) reduce(i, row, rows, column, width);
    for (size_t i = 0; i < schedule_.stores.size(); ++i) {
      const TileStore& store = schedule_.stores[i];
      if (!run_.direct[i])
        store_tile(store.dtype, end(store.value), run_.results[store.result], first, count);
    }
  }

  // Where a value stands that is stored or reduced.
  T* end(size_t value) {
    return schedule_.lanes[value] != no_place && schedule_.slot[value] != no_place
               ? tiles_ + schedule_.slot[value] * schedule_.tile
               : at_[value];
  }

  void reduce(size_t i, size_t row, size_t rows, size_t column, size_t width) {
    const TileReduction& reduction = program_.reductions[i];
    const T* from = end(reduction.value);
    const bool sums = reduction.kind == TileReductionKind::sum;
    switch (reduction.extent) {
      case TileExtent::scalar: {
        const double mine = reduce_tile(reduction.kind, from, rows * width);
        total_[i] = sums ? total_[i] + mine : larger_number(total_[i], mine);
        return;
      }
      case TileExtent::column:
        for (size_t r = 0; r < rows; ++r) {
          const double mine = reduce_tile(reduction.kind, from + r * width, width);
          // The first tile of a row in its stripe begins anew.
          double& sum = run_.partial[i][(row + r) * grid_.stripes + stripe_];
          const bool first = column == stripe_ * grid_.block_columns;
          sum = first ? mine : sums ? sum + mine : larger_number(sum, mine);
        }
        return;
      default:
        for (size_t r = 0; r < rows; ++r) {
          double* to = run_.partial[i] + row_block_ * grid_.columns + column;
          const T* line = from + r * width;
          if (sums)
            for (size_t j = 0; j < width; ++j) to[j] += static_cast<double>(line[j]);
          else
            for (size_t j = 0; j < width; ++j)
              to[j] = larger_number(to[j], static_cast<double>(line[j]));
        }
    }
  }

  const TileRun& run_;
  const TileProgram& program_;
  const TileGrid& grid_;
  const TileSchedule& schedule_;
  size_t block_, row_block_, stripe_;
  T* at_[TileKernel::most_instructions];
  double total_[TileKernel::most_results];
  HWY_ALIGN T lanes_[TileKernel::most_scalars * lane_bytes / sizeof(T)];
  HWY_ALIGN T tiles_[std::max(tile_bytes / sizeof(T), TileKernel::most_live_values* least_tile)];
};

template <class T>
void sweep_tiles(const TileRun& run, size_t block) {
  Sweep<T>(run, block).all();
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#endif
