// StridedCopy: moves a box of elements between two strided layouts: transposition, slices, padding,
// concatenation, reversal and broadcasting are all of this form.
#pragma once

#include <cstddef>
#include <vector>

#include "thalweg/tensor/dtype.hpp"
#include "thalweg/tensor/shape.hpp"

namespace thalweg {

// Where the elements of a box stand in a dense tensor, in elements from its first one; strides may
// be negative or 0.
struct StridedView {
  std::ptrdiff_t offset = 0;
  std::vector<std::ptrdiff_t> strides;
};

// Row-major.
StridedView dense_view(const Shape& shape);
// Of a tensor `shape`, seen with its axes in the order of the permutation.
StridedView transpose_view(const Shape& shape, const std::vector<size_t>& permutation);
// Of a tensor `shape`: element i of the box stands at start + i * step along each axis.
StridedView slice_view(const Shape& shape, const std::vector<size_t>& start,
                       const std::vector<size_t>& step);
// With the axes marked counted from their ends.
StridedView reverse_view(const Shape& shape, const std::vector<size_t>& axes);
// Of a tensor `from`, repeated to `to` (aligned at the right).
StridedView broadcast_view(const Shape& from, const Shape& to);

class StridedCopy {
 public:
  // shape: of the box. to must not put two elements in one place. Throws std::logic_error where
  // the strides do not match the shape.
  static StridedCopy make(DType dtype, const Shape& shape, const StridedView& from,
                          const StridedView& to);

  // The tensors' first elements, which do not overlap. Parallel where it pays, no allocation.
  void run(const void* from, void* to) const;

 private:
  struct Axis {
    size_t extent;
    std::ptrdiff_t from, to;  // strides in elements
  };
  template <class Item>
  void run_unit(size_t unit, const Item* from, Item* to) const;
  template <class Item>
  void run_items(const void* from, void* to) const;

  size_t item_ = 0;  // bytes of an element
  std::ptrdiff_t from_offset_ = 0, to_offset_ = 0;
  std::vector<Axis> outer_;                // outermost first
  Axis rows_{1, 0, 0}, columns_{1, 0, 0};  // the innermost plane
  size_t chunk_ = 1, chunks_ = 1;          // rows of a unit of work, units of a plane
  size_t units_ = 0;
};

// Zeros (false) for `count` elements; in parallel where it pays.
void fill_zero(DType dtype, size_t count, void* to);

}  // namespace thalweg
