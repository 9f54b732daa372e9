// Cycles of coordinate steps, first over all that may move, then over those that do, with Anderson
// extrapolation: what every form of the lasso has in common.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

namespace thalweg {

// Extrapolates the last iterates of a fixed-point iteration: their combination, of coefficients that add
// up to 1, whose change is least. Bertrand, Massias, AISTATS 2021 (for coordinate descent).
class Anderson {
 public:
  static constexpr size_t depth = 5;
  void clear() { iterates_.clear(); }
  // True where that makes enough of them: `x` is then the extrapolated one, else unchanged.
  bool extrapolate(std::vector<double>& x);

 private:
  std::vector<std::vector<double>> iterates_;
};

// Problem: step(j) makes the exact step along j and returns about what the value loses by it; weight(j);
// move(j, to); value(active), up to a constant, of weights that are 0 elsewhere; gap(which). Until the gap
// is `enough`; returns the last.
template <class Problem>
double descend_cycles(Problem& problem, std::span<const size_t> which, double enough) {
  double small = 0.1 * enough, found = problem.gap(which), best = found;
  std::vector<size_t> active;
  std::vector<double> plain, better;
  Anderson anderson;
  for (int round = 0, fruitless = 0; found > enough && fruitless < 5 && round < 1000; ++round) {
    double decrease = 0;
    for (size_t j : which) decrease += problem.step(j);
    active.clear();
    for (size_t j : which)
      if (problem.weight(j) != 0) active.push_back(j);
    anderson.clear();
    for (int cycle = 0; cycle < 100 && decrease > small; ++cycle) {
      decrease = 0;
      for (size_t j : active) decrease += problem.step(j);
      plain.clear();
      for (size_t j : active) plain.push_back(problem.weight(j));
      better = plain;
      if (!anderson.extrapolate(better)) continue;
      const double before = problem.value(active);
      for (size_t k = 0; k < active.size(); ++k) problem.move(active[k], better[k]);
      if (!(problem.value(active) < before))
        for (size_t k = 0; k < active.size(); ++k) problem.move(active[k], plain[k]);
    }
    found = problem.gap(which);
    if (decrease <= small) small *= 0.1;
    fruitless = found < 0.9 * best ? 0 : fruitless + 1;
    best = std::min(best, found);
  }
  return found;
}

}  // namespace thalweg
