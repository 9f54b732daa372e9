#include "thalweg/program/memory_plan.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

KernelCall call(std::vector<size_t> reads, std::vector<size_t> writes, size_t scratch = 0,
                std::vector<std::pair<size_t, size_t>> in_place = {}) {
  return {"", std::move(reads), std::move(writes), scratch, {}, std::move(in_place)};
}

TEST(MemoryPlan, TheDeadMakeRoom) {
  Lowered program;
  program.storages = {{Home::input, 64, 0, 0},
                      {Home::arena, 64, 0, 0},
                      {Home::arena, 64, 0, 0},
                      {Home::arena, 64, 0, 0},
                      {Home::result, 64, 0, 0}};
  program.calls = {call({0}, {1}), call({1}, {2}), call({2}, {3}), call({3}, {4})};
  std::vector<size_t> scratch;
  // Two are alive at any time.
  EXPECT_EQ(plan_memory(program, scratch), 128);
  EXPECT_EQ(program.storages[1].offset, program.storages[3].offset);
  EXPECT_NE(program.storages[1].offset, program.storages[2].offset);
  // In place, one.
  for (KernelCall& each : program.calls) each.in_place = {{0, 0}};
  EXPECT_EQ(plan_memory(program, scratch), 64);
}

TEST(MemoryPlan, WhatIsReadLaterIsNotOverwritten) {
  Lowered program;
  program.storages = {{Home::arena, 64, 0, 0}, {Home::arena, 64, 0, 0}, {Home::arena, 64, 0, 0}};
  program.calls = {call({}, {0}), call({0}, {1}, 0, {{0, 0}}), call({0, 1}, {2}, 0, {{0, 0}})};
  std::vector<size_t> scratch;
  EXPECT_EQ(plan_memory(program, scratch), 128);
  EXPECT_NE(program.storages[0].offset, program.storages[1].offset);
  EXPECT_EQ(program.storages[0].offset, program.storages[2].offset);
}

// Replays programs of random calls on the planned memory: every storage holds what was last
// written to it until its last reader.
TEST(MemoryPlan, RandomProgramsKeepWhatTheyRead) {
  Random random(7, 0);
  for (size_t trial = 0; trial < 300; ++trial) {
    Lowered program;
    for (size_t i = 0; i < 12; ++i) {
      KernelCall each = call({}, {}, random.below(3) == 0 ? random.below(500) : 0);
      for (size_t k = random.below(4); k > 0 && !program.storages.empty(); --k)
        each.reads.push_back(random.below(program.storages.size()));
      for (size_t k = 1 + random.below(2); k > 0; --k) {
        each.writes.push_back(program.storages.size());
        program.storages.push_back({Home::arena, 1 + random.below(400), 0, 0});
      }
      for (size_t w = 0; w < each.writes.size(); ++w)
        for (size_t r = 0; r < each.reads.size(); ++r)
          if (std::count(each.reads.begin(), each.reads.end(), each.reads[r]) == 1)
            each.in_place.emplace_back(w, r);
      program.calls.push_back(each);
    }
    std::vector<size_t> scratch;
    const size_t bytes = plan_memory(program, scratch);
    std::vector<size_t> owner(bytes, SIZE_MAX);
    const auto fill = [&](size_t offset, size_t count, size_t with) {
      ASSERT_LE(offset + count, bytes);
      std::fill_n(owner.begin() + static_cast<std::ptrdiff_t>(offset), count, with);
    };
    size_t together = 0;
    for (size_t i = 0; i < program.calls.size(); ++i) {
      const KernelCall& each = program.calls[i];
      for (const size_t read : each.reads) {
        const Storage& s = program.storages[read];
        for (size_t k = 0; k < s.bytes; ++k) ASSERT_EQ(owner[s.offset + k], read) << "call " << i;
      }
      // Scratch touches nothing that the call reads or writes.
      if (each.scratch > 0) {
        ASSERT_EQ(scratch[i] % 64, 0);
        fill(scratch[i], each.scratch, SIZE_MAX);
        for (const size_t read : each.reads)
          for (size_t k = 0; k < program.storages[read].bytes; ++k)
            ASSERT_EQ(owner[program.storages[read].offset + k], read);
      }
      for (const size_t write : each.writes) {
        ASSERT_EQ(program.storages[write].offset % 64, 0);
        fill(program.storages[write].offset, program.storages[write].bytes, write);
      }
      for (const size_t write : each.writes)
        for (size_t k = 0; k < program.storages[write].bytes; ++k)
          ASSERT_EQ(owner[program.storages[write].offset + k], write);
      together += each.writes.size();
    }
    EXPECT_GT(together, 0);
  }
}

}  // namespace
}  // namespace thalweg
