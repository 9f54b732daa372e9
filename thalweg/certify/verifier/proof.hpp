// The three kinds of proof. docs/format/certificate.md derives each.
#pragma once

#include <string>

#include "thalweg/certify/verifier/problem.hpp"

namespace thalweg::verifier {

// P(point) - inf P <= bound, every rounding counted in; infinite where nothing is proved, and then
// the refusal says why, to be read after "the certificate proves nothing: ".
struct Bound {
  double bound = std::numeric_limits<double>::infinity();
  std::string refusal;
};

// Weak duality. `dual` [rows, outputs]; row `defining_row` of it is not read but defined by the
// constraint sum s_i theta_i = 0, and of softmax neither is the class of largest p' in each row.
Bound fenchel(const Problem& problem, const Point& point, const Margins& margins,
              std::span<const double> dual, size_t defining_row);

// 128 MiB for the Hessian, as much again for each of the sums that make it.
inline constexpr size_t most_newton_parameters = 4096;

// The Newton decrement, bounded through any direction [parameters]; at most so many parameters.
Bound self_concordance(const Problem& problem, const Point& point, const Margins& margins,
                       std::span<const double> direction, double shift);

// Why `direction` [parameters] does not prove that P has no minimizer, or "". Exact.
std::string witness_refusal(const Problem& problem, std::span<const double> direction);

}  // namespace thalweg::verifier
