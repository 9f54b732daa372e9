// Training steps of small networks: milliseconds a step and the first losses, for
// bench/networks.py, which compares them with the peers'.
//
//   bench_networks MODEL BATCH PRECISION DATA THREADS ROUNDS
//
// MODEL: mlp (784-512-512-10) or cnn (32-64-128 channels of 3x3, two poolings, dense 128).
// PRECISION: float32 or bfloat16. DATA: float32 numbers: the inputs [BATCH, 784], the labels
// [BATCH], then the parameters in the order of the layers, weights before biases. Adam at 1e-4.
// Prints one JSON object: the least and the median time of a step, the losses of the first 50 steps
// on that one batch, bytes of the program's arena, and what the machine gives at most, measured in
// between: operations a second of a large product, bytes a second to and from memory.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/graph/activation.hpp"
#include "thalweg/graph/differentiate.hpp"
#include "thalweg/graph/layer.hpp"
#include "thalweg/graph/loss.hpp"
#include "thalweg/kernel/contraction/matmul.hpp"
#include "thalweg/optim/transform/optimizer.hpp"
#include "thalweg/program/program.hpp"

namespace thalweg {
namespace {

struct Network {
  Graph graph;
  Layout layout;
  Symbols parameters;
  Symbol loss;

  Symbol parameter(const Shape& shape) {
    const std::string name = "p" + std::to_string(parameters.size());
    layout.add(name, shape);
    parameters.push_back(graph.input(name, DType::float32, shape));
    return parameters.back();
  }
  Symbol dense(Symbol x, size_t in, size_t out) {
    const Symbol w = parameter({out, in});
    return thalweg::dense(x, w, parameter({out}));
  }
  Symbol convolution(Symbol x, size_t in, size_t out) {
    const Symbol w = parameter({out, in, 3, 3}), b = parameter({out});
    return relu(thalweg::convolution(x, w, Window::uniform(2, 1, 1)) + reshape(b, {out, 1, 1}));
  }
};

void build(Network& net, const std::string& model, size_t batch) {
  Symbol h;
  if (model == "mlp") {
    h = net.graph.input("x", DType::float32, {batch, 784});
    h = relu(net.dense(h, 784, 512));
    h = net.dense(relu(net.dense(h, 512, 512)), 512, 10);
  } else {
    h = net.graph.input("x", DType::float32, {batch, 1, 28, 28});
    const auto pool = [](Symbol x) { return max_pool(x, {2, 2}, Window::uniform(2, 2)); };
    h = pool(net.convolution(h, 1, 32));
    h = pool(net.convolution(h, 32, 64));
    h = reshape(net.convolution(h, 64, 128), {batch, 128 * 49});
    h = net.dense(relu(net.dense(h, 128 * 49, 128)), 128, 10);
  }
  const Symbol labels = net.graph.input("labels", DType::int32, {batch});
  net.loss = mean(cross_entropy(h, labels));
}

double peak_megabytes() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

double least_seconds(int rounds, const auto& body) {
  double least = 1e300;
  for (int i = 0; i < rounds; ++i) {
    const double began = wall_seconds();
    body();
    least = std::min(least, wall_seconds() - began);
  }
  return least;
}

double product_peak(bool bfloat16) {
  constexpr size_t n = 2048;
  MatmulDescription description;
  description.a = description.b = {n, n};
  if (bfloat16) description.input = DType::bfloat16;
  Matmul product = Matmul::make(description);
  // Of ones in either type.
  Buffer<float> a(n * n, 1.0F), c(n * n);
  Buffer<uint16_t> narrow(n * n, uint16_t{0x3F80});
  Buffer<std::byte> scratch(product.scratch());
  const void* from = bfloat16 ? static_cast<const void*>(narrow.data()) : a.data();
  const double seconds =
      least_seconds(5, [&] { product.run(from, from, nullptr, c.data(), scratch.data()); });
  return 2.0 * n * n * n / seconds;
}

double memory_peak() {
  constexpr size_t n = size_t{1} << 24;
  Buffer<float> x(n, 1.0F), y(n, 1.0F);
  const double seconds = least_seconds(8, [&] {
    parallel_blocks(n, 1 << 16, [&](size_t, size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) y[i] += x[i];
    });
  });
  return 3.0 * sizeof(float) * n / seconds;
}

int run(const std::string& model, size_t batch, bool bfloat16, const char* data, int rounds) {
  Network net;
  build(net, model, batch);
  Symbols wanted = {net.loss};
  for (const Symbol g : gradient(net.loss, net.parameters)) wanted.push_back(g);
  Program program = Program::compile(
      wanted, {.precision = bfloat16 ? Precision::bfloat16 : Precision::as_traced});

  const MappedFile file(data);
  const size_t size = net.layout.size();
  if (file.text().size() != 4 * (batch * 785 + size)) fail("{}: of another size", data);
  const auto* numbers = reinterpret_cast<const float*>(file.text().data());
  std::vector<int32_t> labels(numbers + batch * 784, numbers + batch * 785);
  Buffer<float> x(size), g(size);
  std::copy_n(numbers + batch * 785, size, x.data());
  float loss = 0;

  std::vector<const void*> inputs;
  for (const ProgramTensor& tensor : program.inputs())
    inputs.push_back(tensor.name == "x"        ? static_cast<const void*>(numbers)
                     : tensor.name == "labels" ? static_cast<const void*>(labels.data())
                                               : x.data() + net.layout[tensor.name].offset);
  std::vector<void*> results = {&loss};
  for (const TensorPlace& tensor : net.layout.tensors())
    results.push_back(g.data() + tensor.offset);

  Optimizer<float> optimizer(parse_chain("adam(1e-4)"), net.layout);
  OptimizerState<float> state;
  std::vector<Buffer<float>> arrays;
  for (const auto& array : optimizer.arrays()) arrays.emplace_back(array.size, 0.0F);
  for (Buffer<float>& array : arrays) state.arrays.emplace_back(array.data(), array.size());
  std::vector<double> memory(optimizer.memory());
  state.memory = memory;
  optimizer.start(x, state);

  std::vector<double> losses, times;
  for (int i = 0; i < 50 + rounds; ++i) {
    const double began = wall_seconds();
    program.run(inputs, results);
    optimizer.step(x, g, 1e-4, state);
    if (i >= 5) times.push_back(1e3 * (wall_seconds() - began));
    if (i < 50) losses.push_back(static_cast<double>(loss));
  }
  std::sort(times.begin(), times.end());
  const nlohmann::ordered_json out = {{"milliseconds", times.front()},
                                      {"median", times[times.size() / 2]},
                                      {"losses", losses},
                                      {"arena", program.memory()},
                                      {"megabytes", peak_megabytes()},
                                      {"operations a second", product_peak(bfloat16)},
                                      {"bytes a second", memory_peak()}};
  std::printf("%s\n", out.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace thalweg

int main(int count, char** words) {
  if (count != 7) return std::fprintf(stderr, "bench_networks: see its source\n"), 2;
  thalweg::set_threads(std::atoi(words[5]));
  return thalweg::run(words[1], static_cast<size_t>(std::atol(words[2])),
                      std::string(words[3]) == "bfloat16", words[4], std::atoi(words[6]));
}
