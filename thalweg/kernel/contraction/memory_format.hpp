// MemoryFormat: how a tensor lies in memory: its type, its logical shape, and where each element
// stands. Plain formats are strides; blocked ones (channels in groups of 16, say) are chosen by the
// kernels in this folder and passed on from one to the next.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "thalweg/tensor/dtype.hpp"
#include "thalweg/tensor/shape.hpp"

namespace thalweg {

class MemoryFormat {
 public:
  // Row-major.
  static MemoryFormat plain(DType dtype, const Shape& shape);
  // Logical [batch, channel, space...], stored as [batch, space..., channel].
  static MemoryFormat channels_last(DType dtype, const Shape& shape);
  // Any strides, in elements, without overlap.
  static MemoryFormat strided(DType dtype, const Shape& shape, const std::vector<size_t>& strides);

  DType dtype() const;
  const Shape& shape() const;
  // Bytes of memory, padding included.
  size_t bytes() const;
  // Row-major without gaps.
  bool is_plain() const;
  // Such as "f32 [128, 32, 28, 28] aBcd16b"; equal texts mean equal formats.
  std::string text() const;

  friend bool operator==(const MemoryFormat& a, const MemoryFormat& b);

  // The library's own description; defined in descriptor.hpp, for this folder alone.
  struct Description;
  explicit MemoryFormat(std::shared_ptr<const Description> description)
      : description_(std::move(description)) {}
  const Description& description() const { return *description_; }

 private:
  std::shared_ptr<const Description> description_;
};

}  // namespace thalweg
