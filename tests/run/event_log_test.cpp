#include "thalweg/run/event_log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "thalweg/run/fit.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

Record record_of(long long step, double gap) {
  Record out;
  out.step = step;
  out.value = 0.5;
  out.gap = gap;
  out.seconds = 1;
  return out;
}

TEST(EventLog, IsReadBackAndGoesOnWhereItWasSynced) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("thalweg_events." + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  FitRequest request;
  request.settings.set("l2", "0.5");
  request.settings.set("drop", "a");
  size_t offset = 0;
  {
    EventLog log(folder, "newton", request.settings);
    log.write(record_of(0, unknown));
    log.write(record_of(1, 0.25));
    offset = log.sync();
    log.write(record_of(2, 0.125));  // lost: it was not synced with a checkpoint
    log.end(false);
  }
  {
    EventLog log(folder, offset, "newton", request.settings);
    log.write(record_of(2, 0.0625));
    log.end(true);
  }
  const EventFile file = read_tfevents(find_event_file(folder));
  EXPECT_FALSE(file.torn);
  ASSERT_EQ(file.find("value")->points.size(), 3u);
  ASSERT_EQ(file.find("gap")->points.size(), 2u);  // what is not known is left out
  EXPECT_EQ(file.find("gap")->points[1].value, 0.0625);
  EXPECT_EQ(file.records, 6u);  // version, start, three steps, end

  // Where the file is gone there is a new one.
  std::filesystem::remove(find_event_file(folder));
  EventLog(folder, offset, "newton", request.settings).write(record_of(3, 1));
  EXPECT_EQ(read_tfevents(find_event_file(folder)).find("value")->points.size(), 1u);
}

}  // namespace
}  // namespace thalweg
