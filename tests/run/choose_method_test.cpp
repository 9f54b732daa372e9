#include "thalweg/run/choose_method.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg {
namespace {

struct Made {
  Design design;
  std::vector<double> target;
  LinearObjective objective;

  Made(LossKind kind, Penalty penalty, size_t columns)
      : design(zeros(columns)), target{0, 1}, objective(samples(kind), penalty) {}
  static Design zeros(size_t columns) {
    return DenseMatrix<double>{2, columns, Buffer<double>(2 * columns, 1.0)};
  }
  Samples samples(LossKind kind) const {
    Samples out;
    out.design = &design;
    out.target = target;
    out.loss.kind = kind;
    return out;
  }
};

std::string chosen(LossKind kind, Penalty penalty, size_t columns) {
  Made made(kind, penalty, columns);
  const ChosenMethod method = choose_method(made.objective, "auto");
  EXPECT_FALSE(method.reason.empty());
  EXPECT_EQ(method.row->name, parse_call(method.call).name);
  return method.row->name;
}

TEST(ChooseMethod, ByPenaltySizeAndLoss) {
  EXPECT_EQ(chosen(LossKind::logistic, {}, 10), "newton");
  EXPECT_EQ(chosen(LossKind::logistic, {}, 3000), "lbfgs");
  EXPECT_EQ(chosen(LossKind::logistic, {.l1 = 1}, 10), "coordinate_descent");
  EXPECT_EQ(chosen(LossKind::logistic, {.l1 = 1}, 3000), "coordinate_descent");
  EXPECT_EQ(chosen(LossKind::logistic, {.lower = 0}, 3000), "fista");
  EXPECT_EQ(chosen(LossKind::squared, {.lower = 0}, 10), "coordinate_descent");
  EXPECT_EQ(chosen(LossKind::hinge, {.l2 = 1}, 10), "proximal_point");
}

TEST(ChooseMethod, WhatIsAskedIsTakenOrRefused) {
  Made made(LossKind::logistic, {.l1 = 1}, 3);
  const ChosenMethod asked = choose_method(made.objective, "fista");
  EXPECT_EQ(asked.row->name, "fista");
  EXPECT_TRUE(asked.reason.empty());
  EXPECT_THROW(choose_method(made.objective, "newton"), Error);
  EXPECT_THROW(choose_method(made.objective, "fist"), Error);
  EXPECT_THROW(choose_method(made.objective, "fista(speed=1)"), Error);
  EXPECT_THROW(choose_method(made.objective, "fista("), Error);
  Made smooth(LossKind::logistic, {}, 3);
  EXPECT_EQ(choose_method(smooth.objective, "lbfgs(history_size=7)").call, "lbfgs(history_size=7)");
  EXPECT_EQ(
      choose_method(smooth.objective, "lbfgs(history_size=7)").settings.integer("history_size"), 7);
}

TEST(ChooseMethod, AChainOfTransforms) {
  Made smooth(LossKind::logistic, {}, 3);
  const ChosenMethod method =
      choose_method(smooth.objective, "clip_global_norm(1)+adamw(beta1=0.8)");
  EXPECT_EQ(method.row->name, "first_order");
  EXPECT_EQ(method.call, "clip_global_norm + adamw(beta1=0.8)");
  EXPECT_EQ(choose_method(smooth.objective, method.call).call, method.call);
  EXPECT_EQ(choose_method(smooth.objective, "sgd(0.5)").call, "sgd(learning_rate=0.5)");
  EXPECT_THROW(choose_method(smooth.objective, "sgd(0.5) + bgd"), Error);
  Made kinked(LossKind::logistic, {.l1 = 1}, 3);
  EXPECT_THROW(choose_method(kinked.objective, "sgd(0.5)"), Error);
}

}  // namespace
}  // namespace thalweg
