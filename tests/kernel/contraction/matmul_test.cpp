#include "thalweg/kernel/contraction/matmul.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/support/allocation.hpp"
#include "tests/support/stored.hpp"
#include "tests/support/target.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/contraction/reorder.hpp"

namespace thalweg {
namespace {

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return std::max(x, 0.0);
    case Activation::gelu:
      return x * 0.5 * (1 + std::erf(x / std::sqrt(2.0)));
    case Activation::gelu_tanh:
      return x * 0.5 *
             (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case Activation::tanh:
      return std::tanh(x);
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::silu:
      return x / (1 + std::exp(-x));
    case Activation::elu:
      return x > 0 ? x : std::exp(x) - 1;
    case Activation::softplus:
      return std::log(1 + std::exp(x));
  }
  return x;
}

// Against loops; b is [batch or 1, ...] beside a [batch, ...].
void check(MatmulDescription d, size_t batch, size_t m, size_t k, size_t n, bool one_b,
           Random& random) {
  d.a = d.transpose_a ? Shape{batch, k, m} : Shape{batch, m, k};
  d.b = d.transpose_b ? Shape{one_b ? 1 : batch, n, k} : Shape{one_b ? 1 : batch, k, n};
  SCOPED_TRACE(to_text(d.a) + " x " + to_text(d.b) + " " + std::string(name_of(d.input)) + " to " +
               std::string(name_of(d.output)));
  const DType bias_type = d.input == DType::float64 ? d.input : DType::float32;
  Stored a = Stored::normal(d.input, element_count(d.a), random),
         b = Stored::normal(d.input, element_count(d.b), random),
         bias = Stored::normal(bias_type, n, random),
         c = Stored::normal(d.output, batch * m * n, random);
  const Stored before = c;
  Matmul matmul = Matmul::make(d);
  EXPECT_EQ(matmul.shape(), (Shape{batch, m, n}));
  Buffer<std::byte> scratch(matmul.scratch()), packed(matmul.b_format().bytes());
  const void* b_data = b.data();
  if (d.pack_b) {
    Reorder pack = Reorder::make(matmul.b_stored(), matmul.b_format());
    Buffer<std::byte> reorder_scratch(pack.scratch());
    pack.run(b.data(), packed.data(), reorder_scratch.data());
    b_data = packed.data();
  }
  matmul.run(a.data(), b_data, bias.data(), c.data(), scratch.data());
  for (size_t i = 0; i < batch * m * n; ++i) {
    const size_t column = i % n, row = i / n % m, matrix = i / n / m, other = one_b ? 0 : matrix;
    double sum = 0, scale = 0;
    for (size_t j = 0; j < k; ++j) {
      const double x = a[d.transpose_a ? (matrix * k + j) * m + row : (matrix * m + row) * k + j];
      const double y =
          b[d.transpose_b ? (other * n + column) * k + j : (other * k + j) * n + column];
      sum += x * y;
      scale += std::abs(x * y);
    }
    if (d.bias) sum += bias[column];
    if (d.epilogue.accumulate) sum += before[i];
    const double exact = activated(d.epilogue.activation, sum);
    const double inner = d.input == DType::float64 ? 0x1p-53 : 0x1p-24;
    // The library's activations are good to some 1e-6.
    const double approximate =
        d.epilogue.activation == Activation::none || d.input == DType::float64 ? 0 : 4e-6;
    ASSERT_NEAR(c[i], exact,
                8 * inner * (scale + std::abs(sum) + 1) + approximate * (1 + std::abs(sum)) +
                    1.5 * rounding(d.output) * std::abs(exact))
        << "at " << i;
  }
}

constexpr DType types[][2] = {{DType::float64, DType::float64},
                              {DType::float32, DType::float32},
                              {DType::bfloat16, DType::bfloat16},
                              {DType::bfloat16, DType::float32}};

TEST(Matmul, AgreesWithLoopsOverShapesTypesAndTranspositions) {
  Random random(1, 1);
  constexpr size_t extents[] = {1, 2, 3, 7, 16, 17, 33, 64, 100};
  for (const auto& [input, output] : types)
    for (int i = 0; i < 40; ++i) {
      MatmulDescription d;
      d.input = input;
      d.output = output;
      d.transpose_a = random.below(2) == 0;
      d.transpose_b = random.below(2) == 0;
      d.bias = random.below(2) == 0;
      d.pack_b = random.below(4) == 0;
      d.epilogue.accumulate = random.below(4) == 0;
      const auto any = [&] { return extents[random.below(std::size(extents))]; };
      const size_t batch = 1 + random.below(3);
      check(d, batch, any(), any(), any(), random.below(3) == 0, random);
      if (HasFatalFailure()) return;
    }
}

TEST(Matmul, OfDoublesAgreesWithLoopsOnEveryTarget) {
  Random random(5, 1);
  each_target([&] {
    for (const bool transpose_a : {false, true})
      for (const bool transpose_b : {false, true}) {
        MatmulDescription d;
        d.input = d.output = DType::float64;
        d.transpose_a = transpose_a;
        d.transpose_b = transpose_b;
        check(d, 2, 37, 300, 29, true, random);
      }
  });
}

TEST(Matmul, HasEveryEpilogue) {
  Random random(2, 1);
  for (const auto& [input, output] : types)
    for (int activation = 0; activation <= static_cast<int>(Activation::softplus); ++activation)
      for (const bool accumulate : {false, true}) {
        MatmulDescription d;
        d.input = input;
        d.output = output;
        d.bias = true;
        d.epilogue = {accumulate, static_cast<Activation>(activation)};
        check(d, 1, 20, 5, 40, false, random);
        if (HasFatalFailure()) FAIL() << activation;
      }
}

TEST(Matmul, OfNothingIsTheEpilogueOfTheBias) {
  Random random(3, 1);
  for (const auto& [input, output] : types)
    for (const bool accumulate : {false, true}) {
      MatmulDescription d;
      d.input = input;
      d.output = output;
      d.bias = true;
      d.epilogue = {accumulate, Activation::relu};
      check(d, 2, 3, 0, 4, false, random);
      check(d, 2, 0, 3, 4, false, random);
      check(d, 0, 2, 3, 4, false, random);
    }
}

TEST(Matmul, BitsOfDoubleDoNotDependOnThreads) {
  Random random(4, 1);
  MatmulDescription d;
  d.input = d.output = DType::float64;
  d.a = {300, 200};
  d.b = {200, 150};
  Stored a = Stored::normal(d.input, 60000, random), b = Stored::normal(d.input, 30000, random);
  Stored one(d.output, 45000), three(d.output, 45000);
  Matmul matmul = Matmul::make(d);
  Buffer<std::byte> scratch(matmul.scratch());
  set_threads(1);
  matmul.run(a.data(), b.data(), nullptr, one.data(), scratch.data());
  set_threads(3);
  const size_t before = allocations();
  matmul.run(a.data(), b.data(), nullptr, three.data(), scratch.data());
  EXPECT_EQ(allocations(), before);
  set_threads(0);
  EXPECT_EQ(std::memcmp(one.data(), three.data(), one.memory.size()), 0);
}

TEST(Matmul, RefusesWhatDoesNotFitInOneLine) {
  const auto message = [](MatmulDescription d) -> std::string {
    try {
      Matmul::make(d);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  MatmulDescription d;
  d.a = {4, 3};
  d.b = {5, 2};
  EXPECT_EQ(message(d), "matmul: inner sizes differ: [4, 3] x [5, 2]");
  d.transpose_b = true;
  d.b = {3, 5};
  EXPECT_EQ(message(d), "matmul: inner sizes differ: [4, 3] x [3, 5] transposed");
  d.b = {3};
  EXPECT_EQ(message(d),
            "matmul: expected two ranks that are equal and 2 or more: [4, 3] x [3] transposed");
  d.a = {2, 4, 3};
  d.b = {3, 5, 3};
  EXPECT_EQ(message(d), "matmul: batch sizes differ: [2, 4, 3] x [3, 5, 3] transposed");
  d.b = {2, 5, 3};
  d.input = DType::int32;
  EXPECT_EQ(message(d), "matmul: inputs in int32; expected float64, float32 or bfloat16");
  d.input = DType::float32;
  d.output = DType::bfloat16;
  EXPECT_EQ(message(d), "matmul: bfloat16 from float32; expected float32");
}

}  // namespace
}  // namespace thalweg
