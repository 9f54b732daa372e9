#include "thalweg/model/model.hpp"

#include <gtest/gtest.h>

#include <set>

#include "thalweg/base/catalog.hpp"

namespace thalweg {
namespace {

TEST(Models, EachLossHasOneModelWithItsOptions) {
  std::set<std::string> seen;
  std::set<LossKind> kinds;
  for (const ModelRow& row : models()) {
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
    EXPECT_TRUE(kinds.insert(row.loss).second) << row.name;
    EXPECT_FALSE(row.help.empty());
    EXPECT_EQ(names(std::span<const Option>(row.options)),
              names(std::span<const Option>(loss_row(row.loss).options)));
  }
  EXPECT_EQ(kinds.size(), losses().size());
}

TEST(Models, LinksSuitTheTargets) {
  for (const ModelRow& row : models()) {
    const TargetKind target = loss_row(row.loss).target;
    const bool labels = target == TargetKind::binary || target == TargetKind::classes;
    const bool link_of_labels = row.link == Link::probability || row.link == Link::probabilities ||
                                row.link == Link::margin;
    EXPECT_EQ(labels, link_of_labels) << row.name;
    EXPECT_EQ(row.link == Link::exponential,
              target == TargetKind::count || target == TargetKind::positive)
        << row.name;
  }
}

TEST(Models, OptionsAreReadFromACall) {
  const ModelRow& huber = find(models(), "model", "huber");
  const Settings given = settings(huber, "model", parse_call("huber(delta=2.5)"));
  EXPECT_EQ(make_loss(loss_row(huber.loss), given).delta, 2.5);
  EXPECT_EQ(given.call("huber"), "huber(delta=2.5)");
  const ModelRow& quantile = find(models(), "model", "quantile");
  const Loss loss = make_loss(loss_row(quantile.loss),
                              settings(quantile, "model", parse_call("quantile(level=0.9)")));
  EXPECT_EQ(loss.level, 0.9);
  EXPECT_THROW(settings(huber, "model", parse_call("huber(width=1)")), Error);
  EXPECT_THROW(settings(huber, "model", parse_call("huber(delta=-1)")), Error);
  EXPECT_THROW(find(models(), "model", "hubert"), Error);
}

}  // namespace
}  // namespace thalweg
