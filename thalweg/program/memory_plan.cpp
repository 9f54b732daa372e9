#include "thalweg/program/memory_plan.hpp"

#include <algorithm>
#include <numeric>

namespace thalweg {
namespace {

constexpr size_t alignment = 64;

struct Interval {
  size_t bytes = 0;
  size_t first = SIZE_MAX, last = 0;  // calls
  size_t offset = 0;
};

// The largest first, each at the lowest place that is free for as long as it lives.
size_t assign(std::vector<Interval*>& intervals) {
  std::stable_sort(intervals.begin(), intervals.end(),
                   [](const Interval* a, const Interval* b) { return a->bytes > b->bytes; });
  size_t total = 0;
  std::vector<const Interval*> placed, near;
  for (Interval* interval : intervals) {
    near.clear();
    for (const Interval* other : placed)
      if (other->first <= interval->last && interval->first <= other->last) near.push_back(other);
    std::sort(near.begin(), near.end(),
              [](const Interval* a, const Interval* b) { return a->offset < b->offset; });
    size_t at = 0;
    for (const Interval* other : near) {
      if (at + interval->bytes <= other->offset) break;
      at = std::max(at, other->offset + other->bytes);
    }
    interval->offset = at;
    total = std::max(total, at + interval->bytes);
    placed.push_back(interval);
  }
  return total;
}

}  // namespace

size_t plan_memory(Lowered& program, std::vector<size_t>& scratch_offsets) {
  const size_t count = program.storages.size();
  std::vector<Interval> lives(count);
  const auto touch = [&](size_t storage, size_t call) {
    lives[storage].first = std::min(lives[storage].first, call);
    lives[storage].last = std::max(lives[storage].last, call);
  };
  for (size_t call = 0; call < program.calls.size(); ++call) {
    for (const size_t storage : program.calls[call].reads) touch(storage, call);
    for (const size_t storage : program.calls[call].writes) touch(storage, call);
  }
  // A result takes the place of an operand that ends with the call.
  std::vector<size_t> place(count);
  std::iota(place.begin(), place.end(), size_t{0});
  for (size_t call = 0; call < program.calls.size(); ++call) {
    std::vector<size_t> taken;
    for (const auto& [write, read] : program.calls[call].in_place) {
      const size_t to = program.calls[call].writes[write];
      const size_t from = place[program.calls[call].reads[read]];
      if (program.storages[to].home != Home::arena || program.storages[from].home != Home::arena ||
          place[to] != to || lives[from].last != call ||
          program.storages[to].bytes > program.storages[from].bytes ||
          std::find(taken.begin(), taken.end(), from) != taken.end())
        continue;
      taken.push_back(from);
      place[to] = from;
      lives[from].last = lives[to].last;
    }
  }
  std::vector<Interval*> intervals;
  for (size_t i = 0; i < count; ++i) {
    if (program.storages[i].home != Home::arena || place[i] != i || lives[i].first == SIZE_MAX)
      continue;
    lives[i].bytes = (program.storages[i].bytes + alignment - 1) / alignment * alignment;
    intervals.push_back(&lives[i]);
  }
  std::vector<Interval> scratch(program.calls.size());
  for (size_t call = 0; call < program.calls.size(); ++call) {
    const size_t bytes = (program.calls[call].scratch + alignment - 1) / alignment * alignment;
    scratch[call] = {bytes, call, call, 0};
    if (bytes > 0) intervals.push_back(&scratch[call]);
  }
  const size_t total = assign(intervals);
  for (size_t i = 0; i < count; ++i)
    if (program.storages[i].home == Home::arena)
      program.storages[i].offset = lives[place[i]].offset;
  scratch_offsets.clear();
  for (const Interval& interval : scratch) scratch_offsets.push_back(interval.offset);
  return total;
}

}  // namespace thalweg
