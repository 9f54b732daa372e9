#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow radam_row() {
  return {
      .name = "radam",
      .help = "Adam that warms up by the variance of its own step",
      .formula =
          "rho = rho_inf - 2 t beta2^t / (1 - beta2^t), rho_inf = 2 / (1 - beta2) - 1; rho "
          "> 5: u = r m^ sqrt(1 - beta2^t) / (sqrt(v+) + epsilon), r^2 = (rho - 4)(rho - "
          "2) rho_inf / ((rho_inf - 4)(rho_inf - 2) rho); else u = m^",
      .source = "Liu et al. 2020; threshold (5, the paper's 4) and epsilon as PyTorch",
      .untouched = Untouched::lazy,
      .options = {learning_rate_option(1e-3), beta_option("beta1", 0.9, "share of the old mean"),
                  beta_option("beta2", 0.999, "share of the old squares"), epsilon_option(1e-8)},
      .states = {{"m"}, {"v"}},
      .body = TransformBody::RAdam,
      .scalars = [](const TransformStep& at, double* s) {
        const double beta1 = at.options.real("beta1"), beta2 = at.options.real("beta2");
        const double correction = bias(beta2, at.step), limit = 2 / (1 - beta2) - 1;
        const double rho = limit - 2 * static_cast<double>(at.step) * (1 - correction) / correction;
        const double mean = 1 / bias(beta1, at.step);
        s[0] = beta1, s[1] = 1 - beta1;
        s[2] = beta2, s[3] = 1 - beta2;
        s[4] = rho > 5 ? 0 : mean;
        s[5] =
            rho > 5
                ? mean * std::sqrt(correction) *
                      std::sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
                : 0;
        s[6] = at.options.real("epsilon");
      }};
}

}  // namespace thalweg
