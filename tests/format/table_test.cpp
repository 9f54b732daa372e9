#include "thalweg/format/table.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

Table three() {
  Table table;
  table.source = "customers.csv";
  table.columns.resize(3);
  table.columns[0].name = "tenure";
  table.columns[1].name = "Churn";
  table.columns[2].name = "@1";
  return table;
}

std::string message(std::string_view name) {
  try {
    three().index(name);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Table, FindsColumnsByNameAndByPosition) {
  EXPECT_EQ(three().index("Churn"), 1u);
  EXPECT_EQ(three().index("@2"), 1u);
  EXPECT_EQ(three().index("@-1"), 2u);
  EXPECT_EQ(three().index("@-3"), 0u);
  EXPECT_EQ(three().index("@1"), 2u) << "a name goes before a position";
}

TEST(Table, NamesTheNearestColumn) {
  EXPECT_EQ(
      message("churn"),
      "customers.csv: no column \"churn\" (did you mean \"Churn\"?); there are 3: \"tenure\", "
      "\"Churn\", \"@1\"");
  EXPECT_EQ(message("@4"),
            "customers.csv: no column @4; there are 3, from @1 (also @-3) to @3 (also "
            "@-1)");
  EXPECT_EQ(message("@0").substr(0, 28), "customers.csv: no column @0;");
  EXPECT_EQ(message("@x").substr(0, 29), "customers.csv: no column \"@x\"");
}

}  // namespace
}  // namespace thalweg
