// Pictures in PNG (libpng) and JPEG (libjpeg-turbo), as 8-bit pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

struct ImageShape {
  size_t height = 0, width = 0;
  size_t channels = 1;  // 1 gray, 3 red, green, blue
  bool operator==(const ImageShape&) const = default;
};

struct Image {
  ImageShape shape;
  Buffer<uint8_t> pixels;  // [height, width, channels]
};

// Whether the bytes begin as a PNG or a JPEG does.
bool is_image(std::string_view bytes);

// What the header says, without the pixels. Throws Error when the bytes are neither PNG nor JPEG,
// when the header is damaged, and for more pixels than 2^26 or than so few bytes can hold.
ImageShape read_image_shape(std::string_view bytes, const std::string& source);

// Gray stays gray, a palette becomes colors; bits above and below eight are scaled to eight;
// transparency and gamma are left out of account. Throws Error as above, when the bytes end early or
// are damaged, for CMYK, and for a JPEG of more than 100 scans. Memory: the pixels, for a progressive
// JPEG three times that, each bounded by a constant times the size of `bytes`.
Image read_image(std::string_view bytes, const std::string& source);

// Throws Error for more pixels than 2^26, or than `most`, what a file of its size can hold.
void expect_plausible_image(const char* format, const std::string& source, size_t height,
                            size_t width, size_t most);

}  // namespace thalweg
