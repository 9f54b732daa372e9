// Cycles of coordinate steps, first over all that may move, then over those that do, with Anderson
// extrapolation: what every form of the lasso has in common.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "thalweg/objective/penalty.hpp"
#include "thalweg/optim/lasso/lasso.hpp"

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

// Over Columns, a least-squares problem with curvature(j), weight(j), slope(j) of the loss, error(j) of
// that, go(j, to, slope), which moves a weight, loss(), which may be known from the steps, and settle(which),
// after which slopes and loss are computed rather than followed.
template <class Columns>
class Cycles {
 public:
  Cycles(Columns& columns, const Penalty& penalty) : on_(columns), penalty_(penalty) {}

  // Until the gap of the problem of these columns alone is `enough`, or progress ends.
  void descend(std::span<const size_t> which, double enough) {
    double small = 0.1 * enough, found = gap(which), best = found;
    std::vector<size_t> active;
    for (int round = 0, fruitless = 0; found > enough && fruitless < 5 && round < 1000; ++round) {
      double decrease = cycle(which);
      active.clear();
      for (size_t j : which)
        if (on_.weight(j) != 0) active.push_back(j);
      anderson_.clear();
      for (int i = 0; i < 100 && decrease > small; ++i) {
        decrease = cycle(active);
        extrapolate(active);
      }
      found = gap(which);
      // The gap falls as the root of the decrease.
      if (decrease <= small) small = 0.1 * decrease;
      fruitless = found < 0.9 * best ? 0 : fruitless + 1;
      best = std::min(best, found);
    }
  }

 private:
  // The exact step along each; returns about what the value loses.
  double cycle(std::span<const size_t> which) {
    double decrease = 0;
    for (size_t j : which) {
      const double h = on_.curvature(j);
      if (h == 0) continue;
      const double w = on_.weight(j), slope = on_.slope(j);
      const double to = coordinate_minimizer(penalty_, w, slope, h);
      if (to == w) continue;
      on_.go(j, to, slope);
      decrease += 0.5 * (h + penalty_.l2) * (to - w) * (to - w);
    }
    return decrease;
  }

  // Where the value falls by it.
  void extrapolate(std::span<const size_t> active) {
    std::vector<double> plain;
    for (size_t j : active) plain.push_back(on_.weight(j));
    std::vector<double> better = plain;
    if (!anderson_.extrapolate(better)) return;
    const double before = value(active);
    move(active, better);
    if (!(value(active) < before)) move(active, plain);
  }

  void move(std::span<const size_t> active, std::span<const double> weights) {
    for (size_t k = 0; k < active.size(); ++k) {
      const double to = std::clamp(weights[k], penalty_.lower, penalty_.upper);
      if (to != on_.weight(active[k])) on_.go(active[k], to, on_.slope(active[k]));
    }
  }

  // Of weights that are 0 elsewhere.
  double value(std::span<const size_t> active) const {
    double sum = on_.loss();
    for (size_t j : active) sum += penalty_value(penalty_, on_.weight(j));
    return sum;
  }

  double gap(std::span<const size_t> which) {
    on_.settle(which);
    std::vector<double> w, v, error;
    for (size_t j : which) {
      w.push_back(on_.weight(j));
      v.push_back(on_.slope(j));
      error.push_back(on_.error(j));
    }
    return lasso_gap(penalty_, std::max(on_.loss(), 0.0), w, v, error);
  }

  Columns& on_;
  const Penalty& penalty_;
  Anderson anderson_;
};

}  // namespace thalweg
