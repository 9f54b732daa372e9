// From a run directory to acceptance or rejection.
#include "thalweg/certify/verifier/verify.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/certify/verifier/claim.hpp"
#include "thalweg/certify/verifier/proof.hpp"
#include "thalweg/certify/verifier/recipe.hpp"
#include "thalweg/format/read.hpp"

namespace thalweg::verifier {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
// What printing and a different order of operations may cost a claim.
constexpr double slack = 1 + 1e-9;
constexpr double least = std::numeric_limits<double>::min();  // and what underflow may

void read_rows(const std::filesystem::path& data, Claim& claim) {
  ReadOptions options;
  options.missing = claim.missing;
  options.drop = claim.drop;
  options.categorical = claim.categorical;
  options.no_header = claim.no_header;
  options.target = claim.target_file;
  const Table table = read_table(data, options);
  if (table.rows != claim.rows.size())
    throw Rejection(fmt::format("the certificate is about {} rows, the data has {}",
                                claim.rows.size(), table.rows));
  apply_recipe(Fields(claim.recipe, "the recipe"), table, claim.rows, claim.problem);
}

// The sentence of acceptance; throws Rejection.
std::string check_bound(const Claim& claim, Verification& out) {
  const Problem& problem = claim.problem;
  if (const std::string refusal = point_refusal(problem, claim.point); !refusal.empty())
    throw Rejection(fmt::format("the point is not one of the problem: {}", refusal));
  // Before anything as large as rows times outputs is made: a dual is of that size in its file.
  if (claim.kind == "self_concordance" && problem.parameters() > most_newton_parameters)
    throw Rejection(fmt::format("{} parameters are more than the {} whose Hessian is checked",
                                problem.parameters(), most_newton_parameters));
  const Margins z = margins(problem, claim.point);
  const Scale s = scale(problem, claim.point, z);
  out.value = s.excess + s.infimum;
  out.scale = s.scale();
  const Bound bound = claim.kind == "fenchel"
                          ? fenchel(problem, claim.point, z, claim.dual, claim.defining_row)
                          : self_concordance(problem, claim.point, z, claim.direction, claim.shift);
  if (!bound.refusal.empty())
    throw Rejection(fmt::format("the certificate proves nothing: {}", bound.refusal));
  out.bound = bound.bound;
  out.relative = bound.bound / out.scale;
  if (!std::isfinite(out.value) || !std::isfinite(out.scale))
    throw Rejection("the value at the point is not finite");
  if (!(bound.bound <= claim.bound * slack + least))
    throw Rejection(fmt::format("the bound is {}, not the {} that is claimed", brief(bound.bound),
                                brief(claim.bound)));
  // Loose: the solver's value may carry the rounding of columns far from zero.
  const double size = std::fabs(out.value) + std::fabs(s.infimum) + out.scale;
  if (std::isfinite(claim.value) && !(std::fabs(claim.value - out.value) <= 1e-6 * size + s.floor))
    throw Rejection(fmt::format("the value is {}, not the {} that is claimed", brief(out.value, 9),
                                brief(claim.value, 9)));
  if (claim.outcome == "certified") {
    const bool small = claim.bound <= claim.tolerance * out.scale * slack + least;
    // A constant target leaves nothing but rounding to measure against.
    const bool rounding = s.constant_target && claim.tolerance >= 0 && bound.bound <= s.floor;
    if (!small && !rounding)
      throw Rejection(fmt::format("the bound {} is {} of the scale, above the tolerance {}",
                                  brief(claim.bound), brief(claim.bound / out.scale),
                                  brief(claim.tolerance)));
  }
  const std::string share =
      out.scale > 0 ? fmt::format(" ({} of the scale)", brief(out.relative)) : "";
  return fmt::format("the value {} is within {} of the infimum{}, proved on {} rows by {}",
                     brief(out.value, 9), brief(out.bound), share, problem.rows(),
                     claim.kind == "fenchel" ? "duality" : "the Newton decrement");
}

std::string check_witness(const Claim& claim) {
  const std::string refusal = witness_refusal(claim.problem, claim.direction);
  if (!refusal.empty())
    throw Rejection(
        fmt::format("the direction does not prove that there is no minimizer: {}", refusal));
  return fmt::format(
      "the infimum is not attained: on {} rows the value falls along the direction "
      "however far it is followed",
      claim.problem.rows());
}

std::string check(const std::filesystem::path& run, const std::filesystem::path& data,
                  const std::filesystem::path& target_file, Verification& out) {
  Claim claim = read_claim(run, data, target_file);
  out.outcome = claim.outcome;
  out.kind = claim.kind;
  out.claimed_bound = claim.bound;
  if (claim.kind == "none")
    throw Rejection(fmt::format("the run claims no certificate: outcome {}", claim.outcome));
  const bool witness = claim.kind == "witness";
  if ((claim.outcome == "certified" && witness) || (claim.outcome == "no_minimizer" && !witness))
    throw Rejection(fmt::format("the outcome {} does not follow from a certificate of kind {}",
                                claim.outcome, claim.kind));
  read_rows(data, claim);
  out.rows = claim.problem.rows();
  return witness ? check_witness(claim) : check_bound(claim, out);
}

std::string to_json(const Verification& v) {
  // Written as null where it is not finite.
  return nlohmann::ordered_json{{"accepted", v.accepted},
                                {"reason", v.reason},
                                {"outcome", v.outcome},
                                {"kind", v.kind},
                                {"value", v.value},
                                {"bound", v.bound},
                                {"claimed_bound", v.claimed_bound},
                                {"scale", v.scale},
                                {"relative", v.relative},
                                {"rows", v.rows}}
      .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Verification verify(const std::filesystem::path& run, const std::filesystem::path& data,
                    const std::filesystem::path& target_file) {
  Verification out;
  out.value = out.bound = out.scale = out.relative = out.claimed_bound = unknown;
  try {
    out.reason = check(run, data, target_file, out);
    out.accepted = true;
  } catch (const Rejection& rejection) {
    out.reason = rejection.what();
  }
  out.to_json = to_json(out);
  return out;
}

}  // namespace thalweg::verifier
