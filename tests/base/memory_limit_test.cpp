#include "thalweg/base/memory_limit.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

namespace fs = std::filesystem;

// Kilobytes of the process that are in memory.
size_t resident() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  return 0;
}

class MemoryLimitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = fs::path(::testing::TempDir()) / "memory_limit" /
             ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder);
  }
  void TearDown() override {
    limit_memory(0, {});
    fs::remove_all(folder);
  }
  fs::path folder;
};

TEST(ParseMemory, AmountsInPowersOf1024) {
  EXPECT_EQ(parse_memory(""), 0u);
  EXPECT_EQ(parse_memory("256M"), size_t{256} << 20);
  EXPECT_EQ(parse_memory("1.5G"), size_t{3} << 29);
  EXPECT_EQ(parse_memory("64MiB"), size_t{64} << 20);
  EXPECT_EQ(parse_memory("100000KB"), size_t{102400000});
  EXPECT_EQ(parse_memory("100000000"), size_t{100000000});
  for (const char* text : {"M", "-1G", "1X", "1MM", "1 G", "nan", "1e99", "63M", "0"})
    EXPECT_THROW(parse_memory(text), Error) << text;
}

TEST_F(MemoryLimitTest, LargeArraysLieInFilesAndKeepTheirNumbers) {
  EXPECT_EQ(map_scratch(smallest_mapped), nullptr);  // no limit
  limit_memory(size_t{96} << 20, folder);
  EXPECT_EQ(map_scratch(smallest_mapped - 1), nullptr);
  constexpr size_t count = (size_t{256} << 20) / sizeof(uint64_t), block = 1 << 16;
  auto* numbers = static_cast<uint64_t*>(map_scratch(count * sizeof(uint64_t)));
  ASSERT_NE(numbers, nullptr);
  parallel_blocks(count, block, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) numbers[i] = i * i;
  });
  EXPECT_LT(resident(), size_t{96} << 10);
  size_t wrong = 0;
  for (size_t i = 0; i < count; ++i) wrong += numbers[i] != i * i;
  EXPECT_EQ(wrong, 0u);
  EXPECT_TRUE(fs::is_empty(folder));  // the files have no names
  EXPECT_TRUE(unmap_scratch(numbers));
}

TEST_F(MemoryLimitTest, GivesBackOnlyItsOwn) {
  limit_memory(size_t{96} << 20, folder);
  void* mine = map_scratch(smallest_mapped);
  alignas(4096) static char other[4096];
  EXPECT_FALSE(unmap_scratch(other));
  EXPECT_FALSE(unmap_scratch(nullptr));
  EXPECT_TRUE(unmap_scratch(mine));
  EXPECT_FALSE(unmap_scratch(mine));
}

TEST_F(MemoryLimitTest, SaysWhereThereIsNoRoom) {
  limit_memory(size_t{96} << 20, folder);
  try {
    map_scratch(size_t{1} << 60);
    ADD_FAILURE() << "took 2^60 bytes";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(folder.string()), std::string::npos);
  }
  std::ofstream(folder / "file") << "x";
  EXPECT_ANY_THROW(limit_memory(size_t{96} << 20, folder / "file"));
}

}  // namespace
}  // namespace thalweg
