#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

std::vector<Option> options() {
  return {learning_rate_option(1e-3), beta_option("beta1", 0.9, "share of the old mean"),
          beta_option("beta2", 0.999, "share of the old squares"), epsilon_option(1e-8)};
}

}  // namespace

void adam_scalars(const TransformStep& at, double* s) {
  const double beta1 = at.options.real("beta1"), beta2 = at.options.real("beta2");
  s[0] = beta1, s[1] = 1 - beta1;
  s[2] = beta2, s[3] = 1 - beta2;
  s[4] = 1 / bias(beta1, at.step);
  s[5] = 1 / std::sqrt(bias(beta2, at.step));
  s[6] = at.options.real("epsilon");
}

TransformRow adam_row() {
  return {.name = "adam",
          .help = "the mean of the gradients over the root of their mean square",
          .formula =
              "m+ = beta1 m + (1 - beta1) g; v+ = beta2 v + (1 - beta2) g^2; u = m^ / "
              "(sqrt(v^) + epsilon), m^ = m+ / (1 - beta1^t), v^ = v+ / (1 - beta2^t)",
          .source = "Kingma, Ba 2015, algorithm 1; as PyTorch",
          .untouched = Untouched::lazy,
          .options = options(),
          .states = {{"m"}, {"v"}},
          .body = TransformBody::Adam,
          .scalars = adam_scalars};
}

TransformRow adamw_row() {
  std::vector<Option> all = options();
  all.push_back(weight_decay_option(0.01));
  all.push_back(mask_option());
  return {.name = "adamw",
          .help = "Adam with decoupled weight decay",
          .formula = "u = Adam's + weight_decay x",
          .source =
              "Loshchilov, Hutter 2019; as PyTorch, which decays with the learning rate's "
              "schedule, and all tensors (mask=all)",
          .untouched = Untouched::lazy,
          .options = std::move(all),
          .states = {{"m"}, {"v"}},
          .body = TransformBody::AdamW,
          .per_tensor = true,
          .scalars = [](const TransformStep& at, double* s) {
            adam_scalars(at, s);
            s[7] = at.options.real("weight_decay") * at.decay_factor;
          }};
}

TransformRow amsgrad_row() {
  return {
      .name = "amsgrad",
      .help = "Adam whose mean square never falls",
      .formula = "as adam, with the largest v+ so far in the place of v+",
      .source = "Reddi, Kale, Kumar 2018; as PyTorch, which corrects the bias after the maximum",
      .untouched = Untouched::lazy,
      .options = options(),
      .states = {{"m"}, {"v"}, {"top"}},
      .body = TransformBody::AmsGrad,
      .scalars = adam_scalars};
}

}  // namespace thalweg
