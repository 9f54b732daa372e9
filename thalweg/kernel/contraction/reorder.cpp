#include "thalweg/kernel/contraction/reorder.hpp"

#include <optional>

#include "thalweg/kernel/contraction/description.hpp"
#include "thalweg/kernel/contraction/primitive.hpp"
#include "thalweg/kernel/strided_copy.hpp"

namespace thalweg {
namespace {

StridedView view(const MemoryFormat& format) {
  StridedView out;
  for (const size_t stride : format.description().strides)
    out.strides.push_back(static_cast<std::ptrdiff_t>(stride));
  return out;
}

bool is_strided(const MemoryFormat& format) {
  return format.description().strides.size() == format.shape().size();
}

}  // namespace

struct Reorder::State {
  std::optional<StridedCopy> copy;
  std::optional<Primitive> primitive;
};

Reorder Reorder::make(const MemoryFormat& from, const MemoryFormat& to) {
  if (from.shape() != to.shape())
    fail("reorder: {} to {}; expected equal shapes", from.text(), to.text());
  State state;
  if (from.description().library && to.description().library && element_count(from.shape()) > 0)
    return guarded("reorder", [&] {
      const LibraryThreads scope;
      const auto &a = from.description().known(), &b = to.description().known();
      const dnnl::reorder::primitive_desc made(processor(), a, processor(), b, attributes());
      state.primitive.emplace(
          dnnl::reorder(made), made.scratchpad_desc(),
          std::initializer_list<Primitive::Argument>{{DNNL_ARG_FROM, a}, {DNNL_ARG_TO, b}});
      return Reorder(std::make_shared<State>(std::move(state)));
    });
  if (from.dtype() != to.dtype() || !is_strided(from) || !is_strided(to))
    fail("reorder: {} to {}; expected float32 or bfloat16, or equal types in plain formats",
         from.text(), to.text());
  state.copy = StridedCopy::make(from.dtype(), from.shape(), view(from), view(to));
  return Reorder(std::make_shared<State>(std::move(state)));
}

size_t Reorder::scratch() const { return state_->primitive ? state_->primitive->scratch() : 0; }

void Reorder::run(const void* from, void* to, void* scratch) {
  if (state_->primitive)
    state_->primitive->run({const_cast<void*>(from), to, scratch});
  else
    state_->copy->run(from, to);
}

}  // namespace thalweg
