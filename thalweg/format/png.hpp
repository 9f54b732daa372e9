// PNG pictures, the half of image.hpp that libpng reads.
#pragma once

#include "thalweg/format/image.hpp"

namespace thalweg {

bool is_png(std::string_view bytes);
ImageShape read_png_shape(std::string_view bytes, const std::string& source);
Image read_png(std::string_view bytes, const std::string& source);

}  // namespace thalweg
