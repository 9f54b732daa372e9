// Arrays as NumPy stores them: one in a `.npy`, several in a `.npz`. docs/format/npy.md has the
// bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

struct NpyArray {
  std::string name;  // in a `.npz`, without the ending; else ""
  char kind = 'f';   // f real, i and u whole, b true or false, U and S text
  size_t item = 8;   // bytes of an element
  bool big_endian = false;
  bool fortran = false;  // the first index runs fastest
  std::vector<size_t> shape;
  std::string_view data;                // the elements as they lie in the file
  std::shared_ptr<const void> storage;  // keeps `data` alive where it is not the file's

  size_t size() const { return data.size() / item; }
  bool is_text() const { return kind == 'U' || kind == 'S'; }
  // Elements [begin, end) in the order in which they lie, as float64. `kind` must be of numbers.
  void copy_numbers(size_t begin, size_t end, double* out) const;
  // All elements in the order in which they lie; `kind` must be of texts.
  std::vector<std::string> texts() const;
  // "float64 [2, 3]"
  std::string describe() const;
};

// Reads the header, strictly. `label` names the array in messages. Throws Error for Python objects,
// structured and complex types, times, and data that is not as long as the shape says.
NpyArray read_npy_array(std::string_view bytes, const std::string& label);

// All arrays of a `.npz`, checked against their checksums. `bytes` must outlive them.
std::vector<NpyArray> read_npz_arrays(std::string_view bytes, const std::string& source);

// The header that NumPy writes for such an array, padded to a multiple of 64 bytes.
std::string npy_header(std::string_view description, const std::vector<size_t>& shape);

}  // namespace thalweg
