#include "thalweg/base/catalog.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

struct Row {
  std::string name, help;
  std::vector<Option> options;
};

const std::vector<Row> rows = {
    {"newton", "second order", {}},
    {"lbfgs", "limited memory", {Option::integer("memory", 10, 1, 100, "pairs kept")}},
};

TEST(Catalog, FindsARowByName) {
  EXPECT_EQ(find<Row>(rows, "method", "lbfgs").help, "limited memory");
  EXPECT_EQ(names<Row>(rows), (std::vector<std::string>{"newton", "lbfgs"}));
}

TEST(Catalog, AnUnknownNameIsAnsweredWithTheNearestAndAll) {
  try {
    find<Row>(rows, "method", "lbgfs");
    FAIL() << "found";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "method: no \"lbgfs\" (did you mean \"lbfgs\"?); there are newton, lbfgs");
  }
}

TEST(Catalog, ACallSetsTheRowsOptions) {
  const Row& row = find<Row>(rows, "method", "lbfgs");
  EXPECT_EQ(settings(row, "method", parse_call("lbfgs(memory=20)")).integer("memory"), 20);
  EXPECT_EQ(settings(row, "method", parse_call("lbfgs")).integer("memory"), 10);
  EXPECT_THROW(settings(row, "method", parse_call("lbfgs(memory=0)")), Error);
}

}  // namespace
}  // namespace thalweg
