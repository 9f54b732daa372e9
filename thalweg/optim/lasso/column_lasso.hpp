// The lasso of wide data, dense or sparse: working sets of columns, and a test that spares the others.
#pragma once

#include "thalweg/monitor/record.hpp"
#include "thalweg/optim/lasso/column_set.hpp"
#include "thalweg/optim/lasso/lasso.hpp"

namespace thalweg {

// A working set holds the columns in use and those whose slope passes the strong rule's 2 l1 - (the
// last l1); coordinate descent solves it, then slopes tell what is missing. A slope is computed only
// where a sphere around the residual of the last full sweep allows it to pass: with r = a r0 + e,
// |x'r| <= |a x'r0| + |x||e|. What the sphere leaves out is therefore known to be feasible, and the gap
// holds for all columns.
// Guarantee: the gap that is returned is a bound.
// Sources: Tibshirani et al., J. R. Stat. Soc. B 74 (2012) (strong rules); Ndiaye, Fercoq, Gramfort,
// Salmon, J. Mach. Learn. Res. 18 (2017) (safe spheres); Massias, Gramfort, Salmon, ICML 2018 (working
// sets).
class ColumnLasso final : public Lasso {
 public:
  explicit ColumnLasso(const Samples& samples);
  void start(std::span<const double> weights) override;
  LassoPoint solve(const Penalty& penalty, double enough) override;

 private:
  void look(const Penalty& penalty, double level);
  double gap(const Penalty& penalty) const;
  std::vector<size_t> working_set(const Penalty& penalty, double level) const;

  std::unique_ptr<ColumnSet> columns_;
  std::vector<size_t> all_;
  std::vector<double> v_;      // [columns] slopes, right where `fresh_` says so
  std::vector<char> fresh_;    // [columns]
  std::vector<size_t> seen_;   // the columns whose slope may pass the level looked at, or in use
  std::vector<double> swept_;  // [columns] slopes at the last full sweep
  std::vector<double> swept_residual_;
  double last_l1_ = unknown;
};

}  // namespace thalweg
