// A name or a cell of the data as it stands in a message.
#pragma once

#include <string>
#include <string_view>

namespace thalweg {

// On one line and at most 60 bytes, cut between characters of UTF-8; control characters are blanks.
inline std::string shown(std::string_view text) {
  constexpr size_t most = 60;
  size_t length = text.size();
  if (length > most) {
    length = most;
    for (int back = 0; back < 3 && (text[length] & 0xC0) == 0x80; ++back) --length;
  }
  std::string out(text.substr(0, length));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return length < text.size() ? out + "…" : out;
}

}  // namespace thalweg
