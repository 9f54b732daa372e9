#include "thalweg/base/option.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

const std::vector<Option> declared = {
    Option::integer("memory", 10, 1, 100, "pairs kept"),
    Option::real("tolerance", 1e-9, 0, 1, "relative gap"),
    Option::flag("restart", "start again when it rises"),
    Option::choice("rule", "wolfe", {"wolfe", "armijo"}, "when a step is accepted"),
    Option::text("note", "", "kept in the run"),
};

std::string refusal(std::string_view name, std::string_view text) {
  Settings settings("method lbfgs", declared);
  try {
    settings.set(name, text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Option, DefaultsHoldUntilSet) {
  Settings settings("method lbfgs", declared);
  EXPECT_EQ(settings.integer("memory"), 10);
  EXPECT_EQ(settings.real("tolerance"), 1e-9);
  EXPECT_FALSE(settings.flag("restart"));
  EXPECT_EQ(settings.text("rule"), "wolfe");
  EXPECT_FALSE(settings.given("memory"));
  settings.set("memory", "10");
  EXPECT_TRUE(settings.given("memory"));
  EXPECT_TRUE(settings.has("note"));
  EXPECT_FALSE(settings.has("notes"));
}

TEST(Option, NumbersAreReadAsPeopleWriteThem) {
  Settings settings("method lbfgs", declared);
  settings.set("memory", "1e2");
  EXPECT_EQ(settings.integer("memory"), 100);
  settings.set("tolerance", ".5");
  EXPECT_EQ(settings.real("tolerance"), 0.5);
  settings.set("restart", "yes");
  EXPECT_TRUE(settings.flag("restart"));
}

TEST(Option, WhatIsOutOfRangeIsRefusedByName) {
  EXPECT_EQ(refusal("memory", "0"), "memory: \"0\" is not allowed; expected integer in [1, 100]");
  EXPECT_NE(refusal("memory", "1.5"), "");
  EXPECT_NE(refusal("memory", "99999999999999999999"), "");
  EXPECT_NE(refusal("tolerance", "nan"), "");
  EXPECT_NE(refusal("tolerance", "inf"), "");
  EXPECT_NE(refusal("tolerance", ""), "");
  EXPECT_NE(refusal("restart", "maybe"), "");
  EXPECT_NE(refusal("rule", "armjio").find("did you mean \"armijo\"?"), std::string::npos);
  EXPECT_LT(refusal("rule", std::string(10000000, 'x')).size(), 300u);
}

TEST(Option, AnUnknownNameIsAnsweredWithTheNearest) {
  EXPECT_EQ(refusal("memroy", "3"),
            "method lbfgs: no option \"memroy\" (did you mean \"memory\"?); it has memory, "
            "tolerance, restart, rule, note");
}

TEST(Option, AskingForWhatIsNotDeclaredIsAFault) {
  const Settings settings("method lbfgs", declared);
  EXPECT_THROW(settings.real("momentum"), std::logic_error);
  EXPECT_THROW(settings.real("memory"), std::bad_variant_access);
}

TEST(Option, ACallReadsBackWhatSettingsPrint) {
  Settings settings("method lbfgs", declared);
  EXPECT_EQ(settings.call("lbfgs"), "lbfgs");
  settings.set("memory", "20");
  settings.set("tolerance", "0.001");
  const Call call = parse_call(settings.call("lbfgs"));
  EXPECT_EQ(call.name, "lbfgs");
  Settings again("method lbfgs", declared);
  for (const auto& [name, text] : call.arguments) again.set(name, text);
  EXPECT_EQ(again.call("lbfgs"), "lbfgs(memory=20, tolerance=0.001)");
}

TEST(Option, ACallOfAnotherFormIsRefused) {
  EXPECT_EQ(parse_call(" newton ( ) ").name, "newton");
  for (const char* text : {"", "(a=1)", "lbfgs(memory=20", "lbfgs(20)"})
    EXPECT_THROW(parse_call(text), Error) << text;
}

}  // namespace
}  // namespace thalweg
