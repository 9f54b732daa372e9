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

// Epochs of 421 steps, recorded at every eighth and at their end.
TEST(History, ResumedKeepsTheSameOfUnevenEpochs) {
  const auto kept = [](long long cut) {
    History history;
    for (long long step = 0; step < 100000; ++step) {
      if (step == cut) history = History::unpack(history.pack(), "x");
      if (step % 421 % 8 == 0) history.add(record(step));
    }
    return history.pack();
  };
  const std::vector<double> whole = kept(-1);
  for (const long long cut : {1LL, 300LL, 422LL, 5000LL, 60000LL, 99999LL}) {
    const std::vector<double> resumed = kept(cut);
    ASSERT_EQ(resumed.size(), whole.size()) << cut;
    for (size_t i = 0; i < whole.size(); i += i == 0 ? 1 : History::packed_columns)
      ASSERT_EQ(resumed[i], whole[i]) << cut;
  }
}

TEST(History, PacksWhatTheVerdictReads) {
  History history;
  Record r = record(3);
  r.step = 0, r.gap = 0.25, r.update_norm = 2, r.predicted_decrease = 0.5;
  history.add(r);
  const std::vector<double> packed = history.pack();
  ASSERT_EQ(packed.size(), 1 + History::packed_columns);
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
  EXPECT_EQ(
      line(cut),
      "run/checkpoint.safetensors: a history of 15000 numbers, not of one and up to 4095 rows "
      "of 6; the checkpoint is damaged");
  EXPECT_NE(line(std::vector<double>(6 * 4096)), "");
  for (const double step : {unknown, -2.0, 1.5, 1e300, 3.0})
    for (const size_t row : {0u, 1u, 7u}) {
      std::vector<double> damaged = whole;
      damaged[1 + row * History::packed_columns] = step;
      EXPECT_NE(line(damaged).find("the checkpoint is damaged"), std::string::npos)
          << step << " in row " << row;
    }
  for (const double stride : {unknown, 0.0, -1.0, 1.5, 1e300}) {
    std::vector<double> damaged = whole;
    damaged[0] = stride;
    EXPECT_NE(line(damaged).find("the checkpoint is damaged"), std::string::npos) << stride;
  }
}

}  // namespace
}  // namespace thalweg
