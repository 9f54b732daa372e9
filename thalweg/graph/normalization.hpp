// Normalizations: each a composition. Eps is added to the variance under the root; scale and shift
// may be empty Symbols, for none. All follow PyTorch.
#pragma once

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

// (x - mean) / sqrt(variance + eps) * scale + shift over the last axis; scale, shift [last].
Symbol layer_norm(Symbol x, Symbol scale, Symbol shift, double eps = 1e-5);

// x / sqrt(mean(x^2) + eps) * scale over the last axis; scale [last].
Symbol rms_norm(Symbol x, Symbol scale, double eps = 1e-5);

// Over each group of channels of a sample, x [batch, channel, spatial...]; scale, shift [channel].
// Throws Error where the groups do not divide the channels.
Symbol group_norm(Symbol x, size_t groups, Symbol scale, Symbol shift, double eps = 1e-5);

// Over all axes but the second, x [batch, channel, spatial...]; scale, shift, running [channel].
struct BatchNorm {
  Symbol y;
  // The statistics that evaluation will use: (1 - momentum) old + momentum new, the new variance
  // divided by count - 1 while x is normalized by the one divided by count. No derivative.
  Symbol running_mean, running_variance;
};
// Throws Error where there is one number a channel or none, which has no variance.
BatchNorm batch_norm(Symbol x, Symbol scale, Symbol shift, Symbol running_mean,
                     Symbol running_variance, double momentum = 0.1, double eps = 1e-5);
// By the running statistics.
Symbol batch_norm_evaluation(Symbol x, Symbol scale, Symbol shift, Symbol running_mean,
                             Symbol running_variance, double eps = 1e-5);

}  // namespace thalweg
