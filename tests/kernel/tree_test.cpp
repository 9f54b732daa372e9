#include "thalweg/kernel/tree.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/linear.hpp"

namespace thalweg {
namespace {

TEST(Tree, PartsAreWholeBlocksAndBoundTheChain) {
  for (const size_t rows : {1, 100, 5000, 300000})
    for (const size_t columns : {0, 1, 30}) {
      const Design design = DenseMatrix<float>{rows, columns, {}};
      for (const Tree& tree :
           {sweep_tree(design, columns + 1), sweep_tree(design, 7 * (columns + 1)),
            gram_tree(design, (columns + 8) * (columns + 8))}) {
        EXPECT_EQ(tree.part % tree.block, 0u);
        EXPECT_GE(tree.parts(), 1u);
        EXPECT_LE(tree.parts(), 64u);
        EXPECT_LE(std::min(tree.part, rows) + 6, addition_chain(rows));
      }
    }
}

TEST(Tree, SumsEveryRowOnce) {
  const Tree tree = {1000, 8, 56};
  for (const int count : {1, 3}) {
    set_threads(count);
    Buffer<double> out(3, 99.0);
    sum_parts(tree, out, [&](size_t, size_t begin, size_t end, double* sums) {
      each_block(tree, begin, end, [&](size_t from, size_t to) {
        EXPECT_LE(to - from, 8u);
        for (size_t i = from; i < to; ++i) {
          sums[0] += 1;
          sums[1] += static_cast<double>(i);
        }
      });
    });
    EXPECT_EQ(out[0], 1000);
    EXPECT_EQ(out[1], 499500);
    EXPECT_EQ(out[2], 0);
  }
  set_threads(0);
}

TEST(Tree, OfNoRowsIsZero) {
  Buffer<double> out(2, 1.0);
  sum_parts({0, 8, 8}, out, [](size_t, size_t, size_t, double*) { FAIL(); });
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(out[1], 0);
}

}  // namespace
}  // namespace thalweg
