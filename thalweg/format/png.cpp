#include "thalweg/format/png.hpp"

#include <png.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

constexpr size_t most_inflation = 1032;  // of deflate

// libpng reports by longjmp. It leaves from the two try_ functions alone, whose frames own nothing;
// all that has to be freed belongs to the reader.
class PngReader {
 public:
  PngReader(std::string_view bytes, const std::string& source) : rest_(bytes), source_(source) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, refuse, ignore);
    if (png_ == nullptr) throw std::bad_alloc();
    info_ = png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, this, take);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  ImageShape read_shape() {
    const size_t size = rest_.size();
    if (!try_header()) fail_damaged();
    const ImageShape out = {
        png_get_image_height(png_, info_), png_get_image_width(png_, info_),
        (png_get_color_type(png_, info_) & PNG_COLOR_MASK_COLOR) != 0 ? size_t{3} : size_t{1}};
    const size_t bits = size_t{png_get_bit_depth(png_, info_)} * png_get_channels(png_, info_);
    expect_plausible_image("png", source_, out.height, out.width, most_inflation * size * 8 / bits);
    return out;
  }

  // to [height, width, channels]
  void read_pixels(const ImageShape& shape, uint8_t* to) {
    if (!try_pixels(to, shape.height, shape.width * shape.channels)) fail_damaged();
  }

 private:
  static PngReader& reader(png_structp png) {
    return *static_cast<PngReader*>(png_get_error_ptr(png));
  }
  [[noreturn]] static void refuse(png_structp png, png_const_charp reason) {
    std::snprintf(reader(png).reason_, sizeof reason_, "%s", reason);
    png_longjmp(png, 1);
  }
  // Of chunks that do not matter to the pixels.
  static void ignore(png_structp, png_const_charp) {}
  static void take(png_structp png, png_bytep to, size_t count) {
    std::string_view& rest = reader(png).rest_;
    if (rest.size() < count) png_error(png, "it ends early");
    std::memcpy(to, rest.data(), count);
    rest.remove_prefix(count);
  }

  [[noreturn]] void fail_damaged() const {
    std::string reason = reason_;
    std::replace_if(
        reason.begin(), reason.end(), [](char c) { return c < 32 || c > 126; }, '?');
    fail("png: {}: is damaged ({}); copy or convert the file again", source_, reason);
  }

  bool try_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_info(png_, info_);
    return true;
  }

  bool try_pixels(uint8_t* to, size_t height, size_t row_bytes) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_strip_alpha(png_);
    const int passes = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    if (png_get_rowbytes(png_, info_) != row_bytes) png_error(png_, "rows of another length");
    for (int pass = 0; pass < passes; ++pass)
      for (size_t y = 0; y < height; ++y) png_read_row(png_, to + y * row_bytes, nullptr);
    png_read_end(png_, nullptr);
    return true;
  }

  std::string_view rest_;
  const std::string& source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char reason_[96] = "";
};

}  // namespace

bool is_png(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1A\n"); }

ImageShape read_png_shape(std::string_view bytes, const std::string& source) {
  return PngReader(bytes, source).read_shape();
}

Image read_png(std::string_view bytes, const std::string& source) {
  PngReader reader(bytes, source);
  Image out{reader.read_shape(), {}};
  out.pixels = Buffer<uint8_t>(out.shape.height * out.shape.width * out.shape.channels);
  reader.read_pixels(out.shape, out.pixels.data());
  return out;
}

}  // namespace thalweg
