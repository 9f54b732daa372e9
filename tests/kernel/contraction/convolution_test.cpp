#include "thalweg/kernel/contraction/convolution.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/stored.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/contraction/reorder.hpp"

namespace thalweg {
namespace {

// Shapes padded to two spatial axes.
struct Place {
  size_t batch, channels, height, width, filters, kernel_height, kernel_width, out_height,
      out_width;
};

struct Case {
  ConvolutionDescription d;
  Shape y;
  Place p;
};

Case make_case(const Shape& x, const Shape& w, const ConvolutionWindow& window) {
  Case out;
  out.d.x = x;
  out.d.w = w;
  out.d.window = window;
  out.y = convolution_shape(x, w, window);
  const bool plane = x.size() == 4;
  out.p = {x[0],
           x[1],
           plane ? x[2] : 1,
           x.back(),
           w[0],
           plane ? w[2] : 1,
           w.back(),
           plane ? out.y[2] : 1,
           out.y.back()};
  return out;
}

// Calls body(x index, w index, y index) for each product.
template <class Body>
void each_product(const Case& c, const Body& body) {
  const auto& [batch, channels, height, width, filters, kernel_height, kernel_width, out_height,
               out_width] = c.p;
  const ConvolutionWindow& window = c.d.window;
  const bool plane = c.d.x.size() == 4;
  const auto of = [&](const Shape& shape, size_t axis, size_t missing) {
    return plane ? shape[axis] : axis == 0 ? missing : shape[0];
  };
  const size_t in_group = channels / window.groups, out_group = filters / window.groups;
  for (size_t n = 0; n < batch; ++n)
    for (size_t o = 0; o < filters; ++o)
      for (size_t i = 0; i < in_group; ++i)
        for (size_t p = 0; p < out_height; ++p)
          for (size_t q = 0; q < out_width; ++q)
            for (size_t u = 0; u < kernel_height; ++u)
              for (size_t v = 0; v < kernel_width; ++v) {
                const long r =
                    static_cast<long>(p * of(window.stride, 0, 1) + u * of(window.dilation, 0, 1)) -
                    static_cast<long>(of(window.padding_low, 0, 0));
                const long s =
                    static_cast<long>(q * of(window.stride, 1, 1) + v * of(window.dilation, 1, 1)) -
                    static_cast<long>(of(window.padding_low, 1, 0));
                if (r < 0 || s < 0 || r >= static_cast<long>(height) ||
                    s >= static_cast<long>(width))
                  continue;
                const size_t c_in = o / out_group * in_group + i;
                body(((n * channels + c_in) * height + static_cast<size_t>(r)) * width +
                         static_cast<size_t>(s),
                     ((o * in_group + i) * kernel_height + u) * kernel_width + v,
                     ((n * filters + o) * out_height + p) * out_width + q);
              }
}

// A plain tensor in another format, and back.
Stored reordered(Stored& from, const MemoryFormat& from_format, const MemoryFormat& to) {
  Stored out(to.dtype(), to.bytes() / size_of(to.dtype()));
  Reorder reorder = Reorder::make(from_format, to);
  Buffer<std::byte> scratch(reorder.scratch());
  reorder.run(from.data(), out.data(), scratch.data());
  return out;
}

void check(Case c, Random& random) {
  ConvolutionDescription& d = c.d;
  SCOPED_TRACE(to_text(d.x) + " * " + to_text(d.w) + " " + std::string(name_of(d.input)) + " to " +
               std::string(name_of(d.output)) + " kind " +
               std::to_string(static_cast<int>(d.kind)));
  const auto kind = d.kind;
  const DType x_type = kind == ConvolutionKind::input_gradient ? d.output : d.input,
              w_type = kind == ConvolutionKind::weight_gradient ? d.output : d.input,
              y_type = kind == ConvolutionKind::forward ? d.output : d.input,
              bias_type = d.input == DType::float64 ? d.input : DType::float32;
  Stored x = Stored::normal(x_type, element_count(d.x), random),
         w = Stored::normal(w_type, element_count(d.w), random),
         y = Stored::normal(y_type, element_count(c.y), random),
         bias = Stored::normal(bias_type, d.w[0], random);
  std::vector<double> exact(kind == ConvolutionKind::forward          ? y.size()
                            : kind == ConvolutionKind::input_gradient ? x.size()
                                                                      : w.size()),
      scale(exact.size());
  each_product(c, [&](size_t i, size_t j, size_t k) {
    const double a = kind == ConvolutionKind::input_gradient ? y[k] : x[i],
                 b = kind == ConvolutionKind::weight_gradient ? y[k] : w[j];
    const size_t at = kind == ConvolutionKind::forward          ? k
                      : kind == ConvolutionKind::input_gradient ? i
                                                                : j;
    exact[at] += a * b;
    scale[at] += std::abs(a * b);
  });
  const size_t places = c.p.out_height * c.p.out_width;
  std::vector<double> exact_bias(d.w[0]), bias_scale(d.w[0]);
  for (size_t k = 0; k < y.size(); ++k) {
    exact_bias[k / places % d.w[0]] += y[k];
    bias_scale[k / places % d.w[0]] += std::abs(y[k]);
  }
  if (kind == ConvolutionKind::forward)
    for (size_t k = 0; k < y.size(); ++k) {
      if (d.bias) exact[k] += bias[k / places % d.w[0]];
      if (d.epilogue.accumulate) exact[k] += y[k];
      if (d.epilogue.activation == Activation::relu) exact[k] = std::max(0.0, exact[k]);
    }

  Convolution convolution = Convolution::make(d);
  Shape w_shape = d.w;
  if (d.window.groups > 1)
    w_shape[0] /= d.window.groups, w_shape.insert(w_shape.begin(), d.window.groups);
  const MemoryFormat plain_x = MemoryFormat::plain(x_type, d.x),
                     plain_w = MemoryFormat::plain(w_type, w_shape),
                     plain_y = MemoryFormat::plain(y_type, c.y);
  Stored x_in = reordered(x, plain_x, convolution.x_format()),
         w_in = reordered(w, plain_w, convolution.w_format()),
         y_in = reordered(y, plain_y, convolution.y_format());
  Buffer<std::byte> scratch(convolution.scratch());
  convolution.run(x_in.data(), w_in.data(), bias.data(), y_in.data(), scratch.data());
  const Stored got =
      kind == ConvolutionKind::forward          ? reordered(y_in, convolution.y_format(), plain_y)
      : kind == ConvolutionKind::input_gradient ? reordered(x_in, convolution.x_format(), plain_x)
                                                : reordered(w_in, convolution.w_format(), plain_w);
  const double inner = d.input == DType::float64 ? 0x1p-53 : 0x1p-24;
  for (size_t i = 0; i < exact.size(); ++i)
    ASSERT_NEAR(got[i], exact[i],
                16 * inner * (scale[i] + 10) + 1.5 * rounding(d.output) * std::abs(exact[i]))
        << "at " << i;
  if (kind != ConvolutionKind::weight_gradient || !d.bias) return;
  for (size_t o = 0; o < d.w[0]; ++o)
    ASSERT_NEAR(bias[o], exact_bias[o], 16 * inner * bias_scale[o]) << "bias " << o;
}

ConvolutionWindow window(Shape stride, Shape dilation, Shape low, Shape high, size_t groups = 1) {
  return {stride, dilation, low, high, groups};
}

std::vector<Case> cases() {
  return {
      make_case({2, 1, 8, 9}, {16, 1, 3, 3}, window({1, 1}, {1, 1}, {1, 1}, {1, 1})),
      make_case({3, 16, 7, 7}, {32, 16, 3, 3}, window({1, 1}, {1, 1}, {1, 1}, {1, 1})),
      make_case({2, 3, 9, 8}, {5, 3, 3, 2}, window({2, 1}, {1, 2}, {0, 1}, {2, 0})),
      make_case({1, 8, 6, 6}, {8, 1, 3, 3}, window({1, 1}, {1, 1}, {1, 1}, {1, 1}, 8)),
      make_case({2, 6, 5, 5}, {4, 3, 2, 2}, window({2, 2}, {1, 1}, {1, 0}, {0, 1}, 2)),
      make_case({2, 4, 10, 10}, {6, 4, 1, 1}, window({1, 1}, {1, 1}, {0, 0}, {0, 0})),
      make_case({2, 4, 11}, {6, 4, 3}, window({2}, {2}, {2}, {1})),
      make_case({20, 3, 5}, {4, 3, 3}, window({1}, {1}, {1}, {1})),
  };
}

constexpr DType types[][2] = {{DType::float64, DType::float64},
                              {DType::float32, DType::float32},
                              {DType::bfloat16, DType::bfloat16},
                              {DType::bfloat16, DType::float32}};
constexpr ConvolutionKind kinds[] = {ConvolutionKind::forward, ConvolutionKind::input_gradient,
                                     ConvolutionKind::weight_gradient};

TEST(Convolution, AgreesWithLoopsInTheFormatsOfTheLibrary) {
  Random random(1, 1);
  for (const auto& [input, output] : types)
    for (Case c : cases())
      for (const ConvolutionKind kind : kinds) {
        c.d.input = input;
        c.d.output = output;
        c.d.kind = kind;
        c.d.bias = kind != ConvolutionKind::input_gradient && random.below(2) == 0;
        check(c, random);
        if (HasFatalFailure()) return;
      }
}

TEST(Convolution, AgreesWithLoopsInPlainFormatsAndChannelsLast) {
  Random random(2, 1);
  for (const auto& [input, output] : types)
    for (const bool last : {false, true})
      for (Case c : cases())
        for (const ConvolutionKind kind : kinds) {
          if (last && input == DType::float64) continue;
          c.d.input = input;
          c.d.output = output;
          c.d.kind = kind;
          const auto format = [&](DType dtype, const Shape& shape) {
            return last ? MemoryFormat::channels_last(dtype, shape)
                        : MemoryFormat::plain(dtype, shape);
          };
          c.d.x_format = format(kind == ConvolutionKind::input_gradient ? output : input, c.d.x);
          c.d.y_format = format(kind == ConvolutionKind::forward ? output : input, c.y);
          Shape w = c.d.w;
          if (c.d.window.groups > 1)
            w[0] /= c.d.window.groups, w.insert(w.begin(), c.d.window.groups);
          if (!last)
            c.d.w_format =
                MemoryFormat::plain(kind == ConvolutionKind::weight_gradient ? output : input, w);
          check(c, random);
          if (HasFatalFailure()) return;
        }
}

TEST(Convolution, HasBiasActivationAndAccumulation) {
  Random random(3, 1);
  for (const auto& [input, output] : types)
    for (const bool accumulate : {false, true}) {
      Case c = cases()[1];
      c.d.input = input;
      c.d.output = output;
      c.d.bias = true;
      c.d.epilogue = {accumulate, Activation::relu};
      check(c, random);
      if (HasFatalFailure()) return;
    }
}

TEST(Convolution, OfNothingIsTheBiasOrZero) {
  Random random(4, 1);
  for (const auto& [input, output] : types)
    for (const ConvolutionKind kind : kinds)
      for (const size_t batch : {0, 2}) {
        Case c = batch == 0 ? make_case({0, 2, 5}, {3, 2, 2}, window({1}, {1}, {0}, {0}))
                            : make_case({2, 0, 5}, {3, 0, 2}, window({1}, {1}, {0}, {0}));
        c.d.input = input;
        c.d.output = output;
        c.d.kind = kind;
        c.d.bias = kind == ConvolutionKind::forward;
        Convolution convolution = Convolution::make(c.d);
        Stored x = Stored::normal(convolution.x_format().dtype(), element_count(c.d.x), random),
               w = Stored::normal(convolution.w_format().dtype(), element_count(c.d.w), random),
               y = Stored::normal(convolution.y_format().dtype(), element_count(c.y), random),
               bias = Stored::normal(input == DType::float64 ? input : DType::float32, 3, random);
        convolution.run(x.data(), w.data(), bias.data(), y.data(), nullptr);
        for (size_t i = 0; kind == ConvolutionKind::forward && i < y.size(); ++i)
          EXPECT_NEAR(y[i], bias[i / 4 % 3], rounding(output) * 4);
        for (size_t i = 0; kind == ConvolutionKind::weight_gradient && i < w.size(); ++i)
          EXPECT_EQ(w[i], 0);
      }
}

TEST(Convolution, BitsOfDoubleDoNotDependOnThreads) {
  Random random(5, 1);
  Case c = cases()[7];
  c.d.input = c.d.output = DType::float64;
  c.d.kind = ConvolutionKind::weight_gradient;
  Convolution convolution = Convolution::make(c.d);
  Stored x = Stored::normal(c.d.input, element_count(c.d.x), random),
         y = Stored::normal(c.d.input, element_count(c.y), random),
         one(c.d.input, element_count(c.d.w)), three = one;
  Buffer<std::byte> scratch(convolution.scratch());
  set_threads(1);
  convolution.run(x.data(), one.data(), nullptr, y.data(), scratch.data());
  set_threads(3);
  convolution.run(x.data(), three.data(), nullptr, y.data(), scratch.data());
  set_threads(0);
  EXPECT_EQ(std::memcmp(one.data(), three.data(), one.memory.size()), 0);
}

TEST(Convolution, RefusesWhatDoesNotFitInOneLine) {
  const auto message = [](const Shape& x, const Shape& w,
                          const ConvolutionWindow& how) -> std::string {
    try {
      convolution_shape(x, w, how);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const ConvolutionWindow dense = window({1}, {1}, {0}, {0});
  EXPECT_EQ(message({2, 3, 5}, {4, 2, 3}, dense),
            "convolution: channels do not fit: x [2, 3, 5], w [4, 2, 3], groups 1");
  EXPECT_EQ(message({2, 3, 5}, {4, 3, 6}, dense),
            "convolution: the kernel is larger than the padded input: x [2, 3, 5], w [4, 3, 6], "
            "groups 1");
  EXPECT_EQ(message({2, 3}, {4, 3}, dense),
            "convolution: expected [batch, channels, space...] and [filters, channels / groups, "
            "kernel...] of one or two spatial axes: x [2, 3], w [4, 3], groups 1");
  EXPECT_EQ(message({2, 3, 5}, {4, 3, 3}, window({0}, {1}, {0}, {0})),
            "convolution: stride, dilation and kernel are at least 1: x [2, 3, 5], w [4, 3, 3], "
            "groups 1");
}

}  // namespace
}  // namespace thalweg
