// Arrays in IDX, the format of MNIST: bytes 0, 0, type, number of extents; the extents as big-endian
// 32-bit numbers; the elements, big-endian, the last index running fastest. docs/format/idx.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

enum class IdxType : uint8_t {
  uint8 = 0x08,
  int8 = 0x09,
  int16 = 0x0B,
  int32 = 0x0C,
  float32 = 0x0D,
  float64 = 0x0E
};

struct IdxArray {
  IdxType type = IdxType::uint8;
  std::vector<size_t> shape;
  std::string_view data;                // the elements as they lie in the file
  std::shared_ptr<const void> storage;  // keeps `data` alive

  size_t item() const;  // bytes of an element
  size_t size() const { return data.size() / item(); }
  // Elements [begin, end) as float64, exactly.
  void copy_numbers(size_t begin, size_t end, double* out) const;
  // "uint8 [60000, 28, 28]"
  std::string describe() const;
};

// Whether the bytes begin as IDX does: with a type and at least one extent.
bool is_idx(std::string_view bytes);

// The array over `bytes`, which `storage` keeps alive. Throws Error when the bytes do not begin as
// IDX does, or are more or fewer than the extents say.
IdxArray read_idx(std::string_view bytes, const std::string& source,
                  std::shared_ptr<const void> storage);
// Of a file, gzip or not.
IdxArray read_idx(const std::filesystem::path& path);

}  // namespace thalweg
