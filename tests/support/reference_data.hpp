// Data that a formula makes, so that Python and C++ have the same numbers; what scikit-learn and
// CVXPY find on them stands in the tests. Made by tests/oracle/methods.py.
#pragma once

#include "tests/support/problem.hpp"

namespace thalweg::testing {

// 40 rows, 3 columns.
inline Problem reference_problem(LossKind loss) {
  Problem out;
  out.loss.kind = loss;
  DenseMatrix<double> design{40, 3, Buffer<double>(120)};
  out.target.resize(40);
  for (size_t i = 0; i < 40; ++i) {
    double* x = design.data.data() + 3 * i;
    for (size_t j = 0; j < 3; ++j)
      x[j] = (static_cast<double>((i * (7 + 4 * j) + 3 * j) % 19) - 9) / 4;
    if (loss == LossKind::squared) {
      out.target[i] = 1.5 * x[0] - 0.5 * x[2] + (static_cast<double>(i * 11 % 13) - 6) / 3;
    } else {
      out.target[i] = x[0] - x[1] + (static_cast<double>(i * 5 % 7) - 3) * 0.8 > 0 ? 1 : 0;
    }
  }
  out.design = std::move(design);
  return out;
}

}  // namespace thalweg::testing
