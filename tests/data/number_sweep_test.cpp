// The loops agree bit for bit with plain ones, on every instruction set that the machine has.
#include "thalweg/data/number_sweep.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// 53 rows of 19 columns in a matrix of 23, some cells missing.
struct Matrix {
  static constexpr size_t rows = 53, stride = 23, width = 19;
  std::vector<double> values = std::vector<double>(rows * stride);
  std::vector<uint8_t> mask = std::vector<uint8_t>(rows);

  Matrix() {
    Random random(3, 1);
    for (double& v : values)
      v = random.uniform() < 0.1 ? std::nan("") : std::round(2 * random.normal()) * 0.3;
    for (uint8_t& marked : mask) marked = random.below(4) > 0;
  }
  NumberBlock block() const { return {unaligned(values.data() + 2), stride, width}; }
  double at(size_t i, size_t j) const { return values[i * stride + 2 + j]; }
};

template <class Body>
void on_every_target(const Body& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(NumberSweep, SumsAreThoseOfAPlainLoop) {
  const Matrix m;
  std::vector<double> count(m.width), sum(m.width), low(m.width, infinity),
      high(m.width, -infinity), squares(m.width), ends(m.width);
  const std::vector<double> mean(m.width, 0.25);
  auto each = [&](auto&& body) {
    for (size_t i = 4; i < 50; ++i)
      for (size_t j = 0; j < m.width; ++j)
        if (m.mask[i] && !std::isnan(m.at(i, j))) body(j, m.at(i, j));
  };
  each([&](size_t j, double v) {
    count[j] += 1;
    sum[j] += v;
    low[j] = std::min(low[j], v);
    high[j] = std::max(high[j], v);
    squares[j] += (v - mean[j]) * (v - mean[j]);
  });
  each([&](size_t j, double v) { ends[j] += v == low[j] || v == high[j]; });
  on_every_target([&] {
    std::vector<double> c(m.width), s(m.width), l(m.width, infinity), h(m.width, -infinity),
        q(m.width), e(m.width);
    sweep_values(m.block(), 4, 50, m.mask.data(), c.data(), s.data(), l.data(), h.data());
    sweep_squares(m.block(), 4, 50, m.mask.data(), mean.data(), l.data(), h.data(), q.data(),
                  e.data());
    EXPECT_EQ(c, count);
    EXPECT_EQ(s, sum);
    EXPECT_EQ(l, low);
    EXPECT_EQ(h, high);
    EXPECT_EQ(q, squares);
    EXPECT_EQ(e, ends);
  });
}

template <class T>
void check_standardize() {
  Matrix m;
  const std::vector<double> center(m.width, 0.1), scale(m.width, 0.7), impute(m.width, 5);
  const std::vector<size_t> rows = {0, 7, 8, 52};
  const Standardizer how{center.data(), scale.data(), impute.data()};
  on_every_target([&] {
    std::vector<T> out(rows.size() * 21, T{-9});
    EXPECT_TRUE(standardize(m.block(), rows, how, out.data() + 1, 21));
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(out[i * 21], T{-9});
      EXPECT_EQ(out[i * 21 + 20], T{-9});
      for (size_t j = 0; j < m.width; ++j) {
        const double v = std::isnan(m.at(rows[i], j)) ? 5 : m.at(rows[i], j);
        EXPECT_EQ(out[i * 21 + 1 + j], static_cast<T>((v - 0.1) / 0.7));
      }
    }
  });
  for (const size_t column : {size_t{0}, m.width - 1}) {
    Matrix bad;
    bad.values[7 * bad.stride + 2 + column] = std::numeric_limits<T>::max();
    on_every_target([&] {
      std::vector<T> out(rows.size() * m.width);
      EXPECT_FALSE(standardize(bad.block(), rows, how, out.data(), m.width));
    });
  }
}

TEST(NumberSweep, StandardizesAsDoubleAndFloat) {
  check_standardize<double>();
  check_standardize<float>();
}

}  // namespace
}  // namespace thalweg
