#include "thalweg/optim/transform/matrix.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/optim/transform/recorded.hpp"

namespace thalweg {
namespace {

template <class T>
Matrix<T> numbers(long rows, long columns, size_t seed) {
  Matrix<T> out(rows, columns);
  for (long i = 0; i < out.size(); ++i)
    out.data()[i] = static_cast<T>(testing::uniform(seed + static_cast<size_t>(i)) - 0.5);
  return out;
}

// Plain loops in float64.
template <class T>
void expect_products(long m, long n, long k, double tolerance) {
  for (const auto& [ta, tb] : {std::pair{false, false}, {true, false}, {false, true}}) {
    const Matrix<T> a = ta ? numbers<T>(k, m, 1) : numbers<T>(m, k, 1);
    const Matrix<T> b = tb ? numbers<T>(n, k, 7) : numbers<T>(k, n, 7);
    const Matrix<T> c = product<T>(a, ta, b, tb);
    ASSERT_EQ(c.rows(), m);
    ASSERT_EQ(c.cols(), n);
    for (long i = 0; i < m; i += 1 + m / 7)
      for (long j = 0; j < n; j += 1 + n / 7) {
        double sum = 0;
        for (long p = 0; p < k; ++p)
          sum += static_cast<double>(ta ? a(p, i) : a(i, p)) *
                 static_cast<double>(tb ? b(j, p) : b(p, j));
        EXPECT_NEAR(static_cast<double>(c(i, j)), sum, tolerance) << m << " " << n << " " << k;
      }
  }
}

TEST(Matrix, ProductsOfBothSizes) {
  static_assert(5 * 7 * 3 < large_product && 130 * 90 * 101 >= large_product);
  expect_products<double>(5, 7, 3, 1e-15);
  expect_products<double>(130, 90, 101, 1e-14);
  expect_products<float>(5, 7, 3, 1e-6);
  expect_products<float>(130, 90, 101, 1e-5);
}

TEST(Matrix, TensorsAsMatrices) {
  const TensorPlace kernel{"kernel", {4, 3, 2, 2}, 0, 48}, bias{"bias", {4}, 48, 4};
  EXPECT_TRUE(is_matrix(kernel));
  EXPECT_EQ(rows(kernel), 4u);
  EXPECT_EQ(columns(kernel), 12u);
  EXPECT_FALSE(is_matrix(bias));
}

}  // namespace
}  // namespace thalweg
