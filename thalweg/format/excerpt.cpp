#include "thalweg/format/excerpt.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace thalweg {
namespace {

constexpr size_t longest = 60;

// Length of the UTF-8 sequence at the start of `text`, or 0 where there is none.
size_t sequence(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xc2 ? 0
                        : lead < 0xe0 ? 2
                        : lead < 0xf0 ? 3
                        : lead < 0xf5 ? 4
                                      : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  return length;
}

}  // namespace

std::string excerpt(std::string_view text) {
  std::string out = "\"";
  size_t at = 0;
  while (at < text.size() && at < longest) {
    const size_t length = sequence(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[at];
    } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  out += at < text.size() ? "…\"" : "\"";
  return out;
}

}  // namespace thalweg
