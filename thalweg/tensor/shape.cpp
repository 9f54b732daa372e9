#include "thalweg/tensor/shape.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>

#include "thalweg/base/error.hpp"

namespace thalweg {

size_t element_count(const Shape& shape) {
  if (std::find(shape.begin(), shape.end(), 0u) != shape.end()) return 0;
  size_t count = 1;
  for (const size_t extent : shape) {
    if (extent > size_t{INT64_MAX} / count)
      fail("shape: {} has more elements than 63 bits can count", to_text(shape));
    count *= extent;
  }
  return count;
}

std::vector<size_t> strides(const Shape& shape) {
  std::vector<size_t> out(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;) out[axis - 1] = out[axis] * shape[axis];
  return out;
}

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  if (a.size() < b.size()) return broadcast(b, a);
  Shape out = a;
  for (size_t i = 1; i <= b.size(); ++i) {
    size_t& extent = out[a.size() - i];
    const size_t other = b[b.size() - i];
    if (extent == 1)
      extent = other;
    else if (other != 1 && other != extent)
      return std::nullopt;
  }
  return out;
}

bool broadcasts_to(const Shape& from, const Shape& to) { return broadcast(from, to) == to; }

std::string to_text(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

}  // namespace thalweg
