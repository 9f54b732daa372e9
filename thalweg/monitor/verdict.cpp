#include "thalweg/monitor/verdict.hpp"

#include <stdexcept>

namespace thalweg {

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::diverged:
      return "diverged";
    case Outcome::infeasible:
      return "infeasible";
    case Outcome::no_minimizer:
      return "no_minimizer";
    case Outcome::certified:
      return "certified";
    case Outcome::stationary:
      return "stationary";
    case Outcome::precision_floor:
      return "precision_floor";
    case Outcome::validated:
      return "validated";
    case Outcome::noise_floor:
      return "noise_floor";
    case Outcome::stalled:
      return "stalled";
    case Outcome::descending:
      return "descending";
    case Outcome::undecided:
      return "undecided";
  }
  throw std::logic_error("outcome");
}

const char* name(CertificateKind kind) {
  switch (kind) {
    case CertificateKind::none:
      return "none";
    case CertificateKind::fenchel:
      return "fenchel";
    case CertificateKind::self_concordance:
      return "self_concordance";
    case CertificateKind::witness:
      return "witness";
  }
  throw std::logic_error("certificate kind");
}

const char* name(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::fault:
      return "fault";
  }
  throw std::logic_error("severity");
}

int exit_code(const Verdict& verdict) {
  if (verdict.target_met) return 0;
  if (verdict.signalled) return 3;
  switch (verdict.outcome) {
    case Outcome::certified:
    case Outcome::stationary:
    case Outcome::validated:
    case Outcome::noise_floor:
      return 0;
    case Outcome::precision_floor:
      return verdict.certificate.relative() <= 1e-6 ? 0 : 3;
    default:
      return 3;
  }
}

}  // namespace thalweg
