#include "thalweg/kernel/contraction/memory_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "thalweg/kernel/contraction/description.hpp"

namespace thalweg {
namespace {

bool has_library_type(DType dtype) { return dtype == DType::float32 || dtype == DType::bfloat16; }

MemoryFormat make_format(DType dtype, const Shape& shape, const std::vector<size_t>& strides) {
  auto out = std::make_shared<MemoryFormat::Description>(
      MemoryFormat::Description{dtype, shape, strides, std::nullopt});
  if (has_library_type(dtype) && shape.size() <= DNNL_MAX_NDIMS) {
    // A scalar is one number along one axis.
    const bool scalar = shape.empty();
    out->library.emplace(library_dims(scalar ? Shape{1} : shape), library_type(dtype),
                         library_dims(scalar ? std::vector<size_t>{1} : strides));
  }
  return MemoryFormat(std::move(out));
}

}  // namespace

const dnnl::memory::desc& MemoryFormat::Description::known() const {
  if (!library)
    throw std::logic_error(
        fmt::format("memory format: oneDNN has no {} of rank {}", name_of(dtype), shape.size()));
  return *library;
}

dnnl::memory::data_type library_type(DType dtype) {
  if (dtype == DType::float32) return dnnl::memory::data_type::f32;
  if (dtype == DType::bfloat16) return dnnl::memory::data_type::bf16;
  throw std::logic_error(fmt::format("memory format: oneDNN has no {}", name_of(dtype)));
}

dnnl::memory::dims library_dims(const Shape& shape) {
  dnnl::memory::dims out;
  for (const size_t extent : shape) out.push_back(static_cast<dnnl::memory::dim>(extent));
  return out;
}

dnnl::memory::desc any_format(DType dtype, const Shape& shape) {
  return {library_dims(shape), library_type(dtype), dnnl::memory::format_tag::any};
}

MemoryFormat chosen_format(DType dtype, const Shape& shape, const dnnl::memory::desc& chosen) {
  std::vector<size_t> strides;
  const dnnl_blocking_desc_t& blocking = chosen.data.format_desc.blocking;
  const bool strided = chosen.data.format_kind == dnnl_blocked && blocking.inner_nblks == 0;
  for (size_t axis = 0; strided && axis < shape.size(); ++axis)
    strides.push_back(static_cast<size_t>(blocking.strides[axis]));
  return MemoryFormat(std::make_shared<MemoryFormat::Description>(
      MemoryFormat::Description{dtype, shape, strides, chosen}));
}

MemoryFormat MemoryFormat::plain(DType dtype, const Shape& shape) {
  return make_format(dtype, shape, thalweg::strides(shape));
}

MemoryFormat MemoryFormat::channels_last(DType dtype, const Shape& shape) {
  if (shape.size() < 3)
    fail("memory format: {} has no channels last; expected [batch, channel, space...]",
         to_text(shape));
  Shape stored = shape;
  std::rotate(stored.begin() + 1, stored.begin() + 2, stored.end());
  std::vector<size_t> strides = thalweg::strides(stored);
  std::rotate(strides.begin() + 1, strides.end() - 1, strides.end());
  return make_format(dtype, shape, strides);
}

MemoryFormat MemoryFormat::strided(DType dtype, const Shape& shape,
                                   const std::vector<size_t>& strides) {
  if (strides.size() != shape.size())
    fail("memory format: {} strides for {}; expected one an axis", strides.size(), to_text(shape));
  return make_format(dtype, shape, strides);
}

DType MemoryFormat::dtype() const { return description_->dtype; }
const Shape& MemoryFormat::shape() const { return description_->shape; }

size_t MemoryFormat::bytes() const {
  if (description_->library) return description_->library->get_size();
  if (element_count(shape()) == 0) return 0;
  size_t last = 0;
  for (size_t axis = 0; axis < shape().size(); ++axis)
    last += (shape()[axis] - 1) * description_->strides[axis];
  return (last + 1) * size_of(dtype());
}

bool MemoryFormat::is_plain() const {
  const std::vector<size_t>& mine = description_->strides;
  if (mine.size() != shape().size()) return false;
  const std::vector<size_t> wanted = thalweg::strides(shape());
  for (size_t axis = 0; axis < mine.size(); ++axis)
    if (shape()[axis] > 1 && mine[axis] != wanted[axis]) return false;
  return true;
}

std::string MemoryFormat::text() const {
  std::string out = fmt::format("{} {} ", name_of(dtype()), to_text(shape()));
  if (!description_->library || description_->library->data.format_kind != dnnl_blocked)
    return out + fmt::format("strides {}", to_text(description_->strides));
  // Axes from the outermost in, capital where they are blocked; then the blocks.
  const dnnl_memory_desc_t& data = description_->library->data;
  const dnnl_blocking_desc_t& blocking = data.format_desc.blocking;
  std::vector<size_t> order(shape().size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return blocking.strides[a] > blocking.strides[b]; });
  for (const size_t axis : order) {
    bool blocked = false;
    for (int i = 0; i < blocking.inner_nblks; ++i)
      blocked = blocked || static_cast<size_t>(blocking.inner_idxs[i]) == axis;
    out += static_cast<char>((blocked ? 'A' : 'a') + static_cast<int>(axis));
  }
  for (int i = 0; i < blocking.inner_nblks; ++i)
    out += fmt::format("{}{}", blocking.inner_blks[i],
                       static_cast<char>('a' + static_cast<int>(blocking.inner_idxs[i])));
  return out;
}

bool operator==(const MemoryFormat& a, const MemoryFormat& b) {
  const MemoryFormat::Description &x = a.description(), &y = b.description();
  if (x.dtype != y.dtype || x.shape != y.shape) return false;
  if (a.is_plain() && b.is_plain()) return true;
  if (x.library && y.library) return *x.library == *y.library;
  return x.strides == y.strides;
}

}  // namespace thalweg
