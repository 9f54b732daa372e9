#include "thalweg/program/kernel_body.hpp"

#include <gtest/gtest.h>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {
namespace {

// Every operation is run over many shapes in program_test.cpp; here is what it is given.
TEST(KernelBody, ReadsInputsThenWritesTheResult) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {2, 3});
  const Symbol y = transpose(x, {1, 0});
  const KernelBody body = kernel_body(graph, y.id(), false);
  EXPECT_EQ(body.text, "transpose");
  EXPECT_EQ(body.scratch, 0);
  float from[] = {1, 2, 3, 4, 5, 6}, to[6];
  void* at[] = {from, to};
  body.run(at, nullptr);
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(to[i], from[i % 2 * 3 + i / 2]);
}

TEST(KernelBody, ChannelsLastPoolsOverlapOrNot) {
  for (const size_t stride : {size_t{1}, size_t{2}}) {
    Graph graph;
    const Symbol x = graph.input("x", DType::float32, {1, 2, 1, 4});
    const Symbol places = max_pool_indices(x, {1, 2}, Window::uniform(2, stride));
    const size_t count = stride == 1 ? 3 : 2;
    const Symbol dy = graph.input("dy", DType::float32, places.shape());
    const Symbol dx = pool_scatter(dy, places, {1, 2, 1, 4});
    // [place, channel]; channel 0 has its maximum at place 1, channel 1 at place 2.
    float numbers[] = {1, 1, 5, 2, 2, 7, 1, 3}, ones[] = {1, 1, 1, 1, 1, 1}, back[8];
    int32_t found[6];
    void* at[] = {numbers, found};
    kernel_body(graph, places.id(), true).run(at, nullptr);
    void* down[] = {ones, found, back};
    kernel_body(graph, dx.id(), true).run(down, nullptr);
    double total = 0;
    for (const float b : back) total += static_cast<double>(b);
    EXPECT_EQ(total, static_cast<double>(2 * count));
    EXPECT_EQ(back[2], stride == 1 ? 2 : 1);
    EXPECT_EQ(back[5], stride == 1 ? 2 : 1);
  }
}

TEST(KernelBody, RefusesWhatHasNoKernelOfItsOwn) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {2});
  EXPECT_THROW(kernel_body(graph, exp(x).id(), false), std::logic_error);
}

}  // namespace
}  // namespace thalweg
