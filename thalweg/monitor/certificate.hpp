// A proof that can be checked by another program: numbers, nothing that computes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "thalweg/monitor/record.hpp"

namespace thalweg {

// fenchel: `dual` proves value - infimum <= bound.
// self_concordance: `direction` and `shift` do, through the Newton decrement (squared loss
// included). witness: `direction` proves that the infimum is not attained.
enum class CertificateKind { none, fenchel, self_concordance, witness };

const char* name(CertificateKind kind);

struct Certificate {
  CertificateKind kind = CertificateKind::none;
  double bound = unknown;     // on value - infimum, rounding included
  double rounding = unknown;  // the part of the bound that is rounding
  double scale = unknown;     // max(P - I, 1e-8 N): what a relative gap divides by
  double value = unknown;     // P at the certified point
  double infimum = unknown;   // I: the sum of the losses' own infima
  double constant = unknown;  // N: excess of the best constant model over I
  std::vector<std::string> assumptions;

  std::vector<double> dual;       // [training rows, outputs] theta, where kind is fenchel
  long long defining_row = -1;    // its theta follows from the constraint sum s_i theta_i = 0
  std::vector<double> direction;  // [parameters] d
  double shift = 0;               // mu of H - mu * diagonal scale, see docs/format/certificate.md
  std::vector<double> point;      // [parameters] the point that is certified
  std::string refusal;            // where kind is none: why nothing could be proved

  double relative() const { return bound / scale; }
};

}  // namespace thalweg
