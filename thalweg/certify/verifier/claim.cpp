// The order of checks: digest, fingerprints, versions, then each file's fields and sizes.
#include "thalweg/certify/verifier/claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/certify/verifier/recipe.hpp"
#include "thalweg/format/excerpt.hpp"
#include "thalweg/format/safetensors.hpp"

namespace thalweg::verifier {
namespace {

constexpr size_t longest_json = size_t{64} << 20;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

constexpr std::string_view outcomes[] = {
    "diverged",  "infeasible",  "no_minimizer", "certified",  "stationary", "precision_floor",
    "validated", "noise_floor", "stalled",      "descending", "undecided"};

std::string read_json_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  if (file.text().size() > longest_json)
    fail("{}: {} bytes are more than any run writes; the file is damaged", path.string(),
         file.text().size());
  return std::string(file.text());
}

// A number of the verdict; NaN where it was written as null or as a text such as "inf".
double number_or_unknown(const Fields& fields, const char* key) {
  const auto value = fields.raw(key);
  return value != nullptr && value->is_number() ? value->get<double>() : unknown;
}

void check_digest(std::string text, const std::string& digest) {
  const size_t at = text.find(digest);
  if (digest.size() != 64 || at == std::string::npos ||
      text.find(digest, at + 1) != std::string::npos)
    throw Rejection("verdict.json was altered: its digest is not a SHA-256");
  text.replace(at, 64, 64, '0');
  if (sha256(text) != digest) throw Rejection("verdict.json was altered: its digest differs");
}

void check_fingerprint(const Fields& fingerprints, const char* key,
                       const std::filesystem::path& path, std::string_view who) {
  if (sha256_file(path) != fingerprints.text(key))
    throw Rejection(fmt::format("{} was altered: its SHA-256 is not the one in verdict.json", who));
}

double positive(const Fields& fields, const char* key, double otherwise) {
  const double value = fields.number(key, otherwise);
  if (!(value > 0)) fields.refuse(key, "above zero");
  return value;
}

void read_model(const Safetensors& file, const Fields& fields, Claim& claim) {
  Problem& problem = claim.problem;
  problem.loss.kind = loss_kind(fields.text("loss"));
  problem.loss.delta = positive(fields, "delta", 1);
  problem.loss.level = positive(fields, "level", 0.5);
  if (!(problem.loss.level < 1)) fields.refuse("level", "below 1");
  problem.loss.smoothing = positive(fields, "smoothing", 1);
  problem.l1 = fields.number("l1");
  problem.l2 = fields.number("l2");
  if (!(problem.l1 >= 0)) fields.refuse("l1", "at least 0");
  if (!(problem.l2 >= 0)) fields.refuse("l2", "at least 0");
  problem.lower = fields.number("lower", -infinity);
  problem.upper = fields.number("upper", infinity);
  if (!(problem.lower <= problem.upper)) fields.refuse("lower", "at most upper");

  claim.point.weight = file.numbers("weight");
  claim.point.intercept = file.numbers("intercept");
  const std::vector<size_t>& shape = file["weight"].shape;
  problem.outputs = claim.point.intercept.size();
  const bool softmax = problem.loss.kind == LossKind::softmax;
  if (fields.integer("outputs") != static_cast<long long>(problem.outputs) ||
      (softmax ? problem.outputs < 2 : problem.outputs != 1))
    fields.refuse("outputs", "the length of the intercept, 1 for all losses but softmax");
  problem.features = design_columns(Fields(claim.recipe, fields.where() + ", recipe"));
  const bool flat = problem.outputs == 1 && shape == std::vector<size_t>{problem.features};
  if (!flat && shape != std::vector<size_t>{problem.outputs, problem.features})
    fail("{}: the weight is [{}], the recipe makes {} columns for {} outputs; the file is damaged",
         file.source, fmt::join(shape, ", "), problem.features, problem.outputs);
}

void read_proof(const Safetensors& file, const Fields& fields, Claim& claim) {
  if (fields.text("kind") != claim.kind)
    fail("{}: is a certificate of kind {}, verdict.json says {}; the file is damaged", file.source,
         excerpt(fields.text("kind")), claim.kind);
  for (const int64_t mark : file.integers("rows")) {
    if (mark != 0 && mark != 1)
      fail("{}: the tensor rows holds {}; 0 or 1 was expected", file.source, mark);
    claim.rows.push_back(static_cast<uint8_t>(mark));
    claim.training_rows += static_cast<size_t>(mark);
  }
  if (claim.training_rows == 0)
    fail("{}: the tensor rows marks no row; the file is damaged", file.source);
  auto read = [&](const char* name, size_t count) {
    std::vector<double> values = file.numbers(name);
    if (values.size() != count)
      fail("{}: the tensor {} holds {} numbers, {} were expected; the file is damaged", file.source,
           name, values.size(), count);
    return values;
  };
  if (claim.kind == "fenchel") {
    claim.dual = read("dual", claim.training_rows * claim.problem.outputs);
    const long long row = fields.integer("defining_row");
    if (row < 0 || static_cast<size_t>(row) >= claim.training_rows)
      fields.refuse("defining_row", "one of the training rows");
    claim.defining_row = static_cast<size_t>(row);
    return;
  }
  claim.direction = read("direction", claim.problem.parameters());
  if (claim.kind == "self_concordance") claim.shift = fields.number("shift");
}

// How the data was read, and whether the file of targets is the one that was read then.
void read_reading(const Fields& run, const Fields& fingerprints,
                  const std::filesystem::path& target_file, Claim& claim) {
  if (run.has("read")) {
    const Fields read = run.object("read");
    if (read.has("missing")) claim.missing = read.texts("missing");
    if (read.has("drop")) claim.drop = read.texts("drop");
    if (read.has("categorical")) claim.categorical = read.texts("categorical");
    claim.no_header = read.flag("no_header", false);
    claim.target_file = read.text("target_file", "");
  }
  if (claim.target_file.empty()) {
    if (!target_file.empty())
      fail("{}: the run read no file of targets; leave {} out", run.where(), target_file.string());
    return;
  }
  if (!target_file.empty()) claim.target_file = target_file;
  if (!std::filesystem::exists(claim.target_file))
    fail("{}: the file of targets is not there; say where it is with --target-file",
         claim.target_file.string());
  check_fingerprint(fingerprints, "target_file", claim.target_file, "the file of targets");
}

Safetensors read_file_of_run(const std::filesystem::path& path) {
  Safetensors file = read_safetensors(path);
  if (file.text("format") != "thalweg")
    fail("{}: was not written by thalweg; give a run directory of it", path.string());
  check_version(Fields(parse_json("{\"version\":" + file.text("version") + "}", path.string()),
                       path.string()));
  return file;
}

}  // namespace

Claim read_claim(const std::filesystem::path& run, const std::filesystem::path& data,
                 const std::filesystem::path& target_file) {
  const std::filesystem::path verdict_path = run / "verdict.json",
                              model_path = run / "model.safetensors", run_path = run / "run.json",
                              certificate_path = run / "certificate.safetensors";
  if (!std::filesystem::is_directory(run))
    fail("{}: no run directory is there; give the folder that fit made", run.string());
  if (!std::filesystem::exists(verdict_path))
    fail("{}: has no verdict.json; {}", run.string(),
         std::filesystem::exists(run_path) ? "finish it with thalweg resume " + run.string()
                                           : "it is not a run");
  const std::string verdict_text = read_json_file(verdict_path);
  const Json verdict_json = parse_json(verdict_text, verdict_path.string());
  const Fields verdict(verdict_json, verdict_path.string());
  check_digest(verdict_text, verdict.text("digest"));

  const Fields certificate = verdict.object("certificate");
  const Fields fingerprints = verdict.object("fingerprints");
  Claim claim;
  claim.kind = certificate.text("kind");
  const bool proof = claim.kind != "none";
  check_fingerprint(fingerprints, "run.json", run_path, "run.json");
  check_fingerprint(fingerprints, "model.safetensors", model_path, "model.safetensors");
  if (proof)
    check_fingerprint(fingerprints, "certificate.safetensors", certificate_path,
                      "certificate.safetensors");
  check_fingerprint(fingerprints, "data", data, "the data");

  check_version(verdict);
  claim.outcome = verdict.text("outcome");
  if (std::find(std::begin(outcomes), std::end(outcomes), claim.outcome) == std::end(outcomes))
    verdict.refuse("outcome", "one of " + fmt::format("{}", fmt::join(outcomes, ", ")));
  if (claim.kind != "none" && claim.kind != "fenchel" && claim.kind != "self_concordance" &&
      claim.kind != "witness")
    certificate.refuse("kind", "none, fenchel, self_concordance or witness");
  claim.tolerance = number_or_unknown(verdict, "tolerance");
  claim.bound = number_or_unknown(certificate, "bound");
  claim.value = number_or_unknown(certificate, "value");

  const Json run_json = parse_json(read_json_file(run_path), run_path.string());
  const Fields run_fields(run_json, run_path.string());
  check_version(run_fields);
  read_reading(run_fields, fingerprints, target_file, claim);
  if (!proof) return claim;

  const Safetensors model = read_file_of_run(model_path);
  claim.recipe = parse_json(model.text("recipe"), model_path.string() + ", recipe");
  const Json model_json = parse_json(model.text("model"), model_path.string() + ", model");
  read_model(model, Fields(model_json, model_path.string() + ", model"), claim);
  const Safetensors file = read_file_of_run(certificate_path);
  const Json proof_json =
      parse_json(file.text("certificate"), certificate_path.string() + ", certificate");
  read_proof(file, Fields(proof_json, certificate_path.string() + ", certificate"), claim);
  return claim;
}

}  // namespace thalweg::verifier
