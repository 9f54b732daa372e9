#include "thalweg/run/verdict_json.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"

namespace thalweg {
namespace {

using namespace testing;
using Json = nlohmann::ordered_json;

void expect_keys(const Json& json, const std::vector<std::string>& keys) {
  ASSERT_TRUE(json.is_object());
  for (const std::string& key : keys) EXPECT_TRUE(json.contains(key)) << key;
}

// docs/format/verdict.md.
TEST(VerdictJson, HasEveryDocumentedKey) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("linear", 80, 51)), run = folder / "run";
  fit(request_of(data, run, {{"no_scale", "true"}}), {});
  const Json json = json_of(run / "verdict.json");
  expect_keys(json, {"version",  "outcome",       "stop",       "reason",       "value",
                     "gap",      "gradient_norm", "iterations", "evaluations",  "seconds",
                     "method",   "model",         "tolerance",  "certificate",  "stopping",
                     "findings", "rate",          "forecast",   "fingerprints", "digest"});
  expect_keys(json["certificate"], {"kind", "bound", "rounding", "scale", "relative", "value",
                                    "infimum", "constant", "assumptions", "refusal"});
  expect_keys(json["seconds"], {"read", "prepare", "descent", "total"});
  ASSERT_FALSE(json["stopping"].empty());
  for (const Json& rule : json["stopping"])
    expect_keys(rule, {"rule", "threshold", "value", "met"});
  ASSERT_FALSE(json["findings"].empty());
  for (const Json& finding : json["findings"])
    expect_keys(finding,
                {"detector", "severity", "where", "message", "evidence", "remedy", "edits"});
  expect_keys(json["rate"], {"fitted", "low", "high", "theoretical", "quantity", "superlinear"});
  expect_keys(json["forecast"], {"steps", "low", "high", "basis", "refusal"});
  expect_keys(json["fingerprints"],
              {"data", "run.json", "model.safetensors", "certificate.safetensors"});
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["fingerprints"]["data"], sha256_file(data));
  EXPECT_EQ(json["fingerprints"]["run.json"], sha256_file(run / "run.json"));
  EXPECT_EQ(json["fingerprints"]["model.safetensors"], sha256_file(run / "model.safetensors"));
}

TEST(VerdictJson, TheDigestIsThatOfTheTextWithZeros) {
  Verdict verdict;
  verdict.reason = "\"digest\": \"" + std::string(64, '0') + "\"";  // a trap
  std::string text = with_digest(to_json(verdict, {}));
  const std::string digest = Json::parse(text)["digest"];
  const size_t at = text.find(digest);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.find(digest, at + 1), std::string::npos);
  text.replace(at, 64, 64, '0');
  EXPECT_EQ(sha256(text), digest);
}

TEST(VerdictJson, WhatIsNotFiniteIsAText) {
  Verdict verdict;
  verdict.certificate.bound = INFINITY;
  verdict.findings.push_back({"x", Severity::note, "caf\xe9", "m", {{"n", NAN}}, "", {}});
  const Json json = Json::parse(with_digest(to_json(verdict, {})));  // bad UTF-8 is replaced
  EXPECT_EQ(json["certificate"]["bound"], "inf");
  EXPECT_EQ(json["value"], "nan");
  EXPECT_EQ(json["findings"][0]["evidence"]["n"], "nan");
}

}  // namespace
}  // namespace thalweg
