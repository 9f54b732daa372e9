#include "thalweg/base/catalog.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

struct Row {
  std::string name, help;
  std::vector<Option> options;
};
const std::vector<Row> rows = {
    {"lbfgs", "quasi-Newton", {Option::integer("memory", 20, 1, 99, "")}},
    {"newton", "Cholesky", {}}};

TEST(Catalog, FindsByNameOrSuggests) {
  const std::span<const Row> all(rows);
  EXPECT_EQ(find(all, "method", "newton").help, "Cholesky");
  try {
    find(all, "method", "lbgfs");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "method: no \"lbgfs\" (did you mean \"lbfgs\"?); there are lbfgs, newton");
  }
}

TEST(Catalog, SettingsTakeTheCallsArguments) {
  EXPECT_EQ(settings(rows[0], "method", parse_call("lbfgs(memory=5)")).integer("memory"), 5);
  EXPECT_THROW(settings(rows[1], "method", parse_call("newton(memory=5)")), Error);
}

}  // namespace
}  // namespace thalweg
