// The elementary functions against the C library's in long double, which has 11 bits more.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/target.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/kernel/tile/tile_kernel.hpp"

namespace thalweg {
namespace {

using Real = long double;

template <class T>
constexpr DType dtype = sizeof(T) == 4 ? DType::float32 : DType::float64;

// operation(a), or operation(a, b), of each element.
template <class T>
std::vector<T> evaluate(TileOperation operation, const std::vector<T>& a, const std::vector<T>& b) {
  TileProgram program;
  program.arithmetic = dtype<T>;
  program.operands.assign(2, {TileExtent::all, dtype<T>});
  program.instructions = {{.operation = TileOperation::load, .index = 0},
                          {.operation = TileOperation::load, .index = 1},
                          {.operation = operation, .input = {0, 1}}};
  program.outputs = {{2, dtype<T>}};
  std::vector<T> out(a.size());
  const void* operands[] = {a.data(), b.data()};
  void* results[] = {out.data()};
  TileKernel::make(program).run({1, a.size()}, operands, results, nullptr);
  return out;
}

// Units in the last place between a result and the exact one; infinite where one is not finite and
// they are not the same.
template <class T>
double units(T got, Real exact) {
  const T near = static_cast<T>(exact);
  if (std::isnan(near) || std::isnan(got))
    return std::isnan(near) == std::isnan(got) ? 0 : INFINITY;
  if (std::isinf(near) || std::isinf(got)) {
    if (near == got) return 0;
    // The last numbers before infinity are as near to it as to one another.
    const T most = std::numeric_limits<T>::max();
    return std::abs(near) >= most && std::abs(got) >= most && (near > 0) == (got > 0) ? 1
                                                                                      : INFINITY;
  }
  const T size = std::max(std::abs(near), std::numeric_limits<T>::min());
  const Real unit = static_cast<Real>(std::nextafter(size, std::numeric_limits<T>::infinity())) -
                    static_cast<Real>(size);
  return static_cast<double>(std::abs(static_cast<Real>(got) - exact) / unit);
}

template <class T>
std::vector<T> ends() {
  using L = std::numeric_limits<T>;
  std::vector<T> out = {0,
                        1,
                        2,
                        3,
                        T(0.5),
                        T(0.625),
                        T(1.5),
                        4,
                        6,
                        40,
                        T(88.7),
                        100,
                        T(103.9),
                        104,
                        710,
                        T(745.1),
                        746,
                        1000,
                        T(1e6),
                        T(1e7),
                        T(3.14159265358979),
                        T(0.785398163397448),
                        L::min(),
                        L::denorm_min(),
                        L::min() / 4,
                        L::max(),
                        L::infinity(),
                        L::epsilon(),
                        1 + L::epsilon(),
                        1 - L::epsilon() / 2};
  const size_t count = out.size();
  for (size_t i = 0; i < count; ++i) out.push_back(-out[i]);
  out.push_back(L::quiet_NaN());
  return out;
}

// The ends, a scale of all magnitudes, and the range where most of the work is.
template <class T>
std::vector<T> points(size_t count, double near) {
  std::vector<T> out = ends<T>();
  Random random(5, 1);
  const double most = sizeof(T) == 4 ? 126 : 1021;
  for (size_t i = 0; i < count; ++i) {
    const double magnitude = std::exp2(most * (2 * random.uniform() - 1));
    out.push_back(static_cast<T>(random.below(2) == 0 ? magnitude : -magnitude));
    out.push_back(static_cast<T>(near * (2 * random.uniform() - 1)));
    out.push_back(static_cast<T>(2 * random.uniform() - 1));
    out.push_back(static_cast<T>(1 + 0.5 * (2 * random.uniform() - 1)));
  }
  return out;
}

template <class T>
void check(TileOperation operation, Real (*exact)(Real), double near, double most) {
  const std::vector<T> x = points<T>(5000, near), y = evaluate(operation, x, x);
  double worst = 0;
  T where = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double off = units(y[i], exact(static_cast<Real>(x[i])));
    if (off > worst) worst = off, where = x[i];
  }
  EXPECT_LE(worst, most) << name_of(operation) << " of " << sizeof(T) << " bytes at " << where
                         << ": " << evaluate(operation, std::vector<T>{where}, {where})[0];
}

struct Case {
  TileOperation operation;
  Real (*exact)(Real);
  double near;  // points are drawn up to it
  double most;  // units in the last place
};

const Case cases[] = {
    {TileOperation::exponential, [](Real x) { return std::exp(x); }, 100, 1},
    {TileOperation::exponential_minus_one, [](Real x) { return std::expm1(x); }, 40, 2},
    {TileOperation::logarithm, [](Real x) { return std::log(x); }, 1000, 1},
    {TileOperation::logarithm_one_plus, [](Real x) { return std::log1p(x); }, 4, 1.5},
    {TileOperation::tanh, [](Real x) { return std::tanh(x); }, 20, 2},
    {TileOperation::error_function, [](Real x) { return std::erf(x); }, 6, 1.5},
    {TileOperation::sigmoid, [](Real x) { return 1 / (1 + std::exp(-x)); }, 100, 2},
    {TileOperation::sine, [](Real x) { return std::sin(x); }, 1000, 1},
    {TileOperation::cosine, [](Real x) { return std::cos(x); }, 1000, 1},
    {TileOperation::square_root, [](Real x) { return std::sqrt(x); }, 1000, 0.5},
    {TileOperation::reciprocal_square_root, [](Real x) { return 1 / std::sqrt(x); }, 1000, 1.5},
};

TEST(Math, IsWithinUnitsInTheLastPlaceOnEveryTarget) {
  each_target([] {
    for (const Case& row : cases) {
      check<float>(row.operation, row.exact, row.near, row.most);
      check<double>(row.operation, row.exact, row.near, row.most);
    }
  });
}

// Of a float everything is seen: one in 40,009 of all of them.
TEST(Math, FloatsAreRightOverTheirWholeRange) {
  std::vector<float> x;
  for (uint64_t bits = 0; bits < 0x100000000; bits += 40'009)
    x.push_back(std::bit_cast<float>(static_cast<uint32_t>(bits)));
  for (const Case& row : cases) {
    const std::vector<float> y = evaluate(row.operation, x, x);
    double worst = 0;
    float where = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double off = units(y[i], row.exact(static_cast<Real>(x[i])));
      if (off > worst) worst = off, where = x[i];
    }
    EXPECT_LE(worst, row.most) << name_of(row.operation) << " at " << where;
  }
}

template <class T>
void check_power() {
  std::vector<T> x, y;
  const std::vector<T> special = ends<T>();
  for (const T a : special)
    for (const T b : special) x.push_back(a), y.push_back(b);
  Random random(6, 1);
  for (size_t i = 0; i < 40000; ++i) {
    const double base = std::exp2((i % 2 == 0 ? 4 : 100) * random.normal());
    const double exponent = (i % 3 == 0 ? 700 / std::abs(std::log(base)) : 5) * random.normal();
    x.push_back(static_cast<T>(i % 5 == 0 ? -base : base));
    y.push_back(static_cast<T>(i % 10 < 6 ? std::floor(exponent) : exponent));
  }
  const std::vector<T> got = evaluate(TileOperation::power, x, y);
  double worst = 0;
  size_t where = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const Real exact = std::pow(static_cast<Real>(x[i]), static_cast<Real>(y[i]));
    double off = units(got[i], exact);
    if (got[i] == 0 && exact == 0 && std::signbit(got[i]) != std::signbit(exact)) off = INFINITY;
    if (off > worst) worst = off, where = i;
  }
  EXPECT_LE(worst, 1.5) << "of " << sizeof(T) << " bytes at " << x[where] << " ^ " << y[where]
                        << ": " << got[where];
}

TEST(Math, PowerIsWithinUnitsAndHasTheEndsOfC) {
  each_target([] {
    check_power<float>();
    check_power<double>();
  });
}

}  // namespace
}  // namespace thalweg
