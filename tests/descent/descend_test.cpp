#include "thalweg/descent/descend.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/random.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg {
namespace {

struct Made {
  Design design;
  std::vector<double> target;
};

Made made(LossKind kind, size_t n, size_t p, uint64_t seed) {
  Made out;
  DenseMatrix<double> x{n, p, Buffer<double>(n * p)};
  Random random(seed, 1);
  std::vector<double> w(p);
  for (double& c : w) c = random.normal() / std::sqrt(static_cast<double>(p));
  out.target.resize(n);
  for (size_t i = 0; i < n; ++i) {
    double z = 0.3;
    for (size_t j = 0; j < p; ++j) {
      x.data[i * p + j] = random.normal();
      z += x.data[i * p + j] * w[j];
    }
    switch (kind) {
      case LossKind::logistic:
      case LossKind::hinge:
      case LossKind::squared_hinge:
        out.target[i] = random.uniform() < 1 / (1 + std::exp(-z)) ? 1 : 0;
        break;
      case LossKind::softmax:
        out.target[i] = std::floor(3 * random.uniform() * 0.999 + (z > 0.5 ? 0.5 : 0));
        out.target[i] = std::min(out.target[i], 2.0);
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
  out.design = std::move(x);
  return out;
}

TEST(Descend, Smoke) {
  struct P {
    double l1, l2, lo, hi;
  };
  const double inf = INFINITY;
  for (const LossRow& loss : losses())
    for (P pen :
         {P{0, 0, -inf, inf}, P{0, 1e-3, -inf, inf}, P{0.02, 0, -inf, inf},
          P{0.02, 0.01, -inf, inf}, P{0, 0, 0, inf}, P{0, 1e-3, 0, inf}, P{0, 0, -0.1, 0.1}})
      for (const MethodRow& row : methods()) {
        Made m = made(loss.kind, 400, 6, 7);
        Samples samples;
        samples.design = &m.design;
        samples.target = m.target;
        samples.loss.kind = loss.kind;
        samples.outputs = loss.kind == LossKind::softmax ? 3 : 1;
        Penalty penalty;
        penalty.l1 = pen.l1, penalty.l2 = pen.l2, penalty.lower = pen.lo, penalty.upper = pen.hi;
        LinearObjective objective(samples, penalty);
        try {
          check_needs(row, objective);
        } catch (const Error&) {
          continue;
        }
        Progress run;
        run.state.x = objective.start();
        auto method = row.make(settings(row, "method", {}));
        DescendOptions o;
        o.steps = 2000;
        Verdict v = descend(objective, *method, row, o, {}, run);
        printf(
            "%-14s l1=%-5g l2=%-5g [%g,%g] %-18s steps %5lld %-12s %-16s value %.12g rel %.2e kind "
            "%s | %s\n",
            loss.name.c_str(), pen.l1, pen.l2, pen.lo, pen.hi, row.name.c_str(), run.state.step,
            v.stop.c_str(), name(v.outcome), v.last.value, v.certificate.relative(),
            name(v.certificate.kind), v.certificate.refusal.c_str());
      }
}

}  // namespace
}  // namespace thalweg
