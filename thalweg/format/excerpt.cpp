#include "thalweg/format/excerpt.hpp"

#include <fmt/format.h>

#include "thalweg/format/utf8.hpp"

namespace thalweg {

std::string bare_excerpt(std::string_view text) {
  constexpr size_t longest = 60;
  const size_t end = text.size() > longest ? text.size() - longest : 0;
  std::string out;
  while (text.size() > end) {
    std::string_view rest = text;
    char32_t code = 0;
    const auto byte = static_cast<unsigned char>(text[0]);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[0];
      rest.remove_prefix(1);
    } else if (byte < 0x20 || byte == 0x7f || !take_code_point(rest, code)) {
      out += fmt::format("\\x{:02x}", byte);
      rest.remove_prefix(1);
    } else {
      out += text.substr(0, text.size() - rest.size());
    }
    text = rest;
  }
  return text.empty() ? out : out + "…";
}

std::string excerpt(std::string_view text) { return '"' + bare_excerpt(text) + '"'; }

}  // namespace thalweg
