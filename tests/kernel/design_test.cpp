#include "thalweg/kernel/design.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace thalweg {
namespace {

TEST(Design, GivesTheCellsOfARow) {
  const double values[] = {1.5, -2, 0.25, 4};
  std::vector<char> bytes(sizeof(values) + 1);
  std::memcpy(bytes.data() + 1, values, sizeof(values));
  SparseMatrix sparse{2, 3, Buffer<int64_t>(3), Buffer<int32_t>(2), Buffer<double>(2)};
  sparse.begin[0] = 0, sparse.begin[1] = 0, sparse.begin[2] = 2;
  sparse.column[0] = 0, sparse.column[1] = 2;
  sparse.value[0] = 7, sparse.value[1] = 8;
  const auto row = [](const auto& matrix) {
    std::vector<double> out;
    each_cell(matrix, 1, [&](size_t j, double cell) { out.push_back(cell + 100.0 * double(j)); });
    return out;
  };
  const auto owner = std::make_shared<int>(0);  // borrowed memory is not freed
  const DenseMatrix<UnalignedDouble> dense{
      2, 2, Buffer<UnalignedDouble>::borrow(unaligned(bytes.data() + 1), 4, owner)};
  EXPECT_EQ(row(dense), (std::vector<double>{0.25, 104}));
  EXPECT_EQ(row(sparse), (std::vector<double>{7, 208}));
}

}  // namespace
}  // namespace thalweg
