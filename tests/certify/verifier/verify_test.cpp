// Whole run directories: accepted as they are, rejected once altered, whether or not the
// fingerprints were recomputed.
#include "thalweg/certify/verifier/verify.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/verifier/run_directory.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg::verifier {
namespace {

std::string error_of(const RunDirectory& run) {
  try {
    run.verify();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const Case& find_case(const std::string& name) {
  static const std::vector<Case> cases = proof_cases();
  for (const Case& c : cases)
    if (c.name == name) return c;
  throw std::logic_error("no case " + name);
}

RunDirectory ridge(const std::string& folder) {
  return run_of(find_case("logistic, l2, 1e-07"), "fenchel", folder);
}

TEST(Verify, AcceptsEveryCase) {
  for (const Case& c : proof_cases())
    for (const std::string kind : {"fenchel", "self_concordance"}) {
      if ((kind == "fenchel" ? c.dual : c.direction).empty()) continue;
      RunDirectory run = run_of(c, kind, "accepts");
      const Verification v = run.write_and_verify();
      EXPECT_TRUE(v.accepted) << c.name << " " << kind << ": " << v.reason;
      EXPECT_GE(v.bound, c.excess) << c.name;
      EXPECT_NEAR(v.value, c.value, 1e-14 * (std::fabs(c.value) + 1)) << c.name;
      EXPECT_EQ(v.rows, c.problem.rows());
      EXPECT_NE(v.reason.find("of the infimum"), std::string::npos);
    }
}

// One byte of any file, or of the data.
TEST(Verify, AnAlteredFileFailsItsFingerprint) {
  RunDirectory run = ridge("fingerprint");
  for (const std::string file :
       {"run.json", "model.safetensors", "certificate.safetensors", "verdict.json", "data.csv"}) {
    run.write();
    ASSERT_TRUE(run.verify().accepted) << run.verify().reason;
    const std::string text = read_file(run.folder / file);
    for (const size_t at : {text.size() / 3, text.size() / 2, text.size() - 4}) {
      std::string altered = text;
      altered[at] = altered[at] == '1' ? '2' : '1';
      put(run.folder / file, altered);
      try {
        const Verification v = run.verify();
        EXPECT_FALSE(v.accepted) << file;
        EXPECT_NE(v.reason.find(file == "data.csv" ? "data" : file), std::string::npos) << v.reason;
      } catch (const Error& error) {
        EXPECT_EQ(file, "verdict.json") << error.what();  // may no longer be JSON
      }
    }
  }
}

// With the fingerprints recomputed: rejected exactly when the claim no longer holds.
struct Forgery {
  const char* what;
  void (*change)(RunDirectory&);
  bool holds;  // the claim still does
};

void replace_data(RunDirectory& run, const std::string& from, const std::string& to) {
  run.data.replace(run.data.find(from), from.size(), to);
}

const Forgery forgeries[] = {
    {"nothing", [](RunDirectory&) {}, true},
    {"a weight by 1e-3", [](RunDirectory& run) { run.weight[1] += 1e-3; }, false},
    {"a weight by one unit in the last place",
     [](RunDirectory& run) { run.weight[1] = std::nextafter(run.weight[1], 9); }, true},
    {"the intercept", [](RunDirectory& run) { run.intercept[0] -= 1e-3; }, false},
    {"a weight that is not a number", [](RunDirectory& run) { run.weight[0] = std::nan(""); },
     false},
    {"a dual value",
     [](RunDirectory& run) { run.dual[run.certificate["defining_row"] == 3 ? 4 : 3] *= 0.99; },
     false},
    {"a dual value outside its domain",
     [](RunDirectory& run) { run.dual[run.certificate["defining_row"] == 3 ? 4 : 3] = 1.5; },
     false},
    {"all dual values zero", [](RunDirectory& run) { run.dual.assign(run.dual.size(), 0.0); },
     false},
    {"the defining row's own value",
     [](RunDirectory& run) { run.dual[run.certificate["defining_row"].get<size_t>()] = 77; }, true},
    {"the target's column", [](RunDirectory& run) { run.recipe["target"]["column"] = "s"; }, false},
    {"the labels' order",
     [](RunDirectory& run) {
       run.recipe["target"] = {{"column", "y"}, {"kind", "labels"}, {"labels", {"1", "0"}}};
     },
     false},
    {"labels instead of numbers, in their order",
     [](RunDirectory& run) {
       run.recipe["target"] = {{"column", "y"}, {"kind", "labels"}, {"labels", {"0", "1"}}};
     },
     true},
    {"a center", [](RunDirectory& run) { run.recipe["columns"][0]["center"] = 1e-3; }, false},
    {"a scale", [](RunDirectory& run) { run.recipe["columns"][2]["scale"] = 1.001; }, false},
    {"an imputation that no row needs",
     [](RunDirectory& run) { run.recipe["columns"][2]["impute"] = 5.0; }, true},
    {"weights",
     [](RunDirectory& run) {
       run.recipe["weights"] = {{"column", "x0"}};
     },
     false},
    {"float32", [](RunDirectory& run) { run.recipe["float32"] = true; }, false},
    {"the mask, one row less",
     [](RunDirectory& run) {
       run.rows[0] = 0;
       run.dual.erase(run.dual.begin());
       run.certificate["defining_row"] = run.certificate["defining_row"].get<size_t>() - 1;
     },
     false},
    {"l2", [](RunDirectory& run) { run.model["l2"] = 0.1001; }, false},
    {"l1", [](RunDirectory& run) { run.model["l1"] = 1e-3; }, false},
    {"bounds", [](RunDirectory& run) { run.model["upper"] = 1e-3; }, false},
    {"bounds far away", [](RunDirectory& run) { run.model["upper"] = 1e3; }, true},
    {"the loss", [](RunDirectory& run) { run.model["loss"] = "squared_hinge"; }, false},
    {"another width of a Huber loss", [](RunDirectory& run) { run.model["delta"] = 3.0; }, true},
    {"the tolerance", [](RunDirectory& run) { run.verdict["tolerance"] = 1e-15; }, false},
    {"no tolerance", [](RunDirectory& run) { run.verdict["tolerance"] = nullptr; }, false},
    {"a smaller bound", [](RunDirectory& run) { run.verdict["certificate"]["bound"] = 1e-18; },
     false},
    {"no bound", [](RunDirectory& run) { run.verdict["certificate"]["bound"] = nullptr; }, false},
    {"a negative bound", [](RunDirectory& run) { run.verdict["certificate"]["bound"] = -1.0; },
     false},
    {"the value", [](RunDirectory& run) { run.verdict["certificate"]["value"] = 0.1; }, false},
    {"the outcome", [](RunDirectory& run) { run.verdict["outcome"] = "no_minimizer"; }, false},
    {"an outcome that is less",
     [](RunDirectory& run) {
       run.verdict["outcome"] = "precision_floor";
       run.verdict["tolerance"] = 1e-20;
     },
     true},
    {"a cell of the data", [](RunDirectory& run) { replace_data(run, "0.", "1."); }, false},
    {"a row that takes no part",
     [](RunDirectory& run) { replace_data(run, "1,1,1,1,0", "9,9,9,9,1"); }, true},
    {"one row more", [](RunDirectory& run) { run.data += "1,1,1,1,0\n"; }, false},
};

TEST(Verify, AForgeryIsRejectedExactlyWhenTheClaimNoLongerHolds) {
  for (const Forgery& forgery : forgeries) {
    RunDirectory run = ridge("forgery");
    forgery.change(run);
    const Verification v = run.write_and_verify();
    EXPECT_EQ(v.accepted, forgery.holds) << forgery.what << ": " << v.reason;
    EXPECT_FALSE(v.reason.empty());
    EXPECT_EQ(v.reason.find('\n'), std::string::npos);
    const auto json = nlohmann::json::parse(v.to_json);
    EXPECT_EQ(json.at("accepted"), v.accepted);
    EXPECT_EQ(json.at("reason"), v.reason);
  }
}

TEST(Verify, ANewtonForgeryIsRejected) {
  const Case& c = find_case("poisson, none, 1e-07, weighted");
  RunDirectory run = run_of(c, "self_concordance", "newton");
  EXPECT_TRUE(run.write_and_verify().accepted) << run.verify().reason;
  run.certificate["shift"] = 0.9;
  EXPECT_NE(run.write_and_verify().reason.find("not positive definite"), std::string::npos);
  run = run_of(c, "self_concordance", "newton");
  run.weight[0] += 1e-3;
  EXPECT_FALSE(run.write_and_verify().accepted);
  run = run_of(c, "self_concordance", "newton");
  run.direction[0] += 1e-3;
  EXPECT_FALSE(run.write_and_verify().accepted);
}

TEST(Verify, AWitnessIsChecked) {
  RunDirectory run = ridge("witness");
  run.data = "x0,x1,x2,s,y\n1,0,0,1,1\n2,1,0,1,1\n-1,0,5,1,0\n-1,2,0,1,0\n";
  run.rows = {1, 1, 1, 1};
  run.model["l2"] = 0.0;
  run.dual.clear();
  run.direction = {1, 0, 0, 0};
  run.certificate = {{"kind", "witness"}, {"bound", nullptr}};
  run.verdict["certificate"] = {{"kind", "witness"}, {"bound", nullptr}};
  run.verdict["outcome"] = "no_minimizer";
  EXPECT_TRUE(run.write_and_verify().accepted) << run.verify().reason;
  EXPECT_NE(run.verify().reason.find("not attained"), std::string::npos);
  run.direction[3] = 1;  // the third row's margin is now 0, the second one's too
  EXPECT_TRUE(run.write_and_verify().accepted) << run.verify().reason;
  run.direction[3] = 1 + 1e-15;
  EXPECT_NE(run.write_and_verify().reason.find("rises"), std::string::npos);
  run.direction[3] = 0;
  run.verdict["outcome"] = "certified";
  EXPECT_FALSE(run.write_and_verify().accepted);
  run.verdict["outcome"] = "no_minimizer";
  run.model["l2"] = 1e-6;
  EXPECT_NE(run.write_and_verify().reason.find("penalized"), std::string::npos);
}

TEST(Verify, NoCertificateIsRejected) {
  RunDirectory run = ridge("none");
  run.verdict["certificate"] = {{"kind", "none"}, {"bound", nullptr}};
  run.verdict["outcome"] = "descending";
  const Verification v = run.write_and_verify();
  EXPECT_FALSE(v.accepted);
  EXPECT_EQ(v.reason, "the run claims no certificate: outcome descending");
}

// On a constant target the scale is 0: rounding is what a bound is measured against.
TEST(Verify, AConstantTarget) {
  RunDirectory run = run_of(find_case("squared, l2, 1e-07"), "fenchel", "constant");
  run.data = "x0,x1,x2,s,y\n1,0.3,0,1,0.1\n2,1,0,1,0.1\n-1,0,5,1,0.1\n";
  run.rows = {1, 1, 1};
  run.weight = {0, 0, 0};
  run.intercept = {std::nextafter(0.1, 1)};
  run.dual = {0, 0, 0};
  run.certificate["defining_row"] = 1;
  run.verdict["certificate"] = {{"kind", "fenchel"}, {"bound", 1e-30}, {"value", 1e-34}};
  run.verdict["tolerance"] = 1e-9;
  EXPECT_TRUE(run.write_and_verify().accepted) << run.verify().reason;
  // Nothing but zeros: a claim of exactly 0 is one.
  RunDirectory zero = run;
  zero.data = "x0,x1,x2,s,y\n1,0.3,0,1,0\n2,1,0,1,0\n-1,0,5,1,0\n";
  zero.intercept = {0};
  zero.verdict["certificate"] = {{"kind", "fenchel"}, {"bound", 0.0}, {"value", 0.0}};
  EXPECT_TRUE(zero.write_and_verify().accepted) << zero.verify().reason;
  run.intercept = {0.1001};
  run.verdict["certificate"] = {{"kind", "fenchel"}, {"bound", 1e-6}, {"value", 5e-9}};
  EXPECT_FALSE(run.write_and_verify().accepted);
}

TEST(Verify, WhatCannotBeReadIsAnError) {
  RunDirectory run = ridge("unreadable");
  run.write();
  std::filesystem::remove(run.folder / "run.json");
  EXPECT_NE(error_of(run).find("run.json"), std::string::npos);
  run.verdict["version"] = 2;
  run.write();
  EXPECT_NE(error_of(run).find("newer version"), std::string::npos) << error_of(run);
  run = ridge("unreadable");
  run.version = "2";
  run.write();
  EXPECT_NE(error_of(run).find("newer version"), std::string::npos) << error_of(run);
  run = ridge("unreadable");
  run.run["version"] = 2;
  run.write();
  EXPECT_NE(error_of(run).find("newer version"), std::string::npos) << error_of(run);
  run = ridge("unreadable");
  run.weight.push_back(0);
  run.weight_shape = {4};
  run.write();
  EXPECT_NE(error_of(run).find("the recipe makes 3"), std::string::npos) << error_of(run);
  run = ridge("unreadable");
  run.dual.pop_back();
  run.write();
  EXPECT_NE(error_of(run).find("14 were expected"), std::string::npos) << error_of(run);
  run = ridge("unreadable");
  run.recipe["columns"][1]["column"] = "gone";
  run.write();
  EXPECT_NE(error_of(run).find("no column \"gone\""), std::string::npos) << error_of(run);
  EXPECT_THROW(verify(run.folder / "nowhere", run.data_path()), Error);
  EXPECT_THROW(verify(run.folder, run.folder), Error);
}

// Whatever stands in a field, the answer is one line.
TEST(Verify, DamagedFieldsGiveOneLine) {
  const OrderedJson values[] = {nullptr,
                                true,
                                -1,
                                1e308,
                                18446744073709551615u,
                                "text",
                                OrderedJson::array(),
                                OrderedJson::object(),
                                OrderedJson::array({1, "a", nullptr})};
  size_t errors = 0, rejections = 0;
  auto attempt = [&](RunDirectory run, OrderedJson RunDirectory::*part, const std::string& at,
                     const OrderedJson& value) {
    (run.*part)[OrderedJson::json_pointer(at)] = value;
    run.write();
    std::string line;
    try {
      const Verification v = run.verify();
      line = v.reason;
      rejections += v.accepted ? 0 : 1;
    } catch (const Error& error) {
      line = error.what();
      ++errors;
    }
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_LT(line.size(), 400u) << line;
  };
  const RunDirectory run = ridge("damaged");
  const std::pair<OrderedJson RunDirectory::*, OrderedJson> parts[] = {
      {&RunDirectory::verdict, run.verdict},
      {&RunDirectory::run, run.run},
      {&RunDirectory::model, run.model},
      {&RunDirectory::recipe, run.recipe},
      {&RunDirectory::certificate, run.certificate}};
  for (const auto& [part, json] : parts) {
    const OrderedJson flat = json.flatten();
    for (const auto& field : flat.items())
      for (const OrderedJson& value : values) attempt(run, part, field.key(), value);
  }
  EXPECT_GT(errors, 100u);
  EXPECT_GT(rejections, 10u);
}

}  // namespace
}  // namespace thalweg::verifier
