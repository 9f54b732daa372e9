#include "thalweg/format/jpeg.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <new>
// After <cstdio>, whose FILE they take for granted.
#include <jerror.h>
#include <jpeglib.h>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

// A block of 64 pixels takes a bit at the least, but for what arithmetic coding may save.
constexpr size_t most_pixels_a_byte = 512, always_allowed = size_t{1} << 16;
constexpr int most_scans = 100;

// libjpeg reports by a function that must not return. It leaves by longjmp to the try_
// functions, whose frames own nothing; all that has to be freed belongs to the reader.
class JpegReader {
 public:
  JpegReader(std::string_view bytes, const std::string& source) : source_(source) {
    jpeg_.err = jpeg_std_error(&report_);
    jpeg_.client_data = this;
    report_.error_exit = refuse;
    report_.emit_message = note;
    if (!try_create(bytes)) {
      jpeg_destroy_decompress(&jpeg_);
      throw std::bad_alloc();
    }
  }
  ~JpegReader() { jpeg_destroy_decompress(&jpeg_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  ImageShape read_shape(size_t size) {
    if (!try_header()) fail_damaged();
    const bool color = jpeg_.jpeg_color_space == JCS_YCbCr || jpeg_.jpeg_color_space == JCS_RGB;
    if (!(jpeg_.num_components == 1 || (jpeg_.num_components == 3 && color)))
      fail("jpeg: {}: has {} components; expected gray or RGB: convert it", source_,
           jpeg_.num_components);
    expect_plausible_image("jpeg", source_, jpeg_.image_height, jpeg_.image_width,
                           most_pixels_a_byte * size + always_allowed);
    return {jpeg_.image_height, jpeg_.image_width, jpeg_.num_components == 1 ? size_t{1} : 3};
  }

  // to [height, width, channels]
  void read_pixels(const ImageShape& shape, uint8_t* to) {
    jpeg_.out_color_space = shape.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    if (!try_pixels(to, shape.width * shape.channels)) fail_damaged();
  }

 private:
  static JpegReader& reader(j_common_ptr jpeg) {
    return *static_cast<JpegReader*>(jpeg->client_data);
  }
  [[noreturn]] static void refuse(j_common_ptr jpeg) {
    jpeg->err->format_message(jpeg, reader(jpeg).reason_);
    std::longjmp(reader(jpeg).back_, 1);
  }
  // Damage that libjpeg would paint over; bytes between segments do no harm to the pixels.
  static void note(j_common_ptr jpeg, int level) {
    if (level < 0 && jpeg->err->msg_code != JWRN_EXTRANEOUS_DATA) refuse(jpeg);
  }
  static void count_scans(j_common_ptr jpeg) {
    if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= most_scans) return;
    std::snprintf(reader(jpeg).reason_, JMSG_LENGTH_MAX, "more than %d scans", most_scans);
    std::longjmp(reader(jpeg).back_, 1);
  }

  [[noreturn]] void fail_damaged() const {
    std::string reason = reason_;
    std::replace_if(
        reason.begin(), reason.end(), [](char c) { return c < 32 || c > 126; }, '?');
    fail("jpeg: {}: is damaged ({}); copy or convert the file again", source_, reason);
  }

  bool try_create(std::string_view bytes) {
    if (setjmp(back_) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return true;
  }

  bool try_header() {
    if (setjmp(back_) != 0) return false;
    jpeg_read_header(&jpeg_, TRUE);
    return true;
  }

  bool try_pixels(uint8_t* to, size_t row_bytes) {
    if (setjmp(back_) != 0) return false;
    progress_.progress_monitor = count_scans;
    jpeg_.progress = &progress_;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = to + jpeg_.output_scanline * row_bytes;
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  const std::string& source_;
  jpeg_decompress_struct jpeg_ = {};
  jpeg_error_mgr report_ = {};
  jpeg_progress_mgr progress_ = {};
  std::jmp_buf back_;
  char reason_[JMSG_LENGTH_MAX] = "";
};

}  // namespace

bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xFF\xD8\xFF"); }

ImageShape read_jpeg_shape(std::string_view bytes, const std::string& source) {
  return JpegReader(bytes, source).read_shape(bytes.size());
}

Image read_jpeg(std::string_view bytes, const std::string& source) {
  JpegReader reader(bytes, source);
  Image out{reader.read_shape(bytes.size()), {}};
  out.pixels = Buffer<uint8_t>(out.shape.height * out.shape.width * out.shape.channels);
  reader.read_pixels(out.shape, out.pixels.data());
  return out;
}

}  // namespace thalweg
