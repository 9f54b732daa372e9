#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "thalweg/base/error.hpp"
#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {
namespace {

Schedule schedule(const std::string& text) {
  const ScheduleRow& row = find(schedules(), "schedule", text.substr(0, text.find('(')));
  return {row, settings(row, "schedule", parse_call(text, row.options[0].name))};
}

TEST(Schedules, AreThoseOfPyTorchAndOptax) {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/schedules.json");
  std::set<std::string> seen;
  for (const auto& item : nlohmann::json::parse(file)) {
    const std::string text = item["schedule"].get<std::string>();
    const Schedule found = schedule(text);
    std::vector<double> memory = found.memory();
    seen.insert(found.row().name);
    for (size_t t = 0; t < item["factors"].size(); ++t) {
      EXPECT_NEAR(found.factor(static_cast<long long>(t), memory), item["factors"][t].get<double>(),
                  1e-14)
          << text << " at " << t;
      if (item.contains("values")) found.observe(item["values"][t].get<double>(), memory);
    }
  }
  EXPECT_EQ(seen.size(), schedules().size());
}

TEST(Schedules, EndWhereTheyEndAndStayThere) {
  for (const char* text :
       {"linear(20)", "cosine(20)", "polynomial(20)", "warmup_stable_decay(20, decay=5)"})
    for (long long t : {20, 21, 1000000}) EXPECT_EQ(schedule(text).factor(t, {}), 0) << text;
  EXPECT_GT(schedule("one_cycle(20)").factor(1000, {}), 0);
  EXPECT_EQ(Schedule().factor(123, {}), 1);
  EXPECT_THROW(schedule("multi_step(5/x)").factor(1, {}), Error);
}

TEST(Schedules, APlateauTakesNoNanForABest) {
  const Schedule plateau = schedule("plateau(2, gamma=0.5)");
  std::vector<double> memory = plateau.memory();
  for (int k = 0; k < 3; ++k) plateau.observe(NAN, memory);
  EXPECT_EQ(plateau.factor(3, memory), 0.5);
}

}  // namespace
}  // namespace thalweg
