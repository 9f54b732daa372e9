#include "thalweg/base/file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/error_of.hpp"

namespace thalweg {
namespace {

namespace fs = std::filesystem;

class File : public testing::Test {
 protected:
  File() { fs::create_directories(folder_); }
  ~File() override { fs::remove_all(folder_); }

  size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }

  const fs::path folder_ = fs::path(testing::TempDir()) / fmt::format("thalweg_file_{}", getpid());
};

TEST_F(File, ReadsBackWhatWasWritten) {
  const std::string bytes("a\0b\r\n\xff", 6);
  write_file(folder_ / "x", bytes);
  EXPECT_EQ(read_file(folder_ / "x"), bytes);
  EXPECT_EQ(MappedFile(folder_ / "x").bytes().size(), 6u);
  write_file(folder_ / "empty", "");
  EXPECT_EQ(read_file(folder_ / "empty"), "");
}

TEST_F(File, AMovedMappingKeepsItsText) {
  write_file(folder_ / "x", "text");
  MappedFile first(folder_ / "x");
  const MappedFile second(std::move(first));
  EXPECT_EQ(second.text(), "text");
}

TEST_F(File, WhatIsNotCommittedLeavesTheOldFileAndNothingElse) {
  write_file(folder_ / "x", "old");
  {
    AtomicFile file(folder_ / "x");
    file.write("new");
    EXPECT_EQ(read_file(folder_ / "x"), "old");
  }
  EXPECT_EQ(read_file(folder_ / "x"), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(File, AFullDiskIsAnErrorInOneLine) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  // Whatever number the next file beside x gets.
  for (int i = 0; i < 100; ++i)
    fs::create_symlink("/dev/full", folder_ / fmt::format("x.{}-{}.part", getpid(), i));
  EXPECT_EQ(error_of([&] { write_file(folder_ / "x", "new"); }),
            (folder_ / "x").string() + ": cannot be written: No space left on device");
  EXPECT_EQ(entries(), 99u);  // its own is gone
}

TEST_F(File, WhatCannotBeReadIsNamed) {
  EXPECT_EQ(error_of([&] { read_file(folder_ / "none"); }),
            (folder_ / "none").string() + ": cannot be opened: No such file or directory");
  EXPECT_EQ(error_of([&] { read_file(folder_); }),
            folder_.string() + ": is a folder, a file was expected");
  EXPECT_EQ(error_of([&] { write_file(folder_ / "no" / "x", ""); }),
            (folder_ / "no/x").string() + ": cannot be written: No such file or directory");
}

// FIPS 180-4's examples, and the empty message.
TEST_F(File, Sha256GivesThePublishedVectors) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  write_file(folder_ / "x", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
  EXPECT_EQ(sha256_file(folder_ / "x"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace thalweg
