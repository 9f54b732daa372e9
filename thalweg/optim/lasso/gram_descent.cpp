#include "thalweg/optim/lasso/gram_descent.hpp"

#include "thalweg/kernel/axpy.hpp"
#include "thalweg/optim/lasso/cycles.hpp"

namespace thalweg {
namespace {

struct GramColumns {
  GramProblem& on;

  double curvature(size_t j) const { return on.gram[j * on.stride + j]; }
  double weight(size_t j) const { return on.w[j]; }
  double slope(size_t j) const { return on.v[j]; }
  double error(size_t j) const { return on.error[j]; }
  double loss() const { return on.loss; }
  void settle(std::span<const size_t>) {}
  void go(size_t j, double to, double slope) {
    const double by = to - on.w[j];
    on.loss += by * (slope + 0.5 * by * curvature(j));
    on.w[j] = to;
    add_scaled(on.w.size(), by, on.gram + j * on.stride, on.v.data());
  }
};

}  // namespace

void descend_gram(GramProblem& problem, std::span<const size_t> which, const Penalty& penalty,
                  double enough) {
  GramColumns columns{problem};
  Cycles(columns, penalty).descend(which, enough);
}

}  // namespace thalweg
