// Speed of the linear kernels beside the machine's limits, measured in the same run: streaming
// reads and double multiply-adds. Arguments name threads; counters are GB/s, GFLOP/s and rows a
// second.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/kernel.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<double>;

// Sixteen chains of multiply-adds in registers: 2 * 16 * lanes operations a step.
double multiply_add(size_t steps) {
  hn::Vec<Tag> sum[16];
#pragma GCC unroll 16
  for (size_t i = 0; i < 16; ++i) sum[i] = hn::Set(Tag(), static_cast<double>(i));
  const auto a = hn::Set(Tag(), 0.999), b = hn::Set(Tag(), 0.001);
  for (size_t step = 0; step < steps; ++step)
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; ++i) sum[i] = hn::MulAdd(sum[i], a, b);
  auto all = sum[0];
  for (size_t i = 1; i < 16; ++i) all = hn::Add(all, sum[i]);
  return hn::GetLane(hn::SumOfLanes(Tag(), all)) + static_cast<double>(hn::Lanes(Tag()));
}

double read(const double* data, size_t count) {
  const size_t lanes = hn::Lanes(Tag());
  auto a = hn::Zero(Tag()), b = a, c = a, d = a;
  for (size_t i = 0; i + 4 * lanes <= count; i += 4 * lanes) {
    a = hn::Add(a, hn::Load(Tag(), data + i));
    b = hn::Add(b, hn::Load(Tag(), data + i + lanes));
    c = hn::Add(c, hn::Load(Tag(), data + i + 2 * lanes));
    d = hn::Add(d, hn::Load(Tag(), data + i + 3 * lanes));
  }
  return hn::GetLane(hn::SumOfLanes(Tag(), hn::Add(hn::Add(a, b), hn::Add(c, d))));
}

size_t lanes() { return hn::Lanes(Tag()); }

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/kernel/linear.hpp"

namespace thalweg {
namespace {

HWY_EXPORT(multiply_add);
HWY_EXPORT(read);
HWY_EXPORT(lanes);

using benchmark::Counter;
using benchmark::State;

void count(State& state, const char* name, double each) {
  state.counters[name] = Counter(each, Counter::kIsIterationInvariantRate);
}

void peak_multiply_add(State& state) {
  set_threads(static_cast<int>(state.range(0)));
  const size_t steps = 1 << 20, parts = static_cast<size_t>(state.range(0));
  std::vector<double> out(8 * parts);
  for (auto _ : state)
    parallel_blocks(parts, 1, [&](size_t part, size_t, size_t) {
      out[8 * part] = HWY_DYNAMIC_DISPATCH(multiply_add)(steps);
    });
  benchmark::DoNotOptimize(out.data());
  count(state, "GFLOP/s",
        1e-9 * 32.0 * static_cast<double>(steps * parts * HWY_DYNAMIC_DISPATCH(lanes)()));
}

void streaming_read(State& state) {
  set_threads(static_cast<int>(state.range(0)));
  const size_t size = 20'000'000;
  Buffer<double> data(size, 1.0), out(64);
  for (auto _ : state)
    parallel_blocks(size, size / 16, [&](size_t part, size_t begin, size_t end) {
      out[part] = HWY_DYNAMIC_DISPATCH(read)(data.data() + begin, end - begin);
    });
  benchmark::DoNotOptimize(out.data());
  count(state, "GB/s", 8e-9 * static_cast<double>(size));
}

struct Problem {
  Design design;
  Buffer<double> target, x;
  Samples samples;
};

template <class Cell>
Problem make_dense(size_t rows, size_t columns, LossKind kind, size_t outputs) {
  Problem out;
  DenseMatrix<Cell> matrix{rows, columns, Buffer<Cell>(rows * columns)};
  Random random(1, 1);
  for (Cell& cell : matrix.data) cell = static_cast<Cell>(2 * random.uniform() - 1);
  out.design = std::move(matrix);
  out.target = Buffer<double>(rows);
  for (double& y : out.target) y = static_cast<double>(random.below(std::max<size_t>(2, outputs)));
  out.x = Buffer<double>(outputs * (columns + 1));
  for (double& item : out.x) item = 0.1 * random.normal();
  out.samples.loss.kind = kind;
  out.samples.outputs = outputs;
  out.samples.total_weight = static_cast<double>(rows);
  return out;
}

// As a9a: 32,561 rows of 14 ones among 123 columns.
Problem make_sparse() {
  const size_t n = 32561, width = 14, columns = 123;
  Problem out = make_dense<double>(n, 0, LossKind::logistic, 1);
  SparseMatrix matrix{n, columns, Buffer<int64_t>(n + 1), Buffer<int32_t>(n * width),
                      Buffer<double>(n * width, 1.0)};
  Random random(1, 2);
  for (size_t i = 0; i <= n; ++i) matrix.begin[i] = static_cast<int64_t>(i * width);
  for (size_t i = 0; i < n * width; ++i) {
    const size_t group = i % width;
    matrix.column[i] = static_cast<int32_t>(8 * group + random.below(8));
  }
  out.design = std::move(matrix);
  out.x = Buffer<double>(columns + 1, 0.1);
  return out;
}

void run_gradient(State& state, Problem problem, double bytes) {
  set_threads(static_cast<int>(state.range(0)));
  Samples& s = problem.samples;
  s.design = &problem.design;
  s.target = problem.target;
  Buffer<double> gradient(problem.x.size());
  for (auto _ : state) benchmark::DoNotOptimize(value_and_gradient(s, problem.x, gradient));
  count(state, "GB/s", 1e-9 * bytes);
  count(state, "rows/s", static_cast<double>(rows(problem.design)));
}

void run_hessian(State& state, Problem problem) {
  set_threads(static_cast<int>(state.range(0)));
  Samples& s = problem.samples;
  s.design = &problem.design;
  s.target = problem.target;
  const size_t n = rows(problem.design), size = problem.x.size(),
               width = columns(problem.design) + 1;
  Buffer<double> curvature(n * s.outputs, 0.25), h(size * size);
  for (auto _ : state) hessian(s, curvature, h);
  const double pairs = static_cast<double>(s.outputs * (s.outputs + 1) / 2);
  count(state, "GFLOP/s", 1e-9 * pairs * static_cast<double>(n * width * (width + 1)));
}

void gradient_logistic(State& state) {
  run_gradient(state, make_dense<double>(200'000, 100, LossKind::logistic, 1), 200'000 * 808.0);
}
void gradient_logistic_float(State& state) {
  run_gradient(state, make_dense<float>(200'000, 100, LossKind::logistic, 1), 200'000 * 408.0);
}
void gradient_logistic_narrow(State& state) {
  run_gradient(state, make_dense<double>(1'000'000, 11, LossKind::logistic, 1), 1e6 * 96.0);
}
void gradient_softmax(State& state) {
  run_gradient(state, make_dense<double>(60'000, 784, LossKind::softmax, 10), 60'000 * 6280.0);
}
void gradient_sparse(State& state) { run_gradient(state, make_sparse(), 32561 * (14 * 12.0 + 16)); }
void hessian_dense(State& state) {
  const size_t columns = static_cast<size_t>(state.range(1));
  run_hessian(state, make_dense<double>(20'000'000 / columns, columns, LossKind::logistic, 1));
}
void hessian_softmax(State& state) {
  run_hessian(state, make_dense<double>(50'000, 60, LossKind::softmax, 4));
}
void hessian_sparse(State& state) { run_hessian(state, make_sparse()); }

void set_up(benchmark::internal::Benchmark* it) {
  it->Unit(benchmark::kMillisecond)->UseRealTime()->Args({1})->Args({2});
}
void set_up_sizes(benchmark::internal::Benchmark* it) {
  it->Unit(benchmark::kMillisecond)->UseRealTime();
  for (const int threads : {1, 2})
    for (const int columns : {50, 100, 200, 500}) it->Args({threads, columns});
}

BENCHMARK(streaming_read)->Apply(set_up);
BENCHMARK(peak_multiply_add)->Apply(set_up);
BENCHMARK(gradient_logistic)->Apply(set_up);
BENCHMARK(gradient_logistic_float)->Apply(set_up);
BENCHMARK(gradient_logistic_narrow)->Apply(set_up);
BENCHMARK(gradient_softmax)->Apply(set_up);
BENCHMARK(gradient_sparse)->Apply(set_up);
BENCHMARK(hessian_dense)->Apply(set_up_sizes);
BENCHMARK(hessian_softmax)->Apply(set_up);
BENCHMARK(hessian_sparse)->Apply(set_up);

}  // namespace
}  // namespace thalweg

BENCHMARK_MAIN();

#endif
