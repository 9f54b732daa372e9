#include "thalweg/kernel/tile/tile_plan.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace thalweg {
namespace {

bool is_load(const TileInstruction& instruction) {
  return instruction.operation == TileOperation::load;
}
bool computes(const TileInstruction& instruction) {
  return !is_load(instruction) && instruction.operation != TileOperation::constant;
}

TileStepKind step_kind(TileOperation operation) {
  static_assert(static_cast<size_t>(TileOperation::select) -
                    static_cast<size_t>(TileOperation::convert) ==
                static_cast<size_t>(TileStepKind::select));
  return static_cast<TileStepKind>(static_cast<size_t>(operation) -
                                   static_cast<size_t>(TileOperation::convert));
}

// How a value varies over the elements.
enum class Variation : uint8_t { none, by_row, everywhere };

class Scheduler {
 public:
  Scheduler(const TileProgram& program, bool wide)
      : program_(program), wide_(wide), uses_(program.instructions.size()) {}

  TileSchedule schedule() {
    const size_t count = program_.instructions.size();
    out_.slot.assign(count, no_place);
    out_.lanes.assign(count, no_place);
    vary();
    count_uses();
    place_loads();
    fuse();
    order_stores();
    assign_slots();
    const size_t item = size_of(program_.arithmetic);
    const size_t most = tile_bytes / item / std::max<size_t>(1, out_.slots);
    out_.tile = std::clamp<size_t>(std::bit_floor(most), least_tile, most_tile_bytes / item);
    return std::move(out_);
  }

 private:
  const TileInstruction& at(size_t value) const { return program_.instructions[value]; }
  // One number for the whole tile.
  bool is_lane(size_t value) const {
    return vary_[value] == Variation::none || (wide_ && vary_[value] == Variation::by_row);
  }

  void vary() {
    for (const TileInstruction& instruction : program_.instructions) {
      Variation mine = Variation::none;
      if (is_load(instruction)) {
        const TileExtent extent = program_.operands[instruction.index].extent;
        if (extent == TileExtent::column) mine = Variation::by_row;
        if (extent == TileExtent::all || extent == TileExtent::row) mine = Variation::everywhere;
      } else {
        for (size_t i = 0; i < input_count(instruction.operation); ++i)
          mine = std::max(mine, vary_[instruction.input[i]]);
      }
      vary_.push_back(mine);
    }
  }

  void count_uses() {
    for (const TileInstruction& instruction : program_.instructions)
      for (size_t i = 0; i < input_count(instruction.operation); ++i) ++uses_[instruction.input[i]];
    for (const TileOutput& output : program_.outputs) uses_[output.value] += 2;
    for (const TileReduction& reduction : program_.reductions) uses_[reduction.value] += 2;
  }

  void lane(size_t value) { out_.lanes[value] = out_.buffers++; }

  void place_loads() {
    for (size_t value = 0; value < uses_.size(); ++value) {
      const TileInstruction& instruction = at(value);
      if (computes(instruction)) continue;
      if (is_lane(value)) lane(value);
      if (!is_load(instruction)) continue;
      const TileOperand& operand = program_.operands[instruction.index];
      // What is stored again is loaded first: the output may be the memory of another operand.
      const bool same = operand.dtype == program_.arithmetic && !is_stored(value);
      const bool lies =
          operand.extent == TileExtent::all || (wide_ && operand.extent == TileExtent::row);
      const TileLoad load = {static_cast<uint16_t>(value), static_cast<uint16_t>(instruction.index),
                             same && lies};
      if (vary_[value] == Variation::none)
        out_.uniform_loads.push_back(load);
      else if (!wide_ && operand.extent == TileExtent::row)
        out_.row_loads.push_back(load);
      else
        out_.loads.push_back(load);
    }
  }

  // Steps in the order of the instructions. A product used once, by a sum, becomes one step with it
  // (three passes of an exponential average are one); its bits stay.
  void fuse() {
    std::vector<bool> gone(uses_.size());
    for (size_t value = uses_.size(); value-- > 0;) {
      const TileInstruction& sum = at(value);
      if (sum.operation != TileOperation::add && sum.operation != TileOperation::subtract) continue;
      if (is_lane(value)) continue;
      for (const size_t side : {0, 1}) {
        const uint32_t product = sum.input[side];
        if (at(product).operation != TileOperation::multiply || uses_[product] != 1 ||
            is_lane(product))
          continue;
        gone[product] = true;
        fused_.resize(uses_.size());
        fused_[value] = {.kind = sum.operation == TileOperation::add ? TileStepKind::multiply_add
                                 : side == 0 ? TileStepKind::multiply_subtract
                                             : TileStepKind::subtract_product,
                         .input = {static_cast<uint16_t>(at(product).input[0]),
                                   static_cast<uint16_t>(at(product).input[1]),
                                   static_cast<uint16_t>(sum.input[1 - side])},
                         .output = static_cast<uint16_t>(value)};
        break;
      }
    }
    fused_.resize(uses_.size());
    for (size_t value = 0; value < uses_.size(); ++value) {
      const TileInstruction& instruction = at(value);
      if (!computes(instruction) || gone[value] || uses_[value] == 0) continue;
      TileStep step = fused_[value];
      size_t inputs = 3;
      if (step.output == 0) {
        inputs = input_count(instruction.operation);
        step.kind = step_kind(instruction.operation);
        step.dtype = instruction.dtype;
        for (size_t i = 0; i < inputs; ++i)
          step.input[i] = static_cast<uint16_t>(instruction.input[i]);
        step.output = static_cast<uint16_t>(value);
      }
      // Those that are not used repeat the first, so that all three can be looked up.
      for (size_t i = inputs; i < 3; ++i) step.input[i] = step.input[0];
      for (size_t i = 0; i < inputs; ++i)
        if (is_lane(step.input[i])) step.variant |= static_cast<uint8_t>(1u << i);
      if (is_lane(value)) {
        lane(value);
        step.variant = 0;
      }
      (vary_[value] == Variation::none ? out_.uniform_steps : out_.steps).push_back(step);
    }
  }

  // Which outputs the steps may write into.
  void order_stores() {
    for (size_t i = 0; i < program_.outputs.size(); ++i) {
      const TileOutput& output = program_.outputs[i];
      TileStore store = {
          static_cast<uint16_t>(output.value), static_cast<uint16_t>(i), output.dtype, false, {}};
      bool first = output.dtype == program_.arithmetic && computes(at(output.value)) &&
                   !is_lane(output.value);
      for (const TileStore& other : out_.stores) first = first && other.value != store.value;
      store.direct = first;
      if (first) store.hazards = read_after(output.value);
      out_.stores.push_back(std::move(store));
    }
  }

  // Operands that are used where they lie after the step that computes the value.
  std::vector<uint16_t> read_after(size_t value) const {
    std::vector<uint16_t> operands;
    const auto add = [&](size_t read) {
      for (const TileLoad& load : out_.loads)
        if (load.value == read && load.direct) operands.push_back(load.operand);
    };
    bool after = false;
    for (const TileStep& step : out_.steps) {
      if (after)
        for (const uint16_t input : step.input) add(input);
      after = after || step.output == value;
    }
    for (const TileReduction& reduction : program_.reductions) add(reduction.value);
    return operands;
  }

  // A slot is free again after the last step that uses its value; the step's own result may take
  // it, since each element is read before it is written.
  void assign_slots() {
    const size_t end = out_.steps.size();
    std::vector<size_t> last(uses_.size(), 0);
    for (size_t i = 0; i < end; ++i)
      for (const uint16_t input : out_.steps[i].input) last[input] = i;
    const auto keep = [&](size_t value) { last[value] = end; };
    for (const TileOutput& output : program_.outputs) keep(output.value);
    for (const TileReduction& reduction : program_.reductions) keep(reduction.value);
    for (const TileLoad& load : out_.row_loads) keep(load.value);

    std::vector<uint16_t> free;
    const auto take = [&](size_t value) {
      if (free.empty()) {
        out_.slot[value] = out_.slots++;
      } else {
        out_.slot[value] = free.back();
        free.pop_back();
      }
    };
    const auto loaded = [&](const TileLoad& load) {
      if (!load.direct && !is_lane(load.value)) take(load.value);
    };
    for (const TileLoad& load : out_.row_loads) loaded(load);
    for (const TileLoad& load : out_.loads) loaded(load);
    // A number a tile that is to be stored or reduced is spread over a slot first.
    for (size_t value = 0; value < uses_.size(); ++value) {
      if (!is_lane(value) || !(is_stored(value) || is_reduced(value))) continue;
      take(value);
      out_.spread.push_back(static_cast<uint16_t>(value));
    }
    for (size_t i = 0; i < end; ++i) {
      const TileStep& step = out_.steps[i];
      for (size_t k = 0; k < 3; ++k) {
        const uint16_t input = step.input[k];
        const bool repeated = std::find(step.input, step.input + k, input) != step.input + k;
        if (!repeated && last[input] == i && out_.slot[input] != no_place)
          free.push_back(out_.slot[input]);
      }
      if (!is_lane(step.output)) take(step.output);
    }
  }

  bool is_stored(size_t value) const {
    return std::any_of(program_.outputs.begin(), program_.outputs.end(),
                       [&](const TileOutput& output) { return output.value == value; });
  }
  bool is_reduced(size_t value) const {
    return std::any_of(program_.reductions.begin(), program_.reductions.end(),
                       [&](const TileReduction& reduction) { return reduction.value == value; });
  }

  const TileProgram& program_;
  bool wide_;
  std::vector<uint32_t> uses_;
  std::vector<Variation> vary_;
  std::vector<TileStep> fused_;
  TileSchedule out_;
};

}  // namespace

TileSchedule schedule_tiles(const TileProgram& program, bool wide) {
  return Scheduler(program, wide).schedule();
}

}  // namespace thalweg
