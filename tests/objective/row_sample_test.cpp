#include "thalweg/objective/row_sample.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

TEST(RowSample, TakesEvenlySpacedRowsWithTheirTargetsAndWeights) {
  DenseMatrix<double> x{6, 2, Buffer<double>(12)};
  for (size_t i = 0; i < 12; ++i) x.data[i] = static_cast<double>(i);
  const Design design = std::move(x);
  const std::vector<double> target = {0, 1, 2, 3, 4, 5}, weight = {1, 2, 3, 4, 5, 6};
  Samples whole;
  whole.design = &design;
  whole.target = target;
  whole.weight = weight;
  whole.total_weight = 21;
  const RowSample part(whole, 3);
  const Samples& taken = part.samples();
  ASSERT_EQ(rows(*taken.design), 3u);
  EXPECT_EQ(std::vector<double>(taken.target.begin(), taken.target.end()),
            (std::vector<double>{0, 2, 4}));
  EXPECT_EQ(taken.total_weight, 1 + 3 + 5);
  const auto& cells = std::get<DenseMatrix<double>>(*taken.design).data;
  EXPECT_EQ(std::vector<double>(cells.begin(), cells.end()),
            (std::vector<double>{0, 1, 4, 5, 8, 9}));
}

TEST(RowSample, KeepsSparseRowsWhole) {
  SparseMatrix x{4, 3, Buffer<int64_t>(5), Buffer<int32_t>(4), Buffer<double>(4)};
  const int64_t begin[] = {0, 1, 1, 3, 4};
  const int32_t column[] = {2, 0, 1, 2};
  const double value[] = {7, 1, 2, 9};
  std::copy_n(begin, 5, x.begin.data());
  std::copy_n(column, 4, x.column.data());
  std::copy_n(value, 4, x.value.data());
  const Design design = std::move(x);
  const std::vector<double> target = {0, 1, 0, 1};
  Samples whole;
  whole.design = &design;
  whole.target = target;
  whole.total_weight = 4;
  const RowSample part(whole, 2);  // rows 0 and 2
  const auto& taken = std::get<SparseMatrix>(*part.samples().design);
  EXPECT_EQ(taken.begin[2], 3);
  EXPECT_EQ(taken.column[1], 0);
  EXPECT_EQ(taken.value[2], 2);
  EXPECT_EQ(part.samples().total_weight, 2);
}

TEST(RowSample, MoreThanThereAreIsAll) {
  const Design design = DenseMatrix<double>{2, 1, Buffer<double>(2, 1.0)};
  const std::vector<double> target = {0, 1};
  Samples whole;
  whole.design = &design;
  whole.target = target;
  EXPECT_EQ(rows(*RowSample(whole, 10).samples().design), 2u);
}

}  // namespace
}  // namespace thalweg
