#include "thalweg/format/read.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

std::string place(const std::string& name) {
  return testing::TempDir() + "read_test_" + std::to_string(::getpid()) + "_" + name;
}

std::string written(const std::string& name, std::string_view text) {
  write_file(place(name), text);
  return place(name);
}

std::string compressed(const std::string& name, const std::string& text) {
  gzFile file = gzopen(place(name).c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return place(name);
}

std::string message(const std::filesystem::path& path, const ReadOptions& options = {}) {
  try {
    read_table(path, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Read, TheEndingDecides) {
  const std::string csv = "a,b\n1,2\n", svm = "1 1:2 3:4\n-1 2:5\n";
  EXPECT_EQ(read_table(written("a.csv", csv)).columns.size(), 2u);
  EXPECT_EQ(read_table(written("a.DATA", csv)).columns.size(), 2u);
  EXPECT_EQ(read_table(compressed("a.csv.gz", csv)).columns.size(), 2u);
  EXPECT_EQ(read_table(compressed("b.csv", csv)).columns.size(), 2u) << "compressed all the same";
  EXPECT_EQ(read_table(written("none", csv)).columns.size(), 2u);
  // A comma is no delimiter where the ending says tab.
  EXPECT_EQ(read_table(written("a.tsv", "a,b\tc\n1,2\t3\n")).columns.size(), 2u);
  for (const char* name : {"a.svm", "a.libsvm", "a9a", "a9a.t"}) {
    const Table table = read_table(written(name, svm));
    ASSERT_TRUE(table.sparse) << name;
    EXPECT_EQ(table.sparse->columns, 3u);
  }
  EXPECT_TRUE(read_table(compressed("a.svm.gz", svm)).sparse);
}

// The arrays of tests/oracle/format, made by NumPy.
TEST(Read, NumpyFiles) {
  const std::filesystem::path folder = THALWEG_SOURCE "/tests/oracle/format/npy";
  const Table features = read_table(folder / "x.npy");
  const Table both = read_table(folder / "x.npy", {.target = folder / "y.npy"});
  EXPECT_EQ(both.columns.size(), features.columns.size() + 1);
  EXPECT_EQ(both.target, "y");
  EXPECT_EQ(both.columns[0].number(0), features.columns[0].number(0));
  const std::string bytes = read_file(folder / "table.npz");
  EXPECT_EQ(read_table(folder / "table.npz").rows,
            read_table(compressed("table.npz.gz", bytes)).rows);
}

TEST(Read, NumbersThatAreStoredAsSuchBecomeTextsWhereThatIsAsked) {
  const std::filesystem::path folder = THALWEG_SOURCE "/tests/oracle/format/npy";
  const Table plain = read_table(folder / "table.npz");
  const Table table = read_table(folder / "table.npz", {.categorical = {"@1"}});
  const Column &before = plain.columns[0], &after = table.columns[0];
  ASSERT_EQ(after.kind, Column::Kind::text);
  EXPECT_EQ(after.missing, before.missing);
  for (size_t i = 0; i < table.rows; ++i) {
    if (std::isnan(before.number(i)))
      EXPECT_EQ(after.codes[i], -1);
    else
      EXPECT_EQ(after.levels[static_cast<size_t>(after.codes[i])], shortest(before.number(i)));
  }
  const Table sparse =
      read_table(written("t.svm", "1 1:2\n-1 2:5\n1 1:1\n"), {.categorical = {"target"}});
  EXPECT_EQ(sparse.columns[0].levels, (std::vector<std::string>{"1", "-1"}));
  EXPECT_NE(message(written("t.svm", "1 1:2\n"), {.categorical = {"2"}}).find("no column \"2\""),
            std::string::npos);
}

TEST(Read, SaysInOneLineWhatIsWrong) {
  EXPECT_EQ(message(place("absent.csv")),
            place("absent.csv") + ": cannot be opened: No such file or directory");
  EXPECT_EQ(message(testing::TempDir()), testing::TempDir() + ": is a folder, a file was expected");
  EXPECT_EQ(message(written("empty.csv", "")),
            "csv: " + place("empty.csv") + ": is empty; rows of cells were expected");
  EXPECT_EQ(message(written("c.csv", "a\n1\n"), {.target = "y.npy"}),
            place("c.csv") +
                ": a file of targets, y.npy, was given, which only a .npy of features "
                "takes; name a column");
  const std::string whole = read_file(compressed("d.csv.gz", "a,b\n1,2\n"));
  EXPECT_EQ(message(written("d.csv.gz", whole.substr(0, whole.size() - 3))),
            "gzip: " + place("d.csv.gz") + ": ends early, after " +
                std::to_string(whole.size() - 3) + " bytes; copy or compress the file again");
}

}  // namespace
}  // namespace thalweg
