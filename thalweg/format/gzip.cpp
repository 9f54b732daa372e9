#include "thalweg/format/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

// z_stream with its end.
struct Inflater {
  z_stream stream = {};
  Inflater() {
    // 15 bits of window, and 16 for "gzip header and trailer expected".
    if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

uInt bounded(size_t size) { return static_cast<uInt>(std::min<size_t>(size, 1u << 30)); }

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

std::string inflate_gzip(std::string_view bytes, const std::string& source) {
  std::string out;
  size_t filled = 0, read = 0;
  Inflater inflater;
  z_stream& stream = inflater.stream;
  while (true) {
    if (filled == out.size()) {
      // Twice as much each time, the first time by the usual ratio of text.
      out.resize(std::max<size_t>({out.size() * 2, bytes.size() * 4, 256}));
    }
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + read));
    stream.avail_in = bounded(bytes.size() - read);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    stream.avail_out = bounded(out.size() - filled);
    const uInt before_in = stream.avail_in, before_out = stream.avail_out;
    const int status = inflate(&stream, Z_NO_FLUSH);
    read += before_in - stream.avail_in;
    filled += before_out - stream.avail_out;
    if (status == Z_STREAM_END) {
      const size_t next = std::min(bytes.find_first_not_of('\0', read), bytes.size());
      if (next == bytes.size()) break;
      if (next != read || !is_gzip(bytes.substr(read))) {
        fail(
            "gzip: {}: byte {} follows the compressed data and is not part of it; compress the "
            "file again",
            source, next + 1);
      }
      inflateReset(&stream);
    } else if (status == Z_OK || (status == Z_BUF_ERROR && filled == out.size())) {
      continue;
    } else if (status == Z_BUF_ERROR) {
      fail("gzip: {}: ends early, after {} bytes; copy or compress the file again", source,
           bytes.size());
    } else if (status == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else {
      fail("gzip: {}: is damaged near byte {} ({}); copy or compress the file again", source,
           read + 1, stream.msg != nullptr ? stream.msg : "no reason given");
    }
  }
  out.resize(filled);
  return out;
}

Text read_text(const std::filesystem::path& path) {
  auto file = std::make_shared<const MappedFile>(path);
  if (!is_gzip(file->text())) return {file->text(), file};
  auto inflated = std::make_shared<const std::string>(inflate_gzip(file->text(), path.string()));
  return {*inflated, inflated};
}

}  // namespace thalweg
