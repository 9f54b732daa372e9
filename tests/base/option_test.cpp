#include "thalweg/base/option.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

const std::vector<Option> options = {
    Option::real("delta", 1, 0, 10, "width"), Option::integer("memory", 20, 1, 1000, "pairs kept"),
    Option::flag("nesterov", "look ahead"),
    Option::choice("order", "seeded", {"seeded", "cyclic"}, "order"),
    Option::text("path", "", "file")};

std::string refusal(const Option& option, std::string_view text) {
  try {
    option.parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Option, ParsesItsKindAndNothingElse) {
  EXPECT_EQ(std::get<double>(options[0].parse("1e-3")), 1e-3);
  EXPECT_EQ(std::get<long long>(options[1].parse("1e2")), 100);
  EXPECT_TRUE(std::get<bool>(options[2].parse("yes")));
  EXPECT_EQ(std::get<std::string>(options[3].parse("cyclic")), "cyclic");
  for (const char* text : {"", "nan", "-1", "10.1", "1x", "inf"})
    EXPECT_NE(refusal(options[0], text), "") << text;
  for (const char* text : {"0", "2.5", "1001", "1e30", "x"})
    EXPECT_NE(refusal(options[1], text), "") << text;
  EXPECT_NE(refusal(options[2], "maybe"), "");
}

TEST(Option, RefusalsNameOptionTextRangeAndTheNearestChoice) {
  const std::string number = refusal(options[0], "11");
  EXPECT_NE(number.find("delta"), std::string::npos);
  EXPECT_NE(number.find("\"11\""), std::string::npos);
  EXPECT_NE(number.find("[0, 10]"), std::string::npos);
  EXPECT_NE(refusal(options[3], "cylic").find("did you mean \"cyclic\"?"), std::string::npos);
}

TEST(Settings, HoldDefaultsThenWhatIsSet) {
  Settings settings("method test", options);
  EXPECT_EQ(settings.real("delta"), 1);
  EXPECT_FALSE(settings.given("delta"));
  settings.set("delta", "2");
  EXPECT_EQ(settings.real("delta"), 2);
  EXPECT_TRUE(settings.given("delta"));
  EXPECT_EQ(settings.call("test"), "test(delta=2)");
  EXPECT_THROW(settings.set("detla", "1"), Error);
  EXPECT_THROW(settings.real("unknown"), std::logic_error);
}

TEST(Call, IsTakenApart) {
  const Call call = parse_call(" lbfgs( memory = 20 ,tolerance=1e-3 ) ");
  EXPECT_EQ(call.name, "lbfgs");
  ASSERT_EQ(call.arguments.size(), 2u);
  EXPECT_EQ(call.arguments[0], (std::pair<std::string, std::string>("memory", "20")));
  EXPECT_EQ(call.arguments[1], (std::pair<std::string, std::string>("tolerance", "1e-3")));
  EXPECT_EQ(parse_call("newton").arguments.size(), 0u);
  EXPECT_EQ(parse_call("newton()").arguments.size(), 0u);
  for (const char* text : {"", "(a=1)", "f(a=1", "f(a)"})
    EXPECT_THROW(parse_call(text), Error) << text;
}

}  // namespace
}  // namespace thalweg
