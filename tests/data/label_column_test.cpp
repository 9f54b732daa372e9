#include "thalweg/data/label_column.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

template <class Values>
std::string refusal(const Values& values) {
  try {
    label_column(values, "t");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(LabelColumn, NumbersAscendAndTextsAreInOrder) {
  const LabelColumn numbers = label_column(std::vector<double>{10, 9, -1, 10, 1e15}, "t");
  EXPECT_EQ(numbers.levels, (std::vector<std::string>{"-1", "9", "10", "1000000000000000"}));
  EXPECT_EQ(numbers.codes, (std::vector<int32_t>{2, 1, 0, 2, 3}));
  const LabelColumn texts = label_column(std::vector<std::string>{"10", "9", "", "10"}, "t");
  EXPECT_EQ(texts.levels, (std::vector<std::string>{"", "10", "9"}));
  EXPECT_EQ(texts.codes, (std::vector<int32_t>{1, 2, 0, 1}));
}

TEST(LabelColumn, RefusesWhatIsNoClass) {
  EXPECT_EQ(refusal(std::vector<double>{1, 0.5}),
            "t: label 0.5 of row 1 is not a whole number; images are told apart by classes");
  for (const double bad : {0.0 / 0.0, 1 / 0.0, 1e16}) EXPECT_NE(refusal(std::vector{bad}), "");
  std::vector<double> many(100'001);
  std::iota(many.begin(), many.end(), 0);
  EXPECT_EQ(refusal(many), "t: more than 100000 different labels; these are no classes");
  many.pop_back();
  EXPECT_EQ(refusal(many), "");
}

TEST(LabelColumn, IndicesAmongTheClassesOfAModel) {
  const LabelColumn labels = label_column(std::vector<std::string>{"dog", "cat", "dog"}, "t");
  const std::vector<std::string> classes = {"dog", "eel", "cat"};
  EXPECT_EQ(class_indices(labels, classes, "t"), (std::vector<int32_t>{0, 2, 0}));
  const std::vector<std::string> others = {"dogs", "cat"};
  try {
    class_indices(labels, others, "t");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "t: label \"dog\" is none of the 2 classes that are trained on (did you mean "
                 "\"dogs\"?)");
  }
}

}  // namespace
}  // namespace thalweg
