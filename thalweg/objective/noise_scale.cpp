#include "thalweg/objective/noise_scale.hpp"

#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

NoiseScale noise_scale(FiniteSum& sum, std::span<const float> x, long long first, size_t count) {
  std::vector<float> at(x.begin(), x.end());
  Buffer<float> gradient(x.size(), 0.0F);
  std::vector<double> mean(x.size(), 0.0);
  const auto batches = static_cast<double>(count), batch = static_cast<double>(sum.batch());
  double small = 0, big = 0;
  for (size_t k = 0; k < count; ++k) {
    sum.value_and_gradient(at, gradient, first + static_cast<long long>(k));
    for (size_t i = 0; i < mean.size(); ++i) {
      const auto g = static_cast<double>(gradient[i]);
      small += g * g / batches;
      mean[i] += g / batches;
    }
  }
  for (const double g : mean) big += g * g;
  return {batch * batches / (batches - 1) * (small - big), (batches * big - small) / (batches - 1)};
}

}  // namespace thalweg
