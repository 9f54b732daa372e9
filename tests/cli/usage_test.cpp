// Commands, flags, help, suggestions and exit codes of bad usage.
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "thalweg/model/model.hpp"
#include "thalweg/optim/method.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::testing {
namespace {

using Usage = CliTest;

std::string flag(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

// The flags that the help of a command shows.
std::vector<std::string> shown_flags(const std::string& help) {
  std::vector<std::string> flags;
  std::istringstream words(help);
  for (std::string word; words >> word;)
    if (word.starts_with("--") &&
        word.find_first_not_of("-abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos)
      flags.push_back(word);
  return flags;
}

std::vector<std::string> command_names(const std::string& overview) {
  std::vector<std::string> names;
  std::istringstream text(overview);
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("  ") && line.find("  ", 2) != std::string::npos)
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
  return names;
}

TEST_F(Usage, NoCommandIsRefused) { expect_refused(thalweg({}), {"command is missing"}); }

TEST_F(Usage, MisspelledCommandIsSuggested) {
  expect_refused(thalweg({"ift", "data.csv"}), {"no command \"ift\"", "did you mean \"fit\"?"});
}

TEST_F(Usage, MisspelledFlagIsSuggested) {
  expect_refused(thalweg({"fit", "--setps", "100", "data.csv"}), {"--setps", "\"--steps\""});
  expect_refused(thalweg({"fit", "data.csv", "--validaton=0.2"}), {"\"--validation\""});
  expect_refused(thalweg({"verify", "run", "data.csv", "--jsno"}), {"\"--json\""});
}

TEST_F(Usage, MissingPlaceIsNamed) {
  expect_refused(thalweg({"fit"}), {"DATA is missing"});
  expect_refused(thalweg({"predict", "run"}), {"DATA is missing"});
  expect_refused(thalweg({"resume"}), {"RUN is missing"});
}

TEST_F(Usage, EmptyWordIsNamed) {
  expect_refused(thalweg({"fit", "", "--target", "y"}), {"DATA is an empty word"});
  expect_refused(thalweg({"verify", "", "a.csv"}), {"RUN is an empty word"});
  expect_refused(thalweg({"list", ""}), {"CATALOG is an empty word"});
}

TEST_F(Usage, OneWordTooManyIsNamed) {
  expect_refused(thalweg({"fit", "a.csv", "b.csv"}), {"\"b.csv\""});
}

TEST_F(Usage, ValueOutOfRangeNamesTheFlagAndTheRange) {
  expect_refused(thalweg({"fit", "a.csv", "--l2", "-1"}), {"--l2", "\"-1\"", "[0,"});
  expect_refused(thalweg({"fit", "a.csv", "--steps", "many"}), {"--steps", "\"many\""});
  expect_refused(thalweg({"fit", "a.csv", "--search", "armjio"}), {"--search", "\"armijo\""});
  expect_refused(thalweg({"evaluate", "r", "a.csv", "--rows", "trainig"}), {"\"training\""});
}

TEST_F(Usage, FlagWithoutValueIsRefused) {
  expect_refused(thalweg({"fit", "a.csv", "--steps"}), {"fit: --steps needs a value"});
  expect_refused(thalweg({"list", "--seed"}), {"list: --seed needs a value"});
}

TEST_F(Usage, FlagGivenTwiceIsRefused) {
  expect_refused(thalweg({"fit", "a.csv", "--l2", "1", "--l2", "2"}), {"--l2", "2 times"});
}

TEST_F(Usage, OptionOfAnotherMethodSaysWhoHasIt) {
  write("a.csv", customers());
  expect_refused(thalweg({"fit", "a.csv", "--method", "newton", "--history-size", "5"}),
                 {"--history-size", "newton", "lbfgs"});
  expect_refused(thalweg({"fit", "a.csv", "--delta", "5"}), {"--delta", "huber"});
}

TEST_F(Usage, UnknownMethodOrModelIsSuggested) {
  write("a.csv", customers());
  expect_refused(thalweg({"fit", "a.csv", "--target", "churn", "--method", "newtno"}),
                 {"\"newton\""});
  expect_refused(thalweg({"fit", "a.csv", "--target", "churn", "--model", "logistc"}),
                 {"\"logistic\""});
  EXPECT_FALSE(std::filesystem::exists(folder / "runs"));
}

TEST_F(Usage, NamesOfCommandsCanBeNamesOfFiles) {
  expect_refused(thalweg({"fit", "verify"}), {"verify", "No such file"});
  expect_refused(thalweg({"fit", "--", "--steps"}), {"--steps", "No such file"});
}

TEST_F(Usage, EveryCommandHasHelp) {
  const Answer overview = thalweg({"help"});
  EXPECT_EQ(overview.code, 0);
  EXPECT_EQ(overview.out, thalweg({"--help"}).out);
  const std::vector<std::string> names = command_names(overview.out);
  ASSERT_EQ(names.size(), 11u) << overview.out;
  for (const std::string& name : names) {
    const Answer help = thalweg({name, "--help"});
    EXPECT_EQ(help.code, 0) << name;
    EXPECT_TRUE(help.out.starts_with("usage: thalweg " + name)) << help.out;
    EXPECT_EQ(help.out, thalweg({"help", name}).out);
    EXPECT_EQ(help.err, "");
  }
}

TEST_F(Usage, EveryFlagOfFitHasHelp) {
  const std::string help = thalweg({"fit", "--help"}).out;
  std::string joined;  // the help's words, so that wrapping does not matter
  std::istringstream words(help);
  for (std::string word; words >> word;) joined += word + " ";
  const auto expect_shown = [&](const Option& option) {
    EXPECT_NE(joined.find(flag(option.name) + " "), std::string::npos) << option.name;
    EXPECT_NE(joined.find(option.help), std::string::npos) << option.name << ": " << option.help;
  };
  for (const Option& option : fit_options()) expect_shown(option);
  for (const MethodRow& row : methods())
    for (const Option& option : row.options)
      EXPECT_NE(joined.find(flag(option.name) + " "), std::string::npos) << option.name;
  for (const ModelRow& row : models())
    for (const Option& option : row.options)
      EXPECT_NE(joined.find(flag(option.name) + " "), std::string::npos) << option.name;
  for (const char* heading :
       {"\ndata\n", "\nobjective\n", "\nmethod\n", "\nstopping\n", "\ngeneral\n"})
    EXPECT_NE(help.find(heading), std::string::npos) << heading;
}

// What every command takes that reads data, runs or catalogs.
TEST_F(Usage, EveryCommandTakesTheGeneralFlags) {
  for (const char* name : {"fit", "predict", "evaluate", "verify", "resume", "list", "demo"}) {
    const std::string help = thalweg({name, "--help"}).out;
    for (const char* general : {"--json", "--quiet", "--seed", "--threads", "--help"})
      EXPECT_NE(help.find(std::string(" ") + general + " "), std::string::npos)
          << name << " " << general;
  }
}

TEST_F(Usage, SeedChangesNothingWhereNothingIsRandom) {
  write("a.csv", customers());
  ASSERT_EQ(thalweg({"fit", "a.csv", "--target", "churn", "--l2", "1e-3", "--seed", "3", "--run",
                     "run", "--quiet"})
                .code,
            0);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"predict", "run", "a.csv"},
                                                {"evaluate", "run", "a.csv"},
                                                {"verify", "run", "a.csv"},
                                                {"list", "methods"}}) {
    std::vector<std::string> seeded = words;
    seeded.insert(seeded.end(), {"--seed", "7", "--threads", "1"});
    const Answer answer = thalweg(seeded);
    EXPECT_EQ(answer.code, 0) << answer.err;
    EXPECT_EQ(answer.out, thalweg(words).out);
    seeded[seeded.size() - 3] = "some";
    expect_refused(thalweg(seeded), {"--seed", "\"some\""});
  }
}

TEST_F(Usage, ResumeTakesTheSeedOfItsRunAndRefusesAnother) {
  write("a.csv", customers());
  ASSERT_EQ(
      thalweg({"fit", "a.csv", "--target", "churn", "--l2", "1e-3", "--seed", "3", "--validation",
               "0.2", "--method", "gradient_descent", "--steps", "2", "--run", "run", "--quiet"})
          .code,
      3);
  expect_refused(thalweg({"resume", "run", "--seed", "4"}), {"run", "--seed 3", "not 4"});
  EXPECT_EQ(thalweg({"resume", "run", "--seed", "3", "--steps", "10000", "--quiet"}).code, 0);
}

TEST_F(Usage, HelpFitsEightyColumns) {
  for (const char* name : {"fit", "resume", "predict", "demo"}) {
    std::istringstream text(thalweg({name, "--help"}).out);
    for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST_F(Usage, VersionIsPrinted) {
  const Answer answer = thalweg({"--version"});
  EXPECT_EQ(answer.code, 0);
  EXPECT_TRUE(answer.out.starts_with("thalweg ")) << answer.out;
  EXPECT_EQ(answer.out, thalweg({"version"}).out);
  EXPECT_TRUE(nlohmann::json::parse(thalweg({"version", "--json"}).out).contains("version"));
}

TEST_F(Usage, FullStandardOutputIsRefused) {
  const Answer answer = run({.words = {"list"}, .folder = folder, .out = "/dev/full"});
  expect_refused(answer, {"standard output", "No space left"});
}

TEST_F(Usage, CompletionHasEveryCommandAndFlag) {
  const std::vector<std::string> names = command_names(thalweg({"help"}).out);
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Answer script = thalweg({"completion", shell});
    ASSERT_EQ(script.code, 0);
    for (const std::string& name : names) {
      EXPECT_NE(script.out.find(name), std::string::npos) << shell << " " << name;
      for (const std::string& shown : shown_flags(thalweg({name, "--help"}).out))
        EXPECT_NE(script.out.find(std::string(shell) == "fish" ? "-l " + shown.substr(2) : shown),
                  std::string::npos)
            << shell << " " << name << " " << shown;
    }
    for (const MethodRow& row : methods())
      EXPECT_NE(script.out.find(row.name), std::string::npos) << shell << " " << row.name;
    for (const ModelRow& row : models())
      EXPECT_NE(script.out.find(row.name), std::string::npos) << shell << " " << row.name;
  }
  expect_refused(thalweg({"completion", "bsah"}), {"\"bash\""});
}

// What bash offers for the words, the last of them unfinished.
std::string offered(const std::string& script, const std::string& words) {
  const std::string program = script + "\nCOMP_WORDS=(" + words +
                              "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _thalweg; "
                              "echo \"${COMPREPLY[*]}\"";
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("thalweg-completion-" + std::to_string(::getpid())))
                               .string();
  std::ofstream(path) << program;
  FILE* pipe = ::popen(("bash " + path).c_str(), "r");
  std::string out;
  for (int c; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
  ::pclose(pipe);
  std::filesystem::remove(path);
  return out;
}

TEST_F(Usage, BashCompletes) {
  const std::string script = thalweg({"completion", "bash"}).out;
  EXPECT_EQ(offered(script, "thalweg ver"), "verify version\n");
  EXPECT_EQ(offered(script, "thalweg fit --val"), "--validation\n");
  EXPECT_EQ(offered(script, "thalweg fit x.csv --method newt"), "newton newton_cg\n");
  EXPECT_EQ(offered(script, "thalweg fit x.csv --model squ"), "squared_hinge\n");
  EXPECT_EQ(offered(script, "thalweg fit x.csv --search bar"), "barzilai_borwein\n");
  EXPECT_EQ(offered(script, "thalweg list meth"), "methods\n");
}

}  // namespace
}  // namespace thalweg::testing
