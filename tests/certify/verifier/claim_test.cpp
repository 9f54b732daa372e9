// What a run directory claims, and the order in which its files are doubted.
#include "thalweg/certify/verifier/claim.hpp"

#include <gtest/gtest.h>

#include "tests/certify/verifier/run_directory.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/certify/verifier/recipe.hpp"

namespace thalweg::verifier {
namespace {

RunDirectory run_named(const std::string& name, const std::string& kind) {
  for (const Case& c : proof_cases())
    if (c.name == name) return run_of(c, kind, "claim");
  throw std::logic_error("no case " + name);
}

TEST(Claim, EveryFieldIsRead) {
  RunDirectory run = run_named("softmax, box, 1e-07", "fenchel");
  run.target_file = run.folder / "t.npy";
  std::filesystem::create_directories(run.folder);
  put(run.target_file, "anything");
  run.run["read"] = {{"missing", {"-", "?"}},
                     {"no_header", true},
                     {"drop", {"s"}},
                     {"categorical", {"x0"}},
                     {"target_file", run.target_file.string()}};
  run.verdict["outcome"] = "stationary";
  run.write();
  const Claim claim = read_claim(run.folder, run.data_path());
  EXPECT_EQ(claim.outcome, "stationary");
  EXPECT_EQ(claim.kind, "fenchel");
  EXPECT_EQ(claim.bound, run.verdict["certificate"]["bound"].get<double>());
  EXPECT_EQ(claim.tolerance, run.verdict["tolerance"].get<double>());
  EXPECT_EQ(claim.problem.outputs, 3u);
  EXPECT_EQ(claim.problem.features, 3u);
  EXPECT_EQ(claim.problem.l1, 0.02);
  EXPECT_EQ(claim.problem.upper, 0.25);
  EXPECT_EQ(claim.point.weight, run.weight);
  EXPECT_EQ(claim.dual, run.dual);
  EXPECT_EQ(claim.rows, run.rows);
  EXPECT_EQ(claim.training_rows, 14u);
  EXPECT_EQ(claim.missing, (std::vector<std::string>{"-", "?"}));
  EXPECT_EQ(claim.drop, (std::vector<std::string>{"s"}));
  EXPECT_EQ(claim.categorical, (std::vector<std::string>{"x0"}));
  EXPECT_TRUE(claim.no_header);
  EXPECT_EQ(claim.target_file, run.target_file);
}

TEST(Claim, TheFileOfTargetsIsFingerprintedToo) {
  RunDirectory run = run_named("logistic, l2, 1e-07", "fenchel");
  const std::filesystem::path elsewhere = run.folder / "elsewhere.npy";
  run.target_file = run.folder / "t.npy";
  std::filesystem::create_directories(run.folder);
  for (const auto& path : {run.target_file, elsewhere}) put(path, "targets");
  run.run["read"] = {{"target_file", run.target_file.string()}};
  run.write();
  auto answer = [&](const std::filesystem::path& given) -> std::string {
    try {
      return read_claim(run.folder, run.data_path(), given).target_file.filename();
    } catch (const Rejection& rejection) {
      return rejection.what();
    } catch (const Error& error) {
      return error.what();
    }
  };
  EXPECT_EQ(answer(""), "t.npy");
  EXPECT_EQ(answer(elsewhere), "elsewhere.npy");
  put(run.target_file, "targetz");
  EXPECT_EQ(answer(""),
            "the file of targets was altered: its SHA-256 is not the one in verdict.json");
  EXPECT_EQ(answer(elsewhere), "elsewhere.npy");
  std::filesystem::remove(run.target_file);
  EXPECT_NE(answer("").find("--target-file"), std::string::npos) << answer("");
  // A run that names the file and has no fingerprint of it.
  run.target_file.clear();
  run.write();
  EXPECT_NE(answer(elsewhere).find("target_file"), std::string::npos) << answer(elsewhere);
  run.run.erase("read");
  run.write();
  EXPECT_NE(answer(elsewhere).find("no file of targets"), std::string::npos) << answer(elsewhere);
}

// Rejected by the first check that fails: the digest, then files in order, before a version.
TEST(Claim, FingerprintsComeFirst) {
  RunDirectory run = run_named("logistic, l2, 1e-07", "fenchel");
  auto reason = [&] {
    try {
      read_claim(run.folder, run.data_path());
    } catch (const Rejection& rejection) {
      return std::string(rejection.what());
    }
    return std::string();
  };
  run.write();
  EXPECT_EQ(reason(), "");
  run.keep_fingerprints = true;
  run.verdict["version"] = 2;
  run.weight[0] += 1;
  run.write();
  EXPECT_EQ(reason(), "model.safetensors was altered: its SHA-256 is not the one in verdict.json");
  put(run.folder / "run.json", "not JSON");
  EXPECT_NE(reason().find("run.json"), std::string::npos);
  std::string text = read_file(run.folder / "verdict.json");
  text[text.find("for a test")] = 'F';
  put(run.folder / "verdict.json", text);
  EXPECT_EQ(reason(), "verdict.json was altered: its digest differs");
  text.replace(text.find("\"digest\""), 76, "\"digest\": \"short\"");
  put(run.folder / "verdict.json", text);
  EXPECT_NE(reason().find("not a SHA-256"), std::string::npos);
}

TEST(Claim, WithoutACertificateItsFileIsNotNeeded) {
  RunDirectory run = run_named("logistic, l2, 1e-07", "fenchel");
  run.verdict["certificate"] = {{"kind", "none"}, {"bound", nullptr}};
  run.write();
  std::filesystem::remove(run.folder / "certificate.safetensors");
  EXPECT_EQ(read_claim(run.folder, run.data_path()).kind, "none");
}

TEST(Claim, DamageIsAnError) {
  auto error_after = [](void (*change)(RunDirectory&)) {
    RunDirectory run = run_named("logistic, none, 1e-07, weighted", "self_concordance");
    change(run);
    run.write();
    try {
      read_claim(run.folder, run.data_path());
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(error_after([](RunDirectory&) {}), "no error");
  EXPECT_NE(error_after([](RunDirectory& run) {
              run.certificate["kind"] = "fenchel";
            }).find("verdict.json says"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) { run.rows[3] = 2; }).find("holds 2"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) {
              std::fill(run.rows.begin(), run.rows.end(), 0);
            }).find("marks no row"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) { run.direction.push_back(0); }).find("4 were"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) { run.model["loss"] = "cubic"; }).find("unknown"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) { run.model["l2"] = -1; }).find("at least 0"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) { run.model["outputs"] = 2; }).find("outputs"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) {
              run.model["lower"] = 1;
              run.model["upper"] = 0;
            }).find("at most upper"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) { run.version.push_back('x'); }).find("JSON"),
            std::string::npos);
  EXPECT_NE(error_after([](RunDirectory& run) {
              run.verdict["outcome"] = "splendid\n";
            }).find("one of diverged"),
            std::string::npos);
}

}  // namespace
}  // namespace thalweg::verifier
