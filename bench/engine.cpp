// Speed of the engine's kernels beside the machine's limits, measured in the same run. Counters are
// GB/s of the bytes that must move, GFLOP/s, and milliseconds.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/kernel/contraction/convolution.hpp"
#include "thalweg/kernel/contraction/matmul.hpp"
#include "thalweg/kernel/contraction/reorder.hpp"
#include "thalweg/kernel/random_fill.hpp"
#include "thalweg/kernel/strided_copy.hpp"
#include "thalweg/kernel/tile/tile_kernel.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {
namespace {

using benchmark::Counter;
using benchmark::State;
using enum TileOperation;

void count(State& state, const char* name, double each) {
  state.counters[name] = Counter(each, Counter::kIsIterationInvariantRate);
}

Buffer<float> normals(size_t size) {
  Buffer<float> out(size);
  Random random(1, 1);
  for (float& item : out) item = static_cast<float>(random.normal());
  return out;
}

// Programs written as they read: each call appends an instruction.
struct Writer {
  TileProgram program;

  uint32_t add_instruction(TileInstruction instruction) {
    program.instructions.push_back(instruction);
    return static_cast<uint32_t>(program.instructions.size() - 1);
  }
  uint32_t operand(TileExtent extent) {
    program.operands.push_back({extent});
    return add_instruction(
        {.operation = load, .index = static_cast<uint32_t>(program.operands.size() - 1)});
  }
  uint32_t number(double x) { return add_instruction({.operation = constant, .number = x}); }
  uint32_t apply(TileOperation operation, uint32_t a, uint32_t b = 0, uint32_t c = 0) {
    return add_instruction({.operation = operation, .input = {a, b, c}});
  }
};

// AdamW: 12 operations and a constant scale over p, g, m, v; p, m and v are written in place.
TileProgram adamw() {
  Writer w;
  const auto p = w.operand(TileExtent::all), g = w.operand(TileExtent::all),
             m = w.operand(TileExtent::all), v = w.operand(TileExtent::all),
             rate = w.operand(TileExtent::scalar);
  const auto m_new =
      w.apply(add, w.apply(multiply, m, w.number(0.9)), w.apply(multiply, g, w.number(0.1)));
  const auto v_new = w.apply(add, w.apply(multiply, v, w.number(0.999)),
                             w.apply(multiply, w.apply(multiply, g, g), w.number(0.001)));
  const auto root = w.apply(add, w.apply(square_root, v_new), w.number(1e-8));
  const auto step = w.apply(divide, w.apply(multiply, m_new, rate), root);
  const auto p_new = w.apply(subtract, w.apply(multiply, p, w.number(0.9999)), step);
  w.program.outputs = {{p_new}, {m_new}, {v_new}};
  return w.program;
}

void tile_adamw(State& state) {
  set_threads(static_cast<int>(state.range(0)));
  const size_t size = static_cast<size_t>(state.range(1));
  Buffer<float> p = normals(size), g = normals(size), m(size, 0.0f), v(size, 0.0f);
  const float rate = 1e-3f;
  const TileKernel kernel = TileKernel::make(adamw());
  const void* from[] = {p.data(), g.data(), m.data(), v.data(), &rate};
  void* to[] = {p.data(), m.data(), v.data()};
  for (auto _ : state) kernel.run({1, size}, from, to, nullptr);
  count(state, "GB/s", 28e-9 * static_cast<double>(size));
}

void copy_stream(State& state) {
  set_threads(static_cast<int>(state.range(0)));
  const size_t size = 20'000'000;
  Buffer<float> x = normals(size), y(size, 0.0f);
  Writer w;
  w.program.outputs = {{w.apply(negate, w.operand(TileExtent::all))}};
  const TileKernel kernel = TileKernel::make(w.program);
  const void* from[] = {x.data()};
  void* to[] = {y.data()};
  for (auto _ : state) kernel.run({1, size}, from, to, nullptr);
  count(state, "GB/s", 8e-9 * static_cast<double>(size));
}

void tile_function(State& state) {
  set_threads(1);
  const size_t size = 4096;
  Buffer<float> x = normals(size), y(size);
  Writer w;
  const auto a = w.operand(TileExtent::all);
  w.program.outputs = {{w.apply(static_cast<TileOperation>(state.range(0)), a, a)}};
  const TileKernel kernel = TileKernel::make(w.program);
  const void* from[] = {x.data()};
  void* to[] = {y.data()};
  for (auto _ : state) kernel.run({1, size}, from, to, nullptr);
  count(state, "Gelements/s", 1e-9 * static_cast<double>(size));
  state.SetLabel(std::string(name_of(static_cast<TileOperation>(state.range(0)))));
}

// Rows and columns; two threads.
void tile_softmax(State& state) {
  set_threads(2);
  const TileSize size = {static_cast<size_t>(state.range(0)), static_cast<size_t>(state.range(1))};
  Buffer<float> x = normals(size.rows * size.columns), y(x.size()), most(size.rows), sum(size.rows);
  Writer first, second, third;
  first.program.reductions = {
      {first.operand(TileExtent::all), TileReductionKind::maximum, TileExtent::column}};
  const auto a = second.operand(TileExtent::all);
  const auto e =
      second.apply(exponential, second.apply(subtract, a, second.operand(TileExtent::column)));
  second.program.outputs = {{e}};
  second.program.reductions = {{e, TileReductionKind::sum, TileExtent::column}};
  const auto b = third.operand(TileExtent::all);
  third.program.outputs = {{third.apply(divide, b, third.operand(TileExtent::column))}};
  const TileKernel one = TileKernel::make(first.program), two = TileKernel::make(second.program),
                   three = TileKernel::make(third.program);
  Buffer<std::byte> scratch(std::max(one.scratch(size), two.scratch(size)));
  const void *from1[] = {x.data()}, *from2[] = {x.data(), most.data()},
             *from3[] = {y.data(), sum.data()};
  void *to1[] = {most.data()}, *to2[] = {y.data(), sum.data()}, *to3[] = {y.data()};
  for (auto _ : state) {
    one.run(size, from1, to1, scratch.data());
    two.run(size, from2, to2, scratch.data());
    three.run(size, from3, to3, scratch.data());
  }
  count(state, "GB/s", 20e-9 * static_cast<double>(x.size()));
}

void column_sums(State& state) {
  set_threads(2);
  const TileSize size = {static_cast<size_t>(state.range(0)), static_cast<size_t>(state.range(1))};
  Buffer<float> x = normals(size.rows * size.columns), sums(size.columns);
  Writer w;
  w.program.reductions = {{w.operand(TileExtent::all), TileReductionKind::sum, TileExtent::row}};
  const TileKernel kernel = TileKernel::make(w.program);
  Buffer<std::byte> scratch(kernel.scratch(size));
  const void* from[] = {x.data()};
  void* to[] = {sums.data()};
  for (auto _ : state) kernel.run(size, from, to, scratch.data());
  count(state, "GB/s", 4e-9 * static_cast<double>(x.size()));
}

void uniform(State& state) {
  set_threads(2);
  Buffer<float> to(1 << 20);
  const int32_t key[] = {1, 2};
  for (auto _ : state) random_uniform(DType::float32, key, 3, 1, to.size(), to.data());
  count(state, "Gelements/s", 1e-9 * static_cast<double>(to.size()));
}

void transpose(State& state) {
  set_threads(2);
  const Shape shape = {1000, 2000};
  Buffer<float> x = normals(2'000'000), y(x.size());
  const StridedCopy copy = StridedCopy::make(
      DType::float32, {2000, 1000}, transpose_view(shape, {1, 0}), dense_view({2000, 1000}));
  for (auto _ : state) copy.run(x.data(), y.data());
  count(state, "GB/s", 8e-9 * static_cast<double>(x.size()));
}

// kind (0 forward, 1 input gradient, 2 weight gradient), batch, bfloat16, packed; 784 x 512.
void matmul(State& state) {
  set_threads(2);
  const size_t batch = static_cast<size_t>(state.range(1)), in = 784, out = 512;
  MatmulDescription d;
  d.input = state.range(2) ? DType::bfloat16 : DType::float32;
  d.output = state.range(2) && state.range(0) < 2 ? DType::bfloat16 : DType::float32;
  d.pack_b = state.range(3) != 0;
  if (state.range(0) == 0) {
    d.a = {batch, in}, d.b = {in, out};
    d.bias = true;
    d.epilogue.activation = Activation::relu;
  } else if (state.range(0) == 1) {
    d.a = {batch, out}, d.b = {in, out}, d.transpose_b = true;
  } else {
    d.a = {batch, in}, d.b = {batch, out}, d.transpose_a = true;
  }
  Matmul product = Matmul::make(d);
  Buffer<std::byte> a(element_count(d.a) * 4, std::byte{0}),
      b(product.b_format().bytes() + 64, std::byte{0}),
      c(element_count(product.shape()) * 4, std::byte{0}), bias(out * 4, std::byte{0}),
      scratch(product.scratch());
  for (auto _ : state) product.run(a.data(), b.data(), bias.data(), c.data(), scratch.data());
  count(state, "GFLOP/s", 2e-9 * static_cast<double>(batch * in * out));
}

void matmul_double(State& state) {
  set_threads(2);
  const size_t size = 512;
  MatmulDescription d;
  d.input = d.output = DType::float64;
  d.a = d.b = {size, size};
  Matmul product = Matmul::make(d);
  Buffer<double> a(size * size, 1.0), b(size * size, 1.0), c(size * size);
  Buffer<std::byte> scratch(product.scratch());
  for (auto _ : state) product.run(a.data(), b.data(), nullptr, c.data(), scratch.data());
  count(state, "GFLOP/s", 2e-9 * static_cast<double>(size * size * size));
}

// kind, channels, filters, extent, bfloat16: 3 x 3 at batch 128, formats of the library.
void convolution(State& state) {
  set_threads(2);
  const size_t channels = static_cast<size_t>(state.range(1)),
               filters = static_cast<size_t>(state.range(2)),
               extent = static_cast<size_t>(state.range(3));
  ConvolutionDescription d;
  d.kind = static_cast<ConvolutionKind>(state.range(0));
  d.x = {128, channels, extent, extent};
  d.w = {filters, channels, 3, 3};
  d.window = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 1};
  d.input = state.range(4) ? DType::bfloat16 : DType::float32;
  d.output = state.range(4) && state.range(0) < 2 ? DType::bfloat16 : DType::float32;
  d.bias = state.range(0) != 1;
  if (state.range(0) == 0) d.epilogue.activation = Activation::relu;
  Convolution it = Convolution::make(d);
  Buffer<std::byte> x(it.x_format().bytes(), std::byte{0}), w(it.w_format().bytes(), std::byte{0}),
      y(it.y_format().bytes(), std::byte{0}), bias(filters * 4, std::byte{0}),
      scratch(it.scratch());
  for (auto _ : state) it.run(x.data(), w.data(), bias.data(), y.data(), scratch.data());
  count(state, "GFLOP/s",
        2e-9 * 9 * 128 * static_cast<double>(channels * filters * extent * extent));
  state.SetLabel(it.x_format().text() + " | " + it.w_format().text() + " | " +
                 it.y_format().text());
}

void products(benchmark::internal::Benchmark* it) {
  it->Unit(benchmark::kMicrosecond)->UseRealTime();
  for (const int bfloat16 : {0, 1})
    for (const int batch : {128, 16})
      for (const int kind : {0, 1, 2})
        for (const int packed : {0, 1})
          if (packed == 0 || kind < 2) it->Args({kind, batch, bfloat16, packed});
}
void convolutions(benchmark::internal::Benchmark* it) {
  it->Unit(benchmark::kMillisecond)->UseRealTime();
  for (const int bfloat16 : {0, 1})
    for (const auto& [channels, filters, extent] :
         {std::array{1, 32, 28}, std::array{32, 64, 14}, std::array{64, 128, 14},
          std::array{32, 64, 28}})
      for (const int kind : {0, 1, 2}) it->Args({kind, channels, filters, extent, bfloat16});
}
void functions(benchmark::internal::Benchmark* it) {
  for (int operation = static_cast<int>(square_root); operation <= static_cast<int>(power);
       ++operation)
    if (operation != static_cast<int>(is_finite) && operation != static_cast<int>(logical_not))
      it->Arg(operation);
}
void shapes(benchmark::internal::Benchmark* it) {
  it->Unit(benchmark::kMicrosecond)
      ->UseRealTime()
      ->Args({128, 10})
      ->Args({128, 512})
      ->Args({4096, 1000})
      ->Args({100352, 32});
}

BENCHMARK(copy_stream)->Unit(benchmark::kMillisecond)->UseRealTime()->Arg(1)->Arg(2);
BENCHMARK(tile_adamw)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime()
    ->Args({1, 10'000'000})
    ->Args({2, 10'000'000})
    ->Args({1, 16384});
BENCHMARK(tile_function)->Apply(functions);
BENCHMARK(tile_softmax)->Apply(shapes);
BENCHMARK(column_sums)->Apply(shapes);
BENCHMARK(uniform)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(transpose)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(matmul)->Apply(products);
BENCHMARK(matmul_double)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(convolution)->Apply(convolutions);

}  // namespace
}  // namespace thalweg

BENCHMARK_MAIN();
