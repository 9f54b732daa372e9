#include "thalweg/format/image.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

using std::string_literals::operator""s;

// Made by tests/oracle/format/make_images.py.
const std::filesystem::path folder = THALWEG_SOURCE "/tests/oracle/format/images";

std::string refusal(const std::string& bytes) {
  try {
    read_image(bytes, "t");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

TEST(Image, ReadsEveryKindToThePixelsItWasMadeOf) {
  size_t pictures = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::path pixels = entry.path();
    if (pixels.extension() == ".pixels" || !exists(pixels.replace_extension(".pixels"))) continue;
    SCOPED_TRACE(entry.path().filename());
    ++pictures;
    const std::string expected = read_file(pixels), bytes = read_file(entry.path());
    EXPECT_TRUE(is_image(bytes));
    const Image image = read_image(bytes, "t");
    const auto extent = [&](size_t k) { return size_t{static_cast<uint8_t>(expected[k])}; };
    ASSERT_EQ(image.shape, (ImageShape{extent(0), extent(1), extent(2)}));
    EXPECT_EQ(read_image_shape(bytes, "t"), image.shape);
    EXPECT_EQ(std::string(image.pixels.begin(), image.pixels.end()), expected.substr(3));
  }
  EXPECT_EQ(pictures, 15u);
}

TEST(Image, RefusesABombInOneLine) {
  EXPECT_EQ(refusal(read_file(folder / "bomb.png")),
            "png: t: 40000 x 40000 pixels, more than 67108864; scale it down");
  EXPECT_EQ(refusal(read_file(folder / "small_bomb.png")),
            "png: t: 2000 x 2000 pixels, more than a file of its size can hold; it is damaged, or "
            "made to do harm");
  std::string jpeg = read_file(folder / "jpeg_gray.jpg");
  const size_t frame = jpeg.find("\xFF\xC0");
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, "\x1F\xFF\x1F\xFF");
  EXPECT_NE(refusal(jpeg).find("8191 x 8191 pixels, more than a file of its size"),
            std::string::npos);
  jpeg.replace(frame + 5, 4, "\xFF\xDC\xFF\xDC");
  EXPECT_NE(refusal(jpeg).find("more than 67108864"), std::string::npos);
}

TEST(Image, RefusesWhatItCannotRead) {
  EXPECT_EQ(refusal("GIF89a"),
            "image: t: is neither PNG nor JPEG; convert it, or take it out of the folder");
  EXPECT_NE(refusal(""), "");
  EXPECT_EQ(refusal(read_file(folder / "jpeg_cmyk.jpg")),
            "jpeg: t: has 4 components; expected gray or RGB: convert it");
}

TEST(Image, RefusesEveryShortenedPicture) {
  for (const char* name : {"color.png", "interlaced.png", "palette.png", "jpeg_420.jpg",
                           "jpeg_progressive.jpg", "jpeg_gray.jpg"}) {
    const std::string bytes = read_file(folder / name);
    for (size_t size = 0; size < bytes.size(); ++size) {
      // Of a JPEG the last two bytes only say that it ends.
      EXPECT_NE(refusal(bytes.substr(0, size)), "") << name << " cut to " << size;
    }
  }
}

TEST(Image, ADamagedByteOfAPngIsSeen) {
  const std::string bytes = read_file(folder / "color.png");
  size_t unseen = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
    unseen += refusal(damaged).empty();
  }
  EXPECT_EQ(unseen, 0u);
}

TEST(Image, TooManyScansAreRefused) {
  // A progressive picture of one gray block by hand (ITU T.81): quantization by ones; a frame; one
  // code for a difference of zero; and scans that each hold that code.
  const auto repeated = [](int scans) {
    std::string out = "\xFF\xD8\xFF\xDB\0\x43\0"s + std::string(64, '\1') +
                      "\xFF\xC2\0\x0B\x08\0\x08\0\x08\1\1\x11\0"s + "\xFF\xC4\0\x14\0\1"s +
                      std::string(16, '\0');
    for (int k = 0; k < scans; ++k) out += "\xFF\xDA\0\x08\1\1\0\0\0\0\x7F"s;
    return out + "\xFF\xD9";
  };
  const Image gray = read_image(repeated(100), "t");
  EXPECT_EQ(std::string(gray.pixels.begin(), gray.pixels.end()), std::string(64, '\x80'));
  EXPECT_EQ(refusal(repeated(102)),
            "jpeg: t: is damaged (more than 100 scans); copy or convert the file again");
}

}  // namespace
}  // namespace thalweg
