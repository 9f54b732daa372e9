// Images and labels out of arrays: IDX and NumPy's files.
#pragma once

#include <string>

#include "thalweg/data/image_data.hpp"
#include "thalweg/data/label_column.hpp"
#include "thalweg/format/idx.hpp"
#include "thalweg/format/npy_array.hpp"

namespace thalweg {

// Unsigned bytes that lie as [count, channels, height, width] are used in place.
// Throws Error for another shape, a Fortran order, no image at all, and a number that is not finite.
ImageData images_of(const IdxArray& array, const std::string& source);
ImageData images_of(const NpyArray& array, const std::string& source);

// Of an array [rows] or [rows, 1].
LabelColumn labels_of(const IdxArray& array, const std::string& source);
LabelColumn labels_of(const NpyArray& array, const std::string& source);

// Whether an array's shape is that of images: three or four extents.
inline bool is_image_shape(const std::vector<size_t>& shape) {
  return shape.size() == 3 || shape.size() == 4;
}

}  // namespace thalweg
