// Run directories written for tests, whole or forged: every file's fingerprint is recomputed.
#pragma once

#include <unistd.h>

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/certify/verifier/proof_cases.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/certify/verifier/verify.hpp"
#include "thalweg/format/safetensors.hpp"

namespace thalweg::verifier {

using OrderedJson = nlohmann::ordered_json;

// Without the syncs of a real run.
inline void put(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// `text` with its 64 zeros replaced by its SHA-256.
inline std::string with_digest(OrderedJson verdict) {
  verdict["digest"] = std::string(64, '0');
  std::string text = verdict.dump(1);
  const std::string digest = sha256(text);
  return text.replace(text.find(std::string(64, '0')), 64, digest);
}

// The parts of a run before they are written; change any of them, then write.
struct RunDirectory {
  std::filesystem::path folder;
  std::string data;                   // text of data.csv
  std::filesystem::path target_file;  // to be fingerprinted too, where there is one
  OrderedJson run, verdict, model, recipe, certificate;
  std::vector<double> weight, intercept, dual, direction;
  std::vector<size_t> weight_shape;
  std::vector<uint8_t> rows;
  std::string version = "1";
  bool keep_fingerprints = false;  // of an earlier write

  std::filesystem::path data_path() const { return folder / "data.csv"; }

  void write() {
    std::filesystem::create_directories(folder);
    put(data_path(), data);
    put(folder / "run.json", run.dump(1));
    Safetensors file;
    file.metadata = {{"format", "thalweg"},
                     {"version", version},
                     {"model", model.dump()},
                     {"recipe", recipe.dump()}};
    file.add("weight", weight_shape, std::span<const double>(weight));
    file.add("intercept", {intercept.size()}, std::span<const double>(intercept));
    put(folder / "model.safetensors", to_bytes(file));
    Safetensors proof;
    proof.metadata = {
        {"format", "thalweg"}, {"version", version}, {"certificate", certificate.dump()}};
    proof.add("rows", {rows.size()}, std::span<const uint8_t>(rows));
    if (!dual.empty())
      proof.add("dual", {dual.size() / intercept.size(), intercept.size()},
                std::span<const double>(dual));
    if (!direction.empty())
      proof.add("direction", {direction.size()}, std::span<const double>(direction));
    put(folder / "certificate.safetensors", to_bytes(proof));
    if (!keep_fingerprints) {
      verdict["fingerprints"] = {
          {"data", sha256_file(data_path())},
          {"run.json", sha256_file(folder / "run.json")},
          {"model.safetensors", sha256_file(folder / "model.safetensors")},
          {"certificate.safetensors", sha256_file(folder / "certificate.safetensors")}};
      if (!target_file.empty()) verdict["fingerprints"]["target_file"] = sha256_file(target_file);
    }
    put(folder / "verdict.json", with_digest(verdict));
  }

  Verification verify() const { return verifier::verify(folder, data_path()); }
  Verification write_and_verify() {
    write();
    return verify();
  }
};

inline OrderedJson number_or_null(double value) {
  return std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr);
}

// A case as a solver would leave it behind: its rows, with two more that take no part.
inline RunDirectory run_of(const Case& c, const std::string& kind, const std::string& folder) {
  static const char* const names[] = {"squared", "logistic", "softmax", "poisson",      "gamma",
                                      "huber",   "quantile", "hinge",   "squared_hinge"};
  const Problem& problem = c.problem;
  const size_t p = problem.features;
  RunDirectory run;
  run.folder = std::filesystem::path(testing::TempDir()) /
               fmt::format("thalweg_verifier_{}_{}", folder, ::getpid());  // tests run side by side
  std::filesystem::remove_all(run.folder);
  for (size_t j = 0; j < p; ++j) run.data += fmt::format("x{}", j) + ",";
  run.data += "s,y\n";
  const bool classes = problem.loss.kind == LossKind::softmax;
  for (size_t i = 0; i < problem.rows(); ++i) {
    for (size_t j = 0; j < p; ++j) run.data += shortest(problem.value[i * p + j]) + ",";
    run.data += shortest(problem.row_weight(i)) + ",";
    run.data += fmt::format("{}{}\n", classes ? "class" : "", shortest(problem.target[i]));
    run.rows.push_back(1);
    if (i != 2 && i != 5) continue;
    run.data += "1,1,1,1,0\n";  // of three columns; text targets read "0" too
    run.rows.push_back(0);
  }
  run.run = {{"version", 1}, {"read", {{"missing", {"n/a"}}, {"no_header", false}}}};
  run.recipe = {{"version", 1}, {"kind", "table"}, {"float32", false}};
  run.recipe["target"] = {{"column", "y"}, {"kind", classes ? "labels" : "number"}};
  if (classes) run.recipe["target"]["labels"] = {"class0", "class1", "class2"};
  run.recipe["weights"] =
      problem.weight.empty() ? OrderedJson(nullptr) : OrderedJson{{"column", "s"}};
  for (size_t j = 0; j < p; ++j)
    run.recipe["columns"].push_back({{"column", fmt::format("x{}", j)},
                                     {"kind", "number"},
                                     {"center", 0.0},
                                     {"scale", 1.0},
                                     {"impute", 0.0},
                                     {"indicator", false}});
  run.recipe["columns"].push_back({{"column", "s"}, {"kind", "dropped"}, {"reason", "weights"}});
  run.recipe["columns"].push_back({{"column", "y"}, {"kind", "dropped"}, {"reason", "target"}});
  const char* loss = names[static_cast<size_t>(problem.loss.kind)];
  run.model = {{"name", "linear"},
               {"loss", loss},
               {"outputs", problem.outputs},
               {"l1", problem.l1},
               {"l2", problem.l2},
               {"lower", number_or_null(problem.lower)},
               {"upper", number_or_null(problem.upper)},
               {"delta", problem.loss.delta},
               {"level", problem.loss.level},
               {"smoothing", problem.loss.smoothing}};
  run.weight = c.point.weight;
  run.intercept = c.point.intercept;
  run.weight_shape =
      problem.outputs == 1 ? std::vector<size_t>{p} : std::vector<size_t>{problem.outputs, p};
  const double bound = (kind == "fenchel" ? c.gap : 1.01 * c.newton_bound) * (1 + 1e-6) + 1e-26;
  run.certificate = {{"kind", kind}, {"bound", bound}};
  if (kind == "fenchel") {
    run.dual = c.dual;
    run.certificate["defining_row"] = c.defining_row;
  } else {
    run.direction = c.direction;
    run.certificate["shift"] = c.shift;
  }
  const double excess = scale(problem, c.point, margins(problem, c.point)).scale();
  run.verdict = {{"version", 1},
                 {"outcome", "certified"},
                 {"stop", "gap"},
                 {"reason", "for a test"},
                 {"tolerance", bound / excess * 1.01},
                 {"certificate", {{"kind", kind}, {"bound", bound}, {"value", c.value}}}};
  return run;
}

}  // namespace thalweg::verifier
