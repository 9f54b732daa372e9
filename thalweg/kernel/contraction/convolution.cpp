#include "thalweg/kernel/contraction/convolution.hpp"

#include <algorithm>
#include <cstring>

#include "thalweg/kernel/contraction/description.hpp"
#include "thalweg/kernel/contraction/plain_convolution.hpp"
#include "thalweg/kernel/contraction/plain_matmul.hpp"
#include "thalweg/kernel/contraction/primitive.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"

namespace thalweg {
namespace {

using dnnl::algorithm;
using dnnl::prop_kind;
using Desc = dnnl::memory::desc;

void check_types(const ConvolutionDescription& d) {
  if (!is_floating(d.input))
    fail("convolution: inputs in {}; expected float64, float32 or bfloat16", name_of(d.input));
  if (d.output != d.input && !(d.input == DType::bfloat16 && d.output == DType::float32))
    fail("convolution: {} from {}; expected {}{}", name_of(d.output), name_of(d.input),
         name_of(d.input), d.input == DType::bfloat16 ? " or float32" : "");
  if (d.kind != ConvolutionKind::forward && d.epilogue != Epilogue{})
    fail("convolution: a gradient has no epilogue; leave it empty");
  if (d.kind == ConvolutionKind::input_gradient && d.bias)
    fail("convolution: the gradient of the input has no bias; leave it out");
}

Shape grouped(const Shape& w, size_t groups) {
  if (groups == 1) return w;
  Shape out = w;
  out[0] /= groups;
  out.insert(out.begin(), groups);
  return out;
}

// The format asked for, or any.
Desc wanted(const std::optional<MemoryFormat>& format, DType dtype, const Shape& shape,
            const char* what) {
  if (!format) return any_format(dtype, shape);
  if (format->shape() != shape || format->dtype() != dtype)
    fail("convolution: {} is to lie as {}; expected {} {}", what, format->text(), name_of(dtype),
         to_text(shape));
  return format->description().known();
}

MemoryFormat plain_format(const std::optional<MemoryFormat>& format, DType dtype,
                          const Shape& shape, const char* what) {
  if (format && (format->shape() != shape || format->dtype() != dtype || !format->is_plain()))
    fail("convolution: {} is to lie as {}; float64 and empty tensors are plain", what,
         format->text());
  return MemoryFormat::plain(dtype, shape);
}

}  // namespace

Shape convolution_shape(const Shape& x, const Shape& w, const ConvolutionWindow& window) {
  const auto mismatch = [&](const char* what) {
    fail("convolution: {}: x {}, w {}, groups {}", what, to_text(x), to_text(w), window.groups);
  };
  if ((x.size() != 3 && x.size() != 4) || w.size() != x.size())
    mismatch(
        "expected [batch, channels, space...] and [filters, channels / groups, kernel...] of "
        "one or two spatial axes");
  const size_t axes = x.size() - 2;
  for (const Shape* each :
       {&window.stride, &window.dilation, &window.padding_low, &window.padding_high})
    if (each->size() != axes) mismatch("expected one stride, dilation and padding a spatial axis");
  if (window.groups == 0 || w[0] % window.groups != 0 || x[1] != w[1] * window.groups)
    mismatch("channels do not fit");
  Shape out = {x[0], w[0]};
  for (size_t axis = 0; axis < axes; ++axis) {
    const size_t size = x[axis + 2] + window.padding_low[axis] + window.padding_high[axis];
    if (window.stride[axis] == 0 || window.dilation[axis] == 0 || w[axis + 2] == 0)
      mismatch("stride, dilation and kernel are at least 1");
    const size_t reach = (w[axis + 2] - 1) * window.dilation[axis] + 1;
    if (reach > size) mismatch("the kernel is larger than the padded input");
    out.push_back((size - reach) / window.stride[axis] + 1);
  }
  return out;
}

struct Convolution::State {
  ConvolutionDescription description;
  MemoryFormat x, w, y;
  std::optional<PlainConvolution> plain;
  std::optional<Primitive> primitive;  // neither: nothing to multiply

  void run_empty(void* x_data, void* w_data, void* bias, void* y_data) const;
};

namespace {

struct Formats {
  Desc x, w, y, bias;
};

dnnl::convolution_forward::primitive_desc make_forward(const ConvolutionDescription& d,
                                                       const Formats& f, prop_kind kind) {
  const ConvolutionWindow& window = d.window;
  Shape gaps = window.dilation;
  for (size_t& gap : gaps) --gap;
  const auto stride = library_dims(window.stride), dilation = library_dims(gaps),
             low = library_dims(window.padding_low), high = library_dims(window.padding_high);
  const auto direct = algorithm::convolution_direct;
  return {d.bias && d.kind == ConvolutionKind::forward
              ? dnnl::convolution_forward::desc(kind, direct, f.x, f.w, f.bias, f.y, stride,
                                                dilation, low, high)
              : dnnl::convolution_forward::desc(kind, direct, f.x, f.w, f.y, stride, dilation, low,
                                                high),
          attributes(d.epilogue), processor()};
}

}  // namespace

Convolution Convolution::make(const ConvolutionDescription& d) {
  const Shape y = convolution_shape(d.x, d.w, d.window), w = grouped(d.w, d.window.groups);
  check_types(d);
  const bool forward = d.kind == ConvolutionKind::forward;
  const DType x_type = d.kind == ConvolutionKind::input_gradient ? d.output : d.input;
  const DType w_type = d.kind == ConvolutionKind::weight_gradient ? d.output : d.input;
  const DType y_type = forward ? d.output : d.input;
  const bool empty = element_count(d.x) == 0 || element_count(d.w) == 0 || element_count(y) == 0;
  if (d.input == DType::float64 || empty) {
    State state{d,
                plain_format(d.x_format, x_type, d.x, "x"),
                plain_format(d.w_format, w_type, w, "w"),
                plain_format(d.y_format, y_type, y, "y"),
                std::nullopt,
                std::nullopt};
    if (!empty) state.plain.emplace(d, y);
    return Convolution(std::make_shared<State>(std::move(state)));
  }
  return guarded("convolution", [&] {
    const LibraryThreads scope;
    Formats f;
    f.x = wanted(d.x_format, x_type, d.x, "x");
    f.w = wanted(d.w_format, w_type, w, "w");
    f.y = wanted(d.y_format, y_type, y, "y");
    f.bias = MemoryFormat::plain(DType::float32, {d.w[0]}).description().known();
    // A gradient's choice follows a forward pass in the types of its inputs, formats left open.
    Formats open = f;
    open.x = any_format(d.input, d.x);
    open.w = any_format(d.input, w);
    open.y = any_format(d.input, y);
    const auto hint = make_forward(d, forward ? f : open, prop_kind::forward_training);
    const auto stride = library_dims(d.window.stride), low = library_dims(d.window.padding_low),
               high = library_dims(d.window.padding_high);
    Shape gaps = d.window.dilation;
    for (size_t& gap : gaps) --gap;
    const auto dilation = library_dims(gaps);
    const auto direct = algorithm::convolution_direct;
    const auto state = [&](const Desc& x_made, const Desc& w_made, const Desc& y_made) {
      return State{d,
                   chosen_format(x_type, d.x, x_made),
                   chosen_format(w_type, w, w_made),
                   chosen_format(y_type, y, y_made),
                   std::nullopt,
                   std::nullopt};
    };
    using List = std::initializer_list<Primitive::Argument>;
    const auto finish = [&](State made, const dnnl::primitive& primitive, const Desc& scratch,
                            List with, List without) {
      made.primitive.emplace(primitive, scratch, d.bias ? with : without);
      return Convolution(std::make_shared<State>(std::move(made)));
    };
    if (forward) {
      const auto& made = hint;
      const Desc a = made.src_desc(), b = made.weights_desc(), c = made.dst_desc();
      return finish(
          state(a, b, c), dnnl::convolution_forward(made), made.scratchpad_desc(),
          {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}, {DNNL_ARG_BIAS, f.bias}},
          {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
    }
    if (d.kind == ConvolutionKind::input_gradient) {
      const dnnl::convolution_backward_data::primitive_desc made(
          {direct, f.x, f.w, f.y, stride, dilation, low, high}, attributes(), processor(), hint);
      const Desc a = made.diff_src_desc(), b = made.weights_desc(), c = made.diff_dst_desc();
      return finish(state(a, b, c), dnnl::convolution_backward_data(made), made.scratchpad_desc(),
                    {}, {{DNNL_ARG_DIFF_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DIFF_DST, c}});
    }
    using Gradient = dnnl::convolution_backward_weights;
    const Gradient::primitive_desc made(
        d.bias ? Gradient::desc(direct, f.x, f.w, f.bias, f.y, stride, dilation, low, high)
               : Gradient::desc(direct, f.x, f.w, f.y, stride, dilation, low, high),
        attributes(), processor(), hint);
    const Desc a = made.src_desc(), b = made.diff_weights_desc(), c = made.diff_dst_desc();
    return finish(state(a, b, c), Gradient(made), made.scratchpad_desc(),
                  {{DNNL_ARG_SRC, a},
                   {DNNL_ARG_DIFF_WEIGHTS, b},
                   {DNNL_ARG_DIFF_DST, c},
                   {DNNL_ARG_DIFF_BIAS, f.bias}},
                  {{DNNL_ARG_SRC, a}, {DNNL_ARG_DIFF_WEIGHTS, b}, {DNNL_ARG_DIFF_DST, c}});
  });
}

const MemoryFormat& Convolution::x_format() const { return state_->x; }
const MemoryFormat& Convolution::w_format() const { return state_->w; }
const MemoryFormat& Convolution::y_format() const { return state_->y; }
size_t Convolution::scratch() const {
  if (state_->plain) return state_->plain->scratch();
  return state_->primitive ? state_->primitive->scratch() : 0;
}

// Some extent is 0: gradients are zero, a result is the epilogue of the bias.
void Convolution::State::run_empty(void* x_data, void* w_data, void* bias, void* y_data) const {
  const size_t bias_bytes =
      description.w[0] * (description.input == DType::float64 ? sizeof(double) : sizeof(float));
  if (description.kind == ConvolutionKind::input_gradient) {
    if (x.bytes() > 0) std::memset(x_data, 0, x.bytes());
  } else if (description.kind == ConvolutionKind::weight_gradient) {
    if (w.bytes() > 0) std::memset(w_data, 0, w.bytes());
    if (description.bias && bias_bytes > 0) std::memset(bias, 0, bias_bytes);
  } else {
    const size_t places =
        element_count(y.shape()) / std::max<size_t>(1, y.shape()[0] * y.shape()[1]);
    switch_number(y.dtype(), [&](auto number) {
      using Number = decltype(number);
      auto* out = static_cast<typename Number::Stored*>(y_data);
      for (size_t i = 0; i < element_count(y.shape()); ++i) {
        double sum = description.epilogue.accumulate ? Number::template read<double>(out[i]) : 0;
        const size_t filter = i / places % y.shape()[1];
        if (description.bias && description.input == DType::float64)
          sum += static_cast<const double*>(bias)[filter];
        else if (description.bias)
          sum += static_cast<double>(static_cast<const float*>(bias)[filter]);
        out[i] = Number::write(activate(description.epilogue.activation, sum));
      }
    });
  }
}

void Convolution::run(void* x, void* w, void* bias, void* y, void* scratch) {
  if (state_->primitive) {
    if (state_->description.bias)
      state_->primitive->run({x, w, y, bias, scratch});
    else
      state_->primitive->run({x, w, y, scratch});
  } else if (state_->plain) {
    state_->plain->run(static_cast<double*>(x), static_cast<double*>(w), static_cast<double*>(bias),
                       static_cast<double*>(y), scratch);
  } else {
    state_->run_empty(x, w, bias, y);
  }
}

}  // namespace thalweg
