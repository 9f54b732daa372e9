// JPEG pictures, the half of image.hpp that libjpeg-turbo reads.
#pragma once

#include "thalweg/format/image.hpp"

namespace thalweg {

bool is_jpeg(std::string_view bytes);
ImageShape read_jpeg_shape(std::string_view bytes, const std::string& source);
Image read_jpeg(std::string_view bytes, const std::string& source);

}  // namespace thalweg
