// The transforms' rows, each from the file of its name or its family's.
#pragma once

#include "thalweg/optim/transform/transform.hpp"

namespace thalweg {

TransformRow sam_row();
TransformRow sgd_row();
TransformRow momentum_row();
TransformRow nesterov_momentum_row();
TransformRow adagrad_row();
TransformRow adadelta_row();
TransformRow rmsprop_row();
TransformRow centered_rmsprop_row();
TransformRow adam_row();
TransformRow adamw_row();
TransformRow amsgrad_row();
TransformRow adamax_row();
TransformRow nadam_row();
TransformRow radam_row();
TransformRow adabelief_row();
TransformRow yogi_row();
TransformRow lion_row();
TransformRow lars_row();
TransformRow lamb_row();
TransformRow sophia_row();
TransformRow prodigy_row();
TransformRow schedule_free_sgd_row();
TransformRow schedule_free_adamw_row();
TransformRow weight_decay_row();
TransformRow clip_value_row();
TransformRow clip_norm_row();
TransformRow clip_global_norm_row();
TransformRow adafactor_row();
TransformRow muon_row();
TransformRow shampoo_row();
TransformRow soap_row();
TransformRow gradient_noise_row();
TransformRow clip_adaptive_row();
TransformRow centralize_row();
TransformRow ema_row();
TransformRow swa_row();
TransformRow lookahead_row();

// What several rows share.
Option learning_rate_option(double initial);  // the first of those that set a step's length
Option beta_option(const char* name, double initial, const char* help);
Option epsilon_option(double initial);
Option weight_decay_option(double initial);
Option mask_option();
// The numbers of the body Adam from beta1, beta2 and epsilon.
void adam_scalars(const TransformStep& at, double* s);
// 1 - beta^t.
double bias(double beta, long long step);
// |x| / |u| from the squares of their norms, 1 where either is 0.
double trust_ratio(double direction_square, double point_square);

}  // namespace thalweg
