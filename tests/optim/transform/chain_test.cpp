#include "thalweg/optim/transform/chain.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_chain(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Chain, ReadsCallsWithAFirstArgumentThatMayBeUnnamed) {
  const Chain chain =
      parse_chain(" clip_global_norm(2)+adamw( 3e-4 , beta1=0.8)  + ema(decay=0.9)");
  ASSERT_EQ(chain.members.size(), 3u);
  EXPECT_EQ(chain.members[0].settings.real("bound"), 2);
  EXPECT_EQ(chain.members[1].settings.real("beta1"), 0.8);
  EXPECT_EQ(chain.learning_rate, 3e-4);
  EXPECT_EQ(chain.text(),
            "clip_global_norm(bound=2) + adamw(learning_rate=0.0003, beta1=0.8) + ema(decay=0.9)");
  EXPECT_EQ(parse_chain(chain.text()).text(), chain.text());
  EXPECT_EQ(parse_chain("sgd(1e+2)").learning_rate, 100);
  // The rate that was given counts, else the first default.
  EXPECT_EQ(parse_chain("rmsprop + momentum").learning_rate, 0.01);
  EXPECT_EQ(parse_chain("rmsprop + momentum(0.3)").learning_rate, 0.3);
}

TEST(Chain, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("adamm").substr(0, 70),
            "chain: no \"adamm\" (did you mean \"adam\"?); there are the transforms sgd");
  EXPECT_EQ(refusal("adam(beta3=1)"),
            "transform adam: no option \"beta3\" (did you mean \"beta1\"?); it has learning_rate, "
            "beta1, beta2, epsilon");
  EXPECT_EQ(refusal("adam(beta1=2)"),
            "beta1: \"2\" is not allowed; expected number in [0, 0.9999999999]");
  EXPECT_EQ(
      refusal("clip_value(1)"),
      "chain \"clip_value(1)\": nothing says how long a step is; add sgd(0.1), adamw(1e-3) or "
      "another");
  EXPECT_EQ(refusal("sgd + ema + clip_value"),
            "chain: clip_value works before the step and stands after ema; put it before");
  EXPECT_EQ(refusal("lars + weight_decay"),
            "chain: weight_decay works before the step and stands after lars; put it before");
  EXPECT_EQ(refusal("sgd + ema + swa"),
            "chain: ema and swa both report another point than the last; leave one out");
  EXPECT_EQ(refusal("sgd(1) + adam(1)"),
            "chain: sgd and adam both set the learning rate; set it once");
  EXPECT_EQ(refusal("sgd + "), "chain \"sgd + \": a transform was expected, such as adamw(1e-3)");
  EXPECT_EQ(refusal("adam(1"), "\"adam(1\": the parenthesis is not closed");
}

TEST(Chain, GroupsGoByPatternsAndLaterOnesOverride) {
  const Chain chain = parse_chain(
      "adamw + group(*.bias, weight_decay=0) + group(embed*, learning_rate=0.1, weight_decay=2) + "
      "group(embed?.bias, learning_rate=1) + group(head.*, frozen=true)");
  EXPECT_EQ(chain.group_of("block.bias").weight_decay, 0);
  EXPECT_EQ(chain.group_of("block.weight").weight_decay, -1);
  EXPECT_EQ(chain.group_of("embed.weight").learning_rate, 0.1);
  EXPECT_EQ(chain.group_of("embed1.bias").learning_rate, 1);
  EXPECT_EQ(chain.group_of("embed1.bias").weight_decay, 2);
  EXPECT_TRUE(chain.group_of("head.weight").frozen);
  EXPECT_FALSE(chain.group_of("ahead.weight").frozen);
  EXPECT_EQ(parse_chain(chain.text()).text(), chain.text());
  EXPECT_EQ(refusal("sgd + group(x, speed=2)"),
            "group: no option \"speed\"; it has pattern, learning_rate, weight_decay, frozen");
}

TEST(Chain, ASchedule) {
  const Chain chain = parse_chain("sgd(0.5) + cosine(100, warmup=10)");
  EXPECT_EQ(chain.text(), "sgd(learning_rate=0.5) + cosine(steps=100, warmup=10)");
  EXPECT_EQ(refusal("sgd + cosine(9) + step(3)"),
            "chain: step is a second schedule; leave one out");
}

}  // namespace
}  // namespace thalweg
