// Cost of making a batch out of 60,000 images of 28 x 28 bytes, on the thread that makes it; and of
// the order of an epoch.
#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

#include "thalweg/data/batches.hpp"

namespace thalweg {
namespace {

constexpr size_t count = 60000;

const ImageData& images() {
  static const ImageData data = [] {
    ImageData out{"made", count, 1, 28, 28, {}, std::vector<int32_t>(count, 0), {}};
    Buffer<uint8_t> pixels(count * 784);
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = static_cast<uint8_t>(i * 2654435761u >> 24);
    out.pixels = std::move(pixels);
    return out;
  }();
  return data;
}

// Arguments: samples in a batch, pixels of shift (with flips where it is not 0).
void make_batch(benchmark::State& state) {
  std::vector<uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0u);
  BatchOptions options;
  options.batch = static_cast<size_t>(state.range(0));
  options.augmentation = {static_cast<int>(state.range(1)), state.range(1) != 0};
  options.ahead = 0;
  Batches batches(samples(images(), {1, 28, 28, {127.5}, {73.9}, {"one"}}), rows, options);
  for (auto _ : state) benchmark::DoNotOptimize(batches.next().inputs.data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(make_batch)->Args({16, 0})->Args({128, 0})->Args({128, 2})->Unit(benchmark::kMicrosecond);

void order_of_an_epoch(benchmark::State& state) {
  uint64_t epoch = 0;
  for (auto _ : state) benchmark::DoNotOptimize(shuffled_order(count, 1, epoch++));
}
BENCHMARK(order_of_an_epoch)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace thalweg

BENCHMARK_MAIN();
