// Steps of the transforms over 10 million float32 parameters: seconds, and GB/s of the bytes that
// each must move, beside a sweep that moves AdamW's bytes and does nothing else.
//
//   bench_optimizers [THREADS [ROUNDS]]   prints one JSON object; times are minima over the rounds
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/optimizers.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Reads g, and reads and writes x, m and v: 28 bytes a number, two operations each.
void sweep(const float* g, float* x, float* m, float* v, size_t count) {
  const hn::ScalableTag<float> d;
  const auto half = hn::Set(d, 0.5f);
  for (size_t i = 0; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto a = hn::Mul(half, hn::LoadU(d, g + i));
    hn::StoreU(hn::Add(a, hn::LoadU(d, x + i)), d, x + i);
    hn::StoreU(hn::Add(a, hn::LoadU(d, m + i)), d, m + i);
    hn::StoreU(hn::Add(a, hn::LoadU(d, v + i)), d, v + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "thalweg/base/clock.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/optim/transform/optimizer.hpp"

namespace thalweg {
namespace {

HWY_EXPORT(sweep);

constexpr size_t size = 10'000'000;

struct Case {
  std::string chain;
  double bytes;  // a number: each array read or written once for each measure
};

// g 4, x 8, each state 8; a measure reads g again, or writes and reads the direction.
const Case cases[] = {
    {"sgd", 12},
    {"momentum", 20},
    {"nesterov_momentum", 20},
    {"adagrad", 20},
    {"adadelta", 28},
    {"rmsprop", 20},
    {"centered_rmsprop", 28},
    {"adam", 28},
    {"adamw", 28},
    {"amsgrad", 36},
    {"adamax", 28},
    {"nadam", 28},
    {"radam", 28},
    {"adabelief", 28},
    {"yogi", 28},
    {"lion", 20},
    {"lion + weight_decay", 20},
    {"sophia", 24},
    {"schedule_free_sgd", 20},
    {"schedule_free_adamw", 28},
    {"clip_value + momentum", 20},
    {"sgd + ema", 20},
    {"sgd + swa", 20},
    {"momentum + lookahead", 28},
    {"lars", 28},
    {"lamb", 36},
    {"prodigy", 52},
    {"clip_global_norm + adamw", 32},
    {"clip_global_norm + adam + weight_decay + ema", 40},
};

}  // namespace
}  // namespace thalweg

int main(int count, char** arguments) {
  using namespace thalweg;
  set_threads(count > 1 ? std::atoi(arguments[1]) : 0);
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 15;
  // As a network's: one matrix, and a tenth of it in small tensors.
  Layout layout;
  layout.add("weight", {9000, 1000});
  for (int i = 0; i < 1000; ++i) layout.add(fmt::format("bias{}", i), {1000});
  Buffer<float> x(size), g(size);
  Random random(1, 1);
  for (size_t i = 0; i < size; ++i) {
    x[i] = static_cast<float>(random.uniform() - 0.5);
    g[i] = static_cast<float>(random.uniform() - 0.5);
  }
  Buffer<float> a(size, 0.0f), b(size, 0.0f), c(size, 0.0f);
  struct Run {
    Optimizer<float> optimizer;
    std::vector<Buffer<float>> arrays;
    std::vector<double> memory;
    OptimizerState<float> state;
  };
  std::vector<std::unique_ptr<Run>> runs;
  std::map<std::string, double> best;
  auto time = [&](const std::string& name, const auto& body) {
    const double start = wall_seconds();
    body();
    const double seconds = wall_seconds() - start;
    auto [found, fresh] = best.emplace(name, seconds);
    if (!fresh) found->second = std::min(found->second, seconds);
  };
  auto stream = [&] {
    parallel_blocks(size, 65536, [&](size_t, size_t begin, size_t end) {
      HWY_DYNAMIC_DISPATCH(sweep)
      (g.data() + begin, a.data() + begin, b.data() + begin, c.data() + begin, end - begin);
    });
  };
  for (const Case& item : cases) {
    Run run{Optimizer<float>(parse_chain(item.chain), layout), {}, {}, {}};
    for (const auto& array : run.optimizer.arrays()) {
      run.arrays.emplace_back(array.size);
    }
    for (Buffer<float>& array : run.arrays) run.state.arrays.emplace_back(array);
    run.memory.resize(run.optimizer.memory());
    run.state.memory = run.memory;
    run.optimizer.start(x, run.state);
    for (int round = 0; round <= rounds; ++round) {
      time("stream", stream);
      if (round == 0) {
        run.optimizer.step(x, g, 1e-9, run.state);
        continue;
      }
      time(item.chain, [&] { run.optimizer.step(x, g, 1e-9, run.state); });
    }
  }
  const double limit = 28e-9 * size / best["stream"];
  nlohmann::ordered_json out;
  out["threads"] = threads();
  out["stream"] = {{"seconds", best["stream"]}, {"gb_per_second", limit}};
  for (const Case& item : cases) {
    const double speed = 1e-9 * item.bytes * size / best[item.chain];
    out["chains"][item.chain] = {{"seconds", best[item.chain]},
                                 {"bytes", item.bytes},
                                 {"gb_per_second", speed},
                                 {"share", speed / limit}};
  }
  std::printf("%s\n", out.dump(1).c_str());
  return 0;
}

#endif
