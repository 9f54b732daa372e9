// The learning-rate range test: a few steps at a rate that rises until the loss diverges show which
// rates this network bears.
#pragma once

#include <functional>
#include <vector>

#include "thalweg/optim/method.hpp"

namespace thalweg {

struct RangePoint {
  double learning_rate;
  double loss;      // of the step's batch, before the step
  double smoothed;  // a mean over neighbors on both sides, so that it does not lag
};

struct RangeTest {
  std::vector<RangePoint> points;
  double steepest = unknown;    // where the smoothed loss falls fastest against log(learning_rate)
  double lowest = unknown;      // where it is least
  double diverged = unknown;    // where the loss passed four times its least; NaN: nowhere
  double suggestion = unknown;  // a third of `lowest`; NaN where the loss does not fall
};

// Steps of `method`, whose learning rate rises, on a copy of `state`. Ends where the loss, smoothed
// over the steps before, is above four times its least or not finite.
// Source: Smith 2017, section 3.3, whose largest rate is `lowest`; fastai's rule (Gugger 2018) is a
// tenth of it, which on MNIST is too small, as `steepest` is (docs/guide/networks.md).
RangeTest range_test(Objective& objective, Method& method, State state, long long steps,
                     const std::function<bool()>& stop_requested);

}  // namespace thalweg
