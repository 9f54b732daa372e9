// safetensors files: named tensors behind a JSON header. docs/format/safetensors.md has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

// Spelled as in the file.
enum class DataType { F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL };

size_t byte_size(DataType type);
const char* name(DataType type);

struct StoredTensor {
  std::string name;
  DataType type = DataType::F64;
  std::vector<size_t> shape;
  std::vector<std::byte> bytes;  // row-major, little-endian: product of shape times byte_size
};

struct Safetensors {
  std::string source;  // the file's name, for messages
  std::map<std::string, std::string> metadata;
  std::vector<StoredTensor> tensors;  // of a file that was read: in the order of their bytes

  // Each appends a copy. A count that is not the product of the shape is a std::logic_error.
  void add(std::string name, std::vector<size_t> shape, std::span<const double> values);
  void add(std::string name, std::vector<size_t> shape, std::span<const float> values);
  void add(std::string name, std::vector<size_t> shape, std::span<const uint8_t> values);
  void add(std::string name, std::vector<size_t> shape, std::span<const int64_t> values);

  bool contains(std::string_view name) const;
  // Throws Error that names the tensor and the nearest one when there is none.
  const StoredTensor& operator[](std::string_view name) const;
  // The numbers of an F64 or F32 tensor; of any other type Error.
  std::vector<double> numbers(std::string_view name) const;
  // The numbers of an I64, I32, U8 or BOOL tensor; of any other type Error.
  std::vector<int64_t> integers(std::string_view name) const;
  // Throws Error that names the key when there is none.
  const std::string& text(const std::string& key) const;
};

// Reads strictly: throws Error for anything that the specification forbids, duplicate names and
// unknown fields included. Memory is bounded by a constant times the size of the file.
Safetensors read_safetensors(std::string_view bytes, const std::string& source);
Safetensors read_safetensors(const std::filesystem::path& path);

// Larger elements come first, so that every tensor is aligned to its element in the file; else in
// the order given. Throws Error for a name twice, or text that is not UTF-8.
std::string to_bytes(const Safetensors& file);
// Replaces the file whole.
void write_safetensors(const std::filesystem::path& path, const Safetensors& file);

}  // namespace thalweg
