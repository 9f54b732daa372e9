#include "thalweg/format/image.hpp"

#include "thalweg/base/error.hpp"
#include "thalweg/format/jpeg.hpp"
#include "thalweg/format/png.hpp"

namespace thalweg {
namespace {

[[noreturn]] void refuse(const std::string& source) {
  fail("image: {}: is neither PNG nor JPEG; convert it, or take it out of the folder", source);
}

}  // namespace

bool is_image(std::string_view bytes) { return is_png(bytes) || is_jpeg(bytes); }

ImageShape read_image_shape(std::string_view bytes, const std::string& source) {
  if (is_png(bytes)) return read_png_shape(bytes, source);
  if (is_jpeg(bytes)) return read_jpeg_shape(bytes, source);
  refuse(source);
}

Image read_image(std::string_view bytes, const std::string& source) {
  if (is_png(bytes)) return read_png(bytes, source);
  if (is_jpeg(bytes)) return read_jpeg(bytes, source);
  refuse(source);
}

void expect_plausible_image(const char* format, const std::string& source, size_t height,
                            size_t width, size_t most) {
  constexpr size_t most_pixels = size_t{1} << 26;
  if (height * width > most_pixels)
    fail("{}: {}: {} x {} pixels, more than {}; scale it down", format, source, height, width,
         most_pixels);
  if (height * width > most)
    fail(
        "{}: {}: {} x {} pixels, more than a file of its size can hold; it is damaged, or made to "
        "do harm",
        format, source, height, width);
}

}  // namespace thalweg
