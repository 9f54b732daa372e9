#include "thalweg/kernel/strided_copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

constexpr size_t unit_elements = 16384;  // worth handing to a thread

std::vector<std::ptrdiff_t> steps_of(const Shape& shape) {
  const std::vector<size_t> dense = strides(shape);
  return {dense.begin(), dense.end()};
}

}  // namespace

StridedView dense_view(const Shape& shape) { return {0, steps_of(shape)}; }

StridedView transpose_view(const Shape& shape, const std::vector<size_t>& permutation) {
  const std::vector<std::ptrdiff_t> dense = steps_of(shape);
  StridedView out;
  for (const size_t axis : permutation) out.strides.push_back(dense.at(axis));
  return out;
}

StridedView slice_view(const Shape& shape, const std::vector<size_t>& start,
                       const std::vector<size_t>& step) {
  StridedView out = dense_view(shape);
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    out.offset += static_cast<std::ptrdiff_t>(start.at(axis)) * out.strides[axis];
    out.strides[axis] *= static_cast<std::ptrdiff_t>(step.at(axis));
  }
  return out;
}

StridedView reverse_view(const Shape& shape, const std::vector<size_t>& axes) {
  StridedView out = dense_view(shape);
  if (element_count(shape) == 0) return out;
  for (const size_t axis : axes) {
    out.offset += static_cast<std::ptrdiff_t>(shape.at(axis) - 1) * out.strides[axis];
    out.strides[axis] = -out.strides[axis];
  }
  return out;
}

StridedView broadcast_view(const Shape& from, const Shape& to) {
  if (!broadcasts_to(from, to))
    throw std::logic_error(
        fmt::format("broadcast: {} does not repeat to {}", to_text(from), to_text(to)));
  const std::vector<std::ptrdiff_t> dense = steps_of(from);
  StridedView out{0, std::vector<std::ptrdiff_t>(to.size(), 0)};
  const size_t missing = to.size() - from.size();
  for (size_t axis = 0; axis < from.size(); ++axis)
    if (from[axis] > 1) out.strides[axis + missing] = dense[axis];
  return out;
}

StridedCopy StridedCopy::make(DType dtype, const Shape& shape, const StridedView& from,
                              const StridedView& to) {
  if (from.strides.size() != shape.size() || to.strides.size() != shape.size())
    throw std::logic_error(fmt::format("copy: {} and {} strides for {}", from.strides.size(),
                                       to.strides.size(), to_text(shape)));
  StridedCopy out;
  out.item_ = size_of(dtype);
  out.from_offset_ = from.offset;
  out.to_offset_ = to.offset;
  if (element_count(shape) == 0) return out;
  std::vector<Axis> axes;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (shape[axis] > 1) axes.push_back({shape[axis], from.strides[axis], to.strides[axis]});
  // Writes go forward; axes that continue one another become one.
  std::stable_sort(axes.begin(), axes.end(),
                   [](const Axis& a, const Axis& b) { return std::abs(a.to) > std::abs(b.to); });
  for (const Axis& axis : axes) {
    const auto extent = static_cast<std::ptrdiff_t>(axis.extent);
    if (!out.outer_.empty() && out.outer_.back().from == axis.from * extent &&
        out.outer_.back().to == axis.to * extent)
      out.outer_.back() = {out.outer_.back().extent * axis.extent, axis.from, axis.to};
    else
      out.outer_.push_back(axis);
  }
  const auto take = [&](size_t index) {
    const Axis axis = out.outer_[index];
    out.outer_.erase(out.outer_.begin() + static_cast<std::ptrdiff_t>(index));
    return axis;
  };
  if (!out.outer_.empty()) out.columns_ = take(out.outer_.size() - 1);
  // The rows of the plane: the axis along which reads are next to one another, else the next one.
  size_t rows = out.outer_.size() - 1;
  for (size_t axis = 0; axis < out.outer_.size() && out.columns_.from != 1; ++axis)
    if (out.outer_[axis].from == 1) rows = axis;
  if (!out.outer_.empty()) out.rows_ = take(rows);

  out.chunk_ = std::max<size_t>(1, unit_elements / out.columns_.extent);
  if (out.rows_.from == 1) out.chunk_ = std::max<size_t>(64, out.chunk_ / 64 * 64);
  out.chunk_ = std::min(out.chunk_, out.rows_.extent);
  out.chunks_ = block_count(out.rows_.extent, out.chunk_);
  out.units_ = out.chunks_;
  for (const Axis& axis : out.outer_) out.units_ *= axis.extent;
  return out;
}

// Rows of one plane.
template <class Item>
void StridedCopy::run_unit(size_t unit, const Item* from, Item* to) const {
  const size_t begin = unit % chunks_ * chunk_, end = std::min(rows_.extent, begin + chunk_);
  unit /= chunks_;
  for (size_t axis = outer_.size(); axis-- > 0;) {
    const auto at = static_cast<std::ptrdiff_t>(unit % outer_[axis].extent);
    unit /= outer_[axis].extent;
    from += at * outer_[axis].from;
    to += at * outer_[axis].to;
  }
  from += static_cast<std::ptrdiff_t>(begin) * rows_.from;
  to += static_cast<std::ptrdiff_t>(begin) * rows_.to;
  const auto rows = static_cast<std::ptrdiff_t>(end - begin),
             columns = static_cast<std::ptrdiff_t>(columns_.extent);
  if (columns_.to == 1 && columns_.from == 1) {
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      std::memcpy(to + i * rows_.to, from + i * rows_.from, columns_.extent * sizeof(Item));
  } else if (columns_.to == 1 && columns_.from == 0) {
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      std::fill_n(to + i * rows_.to, columns, from[i * rows_.from]);
  } else if (rows_.from == 1 && columns_.to == 1) {
    // A transposition, in squares that stay in first-level cache.
    constexpr std::ptrdiff_t square = 16;
    for (std::ptrdiff_t i = 0; i < rows; i += square)
      for (std::ptrdiff_t j = 0; j < columns; j += square) {
        const std::ptrdiff_t i_end = std::min(rows, i + square),
                             j_end = std::min(columns, j + square);
        for (std::ptrdiff_t k = i; k < i_end; ++k)
          for (std::ptrdiff_t l = j; l < j_end; ++l)
            to[k * rows_.to + l] = from[k + l * columns_.from];
      }
  } else {
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      for (std::ptrdiff_t j = 0; j < columns; ++j)
        to[i * rows_.to + j * columns_.to] = from[i * rows_.from + j * columns_.from];
  }
}

template <class Item>
void StridedCopy::run_items(const void* from, void* to) const {
  struct Work {
    const StridedCopy* self;
    const Item* from;
    Item* to;
  } const work{this, static_cast<const Item*>(from) + from_offset_,
               static_cast<Item*>(to) + to_offset_};
  const size_t together =
      std::max<size_t>(1, unit_elements / std::max<size_t>(1, chunk_ * columns_.extent));
  parallel_blocks(units_, together, [&work](size_t, size_t begin, size_t end) {
    for (size_t unit = begin; unit < end; ++unit) work.self->run_unit(unit, work.from, work.to);
  });
}

void StridedCopy::run(const void* from, void* to) const {
  switch (item_) {
    case 1:
      return run_items<uint8_t>(from, to);
    case 2:
      return run_items<uint16_t>(from, to);
    case 4:
      return run_items<uint32_t>(from, to);
    default:
      return run_items<uint64_t>(from, to);
  }
}

void fill_zero(DType dtype, size_t count, void* to) {
  auto* at = static_cast<std::byte*>(to);
  parallel_blocks(count * size_of(dtype), 1 << 18, [at](size_t, size_t begin, size_t end) {
    std::memset(at + begin, 0, end - begin);
  });
}

}  // namespace thalweg
