#include "thalweg/format/idx.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/format/gzip.hpp"

namespace thalweg {
namespace {

struct TypeRow {
  IdxType type;
  size_t item;
  std::string_view name;
};
constexpr TypeRow types[] = {{IdxType::uint8, 1, "uint8"},     {IdxType::int8, 1, "int8"},
                             {IdxType::int16, 2, "int16"},     {IdxType::int32, 4, "int32"},
                             {IdxType::float32, 4, "float32"}, {IdxType::float64, 8, "float64"}};

const TypeRow* find_type(char code) {
  for (const TypeRow& row : types)
    if (static_cast<char>(row.type) == code) return &row;
  return nullptr;
}

const TypeRow& row_of(IdxType type) { return *find_type(static_cast<char>(type)); }

uint32_t load_extent(std::string_view bytes, size_t at) {
  uint32_t out = 0;
  for (size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<uint8_t>(bytes[at + i]);
  return out;
}

// Big-endian elements of one type.
template <class T>
void copy(const char* from, size_t count, double* out) {
  for (size_t i = 0; i < count; ++i, from += sizeof(T)) {
    char reversed[sizeof(T)];
    std::reverse_copy(from, from + sizeof(T), reversed);
    T value;
    std::memcpy(&value, reversed, sizeof(T));
    out[i] = static_cast<double>(value);
  }
}

}  // namespace

size_t IdxArray::item() const { return row_of(type).item; }

void IdxArray::copy_numbers(size_t begin, size_t end, double* out) const {
  const char* from = data.data() + begin * item();
  switch (type) {
    case IdxType::uint8:
      return copy<uint8_t>(from, end - begin, out);
    case IdxType::int8:
      return copy<int8_t>(from, end - begin, out);
    case IdxType::int16:
      return copy<int16_t>(from, end - begin, out);
    case IdxType::int32:
      return copy<int32_t>(from, end - begin, out);
    case IdxType::float32:
      return copy<float>(from, end - begin, out);
    case IdxType::float64:
      return copy<double>(from, end - begin, out);
  }
}

std::string IdxArray::describe() const {
  return fmt::format("{} [{}]", row_of(type).name, fmt::join(shape, ", "));
}

bool is_idx(std::string_view bytes) {
  return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && find_type(bytes[2]) != nullptr &&
         bytes[3] != 0;
}

IdxArray read_idx(std::string_view bytes, const std::string& source,
                  std::shared_ptr<const void> storage) {
  if (!is_idx(bytes))
    fail(
        "idx: {}: does not begin with 0, 0, a type and a number of extents; it is not IDX, or not "
        "whole",
        source);
  const TypeRow& row = *find_type(bytes[2]);
  const size_t extents = static_cast<uint8_t>(bytes[3]), head = 4 + 4 * extents;
  if (bytes.size() < head)
    fail("idx: {}: ends within its {} extents, after {} bytes; copy the file again", source,
         extents, bytes.size());
  IdxArray out{row.type, {}, bytes.substr(head), std::move(storage)};
  // Counted up to what the file can hold, so that no product overflows; a zero makes it empty.
  size_t count = 1;
  bool fits = true;
  for (size_t k = 0; k < extents; ++k) {
    out.shape.push_back(load_extent(bytes, 4 + 4 * k));
    if (out.shape[k] == 0) count = 0;
  }
  for (const size_t extent : out.shape) {
    if (count == 0) break;
    fits = fits && extent <= out.data.size() / row.item / count;
    if (fits) count *= extent;
  }
  if (!fits || count * row.item != out.data.size())
    fail("idx: {}: {} is expected, but {} bytes of elements are there; copy the file again", source,
         out.describe(), out.data.size());
  return out;
}

IdxArray read_idx(const std::filesystem::path& path) {
  Text file = read_text(path);
  return read_idx(file.text, path.string(), std::move(file.storage));
}

}  // namespace thalweg
