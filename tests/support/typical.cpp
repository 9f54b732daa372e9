// Targets follow their loss's own model, with enough noise that minimizers are finite.
#include "tests/support/typical.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/random.hpp"

namespace thalweg::testing {

Problem typical_problem(LossKind loss, size_t rows, size_t columns, uint64_t seed) {
  Problem out;
  out.seed = seed;
  out.kind = "typical";
  out.loss.kind = loss;
  out.outputs = loss == LossKind::softmax ? 3 : 1;
  DenseMatrix<double> design{rows, columns, Buffer<double>(rows * columns)};
  Random random(seed, 1);
  std::vector<double> w(columns);
  for (double& c : w) c = random.normal() / std::sqrt(static_cast<double>(columns));
  out.target.resize(rows);
  for (size_t i = 0; i < rows; ++i) {
    double z = 0.3;
    for (size_t j = 0; j < columns; ++j) {
      design.data[i * columns + j] = random.normal();
      z += design.data[i * columns + j] * w[j];
    }
    switch (loss) {
      case LossKind::logistic:
      case LossKind::hinge:
      case LossKind::squared_hinge:
        out.target[i] = random.uniform() < 1 / (1 + std::exp(-z)) ? 1 : 0;
        break;
      case LossKind::softmax:
        out.target[i] = std::min(2.0, std::floor(3 * random.uniform() + (z > 0.5 ? 0.5 : 0)));
        break;
      case LossKind::poisson:
        out.target[i] = std::floor(std::exp(z) * 2 * random.uniform());
        break;
      case LossKind::gamma:
        out.target[i] = std::exp(z) * (0.1 + random.uniform());
        break;
      default:
        out.target[i] = z + random.normal();
    }
  }
  out.design = std::move(design);
  return out;
}

const std::vector<NamedPenalty>& typical_penalties() {
  static const std::vector<NamedPenalty> penalties = {
      {"none", {}},
      {"l2", {.l2 = 1e-2}},
      {"l1", {.l1 = 2e-2}},
      {"elastic_net", {.l1 = 2e-2, .l2 = 1e-2}},
      {"non_negative", {.lower = 0}},
      {"box", {.lower = -0.1, .upper = 0.1}},
  };
  return penalties;
}

}  // namespace thalweg::testing
