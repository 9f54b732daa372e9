#include "thalweg/base/catalog.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/quadratic.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg::testing {
namespace {

std::string refusal(std::string_view method,
                    std::vector<std::pair<std::string, std::string>> arguments) {
  try {
    make_method(method, std::move(arguments));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Methods, RowsAreComplete) {
  std::set<std::string> seen;
  for (const MethodRow& row : methods()) {
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_FALSE(row.guarantee.empty()) << row.name;
    EXPECT_FALSE(row.source.empty()) << row.name;
    EXPECT_EQ(row.help.find('\n'), std::string::npos) << row.name;
    EXPECT_NE(make_method(row.name), nullptr) << row.name;
  }
  EXPECT_EQ(seen.size(), 15u);
}

TEST(Methods, OptionsOutOfRangeAreRefusedInOneLine) {
  for (const std::string& message :
       {refusal("lbfgs", {{"history_size", "0"}}), refusal("fista", {{"step_size", "-1"}}),
        refusal("gradient_descent", {{"search", "exact"}}), refusal("lbfgs", {{"memry", "3"}}),
        refusal("gradient_descent", {{"step_size", "0.1"}})}) {
    EXPECT_NE(message, "");
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  EXPECT_EQ(refusal("gradient_descent", {{"step_size", "0.1"}}),
            "method gradient_descent: step_size is for search=fixed, this is search=armijo");
  EXPECT_EQ(refusal("gradient_descent", {{"search", "fixed"}, {"step_size", "0.1"}}), "");
  EXPECT_NE(refusal("lbfgs", {{"history_sise", "3"}}).find("history_size"), std::string::npos);
}

}  // namespace
}  // namespace thalweg::testing
