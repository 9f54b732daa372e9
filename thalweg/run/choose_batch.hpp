// How many samples a step of a network looks at.
#pragma once

#include <functional>
#include <string>

#include "thalweg/objective/noise_scale.hpp"
#include "thalweg/objective/sampled.hpp"
#include "thalweg/optim/method.hpp"
#include "thalweg/optim/transform/chain.hpp"

namespace thalweg {

struct BatchChoice {
  size_t batch = 0;
  std::string reason;                                             // of `auto`
  double noise_scale = std::numeric_limits<double>::quiet_NaN();  // samples, where it was measured
};

// `asked`: a number, of which no more than the rows are taken, or `auto`: the power of two that is
// nearest to the noise scale, from 32 to 1024 and such that an epoch keeps 32 steps. Throws Error for
// anything else.
BatchChoice choose_batch(const std::string& asked, size_t rows,
                         const std::function<NoiseScale()>& measure);

// After a few steps of the chain from `state`, which is used up. The gradients of a start are large
// and alike, and their noise scale says nothing of the run.
NoiseScale measure_noise(const TracedLoss& loss, const SampleSet& samples,
                         const std::vector<uint32_t>& rows, BatchOptions batches,
                         const CompileOptions& compile, Chain chain, State& state);

}  // namespace thalweg
