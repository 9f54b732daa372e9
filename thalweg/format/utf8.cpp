#include "thalweg/format/utf8.hpp"

#include <cstddef>

namespace thalweg {
namespace {

bool is_code_point(char32_t code) { return code <= 0x10ffff && (code < 0xd800 || code >= 0xe000); }

char continuation(char32_t code) { return static_cast<char>(0x80 | (code & 0x3f)); }

}  // namespace

bool take_code_point(std::string_view& text, char32_t& code) {
  if (text.empty()) return false;
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xc0 ? 0
                        : lead < 0xe0 ? 2
                        : lead < 0xf0 ? 3
                        : lead < 0xf8 ? 4
                                      : 0;
  if (length == 0 || length > text.size()) return false;
  char32_t found = length == 1 ? lead : lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return false;
    found = found << 6 | (byte & 0x3f);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (found < least[length] || !is_code_point(found)) return false;
  code = found;
  text.remove_prefix(length);
  return true;
}

bool append_code_point(std::string& out, char32_t code) {
  if (!is_code_point(code)) return false;
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += continuation(code);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += continuation(code >> 6);
    out += continuation(code);
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += continuation(code >> 12);
    out += continuation(code >> 6);
    out += continuation(code);
  }
  return true;
}

}  // namespace thalweg
