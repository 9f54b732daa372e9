// The losses of traced models: each a composition that gives one number a sample, and a row of the
// catalog. All take the model's plain output (logits, not probabilities), and neither they nor their
// derivatives overflow at any finite logit. Where a name is also a loss of linear models
// (kernel/loss), the value is the same: squared is r^2/2, half of PyTorch's; the rest follow PyTorch.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/graph/symbol.hpp"

namespace thalweg {

// r^2/2 and Huber's (r^2/2 for |r| <= delta, delta (|r| - delta/2) beyond), r = z - y, of any shape.
Symbol squared_loss(Symbol z, Symbol y);
Symbol huber_loss(Symbol z, Symbol y, double delta = 1);

// -p t ln sigmoid(z) - (1 - t) ln sigmoid(-z), t in [0, 1], p the weight of positive samples.
Symbol binary_cross_entropy(Symbol z, Symbol t, double positive_weight = 1);

// max(1 - (2 t - 1) z, 0), t in {0, 1}; derivative 0 at the kink.
Symbol hinge_loss(Symbol z, Symbol t);

// -sum_c q_c w_c ln softmax(z)_c along the last axis of z [..., classes], for labels int32 [...]:
// q = (1 - smoothing) at the label, plus smoothing / classes everywhere; w [classes], empty: all 1.
// NaN for a label outside [0, classes).
Symbol cross_entropy(Symbol z, Symbol labels, double smoothing = 0, Symbol class_weights = {});

// sum_c p_c (ln p_c - ln softmax(z)_c) along the last axis; 0 ln 0 is 0. p [..., classes].
Symbol kl_divergence(Symbol z, Symbol p);

// InfoNCE between two views a, b [batch, feature] of the same samples, both ways: the mean of the
// cross-entropies of the rows and of the columns of S, label i for sample i, S the cosines divided
// by the temperature. Sources: van den Oord, Li, Vinyals, 2018; Radford et al., 2021, figure 3.
Symbol contrastive_loss(Symbol a, Symbol b, double temperature = 0.07);

// What a loss is told about a sample, besides the prediction.
enum class LossTarget : uint8_t {
  numbers,        // of the prediction's shape
  flags,          // 0 or 1 (for cross-entropy: between them), of the prediction's shape
  labels,         // int32, the prediction's shape without its last axis
  distributions,  // of the prediction's shape, sums of 1 along the last axis
  views           // another prediction
};

struct TracedLossRow {
  std::string name;
  std::string help;
  LossTarget target;
  std::vector<Option> options;
  // One number a sample or element; `class_weights` [classes], empty: all 1, only for labels.
  Symbol (*terms)(Symbol prediction, Symbol target, Symbol class_weights, const Settings& settings);
};

// The mean of the terms; with class weights their sum divided by the sum of the labels' weights.
Symbol mean_loss(const TracedLossRow& row, Symbol prediction, Symbol target, Symbol class_weights,
                 const Settings& settings);

std::span<const TracedLossRow> traced_losses();

// Whether a table or images hold what the loss is told about a sample: not distributions or views.
bool is_of_data(const TracedLossRow& row);

}  // namespace thalweg
