// The two kinds of columns hold the same problem.
#include "tests/optim/lasso/lasso_cases.hpp"
#include "thalweg/optim/lasso/column_set.hpp"

namespace thalweg::testing {
namespace {

TEST(Columns, SparseAsDense) {
  const LassoCase sparse("sparse");
  Problem copy = lasso_problem("sparse", LossKind::squared);
  const size_t n = copy.target.size(), p = columns(copy.design);
  DenseMatrix<double> cells{n, p, Buffer<double>(n * p)};
  const std::vector<double> plain = copy.cells();
  std::copy(plain.begin(), plain.end(), cells.data.begin());
  copy.design = std::move(cells);
  const LassoCase dense(std::move(copy));
  const auto a = make_columns(sparse.samples()), b = make_columns(dense.samples());
  std::vector<double> w(p, 0.0), va(p), vb(p);
  w[0] = 1, w[7] = -2, w[31] = 0.5;
  a->set(w), b->set(w);
  std::vector<size_t> all(p);
  for (size_t j = 0; j < p; ++j) all[j] = j;
  a->slopes(all, va), b->slopes(all, vb);
  EXPECT_NEAR(a->loss(), b->loss(), 1e-14);
  for (size_t j = 0; j < p; ++j) {
    EXPECT_NEAR(a->norm(j), b->norm(j), 1e-14) << j;
    EXPECT_NEAR(va[j], vb[j], 1e-14) << j;
  }
}

}  // namespace
}  // namespace thalweg::testing
