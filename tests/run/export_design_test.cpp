#include "thalweg/run/export_design.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"
#include "thalweg/format/read.hpp"

namespace thalweg {
namespace {

using namespace testing;

// [2, 3], the middle column empty: 1 0 -2; 0 0 0.5.
template <class T>
DenseMatrix<T> dense() {
  DenseMatrix<T> out{2, 3, Buffer<T>(6)};
  const double cells[] = {1, 0, -2, 0, 0, 0.5};
  std::copy(std::begin(cells), std::end(cells), out.data.begin());
  return out;
}

SparseMatrix sparse() {
  SparseMatrix out{2, 3, Buffer<int64_t>(3), Buffer<int32_t>(3), Buffer<double>(3)};
  const int64_t begin[] = {0, 2, 3};
  const int32_t column[] = {0, 2, 2};
  const double value[] = {1, -2, 0.5};
  std::copy(std::begin(begin), std::end(begin), out.begin.begin());
  std::copy(std::begin(column), std::end(column), out.column.begin());
  std::copy(std::begin(value), std::end(value), out.value.begin());
  return out;
}

TEST(ExportDesign, EveryLayoutIsWrittenAsTheSameMatrix) {
  const fs::path path = folder_of_test() / "design.npz";
  const std::vector<std::string> features = {"a", "b=x", "c"};
  Prepared data;
  data.target = {0, 3};
  std::string first;
  for (int layout = 0; layout < 3; ++layout) {
    if (layout == 0) data.design = dense<double>();
    if (layout == 1) data.design = dense<float>();
    if (layout == 2) data.design = sparse();
    export_design(path, data, features);
    const Table table = read_table(path);
    ASSERT_EQ(table.rows, 2u);
    ASSERT_EQ(table.columns.size(), 4u);
    for (size_t j = 0; j < 3; ++j) EXPECT_EQ(table.columns[j].name, features[j]);
    EXPECT_EQ(table.columns[0].number(0), 1);
    EXPECT_EQ(table.columns[1].number(0), 0);
    EXPECT_EQ(table.columns[2].number(1), 0.5);
    EXPECT_EQ(table.columns[3].number(1), 3);
    EXPECT_EQ(table.target, "y");
    if (first.empty()) first = read_file(path);
    EXPECT_EQ(read_file(path), first) << layout;
  }
  data.weight = {1, 2};
  export_design(path, data, features);
  EXPECT_EQ(read_table(path).weights, "weights");
}

}  // namespace
}  // namespace thalweg
