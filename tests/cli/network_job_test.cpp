// A network's road by the program: fit, stop, resume, evaluate, predict, verify.
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;
using testing::Answer;

class NetworkJob : public testing::CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    write("customers.csv", customers(600));
  }
  std::vector<std::string> words(const std::string& run, std::vector<std::string> more = {}) {
    std::vector<std::string> out = {"fit",        "customers.csv",
                                    "--target",   "churn",
                                    "--run",      run,
                                    "--model",    "mlp",
                                    "--hidden",   "8,8",
                                    "--batch",    "16",
                                    "--method",   "clip_global_norm(1) + adamw(0.01)",
                                    "--schedule", "cosine"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
};

TEST_F(NetworkJob, FirstUse) {
  const Answer fitted = thalweg(words("run", {"--epochs", "5"}));
  ASSERT_TRUE(fitted.code == 0 || fitted.code == 3) << fitted.err;
  for (const char* part :
       {"mlp(hidden=8,8)", "cosine(steps=", "network: dense 8; relu", "validation",
        "stopping rules", "thalweg evaluate run customers.csv", "prove no bound"})
    EXPECT_NE(fitted.out.find(part), std::string::npos) << part << " not in\n" << fitted.out;
  for (const char* part : {"epoch 1.00 of 5", "% right", "left"})
    EXPECT_NE(fitted.err.find(part), std::string::npos) << part << " not in\n" << fitted.err;
  const Answer evaluated = thalweg({"evaluate", "run", "customers.csv"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_NE(evaluated.out.find("validation"), std::string::npos) << evaluated.out;
  const Answer predicted = thalweg({"predict", "run", "customers.csv"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(testing::lines(predicted.out), 601u);
  expect_refused(thalweg({"verify", "run", "customers.csv"}), {"network", "thalweg evaluate"});
  expect_refused(thalweg({"resume", "run", "--patience", "x"}), {"patience"});
}

TEST_F(NetworkJob, AStoppedRunGoesOn) {
  ASSERT_NE(thalweg(words("whole", {"--epochs", "40"})).code, 2);
  testing::Call call{words("cut", {"--epochs", "40"}), folder};
  call.signal = SIGINT;
  call.signal_after = "step 200";
  EXPECT_EQ(run(call).code, 3);
  const Answer resumed = thalweg({"resume", "cut"});
  ASSERT_TRUE(resumed.code == 0 || resumed.code == 3) << resumed.err;
  EXPECT_EQ(read("whole/model.safetensors"), read("cut/model.safetensors"));
}

TEST_F(NetworkJob, FindsALearningRate) {
  const Answer found =
      thalweg({"fit", "customers.csv", "--target", "churn", "--model", "mlp", "--hidden", "8,8",
               "--batch", "16", "--group", "*.bias, weight_decay=0", "--find-learning-rate"});
  ASSERT_EQ(found.code, 0) << found.err;
  for (const char* part : {"smoothed", "to use", "a third of that", "--schedule one_cycle"})
    EXPECT_NE(found.out.find(part), std::string::npos) << part << " not in\n" << found.out;
  EXPECT_FALSE(std::filesystem::exists(folder / "runs"));
  // What it prints to type next is a command.
  const std::string next = found.out.substr(found.out.rfind("  thalweg fit ") + 2);
  EXPECT_NE(next.find("--model 'mlp(hidden=8,8)' --group '*.bias, weight_decay=0'"),
            std::string::npos)
      << next;
  expect_refused(thalweg(words("run", {"--find-learning-rate"})), {"leave --run out"});
  expect_refused(thalweg({"fit", "customers.csv", "--target", "churn", "--find-learning-rate"}),
                 {"--model mlp"});
  const Answer answer = thalweg({"fit", "customers.csv", "--target", "churn", "--model", "mlp",
                                 "--hidden", "8,8", "--find-learning-rate", "--json"});
  EXPECT_EQ(json::parse(answer.out)["losses"].size(),
            json::parse(answer.out)["learning_rates"].size());
}

TEST_F(NetworkJob, WhatDoesNotSuitIsOneLine) {
  expect_refused(thalweg({"fit", "customers.csv", "--target", "churn", "--hidden", "8"}),
                 {"hidden", "mlp"});
  expect_refused(thalweg(words("run", {"--loss", "hing"})), {"hinge"});
  expect_refused(thalweg({"fit", "customers.csv", "--target", "churn", "--model", "cnn"}),
                 {"images"});
}

}  // namespace
}  // namespace thalweg
