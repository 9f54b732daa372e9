// --categorical: columns of categories that look like numbers, from fit to predict and verify.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace thalweg::testing {
namespace {

using nlohmann::json;

// A postal code: numbers with leading zeros, and in one row a text. `size` matters too.
std::string houses(size_t rows = 200) {
  static const char* const codes[] = {"01200", "1200", "04500", "00042"};
  std::string text = "zip,size,price\n";
  for (size_t i = 0; i < rows; ++i) {
    const double size = 50 + static_cast<double>((i * 37) % 101);
    const double price = size + 40 * static_cast<double>(i % 4) + static_cast<double>(i * i % 7);
    text += fmt::format("{},{},{}\n", i == 60 ? "K1A" : codes[i % 4], size, price);
  }
  return text;
}

class Categorical : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    write("houses.csv", houses());
  }
  Answer fit(std::vector<std::string> more) {
    std::vector<std::string> words = {"fit", "houses.csv", "--run", "run"};
    words.insert(words.end(), more.begin(), more.end());
    return thalweg(words);
  }
};

TEST_F(Categorical, WhatWouldBeABadNumberSaysHow) {
  expect_refused(fit({"--target", "price"}), {"\"K1A\"", "line 62", "--categorical zip"});
}

TEST_F(Categorical, IsPartOfTheRecipeForPredictEvaluateAndVerify) {
  for (const char* name : {"zip", "@1", "@-3"}) {
    const Answer fitted = fit({"--target", "price", "--categorical", name, "--overwrite"});
    ASSERT_EQ(fitted.code, 0) << fitted.err;
    EXPECT_NE(fitted.out.find("zip=1200"), std::string::npos) << fitted.out;
    EXPECT_EQ(json::parse(read("run/run.json")).at("read").at("categorical"), json({"zip"}));
    EXPECT_EQ(thalweg({"verify", "run", "houses.csv"}).code, 0);
    EXPECT_EQ(thalweg({"evaluate", "run", "houses.csv"}).code, 0);
  }
  // 01200 is not 1200, in columns of another order and among numbers alone.
  write("new.csv", "size,zip\n100,01200\n100,1200\n100,9\n");
  const Answer predicted = thalweg({"predict", "run", "new.csv", "--json"});
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  const json rows = json::parse(predicted.out).at("rows");
  EXPECT_NEAR(rows[1][0].get<double>() - rows[0][0].get<double>(), 40, 2);
}

TEST_F(Categorical, ATargetOfNumbersIsAnswered) {
  std::string text = "x,class\n";
  for (int i = 0; i < 90; ++i) text += fmt::format("{},{}\n", (i * 7) % 30, 1 + (i * 7) % 30 / 10);
  write("classes.csv", text);
  const Answer fitted = thalweg({"fit", "classes.csv", "--target", "class", "--categorical",
                                 "class", "--l2", "1e-2", "--run", "run"});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  EXPECT_NE(read("run/run.json").find("softmax"), std::string::npos);
  EXPECT_EQ(thalweg({"verify", "run", "classes.csv"}).code, 0);
  write("new.csv", "x\n3\n");
  EXPECT_TRUE(
      thalweg({"predict", "run", "new.csv"}).out.starts_with("prediction,p(1),p(2),p(3)\n"));
}

TEST_F(Categorical, AMisspelledColumnIsSuggested) {
  expect_refused(fit({"--target", "price", "--categorical", "zpi"}), {"\"zpi\"", "\"zip\""});
  expect_refused(fit({"--target", "price", "--categorical", "@7"}), {"@7"});
}

TEST_F(Categorical, AndDroppedIsRefused) {
  expect_refused(fit({"--target", "price", "--categorical", "zip", "--drop", "@1"}),
                 {"\"zip\"", "dropped and categorical"});
}

// What was dropped at fit is not read at predict either, wherever it stands.
TEST_F(Categorical, PredictPassesOverWhatFitDropped) {
  ASSERT_EQ(fit({"--target", "price", "--drop", "@1", "--quiet"}).code, 0);
  const Answer same = thalweg({"predict", "run", "houses.csv"});
  EXPECT_EQ(same.code, 0) << same.err;
  write("new.csv", "size\n100\n");
  EXPECT_EQ(thalweg({"predict", "run", "new.csv"}).code, 0);
}

}  // namespace
}  // namespace thalweg::testing
