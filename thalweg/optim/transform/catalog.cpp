// The transforms, one row each, and what several of them share.
#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

std::span<const TransformRow> transforms() {
  static const std::vector<TransformRow> rows = {
      sgd_row(),
      momentum_row(),
      nesterov_momentum_row(),
      adagrad_row(),
      adadelta_row(),
      rmsprop_row(),
      centered_rmsprop_row(),
      adam_row(),
      adamw_row(),
      amsgrad_row(),
      adamax_row(),
      nadam_row(),
      radam_row(),
      adabelief_row(),
      yogi_row(),
      lion_row(),
      lars_row(),
      lamb_row(),
      sophia_row(),
      prodigy_row(),
      schedule_free_sgd_row(),
      schedule_free_adamw_row(),
      weight_decay_row(),
      clip_value_row(),
      clip_norm_row(),
      clip_global_norm_row(),
      clip_adaptive_row(),
      adafactor_row(),
      muon_row(),
      shampoo_row(),
      soap_row(),
      gradient_noise_row(),
      centralize_row(),
      sam_row(),
      ema_row(),
      swa_row(),
      lookahead_row(),
  };
  return rows;
}

Option learning_rate_option(double initial) {
  return Option::real("learning_rate", initial, 0, 1e6, "length of a step; a schedule scales it");
}
Option beta_option(const char* name, double initial, const char* help) {
  return Option::real(name, initial, 0, 0.9999999999, help);
}
Option epsilon_option(double initial) {
  return Option::real("epsilon", initial, 0, 1e3, "added to the denominator");
}
Option weight_decay_option(double initial) {
  return Option::real("weight_decay", initial, 0, 1e6, "decay, times the learning rate a step");
}
Option mask_option() {
  return Option::choice("mask", "matrices", {"matrices", "all"},
                        "tensors that decay: those of two axes or more (no biases and norms), all");
}

double bias(double beta, long long step) { return 1 - std::pow(beta, static_cast<double>(step)); }

double trust_ratio(double direction_square, double point_square) {
  if (direction_square == 0 || point_square == 0) return 1;
  return std::sqrt(point_square) / std::sqrt(direction_square);
}

}  // namespace thalweg
