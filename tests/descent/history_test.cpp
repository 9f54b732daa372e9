#include "thalweg/descent/history.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

Record record(long long step) {
  Record out;
  out.step = step;
  out.value = 1.0 / (1 + static_cast<double>(step));
  out.gradient_norm = static_cast<double>(step);
  return out;
}

TEST(History, KeepsAllOfAShortRun) {
  History history;
  for (long long step = 0; step < 4095; ++step) history.add(record(step));
  ASSERT_EQ(history.records().size(), 4095u);
  EXPECT_EQ(history.records()[17].step, 17);
}

TEST(History, ThinsALongRun) {
  History history;
  for (long long step = 0; step < 100000; ++step) {
    history.add(record(step));
    ASSERT_LT(history.records().size(), 4096u);
  }
  EXPECT_EQ(history.first().step, 0);
  EXPECT_GE(history.records().size(), 2048u);
  const long long stride = history.records()[1].step;
  EXPECT_EQ(stride, 32);
  for (size_t i = 0; i < history.records().size(); ++i)
    ASSERT_EQ(history.records()[i].step, static_cast<long long>(i) * stride);
}

// Packed at any moment and unpacked, it goes on to the same records.
TEST(History, ResumedKeepsTheSame) {
  History whole;
  for (long long step = 0; step < 20000; ++step) whole.add(record(step));
  for (long long cut : {0LL, 1LL, 2LL, 4094LL, 4095LL, 4096LL, 9001LL, 16384LL}) {
    History history;
    for (long long step = 0; step < cut; ++step) history.add(record(step));
    history = History::unpack(history.pack(), "x");
    for (long long step = cut; step < 20000; ++step) history.add(record(step));
    EXPECT_EQ(history.pack().size(), whole.pack().size()) << cut;
    ASSERT_EQ(history.records().size(), whole.records().size()) << cut;
    for (size_t i = 0; i < whole.records().size(); ++i) {
      ASSERT_EQ(history.records()[i].step, whole.records()[i].step) << cut;
      ASSERT_EQ(history.records()[i].value, whole.records()[i].value) << cut;
    }
  }
}

TEST(History, PacksWhatTheVerdictReads) {
  History history;
  Record r = record(3);
  r.step = 0, r.gap = 0.25, r.update_norm = 2, r.predicted_decrease = 0.5;
  history.add(r);
  const std::vector<double> packed = history.pack();
  ASSERT_EQ(packed.size(), History::packed_columns);
  const Record back = History::unpack(packed, "x").first();
  EXPECT_EQ(back.value, r.value);
  EXPECT_EQ(back.gradient_norm, 3);
  EXPECT_EQ(back.gap, 0.25);
  EXPECT_EQ(back.update_norm, 2);
  EXPECT_EQ(back.predicted_decrease, 0.5);
}

TEST(History, DamagedRowsAreRefusedInOneLine) {
  History history;
  for (long long step = 0; step < 5000; ++step) history.add(record(step));
  const std::vector<double> whole = history.pack();
  auto line = [](const std::vector<double>& numbers) -> std::string {
    try {
      History::unpack(numbers, "run/checkpoint.safetensors");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(line(whole), "");
  std::vector<double> cut = whole;
  cut.pop_back();
  EXPECT_EQ(line(cut),
            "run/checkpoint.safetensors: a history of 14999 numbers, not of up to 4095 rows of 6; "
            "the checkpoint is damaged");
  EXPECT_NE(line(std::vector<double>(6 * 4096)), "");
  for (const double step : {unknown, -2.0, 1.5, 1e300, 3.0})
    for (const size_t row : {0u, 1u, 7u}) {
      std::vector<double> damaged = whole;
      damaged[row * History::packed_columns] = step;
      EXPECT_NE(line(damaged).find("the checkpoint is damaged"), std::string::npos)
          << step << " in row " << row;
    }
}

}  // namespace
}  // namespace thalweg
