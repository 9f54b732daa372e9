#include "thalweg/format/tfevents.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/crc32c.hpp"

namespace thalweg {
namespace {

using namespace std::string_literals;

std::filesystem::path fresh(const std::string& name) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("thalweg_tfevents_test_" + name + std::to_string(::getpid()));
  std::filesystem::remove(path);
  return path;
}

// A record as the format frames it.
std::string framed(const std::string& event) {
  auto number = [](auto value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  auto masked = [&](const std::string& bytes) {
    const uint32_t crc = crc32c(bytes);
    return number(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
  };
  const std::string length = number(uint64_t{event.size()});
  return length + masked(length) + event + masked(event);
}

const std::string version = framed(
    "\x1a\x0d"
    "brain.Event:2"s);

std::string refusal(const std::string& bytes) {
  try {
    read_tfevents(bytes, "t");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

double number(std::string_view text) {
  double value = 0;
  EXPECT_TRUE(parse_number(text, value)) << text;
  return value;
}

// tests/oracle/format/tfevents.csv is made by make_tfevents.py beside it.
TEST(TfEvents, FindsWhatTensorBoardFinds) {
  const std::string data = THALWEG_SOURCE "/../shared/data/";
  const std::string text = read_file(THALWEG_SOURCE "/tests/oracle/format/tfevents.csv");
  if (!std::filesystem::exists(data)) GTEST_SKIP() << data << " is not there";
  EventFile file;
  for (const std::string_view line : split(trim(text), '\n')) {
    const std::vector<std::string_view> cells = split(line, ',');
    ASSERT_EQ(cells.size(), 8u);
    if (cells[0] == "file") continue;
    SCOPED_TRACE(line);
    if (file.source != data + std::string(cells[0]))
      file = read_tfevents(std::filesystem::path(data + std::string(cells[0])));
    EXPECT_EQ(file.torn, cells[0].ends_with("shallow-cdt"));
    EXPECT_EQ(static_cast<double>(file.records), number(cells[1]));
    EXPECT_EQ(static_cast<double>(file.series.size()), number(cells[2]));
    if (cells[2] == "0") continue;
    const ScalarSeries* series = file.find(cells[3]);
    ASSERT_NE(series, nullptr);
    EXPECT_EQ(static_cast<double>(series->points.size()), number(cells[4]));
    double steps = 0, wall_times = 0, values = 0;
    for (const ScalarPoint& point : series->points) {
      steps += static_cast<double>(point.step);
      wall_times += point.wall_time;
      values += point.value;
    }
    EXPECT_EQ(steps, number(cells[5]));
    EXPECT_EQ(wall_times, number(cells[6]));
    if (std::isnan(number(cells[7])))
      EXPECT_TRUE(std::isnan(values));
    else
      EXPECT_EQ(values, number(cells[7]));
  }
}

TEST(TfEvents, WritesAndReadsScalars) {
  const auto path = fresh("scalars");
  {
    EventWriter writer(path);
    EXPECT_EQ(writer.offset(), version.size() + 9);  // with its time
    writer.scalar(0, 100.5, "value", 0.25);
    const TaggedValue values[] = {{"value", -1.5},
                                  {"gap", std::numeric_limits<double>::infinity()}};
    writer.scalars(int64_t{1} << 40, 101.5, values);
    writer.flush();
    EXPECT_EQ(std::filesystem::file_size(path), writer.offset());
  }
  const EventFile file = read_tfevents(path);
  EXPECT_EQ(file.records, 3u);
  EXPECT_FALSE(file.torn);
  ASSERT_EQ(file.series.size(), 2u);
  ASSERT_EQ(file.series[0].points.size(), 2u);
  EXPECT_EQ(file.series[0].tag, "value");
  EXPECT_EQ(file.series[0].points[0].step, 0);
  EXPECT_EQ(file.series[0].points[0].wall_time, 100.5);
  EXPECT_EQ(file.series[0].points[0].value, 0.25);
  EXPECT_EQ(file.series[0].points[1].step, int64_t{1} << 40);
  EXPECT_EQ(file.series[1].tag, "gap");
  EXPECT_TRUE(std::isinf(file.series[1].points[0].value));
  EXPECT_THROW(EventWriter{path}, Error);  // never over an older file
  std::filesystem::remove(path);
}

// tests/oracle/format/records.tfevents is made by make_tfevents.py beside it with TensorBoard.
TEST(TfEvents, WritesHistogramsAndHyperParametersAsTensorBoardDoes) {
  const auto path = fresh("other");
  EventWriter writer(path);
  const size_t begin = writer.offset();
  const float values[] = {1, 2, 2, 4};
  writer.session_start(10, "group", {{"l2", 0.5}});
  writer.session_start(10, "group", {{"method", "lbfgs"s}});
  writer.session_start(10, "group", {{"scale", true}});
  writer.histogram(3, 11, "weights", histogram(values, 3));
  writer.session_end(12, EventWriter::SessionStatus::success);
  writer.sync();
  EXPECT_EQ(read_file(path).substr(begin),
            read_file(THALWEG_SOURCE "/tests/oracle/format/records.tfevents"));
  const EventFile file = read_tfevents(path);
  EXPECT_EQ(file.records, 6u);
  EXPECT_TRUE(file.series.empty());
  std::filesystem::remove(path);
}

TEST(TfEvents, ReopenCutsWhatLiesBeyondTheOffset) {
  const auto path = fresh("reopen");
  size_t kept = 0;
  std::string whole;
  {
    EventWriter writer(path);
    writer.scalar(1, 1, "value", 1);
    kept = writer.offset();
    writer.scalar(2, 2, "value", 2);
    writer.flush();
    whole = read_file(path);
  }
  for (size_t length = kept; length <= whole.size(); ++length) {
    write_file(path, whole.substr(0, length));
    {
      EventWriter writer(path, kept);
      writer.scalar(2, 2, "value", 2);
      EXPECT_EQ(writer.offset(), whole.size());
    }
    EXPECT_EQ(read_file(path), whole) << length;
  }
  EXPECT_THROW(EventWriter(path, kept - 1), Error);
  EXPECT_THROW(EventWriter(path, whole.size() + 1), Error);
  EXPECT_THROW(EventWriter(path, 0), Error);
  EXPECT_EQ(read_file(path), whole);
  std::filesystem::remove(path);
}

TEST(TfEvents, ATornTailIsReportedAndTheRestRead) {
  const std::string event = framed("\x10\x05\x2a\x0a\x0a\x08\x0a\x01v\x15\x00\x00\x80\x3f"s);
  const std::string whole = version + event;
  EXPECT_EQ(read_tfevents(whole, "t").series.at(0).points.at(0).value, 1);
  EXPECT_FALSE(read_tfevents(whole, "t").torn);
  for (size_t length = version.size() + 1; length < whole.size(); ++length) {
    const EventFile file = read_tfevents(whole.substr(0, length), "t");
    EXPECT_TRUE(file.torn);
    EXPECT_EQ(file.end, version.size());
    EXPECT_EQ(file.records, 1u);
  }
}

TEST(TfEvents, EveryFlippedBitIsFound) {
  const std::string event = framed("\x10\x05\x2a\x0a\x0a\x08\x0a\x01v\x15\x00\x00\x80\x3f"s);
  const std::string whole = version + event + event;
  for (size_t bit = 8 * version.size(); bit < 8 * (version.size() + event.size()); ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(refusal(bytes).find("byte " + std::to_string(version.size())), std::string::npos);
  }
}

TEST(TfEvents, RefusesWhatIsNoEventFile) {
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal("step,value\n1,2\n3,4\n"), "");
  EXPECT_NE(refusal(version.substr(0, 20)), "");
  EXPECT_NE(refusal(framed("\x10\x05"s)), "");        // no version
  EXPECT_NE(refusal(version + framed("\x10"s)), "");  // half a field
  EXPECT_NE(refusal(version + framed("\x2a\x02\x0a\x05"s)), "");
  // A length of 2^64 - 1 with a good checksum is an unfinished record, not an allocation.
  const std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff"s;
  const uint32_t crc = crc32c(huge), masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
  const std::string tail(reinterpret_cast<const char*>(&masked), 4);
  EXPECT_TRUE(read_tfevents(version + huge + tail + "rest", "t").torn);
}

// TensorProto: type, shape, and the number in one of the three places where writers put it.
TEST(TfEvents, ReadsTensorsOfOneNumber) {
  auto value_of = [](const std::string& tensor) {
    const std::string value = "\x0a\x01v\x42"s + static_cast<char>(tensor.size()) + tensor;
    const std::string summary = "\x0a"s + static_cast<char>(value.size()) + value;
    const EventFile file =
        read_tfevents(version + framed("\x2a"s + static_cast<char>(summary.size()) + summary), "t");
    return file.series.empty() ? -1.0 : file.series[0].points.at(0).value;
  };
  EXPECT_EQ(value_of("\x08\x01\x12\x00\x22\x04\x00\x00\x20\x40"s), 2.5);      // content
  EXPECT_EQ(value_of("\x08\x01\x12\x00\x2a\x04\x00\x00\x20\x40"s), 2.5);      // packed
  EXPECT_EQ(value_of("\x08\x01\x2d\x00\x00\x20\x40"s), 2.5);                  // not packed
  EXPECT_EQ(value_of("\x08\x02\x31\x00\x00\x00\x00\x00\x00\x04\x40"s), 2.5);  // double
  EXPECT_EQ(value_of("\x08\x02\x32\x08\x00\x00\x00\x00\x00\x00\x04\x40"s), 2.5);
  EXPECT_EQ(value_of("\x08\x03\x3a\x01\x07"s), 7);                                    // int32
  EXPECT_EQ(value_of("\x08\x09\x50\x07"s), 7);                                        // int64
  EXPECT_EQ(value_of("\x08\x01\x12\x04\x12\x02\x08\x01\x2d\x00\x00\x20\x40"s), 2.5);  // [1]
  EXPECT_EQ(value_of("\x08\x01\x12\x04\x12\x02\x08\x02\x2d\x00\x00\x20\x40"s), -1);   // [2]
  EXPECT_EQ(value_of("\x08\x07\x42\x01x"s), -1);                                      // a text
  EXPECT_EQ(value_of("\x08\x01\x12\x02\x12\x00"s), -1);                               // empty
}

}  // namespace
}  // namespace thalweg
