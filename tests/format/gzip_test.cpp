#include "thalweg/format/gzip.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

// Made by `printf 'a,b\n1,2\n' | gzip -n9`.
const std::string known(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xd4\x49\xe2\x32\xd4\x31\xe2"
    "\x02\x00\x7b\x07\x97\x0a\x08\x00\x00\x00",
    28);

std::string compressed(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string message(const std::string& bytes) {
  try {
    inflate_gzip(bytes, "t.gz");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Gzip, InflatesWhatGzipMade) { EXPECT_EQ(inflate_gzip(known, "t.gz"), "a,b\n1,2\n"); }

TEST(Gzip, InflatesMembersOneAfterAnother) {
  EXPECT_EQ(inflate_gzip(known + known, "t.gz"), "a,b\n1,2\na,b\n1,2\n");
  EXPECT_EQ(inflate_gzip(known + std::string(512, '\0'), "t.gz"), "a,b\n1,2\n");
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919 % 10007) + ",";
  EXPECT_EQ(inflate_gzip(compressed(text) + compressed("") + known, "t.gz"), text + "a,b\n1,2\n");
  const std::string zeros(30'000'000, '0');
  EXPECT_EQ(inflate_gzip(compressed(zeros), "t.gz"), zeros);
}

TEST(Gzip, SaysInOneLineWhatIsWrong) {
  for (size_t length = 2; length < known.size(); ++length) {
    EXPECT_EQ(message(known.substr(0, length)), "gzip: t.gz: ends early, after " +
                                                    std::to_string(length) +
                                                    " bytes; copy or compress the file again");
  }
  EXPECT_EQ(message(known + known.substr(0, 20)),
            "gzip: t.gz: ends early, after 48 bytes; copy or compress the file again");
  std::string wrong = known;
  wrong[20] ^= 1;
  EXPECT_EQ(message(wrong),
            "gzip: t.gz: is damaged near byte 25 (incorrect data check); copy or compress the file "
            "again");
  EXPECT_EQ(message(known + "x"),
            "gzip: t.gz: byte 29 follows the compressed data and is not part of it; compress the "
            "file again");
}

TEST(Gzip, ReadTextLooksAtTheBytes) {
  const std::string path = testing::TempDir() + "gzip_test." + std::to_string(::getpid()) + ".csv";
  write_file(path, known);
  EXPECT_EQ(read_text(path).text, "a,b\n1,2\n");
  write_file(path, "a,b\n");
  EXPECT_EQ(read_text(path).text, "a,b\n");
  write_file(path, "");
  EXPECT_EQ(read_text(path).text, "");
}

}  // namespace
}  // namespace thalweg
