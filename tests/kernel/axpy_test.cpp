#include "thalweg/kernel/axpy.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace thalweg {
namespace {

// Small whole numbers: every sum is exact, whatever its order.
std::vector<double> whole_numbers(size_t n, size_t step) {
  std::vector<double> out(n);
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<double>(i * step % 17) - 8;
  return out;
}

TEST(Axpy, EveryLength) {
  for (size_t n = 0; n < 80; ++n) {
    const std::vector<double> x = whole_numbers(n, 5);
    std::vector<double> y = whole_numbers(n, 7), expected = y;
    double product = 0;
    for (size_t i = 0; i < n; ++i) {
      product += x[i] * y[i];
      expected[i] += -3 * x[i];
    }
    EXPECT_EQ(dot(n, x.data(), y.data()), product) << n;
    add_scaled(n, -3, x.data(), y.data());
    EXPECT_EQ(y, expected) << n;
  }
}

TEST(Axpy, CrossProductsOfEveryShape) {
  for (const size_t n : {8, 40, 1032})
    for (const size_t rows : {1, 3, 4, 9})
      for (const size_t columns : {1, 4, 6, 11}) {
        std::vector<std::vector<double>> left, right;
        std::vector<const double*> a, b;
        for (size_t i = 0; i < rows; ++i) left.push_back(whole_numbers(n, 3 + i));
        for (size_t j = 0; j < columns; ++j) right.push_back(whole_numbers(n, 2 + 5 * j));
        for (const auto& one : left) a.push_back(one.data());
        for (const auto& one : right) b.push_back(one.data());
        const size_t stride = columns + 2;
        std::vector<double> out(rows * stride, -1);
        cross_products(n, a.data(), rows, b.data(), columns, out.data(), stride);
        for (size_t i = 0; i < rows; ++i)
          for (size_t j = 0; j < stride; ++j)
            EXPECT_EQ(out[i * stride + j], j < columns ? dot(n, a[i], b[j]) : -1);
      }
}

}  // namespace
}  // namespace thalweg
