#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

double momentum(const TransformStep& at, long long step) {
  return at.options.real("beta1") *
         (1 - 0.5 * std::pow(0.96, static_cast<double>(step) * at.options.real("momentum_decay")));
}

}  // namespace

TransformRow nadam_row() {
  return {
      .name = "nadam",
      .help = "Adam with Nesterov's momentum",
      .formula =
          "mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2); u = ((1 - mu_t) g / (1 - prod "
          "mu_1..t) + mu_t+1 m+ / (1 - prod mu_1..t+1)) / (sqrt(v^) + epsilon)",
      .source = "Dozat 2016; as PyTorch",
      .untouched = Untouched::lazy,
      .options = {learning_rate_option(2e-3), beta_option("beta1", 0.9, "share of the old mean"),
                  beta_option("beta2", 0.999, "share of the old squares"), epsilon_option(1e-8),
                  Option::real("momentum_decay", 4e-3, 0, 1e6, "how fast the momentum rises")},
      .states = {{"m"}, {"v"}},
      .memory = [](const Settings&) { return std::vector<double>{1}; },  // the product
      .body = TransformBody::NAdam,
      .scalars =
          [](const TransformStep& at, double* s) {
            const double beta1 = at.options.real("beta1"), beta2 = at.options.real("beta2");
            const double now = momentum(at, at.step), next = momentum(at, at.step + 1);
            s[0] = beta1, s[1] = 1 - beta1;
            s[2] = beta2, s[3] = 1 - beta2;
            s[4] = (1 - now) / (1 - at.memory[0]);
            s[5] = next / (1 - at.memory[0] * next);
            s[6] = 1 / std::sqrt(bias(beta2, at.step));
            s[7] = at.options.real("epsilon");
          },
      .remember = [](const TransformStep& at) { at.memory[0] *= momentum(at, at.step); }};
}

}  // namespace thalweg
