#include <algorithm>
#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

enum Memory { weights, top, share };

std::vector<Option> options(double rate, double decay) {
  return {learning_rate_option(rate),
          Option::real("beta", 0.9, 0.01, 1, "how near gradients are taken to the mean"),
          weight_decay_option(decay),
          mask_option(),
          Option::real("power", 2, 0, 100, "of the learning rate in the mean's weights"),
          Option::real("step_power", 0, 0, 100, "of the step in the mean's weights")};
}

std::vector<double> memory(const Settings&) { return {0, 0, 0}; }

void remember(const TransformStep& at) {
  at.memory[top] = std::max(at.memory[top], at.learning_rate);
  const double weight = std::pow(static_cast<double>(at.step), at.options.real("step_power")) *
                        std::pow(at.memory[top], at.options.real("power"));
  at.memory[weights] += weight;
  at.memory[share] = at.memory[weights] > 0 ? weight / at.memory[weights] : 0;
}

void scalars(const TransformStep& at, double* s) {
  const double beta = at.options.real("beta");
  s[0] = at.memory[share];
  s[1] = at.learning_rate * (beta * (1 - at.memory[share]) - 1);
  s[2] = at.learning_rate;
  s[3] = at.options.real("weight_decay") * at.decay_factor;
  s[4] = 1 - 1 / beta;
}

}  // namespace

TransformRow schedule_free_sgd_row() {
  return {.name = "schedule_free_sgd",
          .help = "SGD whose weighted mean takes the place of a schedule",
          .formula =
              "d = g + weight_decay y; y+ = y + c (z - y) + learning_rate (beta (1 - c) - 1) d; "
              "z+ = z - learning_rate d; x = y + (1 - 1/beta) (z - y), c the newest weight's "
              "share",
          .source = "Defazio et al. 2024, algorithm 1; weights and decay as its authors' code",
          .untouched = Untouched::dense,
          .options = options(1, 0),
          .place = TransformPlace::step,
          .states = {{.name = "z", .from_point = true}},
          .memory = memory,
          .body = TransformBody::ScheduleFreeSgd,
          .per_tensor = true,
          .scalars = scalars,
          .remember = remember};
}

TransformRow schedule_free_adamw_row() {
  std::vector<Option> all = options(2.5e-3, 0);
  all.insert(all.begin() + 2, beta_option("beta2", 0.999, "share of the old squares"));
  all.push_back(epsilon_option(1e-8));
  return {.name = "schedule_free_adamw",
          .help = "AdamW whose weighted mean takes the place of a schedule",
          .formula = "as schedule_free_sgd with d = g / (sqrt(v^) + epsilon) + weight_decay y",
          .source = "Defazio et al. 2024; as its authors' code",
          .untouched = Untouched::dense,
          .options = std::move(all),
          .place = TransformPlace::step,
          .states = {{.name = "z", .from_point = true}, {"v"}},
          .memory = memory,
          .body = TransformBody::ScheduleFreeAdamW,
          .per_tensor = true,
          .scalars =
              [](const TransformStep& at, double* s) {
                const double beta2 = at.options.real("beta2");
                scalars(at, s);
                s[5] = beta2, s[6] = 1 - beta2;
                s[7] = at.step > 0 ? 1 / std::sqrt(bias(beta2, at.step)) : 1;
                s[8] = at.options.real("epsilon");
              },
          .remember = remember};
}

}  // namespace thalweg
