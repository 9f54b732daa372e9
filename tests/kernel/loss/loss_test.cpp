#include "thalweg/kernel/loss/loss.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/catalog.hpp"
#include "thalweg/kernel/loss/scalar.hpp"

namespace thalweg {
namespace {

TEST(Loss, EveryKindHasARowAndIsMade) {
  for (const LossRow& row : losses()) {
    EXPECT_EQ(&loss_row(row.kind), &row);
    EXPECT_EQ(make_loss(row, Settings(row.name, row.options)).kind, row.kind);
  }
  const LossRow& huber = find(losses(), "loss", "huber");
  EXPECT_EQ(make_loss(huber, settings(huber, "loss", parse_call("huber(delta=2)"))).delta, 2);
  const LossRow& quantile = find(losses(), "loss", "quantile");
  const Loss median = make_loss(
      quantile, settings(quantile, "loss", parse_call("quantile(level=0.9,smoothing=0.25)")));
  EXPECT_EQ(median.level, 0.9);
  EXPECT_EQ(max_curvature(median), 4);
}

// The curvature never exceeds what the row says, and comes close to it somewhere.
TEST(Loss, MaximalCurvatureIsTheSupremum) {
  for (const LossRow& row : losses()) {
    if (row.kind == LossKind::softmax || !row.smooth) continue;
    Loss loss;
    loss.kind = row.kind;
    double top = 0;
    for (double z = -6; z <= 6; z += 1.0 / 64) top = std::max(top, loss_curvature(loss, z, 1));
    EXPECT_LE(top, max_curvature(loss)) << row.name;
    if (std::isfinite(max_curvature(loss))) {
      EXPECT_NEAR(top, max_curvature(loss), 1e-12) << row.name;
    }
  }
}

}  // namespace
}  // namespace thalweg
