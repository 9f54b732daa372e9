#include "thalweg/data/target.hpp"

#include <gtest/gtest.h>

#include "tests/data/tables.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

using testing::contains;
using testing::missing;
using testing::TableMaker;

Table numbers(const std::vector<double>& values) {
  return TableMaker().numbers("y", values).make();
}
Table texts(const std::vector<std::string>& values) {
  return TableMaker().texts("y", values).make();
}

std::string message(const Table& table, TargetKind kind) {
  try {
    learn_target(table, 0, kind, {});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Target, DefaultModel) {
  EXPECT_EQ(default_model(numbers({0, 1, 1, missing}), 0), "logistic");
  EXPECT_EQ(default_model(numbers({0, 1, 2}), 0), "linear");
  EXPECT_EQ(default_model(texts({"a", "b"}), 0), "logistic");
  EXPECT_EQ(default_model(texts({"a", "b", "c"}), 0), "softmax");
}

TEST(Target, LabelsAreSortedAsNumbersOrTexts) {
  EXPECT_EQ(learn_target(numbers({10, 9, 2.5, -1}), 0, TargetKind::classes, {}).labels,
            (std::vector<std::string>{"-1", "2.5", "9", "10"}));
  EXPECT_EQ(learn_target(texts({"Yes", "No", "", "No"}), 0, TargetKind::binary, {}).labels,
            (std::vector<std::string>{"No", "Yes"}));
  EXPECT_EQ(learn_target(numbers({-0.0, 0.0, 1}), 0, TargetKind::binary, {}).labels,
            (std::vector<std::string>{"0", "1"}));
  // Only what the mask marks.
  const std::vector<uint8_t> mask = {1, 1, 0};
  EXPECT_EQ(learn_target(texts({"b", "a", "c"}), 0, TargetKind::binary, mask).labels,
            (std::vector<std::string>{"a", "b"}));
}

TEST(Target, ValuesAreClassesOrNumbers) {
  const TargetRecipe recipe{"y", true, {"-1", "2"}};
  const Table table = numbers({2, -1, 2});
  const std::vector<size_t> rows = {0, 1};
  EXPECT_EQ(target_values(recipe, table, table.columns[0], rows), (std::vector<double>{1, 0}));
  // The same labels from a file where the column is text.
  const Table other = texts({"2.0", "-1", "x"});
  EXPECT_EQ(target_values(recipe, other, other.columns[0], rows), (std::vector<double>{1, 0}));
  const TargetRecipe number{"y", false, {}};
  EXPECT_EQ(target_values(number, table, table.columns[0], rows), (std::vector<double>{2, -1}));
}

TEST(Target, UnknownLabelsFail) {
  const TargetRecipe recipe{"y", true, {"-1", "2"}};
  const Table table = numbers({2, 7});
  const std::vector<size_t> rows = {0, 1};
  EXPECT_THROW(target_values(recipe, table, table.columns[0], rows), Error);
}

TEST(Target, Classes) {
  EXPECT_EQ(target_classes(numbers({5, missing, -2, 5}), 0), (std::vector<int32_t>{1, -1, 0, 1}));
  EXPECT_EQ(target_classes(texts({"b", "", "a"}), 0), (std::vector<int32_t>{1, -1, 0}));
  std::vector<double> many(5000);
  for (size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(i);
  EXPECT_THROW(target_classes(numbers(many), 0), Error);
}

TEST(Target, WhatALossCannotTake) {
  EXPECT_PRED2(contains, message(numbers({1, 1}), TargetKind::binary), "has only one value (1)");
  EXPECT_PRED2(contains, message(numbers({1, 2, 3}), TargetKind::binary),
               "has 3 values (1, 2, 3) but this model separates two; choose --model "
               "softmax");
  EXPECT_PRED2(contains, message(texts({"1", "2", "high"}), TargetKind::real),
               "made.csv row 3, target \"y\": \"high\" is not a number");
  EXPECT_PRED2(contains, message(numbers({1, missing, -3}), TargetKind::count),
               "row 3, target \"y\": -3 is negative");
  EXPECT_PRED2(contains, message(numbers({1, 0}), TargetKind::positive), "0 is not above zero");
  EXPECT_EQ(message(numbers({0, 2.5}), TargetKind::count), "");
}

}  // namespace
}  // namespace thalweg
