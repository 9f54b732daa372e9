// Small dense positive definite systems.
#pragma once

#include <span>

namespace thalweg {

// Solves H x = b in place for symmetric H [n, n], which is overwritten. H is scaled to unit
// diagonal; where its factor is not safe, 1e-12, then ten times more, is added to the scaled
// diagonal. Returns what was added.
double solve_positive_definite(std::span<double> h, std::span<double> b);

}  // namespace thalweg
