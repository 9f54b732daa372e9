#include "thalweg/kernel/loss/evaluate.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "hwy/targets.h"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"

namespace thalweg {
namespace {

constexpr double unit = 0x1p-53;

template <class Body>
void each_target(const Body& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

std::vector<double> points() {
  std::vector<double> out = {-1e300, -800, -745.2, -708.5, -1e-300, 0,
                             1e-300, 1e-9, 709.7,  800,    1e300};
  for (double z = -40; z <= 40; z += 0.37) out.push_back(z);
  return out;
}

// Infinities equal, or within `bound`.
bool close(double got, double want, double bound) {
  return got == want || std::abs(got - want) <= bound;
}

TEST(Evaluate, IsWithin8UlpOfTheScalarLossesOnEveryTarget) {
  each_target([] {
    for (const LossRow& row : losses()) {
      if (row.kind == LossKind::softmax) continue;
      Loss loss;
      loss.kind = row.kind;
      for (const double y : {0.0, 1.0, 3.0}) {
        if (row.target == TargetKind::binary && y > 1) continue;
        if (row.target == TargetKind::positive && y == 0) continue;
        const std::vector<double> z = points();
        const size_t n = z.size();
        std::vector<double> r = z, target(n, y), curvature(n);
        evaluate(loss, n, 1, target.data(), nullptr, r.data(), curvature.data());
        for (size_t i = 0; i < n; ++i) {
          // One row at a time, for its value.
          double alone = z[i];
          const double value = evaluate(loss, 1, 1, &y, nullptr, &alone, nullptr).result();
          const double f = loss_value(loss, z[i], y), f1 = loss_derivative(loss, z[i], y);
          const double f2 = loss_curvature(loss, z[i], y);
          const double terms = row.kind == LossKind::poisson ? f2 + std::abs(y * z[i])
                               : row.kind == LossKind::gamma ? f2 + std::abs(z[i])
                                                             : std::abs(f);
          const double slopes =
              row.kind == LossKind::poisson || row.kind == LossKind::gamma ? f2 + y : std::abs(f1);
          EXPECT_TRUE(close(value, f, 16 * unit * terms))
              << row.name << " f at " << z[i] << ": " << value << " " << f;
          EXPECT_TRUE(close(r[i], f1, 16 * unit * slopes + 1e-307))
              << row.name << " f' at " << z[i] << ": " << r[i] << " " << f1;
          EXPECT_TRUE(close(curvature[i], f2, 16 * unit * f2 + 1e-307))
              << row.name << " f'' at " << z[i] << ": " << curvature[i] << " " << f2;
          EXPECT_EQ(alone, r[i]) << row.name << " at " << z[i];
        }
      }
    }
  });
}

TEST(Evaluate, SoftmaxIsThatOfRows) {
  each_target([] {
    Loss loss;
    loss.kind = LossKind::softmax;
    const size_t outputs = 3, n = 19;
    std::vector<double> z(outputs * n), y(n), p(outputs * n);
    for (size_t i = 0; i < n; ++i) {
      y[i] = static_cast<double>(i % outputs);
      for (size_t k = 0; k < outputs; ++k)
        z[k * n + i] = std::sin(static_cast<double>(7 * i + k)) * (i < 15 ? 5.0 : 1000.0);
    }
    std::vector<double> r = z;
    const double sum = evaluate(loss, n, outputs, y.data(), nullptr, r.data(), p.data()).result();
    double total = 0;
    for (size_t i = 0; i < n; ++i) {
      std::vector<double> row(outputs), theta(outputs), probability(outputs);
      for (size_t k = 0; k < outputs; ++k) row[k] = z[k * n + i];
      total += softmax_derivative(row, i % outputs, theta);
      softmax_probabilities(row, probability);
      for (size_t k = 0; k < outputs; ++k) {
        EXPECT_NEAR(r[k * n + i], theta[k], 16 * unit * std::abs(theta[k]) + 1e-307);
        EXPECT_NEAR(p[k * n + i], probability[k], 16 * unit * probability[k] + 1e-307);
      }
    }
    EXPECT_NEAR(sum, total, 32 * unit * total);
  });
}

TEST(Evaluate, WeightZeroSilencesAnyRow) {
  each_target([] {
    for (const LossKind kind : {LossKind::squared, LossKind::poisson}) {
      Loss loss;
      loss.kind = kind;
      std::vector<double> z = {1, HUGE_VAL, std::nan(""), 2}, y = {1, 1, 1, 1}, s = {1, 0, 0, 0.5};
      const double sum = evaluate(loss, 4, 1, y.data(), s.data(), z.data(), nullptr).result();
      EXPECT_NEAR(sum, loss_value(loss, 1, 1) + 0.5 * loss_value(loss, 2, 1), 1e-14);
      EXPECT_EQ(z[1], 0);
      EXPECT_EQ(z[2], 0);
    }
  });
}

}  // namespace
}  // namespace thalweg
