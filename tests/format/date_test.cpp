#include "thalweg/format/date.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "thalweg/format/read.hpp"

namespace thalweg {
namespace {

using enum DateFormat;

TEST(Date, TakesIso8601Apart) {
  const auto date = parse_date("2011-01-31 13:45:36", year_first);
  ASSERT_TRUE(date);
  EXPECT_EQ(date->year, 2011);
  EXPECT_EQ(date->month, 1);
  EXPECT_EQ(date->day, 31);
  EXPECT_EQ(date->weekday, 0);  // a Monday
  EXPECT_EQ(date->hour, 13);
  EXPECT_DOUBLE_EQ(date->days, 15005 + 49536.0 / 86400);
  for (const char* text : {"2011-01-31T13:45:36Z", " 2011/01/31 13:45:36.000 "}) {
    ASSERT_TRUE(parse_date(text, year_first)) << text;
    EXPECT_DOUBLE_EQ(parse_date(text, year_first)->days, date->days);
  }
  EXPECT_EQ(parse_date("1949-02", year_first)->day, 1);
}

// Python: (date(y, m, d) - date(1970, 1, 1)).days and date(y, m, d).weekday().
TEST(Date, CountsDaysAsPythonDoes) {
  const struct {
    const char* text;
    double days;
    int weekday;
  } known[] = {{"1970-01-01", 0, 3},       {"1969-12-31", -1, 2},     {"2000-02-29", 11016, 1},
               {"1900-03-01", -25508, 3},  {"2024-02-29", 19782, 3},  {"0001-01-01", -719162, 0},
               {"9999-12-31", 2932896, 4}, {"1600-02-29", -135081, 1}};
  for (const auto& [text, days, weekday] : known) {
    const auto date = parse_date(text, year_first);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(date->days, days) << text;
    EXPECT_EQ(date->weekday, weekday) << text;
  }
}

TEST(Date, DayOrMonthFirst) {
  EXPECT_EQ(parse_date("05/06/11", day_first)->month, 6);
  EXPECT_EQ(parse_date("05/06/11", month_first)->month, 5);
  EXPECT_EQ(parse_date("5.6.2011 08:00", day_first)->hour, 8);
  EXPECT_EQ(parse_date("31/12/68", day_first)->year, 2068);
  EXPECT_EQ(parse_date("31/12/69", day_first)->year, 1969);
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "2011", "2011-1-31", "2011-02-29", "1900-02-29", "2011-13-01", "2011-00-01",
        "2011-01-00", "2011-01-31x", "2011-01-31 24:00", "2011-01-31 12:60", "2011-01-31 12:00:60",
        "2011-01-31 12:00:00.", "2011-01-31 12", "2011-01/31", "2011-01-", "20110131",
        "99999-01-01", "-2011-01-31"}) {
    EXPECT_FALSE(parse_date(text, year_first)) << text;
  }
  for (const char* text : {"31/04/2011", "1.2.3", "1.2.11", "31/01/201", "31/01/20111", "31/01",
                           "31/01-2011", "//", "0/1/2011"}) {
    EXPECT_FALSE(parse_date(text, day_first)) << text;
  }
}

TEST(Date, OneFormatForAllTextsOfAColumn) {
  const auto detect = [](std::vector<std::string> texts) { return detect_dates(texts); };
  EXPECT_EQ(detect({"01/02/11", "31/02/11"}), std::nullopt);
  EXPECT_EQ(detect({"01/02/11", "31/01/11"}), day_first);
  EXPECT_EQ(detect({"01/02/11", "01/31/11"}), month_first);
  EXPECT_EQ(detect({"01/02/11", "02/03/11"}), day_first);
  EXPECT_EQ(detect({"13/02/11", "01/31/11"}), std::nullopt);
  EXPECT_EQ(detect({"2011-01-31", "2011-02-01T10:00Z"}), year_first);
  EXPECT_EQ(detect({"2011-01-31", "none"}), std::nullopt);
  EXPECT_EQ(detect({}), std::nullopt);
}

TEST(Date, FindsTheDatesOfRealTables) {
  const std::filesystem::path data = THALWEG_SOURCE "/../shared/data";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no ../shared/data here";
  const Table bikes = read_table(data / "bike_sharing/hour.csv");
  EXPECT_EQ(detect_dates(bikes.columns[bikes.index("dteday")].levels), day_first);
  EXPECT_EQ(detect_dates(read_table(data / "stocks/stock_prices.csv").columns[0].levels),
            year_first);
  EXPECT_EQ(detect_dates(read_table(data / "timeseries/monthly-sunspots.csv").columns[0].levels),
            year_first);
}

}  // namespace
}  // namespace thalweg
