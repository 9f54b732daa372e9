// What every form of the lasso must do, for their tests.
#pragma once

#include <gtest/gtest.h>

#include "tests/support/lasso_reference.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/lasso/lasso.hpp"

namespace thalweg::testing {

// Samples with the sum of their weights, as an objective passes them on.
struct LassoCase {
  explicit LassoCase(Problem made) : problem(std::move(made)), objective(problem.samples(), {}) {}
  LassoCase(const std::string& name) : LassoCase(lasso_problem(name, LossKind::squared)) {}
  const Samples& samples() const { return objective.linear_predictor()->samples; }

  Problem problem;
  LinearObjective objective;
};

// P at x by the sweeps of the objective.
inline double value_at(const LassoCase& on, const Penalty& penalty, std::span<const double> x) {
  LinearObjective objective(on.problem.samples(), penalty);
  Objective& whole = objective;
  const double composite = whole.composite() == nullptr ? 0 : whole.composite()->value(x);
  return whole.value(x) + composite;
}

// scikit-learn's minima to 1e-8 of them, and gaps that hold: 1e-11 is asked, a value is never below the
// minimum by more than rounding, nor above it by more than its gap.
template <class Form>
void expect_scikit_learn(const std::string& name) {
  const LassoCase on(name);
  const nlohmann::json reference = lasso_reference(name);
  for (const char* kind : {"lasso", "net", "positive"}) {
    Form lasso(on.samples());
    for (const auto& point : reference.at(kind).at("points")) {
      Penalty penalty{.l1 = point.at("l1"), .l2 = point.at("l2")};
      if (reference.at(kind).at("positive")) penalty.lower = 0;
      const LassoPoint found = lasso.solve(penalty, 1e-11);
      const double expected = point.at("value");
      EXPECT_NEAR(found.value, expected, 1e-8 * expected) << name << " " << kind;
      EXPECT_LE(found.gap, 1e-11) << name << " " << kind;
      EXPECT_GE(found.value, expected - found.gap - 1e-12) << name << " " << kind;
      EXPECT_NEAR(value_at(on, penalty, found.x), found.value, 1e-13) << name << " " << kind;
      const auto nonzeros =
          std::count_if(found.x.begin(), found.x.end() - 1, [](double w) { return w != 0; });
      EXPECT_EQ(nonzeros, point.at("nonzeros").get<long>()) << name << " " << kind;
    }
  }
}

// Rows of weight 2 are rows that are there twice; of weight 0, rows that are not there.
template <class Form>
void expect_weights_repeat_rows() {
  Problem twice = lasso_problem("tall", LossKind::squared), weighted = twice;
  auto& cells = std::get<DenseMatrix<double>>(twice.design);
  const size_t n = cells.rows, p = cells.columns;
  DenseMatrix<double> longer{n, p, Buffer<double>(n * p)};
  std::vector<double> target;
  weighted.weight.assign(n, 0.0);
  size_t row = 0;
  for (size_t i = 0; row < n; ++i)
    for (int times = 0; times < 2; ++times, ++row) {
      std::copy_n(cells.data.data() + i * p, p, longer.data.data() + row * p);
      target.push_back(twice.target[i]);
      weighted.weight[i] += 1;
    }
  twice.design = std::move(longer);
  twice.target = target;
  const LassoCase one(std::move(twice)), other(std::move(weighted));
  Form first(one.samples()), second(other.samples());
  const Penalty penalty{.l1 = 0.05, .l2 = 0.01};
  const LassoPoint a = first.solve(penalty, 1e-14), b = second.solve(penalty, 1e-14);
  EXPECT_NEAR(a.value, b.value, 1e-13);
  for (size_t j = 0; j < a.x.size(); ++j) EXPECT_NEAR(a.x[j], b.x[j], 1e-6) << j;
}

}  // namespace thalweg::testing
