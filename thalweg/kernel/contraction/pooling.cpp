#include "thalweg/kernel/contraction/pooling.hpp"

#include <optional>

#include "thalweg/kernel/contraction/description.hpp"
#include "thalweg/kernel/contraction/primitive.hpp"

namespace thalweg {
namespace {

dnnl::algorithm algorithm(PoolingKind kind) {
  if (kind == PoolingKind::maximum) return dnnl::algorithm::pooling_max;
  return kind == PoolingKind::average ? dnnl::algorithm::pooling_avg_exclude_padding
                                      : dnnl::algorithm::pooling_avg_include_padding;
}

Shape pooled_shape(const PoolingDescription& d) {
  const Shape& x = d.x_format.shape();
  const size_t axes = d.window.size();
  if ((axes != 1 && axes != 2) || x.size() != axes + 2 || d.stride.size() != axes ||
      d.padding_low.size() != axes || d.padding_high.size() != axes)
    fail(
        "pooling: x {} with a window {}; expected [batch, channels, space...] and a window, "
        "stride and padding for each of one or two spatial axes",
        to_text(x), to_text(d.window));
  Shape out = {x[0], x[1]};
  for (size_t axis = 0; axis < axes; ++axis) {
    const size_t size = x[axis + 2] + d.padding_low[axis] + d.padding_high[axis];
    if (d.window[axis] == 0 || d.stride[axis] == 0 || d.window[axis] > size ||
        d.padding_low[axis] >= d.window[axis] || d.padding_high[axis] >= d.window[axis])
      fail(
          "pooling: a window of {} with padding {} and {} does not suit an extent of {}; padding "
          "is less than the window, the window no more than the padded input",
          d.window[axis], d.padding_low[axis], d.padding_high[axis], x[axis + 2]);
    out.push_back((size - d.window[axis]) / d.stride[axis] + 1);
  }
  return out;
}

}  // namespace

struct Pooling::State {
  bool backward, maximum;
  MemoryFormat x, y;
  size_t workspace;
  std::optional<Primitive> primitive;  // none: nothing to do
};

Pooling Pooling::make(const PoolingDescription& d) {
  const Shape& x = d.x_format.shape();
  const DType dtype = d.x_format.dtype();
  const Shape y = pooled_shape(d);
  if (dtype != DType::float32 && dtype != DType::bfloat16)
    fail("pooling: {}; expected float32 or bfloat16", name_of(dtype));
  const bool maximum = d.kind == PoolingKind::maximum;
  if (element_count(x) == 0)
    return Pooling(std::make_shared<State>(
        State{d.backward, maximum, d.x_format, MemoryFormat::plain(dtype, y), 0, std::nullopt}));
  return guarded("pooling", [&] {
    const LibraryThreads scope;
    const auto stride = library_dims(d.stride), window = library_dims(d.window),
               low = library_dims(d.padding_low), high = library_dims(d.padding_high);
    const auto& from = d.x_format.description().known();
    const dnnl::pooling_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, algorithm(d.kind), from, any_format(dtype, y), stride,
         window, low, high},
        attributes(), processor());
    const dnnl::memory::desc to = forward.dst_desc(), places = forward.workspace_desc();
    State state{d.backward,
                maximum,
                d.x_format,
                chosen_format(dtype, y, to),
                maximum ? places.get_size() : 0,
                std::nullopt};
    using List = std::initializer_list<Primitive::Argument>;
    if (!d.backward) {
      state.primitive.emplace(
          dnnl::pooling_forward(forward), forward.scratchpad_desc(),
          maximum ? List{{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}, {DNNL_ARG_WORKSPACE, places}}
                  : List{{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}});
    } else {
      const dnnl::pooling_backward::primitive_desc made(
          {algorithm(d.kind), from, to, stride, window, low, high}, attributes(), processor(),
          forward);
      state.primitive.emplace(dnnl::pooling_backward(made), made.scratchpad_desc(),
                              maximum ? List{{DNNL_ARG_DIFF_SRC, from},
                                             {DNNL_ARG_DIFF_DST, to},
                                             {DNNL_ARG_WORKSPACE, places}}
                                      : List{{DNNL_ARG_DIFF_SRC, from}, {DNNL_ARG_DIFF_DST, to}});
    }
    return Pooling(std::make_shared<State>(std::move(state)));
  });
}

const MemoryFormat& Pooling::x_format() const { return state_->x; }
const MemoryFormat& Pooling::y_format() const { return state_->y; }
size_t Pooling::workspace() const { return state_->workspace; }
size_t Pooling::scratch() const { return state_->primitive ? state_->primitive->scratch() : 0; }

void Pooling::run(void* x, void* y, void* workspace, void* scratch) {
  if (!state_->primitive) return;
  if (state_->maximum)
    state_->primitive->run({x, y, workspace, scratch});
  else
    state_->primitive->run({x, y, scratch});
}

}  // namespace thalweg
