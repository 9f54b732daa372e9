// Writes `.npz` files that NumPy and this library read; stored, so that they are read in place.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "thalweg/format/zip.hpp"

namespace thalweg {

class NpzWriter {
 public:
  explicit NpzWriter(const std::filesystem::path& path) : zip_(path) {}

  // float64 in C order. A count that is not the product of the shape is a std::logic_error.
  void add(const std::string& name, const std::vector<size_t>& shape,
           std::span<const double> values);
  // Texts of one dimension. Throws Error where one is not UTF-8, or where the array, which gives
  // each the room of the longest, would take more than 1 GiB.
  void add(const std::string& name, std::span<const std::string> texts);
  // Puts the file in its place.
  void commit() { zip_.commit(); }

 private:
  ZipWriter zip_;
};

}  // namespace thalweg
