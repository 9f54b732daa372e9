#include "thalweg/format/libsvm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

std::string refusal(const std::string& text) {
  try {
    read_libsvm(text, "t");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

// tests/oracle/format/libsvm.csv is made by make_libsvm.py beside it.
TEST(Libsvm, FindsWhatScikitLearnFinds) {
  const std::string data = THALWEG_SOURCE "/../shared/data/";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << data << " is not there";
  const std::string text = read_file(THALWEG_SOURCE "/tests/oracle/format/libsvm.csv");
  int files = 0;
  for (const std::string_view line : split(trim(text), '\n')) {
    const std::vector<std::string_view> cells = split(line, ',');
    if (cells[0] == "file") continue;
    ++files;
    const MappedFile file(data + std::string(cells[0]));
    const Table t = read_libsvm(file.text(), std::string(cells[0]));
    const SparseRows& sparse = t.sparse.value();
    double labels = 0;
    long long indices = 0, products = 0;
    for (size_t i = 0; i < t.rows; ++i) {
      labels += t.columns[0].number(i);
      for (int64_t k = sparse.begin[i]; k < sparse.begin[i + 1]; ++k) {
        EXPECT_EQ(sparse.value[k], 1);
        indices += sparse.column[k];
        products += sparse.column[k] * static_cast<long long>(i);
      }
    }
    EXPECT_EQ(fmt::format("{},{},{},{},{},{},{}", cells[0], t.rows, sparse.columns,
                          sparse.column.size(), labels, indices, products),
              line);
    EXPECT_TRUE(t.columns[0].integral);
  }
  EXPECT_EQ(files, 2);
}

TEST(Libsvm, ReadsEverythingThatTheFormatAllows) {
  const Table t = read_libsvm(
      "# a note\n"
      "\n"
      "+1 1:0.5 3:-2e3 # note: with 7:8\n"
      " -1\tqid:3 2:1e-320\t10:+.25  \r\n"
      "0.5\n"
      "2 007:123456789012345678901234567890",
      "t");
  EXPECT_EQ(t.rows, 4u);
  EXPECT_EQ(t.target, "target");
  ASSERT_EQ(t.columns.size(), 1u);
  EXPECT_EQ(t.columns[0].name, "target");
  EXPECT_FALSE(t.columns[0].integral);
  const std::vector<double> labels(t.columns[0].numbers, t.columns[0].numbers + 4);
  EXPECT_EQ(labels, (std::vector<double>{1, -1, 0.5, 2}));
  EXPECT_EQ(t.sparse->rows, 4u);
  EXPECT_EQ(t.sparse->columns, 10u);
  EXPECT_EQ(t.sparse->begin, (std::vector<int64_t>{0, 2, 4, 4, 5}));
  EXPECT_EQ(t.sparse->column, (std::vector<int32_t>{0, 2, 1, 9, 6}));
  EXPECT_EQ(t.sparse->value,
            (std::vector<double>{0.5, -2000, 1e-320, 0.25, 1.2345678901234568e29}));
}

TEST(Libsvm, AnIndexZeroAnywhereCountsFromZero) {
  const Table t = read_libsvm("1 1:1\n1 0:1 4:2\n", "t");
  EXPECT_EQ(t.sparse->columns, 5u);
  EXPECT_EQ(t.sparse->column, (std::vector<int32_t>{1, 0, 4}));
}

TEST(Libsvm, RefusesWithTheLine) {
  EXPECT_EQ(refusal("1 1:1\n1 3:1 2:1\n"),
            "libsvm: t line 2: \"2:1\" where a larger index is expected; sort each row by index");
  EXPECT_EQ(refusal("1 1:1\n\n1 3:1 3:1"),
            "libsvm: t line 3: \"3:1\" where a new index is expected; it stands twice in its row");
  EXPECT_EQ(refusal("1,2 1:1\n"),
            "libsvm: t line 1: \"1,2\" where one label is expected; several labels a row are not "
            "supported");
  for (const char* text : {"",
                           "\n",
                           "# note\n",
                           "1:1\n",
                           "yes 1:1\n",
                           "nan 1:1\n",
                           "1 1:nan\n",
                           "1 1:inf\n",
                           "1 1:1e999\n",
                           "1 1:\n",
                           "1 1 2\n",
                           "1 a:1\n",
                           "1 -1:1\n",
                           "1 1:1x\n",
                           "1 1:+-1\n",
                           "1 1:1,2:2\n",
                           "1 4294967297:1\n",
                           "1 100000001:1\n",
                           "1 99999999999999999999999:1\n",
                           "1 1:1e\n",
                           "1 1:.\n",
                           "1 1:-\n",
                           "- 1:1\n",
                           "1 qid",
                           "1 1:0x10\n",
                           "1 :1\n"})
    EXPECT_NE(refusal(text), "") << text;
  EXPECT_NE(refusal(std::string("1 1:1\0\n", 7)), "");
}

// Long text, so that there are many chunks, with notes and blank lines that leave gaps.
TEST(Libsvm, ManyChunksAndEveryNumberOfThreads) {
  Random random(1, 0);
  std::string text;
  std::vector<double> labels, values;
  std::vector<int32_t> columns;
  std::vector<int64_t> begin = {0};
  for (int row = 0; row < 60'000; ++row) {
    labels.push_back(static_cast<double>(random.below(5)));
    text += fmt::format("{}", labels.back());
    int32_t column = 0;
    for (uint64_t k = random.below(6); k > 0; --k) {
      column += 1 + static_cast<int32_t>(random.below(100));
      columns.push_back(column - 1);
      values.push_back(random.below(2) == 0 ? random.normal()
                                            : static_cast<double>(random.below(1000)) / 100);
      text += fmt::format(" {}:{}", column, values.back());
    }
    begin.push_back(static_cast<int64_t>(columns.size()));
    text += random.below(10) == 0 ? " # 1:1\n\n" : "\n";
  }
  for (const int count : {1, 2, 5}) {
    set_threads(count);
    const Table t = read_libsvm(text, "t");
    ASSERT_EQ(t.rows, labels.size());
    EXPECT_EQ(std::vector<double>(t.columns[0].numbers, t.columns[0].numbers + t.rows), labels);
    EXPECT_EQ(t.sparse->begin, begin);
    EXPECT_EQ(t.sparse->column, columns);
    EXPECT_EQ(t.sparse->value, values);
    // The first of many wrong lines is named.
    std::string broken = text;
    for (size_t at = text.size() / 2; at < text.size(); at += text.size() / 7)
      broken[broken.find('\n', at) + 1] = 'x';
    broken += "x\n";
    const size_t first = text.find('\n', text.size() / 2);
    const auto line =
        2 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(first), '\n');
    EXPECT_NE(refusal(broken).find(fmt::format("line {}:", line)), std::string::npos);
  }
  set_threads(0);
}

TEST(Libsvm, IsTold) {
  for (const char* text : {"1 1:2\n", "+1 1:2", "-1.5 qid:1 3:4 # note\n", "\n# note\n1 0:1\n",
                           "1 1:0.5 2:0.", "1 1:0.5 2"})
    EXPECT_TRUE(looks_like_libsvm(text)) << text;
  for (const char* text : {"", "\n", "1\n", "1 2\n", "a 1:2\n", "1,2 1:2\n", "1 a:2\n", "1 1:b\n",
                           "time,12:30\n", "1 1:2 x\n", "1 qid:1\n", "# 1 1:2"})
    EXPECT_FALSE(looks_like_libsvm(text)) << text;
}

}  // namespace
}  // namespace thalweg
