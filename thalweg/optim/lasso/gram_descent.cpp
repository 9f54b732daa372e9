#include "thalweg/optim/lasso/gram_descent.hpp"

#include <cmath>
#include <vector>

#include "thalweg/kernel/axpy.hpp"
#include "thalweg/optim/lasso/cycles.hpp"
#include "thalweg/optim/lasso/lasso.hpp"

namespace thalweg {
namespace {

class Cycles {
 public:
  Cycles(GramProblem& problem, const Penalty& penalty) : on_(problem), penalty_(penalty) {}

  double step(size_t j) {
    const double h = on_.gram[j * on_.stride + j];
    if (h == 0) return 0;
    const double before = on_.w[j];
    move(j, coordinate_minimizer(penalty_, before, on_.v[j], h));
    return 0.5 * (h + penalty_.l2) * (on_.w[j] - before) * (on_.w[j] - before);
  }

  double weight(size_t j) const { return on_.w[j]; }

  void move(size_t j, double to) {
    to = std::clamp(to, penalty_.lower, penalty_.upper);
    const double by = to - on_.w[j];
    if (by == 0) return;
    on_.loss += by * (on_.v[j] + 0.5 * by * on_.gram[j * on_.stride + j]);
    on_.w[j] = to;
    add_scaled(on_.w.size(), by, on_.gram + j * on_.stride, on_.v.data());
  }

  double value(std::span<const size_t> active) const {
    double sum = on_.loss;
    for (size_t j : active)
      sum += penalty_.l1 * std::abs(on_.w[j]) + penalty_.l2 / 2 * on_.w[j] * on_.w[j];
    return sum;
  }

  double gap(std::span<const size_t> which) {
    for (auto* of : {&w_, &v_, &error_}) of->clear();
    for (size_t j : which)
      w_.push_back(on_.w[j]), v_.push_back(on_.v[j]), error_.push_back(on_.error[j]);
    return lasso_gap(penalty_, std::max(on_.loss, 0.0), w_, v_, error_);
  }

 private:
  GramProblem& on_;
  const Penalty& penalty_;
  std::vector<double> w_, v_, error_;  // of the columns that a gap is about
};

}  // namespace

double descend_gram(GramProblem& problem, std::span<const size_t> which, const Penalty& penalty,
                    double enough) {
  Cycles cycles(problem, penalty);
  return descend_cycles(cycles, which, enough);
}

}  // namespace thalweg
