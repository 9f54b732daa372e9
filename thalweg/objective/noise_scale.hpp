// How noisy the gradients of batches are beside their mean: from which size on larger batches stop
// paying.
#pragma once

#include <span>

#include "thalweg/objective/finite_sum.hpp"

namespace thalweg {

// The simple noise scale of McCandlish et al. 2018, B = tr(Sigma) / |G|^2, by the estimates of their
// appendix A.1 from the squared norms of gradients at two sizes of batches, each without bias:
//
//   |G|^2 = (B_big |G_big|^2 - B_small |G_small|^2) / (B_big - B_small)
//   tr(Sigma) = (|G_small|^2 - |G_big|^2) / (1/B_small - 1/B_big)
struct NoiseScale {
  double variance;  // tr(Sigma), of the gradient of one sample
  double square;    // |G|^2; may come out at or below 0 where the noise hides the mean
  double samples() const { return variance / square; }
};

// At x [size], from `count` >= 2 batches (small) and from their mean (big): those of the steps from
// `first` on, which must lie in one epoch.
NoiseScale noise_scale(FiniteSum& sum, std::span<const float> x, long long first, size_t count);

}  // namespace thalweg
