#include "thalweg/format/npz_writer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "thalweg/base/error.hpp"
#include "thalweg/format/npy_array.hpp"

namespace thalweg {
namespace {

std::filesystem::path place() {
  return std::filesystem::temp_directory_path() /
         ("thalweg_npz_writer_test." + std::to_string(::getpid()) + ".npz");
}

// NumPy reads such files: tests/oracle/format/make_npy.py prints what it finds.
TEST(NpzWriter, WritesWhatTheReaderReads) {
  const double values[] = {1, 2.5, -3, 1e300, 0, -0.0};
  const std::vector<std::string> texts = {"größe", "", "𝄞"};
  {
    NpzWriter writer(place());
    writer.add("X", {2, 3}, values);
    writer.add("feature_names", texts);
    writer.add("none", {0, 3}, std::span<const double>());
    writer.add("no_names", std::span<const std::string>());
    writer.commit();
  }
  const MappedFile file(place());
  const std::vector<NpyArray> arrays = read_npz_arrays(file.text(), "t");
  ASSERT_EQ(arrays.size(), 4u);
  EXPECT_EQ(arrays[0].name, "X");
  EXPECT_EQ(arrays[0].shape, (std::vector<size_t>{2, 3}));
  EXPECT_EQ((arrays[0].data.data() - file.text().data()) % 64, 0);
  std::vector<double> read(6);
  arrays[0].copy_numbers(0, 6, read.data());
  EXPECT_EQ(read, std::vector<double>(values, values + 6));
  EXPECT_EQ(arrays[1].texts(), texts);
  EXPECT_EQ(arrays[2].shape, (std::vector<size_t>{0, 3}));
  EXPECT_TRUE(arrays[3].texts().empty());
  std::filesystem::remove(place());
}

TEST(NpzWriter, LeavesNothingBehindWithoutCommit) {
  std::filesystem::remove(place());
  {
    NpzWriter writer(place());
    writer.add("a", {1}, std::vector<double>{1});
  }
  EXPECT_FALSE(std::filesystem::exists(place()));
}

TEST(NpzWriter, RefusesWhatItCannotWrite) {
  NpzWriter writer(place());
  EXPECT_THROW(writer.add("a", std::vector<std::string>{"\xff"}), Error);
  EXPECT_THROW(writer.add("a", std::vector<std::string>{"\xed\xa0\x80"}), Error);  // a surrogate
  EXPECT_THROW(writer.add("a", {2}, std::vector<double>{1}), std::logic_error);
  writer.add("a", {1}, std::vector<double>{1});
  EXPECT_THROW(writer.add("a", {1}, std::vector<double>{1}), std::logic_error);
  std::vector<std::string> wide(300, "b");
  wide[0] = std::string(1'000'000, 'a');
  EXPECT_THROW(writer.add("wide", wide), Error);
}

}  // namespace
}  // namespace thalweg
