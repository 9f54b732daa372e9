// Edits of detectors as options of fit, which parse to what was meant.
#include "thalweg/run/remedy.hpp"

#include <gtest/gtest.h>

#include "thalweg/optim/transform/chain.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg {
namespace {

using Edits = std::vector<std::pair<std::string, std::string>>;

Edits settled(const Edits& edits, const std::string& model, const Edits& given = {}) {
  Settings fit("fit", fit_options());
  for (const auto& [name, value] : given) fit.set(name, value);
  Finding finding;
  finding.edits = edits;
  settle_edits(finding, fit, model);
  for (const auto& [name, value] : finding.edits) fit.set(name, value);  // all are taken
  return finding.edits;
}

TEST(Remedy, OptionsOfTheNetworkBecomeAModel) {
  EXPECT_EQ(settled({{"activation", "relu"}, {"dropout", "0"}}, "mlp(hidden=8x3, activation=tanh)"),
            (Edits{{"model", "mlp(hidden=8x3, dropout=0)"}}));
  // What is so already, and what this network has not.
  EXPECT_EQ(settled({{"initializer", "auto"}, {"activation", "relu"}}, "mlp"), Edits{});
  EXPECT_EQ(settled({{"activation", "tanh"}}, "cnn(layers=conv 8 3x3; relu)"), Edits{});
}

TEST(Remedy, OptionsOfFitStay) {
  EXPECT_EQ(settled({{"no_scale", "false"}, {"epochs", "3"}}, "mlp", {{"no_scale", "true"}}),
            (Edits{{"no_scale", "false"}, {"epochs", "3"}}));
  EXPECT_EQ(settled({{"no_scale", "false"}}, "mlp"), Edits{});
}

TEST(Remedy, ALearningRateIsPutIntoTheChain) {
  const Edits chosen = settled({{"learning_rate", "0.0003"}}, "mlp");
  ASSERT_EQ(chosen.size(), 2u);
  EXPECT_EQ(parse_chain(chosen[0].second).learning_rate, 0.0003);
  EXPECT_EQ(chosen[1], std::pair(std::string("schedule"), std::string("one_cycle")));
  const Edits given = settled({{"learning_rate", "0.01"}}, "mlp",
                              {{"method", "clip_global_norm(1) + sgd(10) + cosine(50)"}});
  ASSERT_EQ(given.size(), 1u);
  const Chain chain = parse_chain(given[0].second);
  EXPECT_EQ(chain.learning_rate, 0.01);
  EXPECT_EQ(chain.members.size(), 2u);
  EXPECT_EQ(chain.schedule.row().name, "cosine");
  EXPECT_EQ(settled({{"clip_global_norm", "0.5"}}, "mlp", {{"method", "sgd(0.1)"}}),
            (Edits{{"method", "clip_global_norm(0.5) + sgd(0.1)"}}));
}

}  // namespace
}  // namespace thalweg
