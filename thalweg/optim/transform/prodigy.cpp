#include <algorithm>
#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

enum Memory { d, before, numerator, top };

double beta3(const Settings& o) {
  return o.real("beta3") > 0 ? o.real("beta3") : std::sqrt(o.real("beta2"));
}

void scalars(const TransformStep& at, double* s) {
  const Settings& o = at.options;
  const double now = at.memory[d], rate = at.learning_rate * now;
  const double relative = now / o.real("d0");
  s[0] = o.real("beta1"), s[1] = (1 - s[0]) * now;
  s[2] = o.real("beta2"), s[3] = (1 - s[2]) * now * now;
  s[4] = beta3(o), s[5] = relative * (o.flag("safeguard_warmup") ? now : rate);
  s[6] = at.memory[before];
  s[7] = now * o.real("epsilon");
  s[8] = at.memory[before] * o.real("weight_decay") * at.decay_factor;
}

void remember(const TransformStep& at) {
  const Settings& o = at.options;
  const double now = at.memory[d];
  at.memory[before] = now;
  at.memory[numerator] =
      beta3(o) * at.memory[numerator] + now / o.real("d0") * (now * at.learning_rate) * at.sums[0];
  if (!(at.sums[1] > 0)) return;
  const double found = o.real("coefficient") * at.memory[numerator] / at.sums[1];
  at.memory[top] = std::max(at.memory[top], found);
  // The first rise may be as large as it likes.
  const double from = now == o.real("d0") ? std::max(now, found) : now;
  at.memory[d] = std::min(at.memory[top], from * o.real("growth"));
}

}  // namespace

TransformRow prodigy_row() {
  return {.name = "prodigy",
          .help = "Adam that finds its learning rate from the distance it has gone",
          .formula =
              "m+ = beta1 m + (1 - beta1) d g; v+ = beta2 v + (1 - beta2) d^2 g^2; r+ = beta3 r "
              "+ (d^2 / d0) g; n+ = beta3 n + (d^2 / d0) g'(x0 - x); d+ = max(d, n+ / |r+|_1); "
              "u = d (m+ / (sqrt(v+) + d+ epsilon) + weight_decay x)",
          .source =
              "Mishchenko, Defazio 2024, algorithm 4; as its authors' code, without bias "
              "correction",
          .untouched = Untouched::dense,
          .options = {learning_rate_option(1), beta_option("beta1", 0.9, "share of the old mean"),
                      beta_option("beta2", 0.999, "share of the old squares"),
                      beta_option("beta3", 0, "share of the old sums; 0: sqrt(beta2)"),
                      epsilon_option(1e-8), weight_decay_option(0), mask_option(),
                      Option::real("d0", 1e-6, 1e-300, 1e6, "first estimate of the distance"),
                      Option::real("coefficient", 1, 0, 1e6, "factor of the estimate"),
                      Option::real("growth", 1e300, 1, 1e300, "largest growth of d in a step"),
                      Option::flag("safeguard_warmup", "the learning rate is left out of r")},
          .states = {{"m"}, {"v"}, {"r"}, {.name = "x0", .from_point = true}},
          .memory =
              [](const Settings& o) {
                return std::vector<double>{o.real("d0"), o.real("d0"), 0, o.real("d0")};
              },
          .body = TransformBody::Prodigy,
          .per_tensor = true,
          .scalars = scalars,
          .remember = remember};
}

}  // namespace thalweg
