#include "thalweg/data/column_type.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/data/tables.hpp"

namespace thalweg {
namespace {

using testing::missing;
using testing::TableMaker;

bool identifier(const std::string& name, const std::vector<double>& values) {
  const Table table = TableMaker().numbers(name, values).make();
  return is_identifier(table.columns[0], table.rows);
}

TextType type(const std::vector<std::string>& values) {
  const Table table = TableMaker().texts("t", values).make();
  return text_type(table.columns[0], table.rows);
}

TEST(ColumnType, CountingColumnsAreIdentifiers) {
  std::vector<double> up;
  for (int i = 0; i < 20; ++i) up.push_back(i + 7);
  EXPECT_TRUE(identifier("x", up));
  EXPECT_FALSE(identifier("x", {1, 2, 3}));  // too few rows to tell
  std::swap(up[3], up[4]);
  EXPECT_FALSE(identifier("x", up));
  EXPECT_TRUE(identifier("x_id", up));
}

TEST(ColumnType, NamesOfIdentifiers) {
  const std::vector<double> distinct = {4, 9, 1};
  for (const char* name :
       {"id", "ID", "customerID", "customerId", "row_id", "account number", "Key"})
    EXPECT_TRUE(identifier(name, distinct)) << name;
  for (const char* name : {"paid", "HUMID", "monkey", "x", "idle"})
    EXPECT_FALSE(identifier(name, distinct)) << name;
  EXPECT_FALSE(identifier("id", {4, 4, 1}));
  EXPECT_FALSE(identifier("id", {4, missing, 1}));
  EXPECT_FALSE(identifier("id", {4, 2.5, 1}));
}

TEST(ColumnType, Texts) {
  EXPECT_EQ(type({"", ""}), TextType::all_missing);
  EXPECT_EQ(type({"a", "a"}), TextType::constant);
  EXPECT_EQ(type({"a", ""}), TextType::categories);
  EXPECT_EQ(type({"a", "b"}), TextType::two_valued);
  EXPECT_EQ(type({"a", "b", "c", "a"}), TextType::categories);
  EXPECT_EQ(type({"a", "b", "c"}), TextType::identifier);
  std::vector<std::string> mostly, essays;
  for (int i = 0; i < 30; ++i) {
    mostly.push_back(fmt::format("t{}", i % 16));
    essays.push_back(fmt::format("{:x>40}", i));
  }
  EXPECT_EQ(type(mostly), TextType::identifier);
  EXPECT_EQ(type(essays), TextType::free_text);
}

}  // namespace
}  // namespace thalweg
