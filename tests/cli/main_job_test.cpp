// The main job through the program: fit, verify, predict, evaluate, resume, demo; exit codes 0
// and 3.
#include <signal.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg::testing {
namespace {

using nlohmann::json;

class MainJob : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    write("customers.csv", customers());
  }
  Answer fit(std::vector<std::string> more) {
    std::vector<std::string> words = {"fit", "customers.csv", "--target", "churn"};
    words.insert(words.end(), more.begin(), more.end());
    return thalweg(words);
  }
};

// What README and the guide tell people to type first, in an empty folder.
TEST_F(MainJob, FirstUse) {
  const Answer fitted = fit({"--l2", "1e-3", "--validation", "0.2"});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  for (const char* part :
       {"CERTIFIED", "stopping rules", "gap", "satisfied", "most influential columns", "charge",
        "plan", "validation", "roc_auc", "runs/customers-1", "thalweg verify runs/customers-1"})
    EXPECT_NE(fitted.out.find(part), std::string::npos) << part << " not in\n" << fitted.out;
  std::istringstream text(fitted.out);
  for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 100u) << line;
  EXPECT_EQ(fitted.out.find('\x1b'), std::string::npos) << "color although this is no terminal";

  const Answer verified = thalweg({"verify", "runs/customers-1", "customers.csv"});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  EXPECT_TRUE(verified.out.starts_with("ACCEPTED")) << verified.out;

  const Answer evaluated = thalweg({"evaluate", "runs/customers-1", "customers.csv"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_NE(evaluated.out.find("validation"), std::string::npos) << evaluated.out;
  EXPECT_NE(evaluated.out.find("roc_auc"), std::string::npos) << evaluated.out;

  const Answer predicted =
      thalweg({"predict", "runs/customers-1", "customers.csv", "--output", "answers.csv"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(predicted.out, "");
  EXPECT_TRUE(read("answers.csv").starts_with("prediction,p(No),p(Yes)\n"));
  EXPECT_EQ(lines(read("answers.csv")), 201u);

  // The next one has a folder of its own.
  EXPECT_NE(fit({"--l2", "1e-3"}).out.find("runs/customers-2"), std::string::npos);
}

TEST_F(MainJob, JsonAloneIsOnStandardOutput) {
  const Answer fitted = fit({"--l2", "1e-3", "--json", "--run", "run"});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  EXPECT_EQ(json::parse(fitted.out).at("outcome"), "certified");
  EXPECT_EQ(fitted.out, read("run/verdict.json"));
  const json verified = json::parse(thalweg({"verify", "run", "customers.csv", "--json"}).out);
  EXPECT_EQ(verified.at("accepted"), true);
  EXPECT_TRUE(json::parse(thalweg({"evaluate", "run", "customers.csv", "--json"}).out).is_object());
  const json predicted = json::parse(thalweg({"predict", "run", "customers.csv", "--json"}).out);
  EXPECT_EQ(predicted.at("columns"), json({"prediction", "p(No)", "p(Yes)"}));
  ASSERT_EQ(predicted.at("rows").size(), 200u);
  EXPECT_NEAR(predicted["rows"][0][1].get<double>() + predicted["rows"][0][2].get<double>(), 1,
              1e-15);
}

TEST_F(MainJob, QuietPrintsNothing) {
  const Answer fitted = fit({"--l2", "1e-3", "--quiet", "--run", "run"});
  EXPECT_EQ(fitted.code, 0);
  EXPECT_EQ(fitted.out + fitted.err, "");
  EXPECT_EQ(thalweg({"verify", "run", "customers.csv", "--quiet"}).out, "");
}

TEST_F(MainJob, FlagsOfMethodsMakeTheirCall) {
  ASSERT_EQ(
      fit({"--l2", "1e-3", "--method", "lbfgs", "--history-size", "4", "--run", "a", "--quiet"})
          .code,
      0);
  ASSERT_EQ(
      fit({"--l2", "1e-3", "--method", "lbfgs(history_size=4)", "--run", "b", "--quiet"}).code, 0);
  EXPECT_EQ(json::parse(read("a/verdict.json")).at("method"), "lbfgs(history_size=4)");
  EXPECT_EQ(json::parse(read("b/verdict.json")).at("method"), "lbfgs(history_size=4)");
  const Answer two = fit({"--model", "huber(delta=2)", "--target", "charge"});
  expect_refused(two, {"--target", "2 times"});
}

TEST_F(MainJob, FlagsOfModelsMakeTheirCall) {
  const Answer answer = thalweg({"fit", "customers.csv", "--target", "charge", "--model", "huber",
                                 "--delta", "3", "--l2", "1e-2", "--run", "run"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(read("run/model.safetensors").find("\\\"delta\\\":3"), std::string::npos);
}

TEST_F(MainJob, ColumnsByPosition) {
  const Answer answer = thalweg({"fit", "customers.csv", "--target", "@-1", "--drop", "@2", "--l2",
                                 "1e-3", "--run", "run", "--drop", "charge"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(thalweg({"predict", "run", "customers.csv"}).code, 0);
}

TEST_F(MainJob, BudgetThatEndsTooEarlyExits3AndResumes) {
  const Answer whole =
      fit({"--l2", "1e-3", "--method", "gradient_descent", "--run", "whole", "--quiet"});
  ASSERT_EQ(whole.code, 0) << whole.err;
  const Answer early = fit(
      {"--l2", "1e-3", "--method", "gradient_descent", "--steps", "5", "--run", "run", "--quiet"});
  EXPECT_EQ(early.code, 3);
  const Answer resumed = thalweg({"resume", "run", "--steps", "10000"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_NE(resumed.out.find("CERTIFIED"), std::string::npos) << resumed.out;
  EXPECT_EQ(read("run/model.safetensors"), read("whole/model.safetensors"));
}

TEST_F(MainJob, NoMinimizerExits3WithADirection) {
  write("apart.csv", "x,y\n1,No\n2,No\n3,No\n4,Yes\n5,Yes\n6,Yes\n");
  const Answer answer = thalweg({"fit", "apart.csv", "--target", "y", "--run", "run"});
  EXPECT_EQ(answer.code, 3) << answer.err;
  EXPECT_NE(answer.out.find("NO MINIMIZER"), std::string::npos) << answer.out;
  EXPECT_EQ(thalweg({"verify", "run", "apart.csv"}).code, 0);
}

TEST_F(MainJob, TargetThatIsMetExits0) {
  const Answer answer = fit(
      {"--method", "gradient_descent", "--steps", "100", "--target-value", "0.69", "--l2", "1e-3"});
  if (answer.code == 2) GTEST_SKIP() << answer.err;
  EXPECT_EQ(answer.code, 0);
}

TEST_F(MainJob, AlteredDataAreRejectedWith3) {
  ASSERT_EQ(fit({"--l2", "1e-3", "--run", "run", "--quiet"}).code, 0);
  write("customers.csv", customers() + "30,basic,5,Yes\n");
  const Answer answer = thalweg({"verify", "run", "customers.csv"});
  EXPECT_EQ(answer.code, 3) << answer.err;
  EXPECT_TRUE(answer.out.starts_with("REJECTED")) << answer.out;
}

TEST_F(MainJob, ProgressIsPlainLinesAtGeometricSteps) {
  const Answer answer = fit({"--l2", "1e-6", "--method", "gradient_descent", "--steps", "60"});
  std::vector<int> steps;
  std::istringstream text(answer.err);
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("step ")) {
      steps.push_back(std::atoi(line.c_str() + 5));
      EXPECT_NE(line.find("value "), std::string::npos);
      EXPECT_NE(line.find("gradient "), std::string::npos);
    }
  ASSERT_GE(steps.size(), 5u) << answer.err;
  for (size_t i = 1; i + 1 < steps.size(); ++i) {
    int step = steps[i];
    while (step % 10 == 0 && step > 0) step /= 10;
    EXPECT_TRUE(step == 1 || step == 2 || step == 3 || step == 5) << steps[i];
  }
  EXPECT_EQ(answer.err.find('\r'), std::string::npos);
}

TEST_F(MainJob, ProgressOnATerminalIsOneLineThatFitsAndGoes) {
  for (const int columns : {80, 40}) {
    const Answer answer = run(
        {.words = {"fit", "customers.csv", "--target", "churn", "--l2", "1e-6", "--method",
                   "gradient_descent", "--steps", "300", "--overwrite", "--run", "run", "--json"},
         .folder = folder,
         .environment = {"TERM=xterm", "NO_COLOR=1"},
         .columns = columns});
    EXPECT_NE(answer.err.find("\rstep "), std::string::npos) << answer.err;
    EXPECT_TRUE(answer.err.ends_with("\r\x1b[K")) << answer.err;
    size_t begin = 0;
    for (size_t at = answer.err.find("\rstep "); at != std::string::npos;
         at = answer.err.find("\rstep ", begin)) {
      begin = answer.err.find("\x1b[K", at);
      EXPECT_LT(begin - at - 1, static_cast<size_t>(columns));
    }
    EXPECT_EQ(answer.err.find("\x1b[2m"), std::string::npos) << "color in spite of NO_COLOR";
  }
}

TEST_F(MainJob, SignalFinishesTheStepAndExits3) {
  write("many.csv", customers(20000));
  for (const int number : {SIGINT, SIGTERM}) {
    const Answer answer = run({.words = {"fit", "many.csv", "--target", "churn", "--method",
                                         "gradient_descent", "--search", "fixed", "--step-size",
                                         "1e-9", "--steps", "1e9", "--run", "run", "--overwrite"},
                               .folder = folder,
                               .signal = number});
    EXPECT_EQ(answer.code, 3) << answer.err;
    EXPECT_EQ(json::parse(read("run/verdict.json")).at("stop"), "signal");
    EXPECT_TRUE(std::filesystem::exists(folder / "run/checkpoint.safetensors"));
  }
}

// As the system tells of a mapped file that has become shorter.
TEST_F(MainJob, AShortenedFileIsOneLine) {
  write("many.csv", customers(20000));
  const Answer answer =
      run({.words = {"fit", "many.csv", "--target", "churn", "--method", "gradient_descent",
                     "--search", "fixed", "--step-size", "1e-9", "--steps", "1e9", "--run", "run"},
           .folder = folder,
           .signal = SIGBUS});
  EXPECT_EQ(answer.code, 2);
  EXPECT_TRUE(answer.err.ends_with(
      "\nthalweg: a file was shortened while it was read; run again when it is whole\n"))
      << answer.err;
}

TEST_F(MainJob, DemoFindsTheTruthAndIsVerified) {
  const Answer demo = thalweg({"demo"});
  ASSERT_EQ(demo.code, 0) << demo.err;
  for (const char* part : {"CERTIFIED", "ACCEPTED", "true coefficient", "demo-run/run", "tenure"})
    EXPECT_NE(demo.out.find(part), std::string::npos) << part << " not in\n" << demo.out;
  EXPECT_TRUE(std::filesystem::exists(folder / "demo-run/customers.csv"));
  const Answer again = thalweg({"demo", "--json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(json::parse(again.out).at("outcome"), "certified");
}

TEST_F(MainJob, DemoLeavesFoldersOfOthersAlone) {
  std::filesystem::create_directory(folder / "photos");
  write("photos/cat.png", "meow");
  expect_refused(thalweg({"demo", "--run", "photos"}), {"photos", "cat.png", "--run"});
}

}  // namespace
}  // namespace thalweg::testing
