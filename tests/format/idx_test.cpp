#include "thalweg/format/idx.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

using std::string_literals::operator""s;

std::string refusal(const std::string& bytes) {
  try {
    read_idx(bytes, "t", nullptr);
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

// Made by tests/oracle/format/make_idx.py.
TEST(Idx, ReadsEveryTypeAsNumPyWritesIt) {
  const std::vector<std::pair<std::string, std::vector<double>>> expected = {
      {"uint8", {0, 1, 127, 128, 254, 255}},
      {"int8", {0, 1, 127, -128, -2, -1}},
      {"int16", {0, 1, 32767, -32768, -2, 258}},
      {"int32", {0, 1, 2147483647, -2147483648.0, -2, 16909060}},
      {"float32", {0, 1, 1.5, -3.4028234663852886e38, 1e-45f, 0.1f}},
      {"float64", {0, 1, 1.5, -1.7976931348623157e308, 5e-324, 0.1}}};
  for (const auto& [name, values] : expected) {
    const IdxArray array =
        read_idx(std::filesystem::path(THALWEG_SOURCE "/tests/oracle/format/idx/" + name + ".idx"));
    EXPECT_EQ(array.describe(), name + " [2, 3]");
    ASSERT_EQ(array.size(), 6u);
    std::vector<double> found(6);
    array.copy_numbers(0, 6, found.data());
    EXPECT_EQ(found, values) << name;
    array.copy_numbers(4, 5, found.data());
    EXPECT_EQ(found[0], values[4]) << name;
  }
}

TEST(Idx, RefusesWhatIsNotWhole) {
  EXPECT_EQ(refusal(""),
            "idx: t: does not begin with 0, 0, a type and a number of extents; it is not IDX, or "
            "not whole");
  for (const std::string& begin :
       {"\0\0\x08"s, "\0\0\x08\0"s, "\0\0\x0A\1\0\0\0\0"s, "\1\0\x08\1"s})
    EXPECT_NE(refusal(begin).find("does not begin"), std::string::npos);
  EXPECT_EQ(refusal("\0\0\x08\2\0\0\0\1\0\0\0"s),
            "idx: t: ends within its 2 extents, after 11 bytes; copy the file again");
  const std::string head = "\0\0\x0B\2\0\0\0\2\0\0\0\1"s;
  EXPECT_EQ(refusal(head + "abcd"), "");
  EXPECT_EQ(
      refusal(head + "abc"),
      "idx: t: int16 [2, 1] is expected, but 3 bytes of elements are there; copy the file again");
  EXPECT_NE(refusal(head + "abcde"), "");
}

TEST(Idx, ExtentsThatOverflowAreRefused) {
  // 2^32 times 2^32 times 2^32 elements would be none in 64 bits, as would 2^31 four times.
  const std::string large = "\x80\0\0\0"s;
  EXPECT_NE(refusal("\0\0\x08\4"s + large + large + large + large), "");
  EXPECT_NE(refusal("\0\0\x0E\2"s + large + "\x40\0\0\0"s), "");
  // Nothing times that is nothing.
  EXPECT_EQ(refusal("\0\0\x08\4"s + large + large + large + "\0\0\0\0"s), "");
}

TEST(Idx, ReadsMnist) {
  const std::filesystem::path folder = THALWEG_SOURCE "/../shared/data/mnist";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no ../shared/data/mnist";
  const IdxArray images = read_idx(folder / "t10k-images-idx3-ubyte.gz");
  EXPECT_EQ(images.describe(), "uint8 [10000, 28, 28]");
  // SHA-256 over header and elements of the canonical file, from `zcat FILE | sha256sum`.
  const std::string whole =
      "\0\0\x08\3\0\0\x27\x10\0\0\0\x1c\0\0\0\x1c"s + std::string(images.data);
  EXPECT_EQ(sha256(whole), "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
  const IdxArray labels = read_idx(folder / "t10k-labels-idx1-ubyte.gz");
  EXPECT_EQ(labels.shape, std::vector<size_t>{10000});
  EXPECT_EQ(labels.data.substr(0, 5), "\7\2\1\0\4"s);
}

}  // namespace
}  // namespace thalweg
