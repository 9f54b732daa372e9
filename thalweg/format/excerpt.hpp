// A piece of a file as it is shown in a message: one line, short.
#pragma once

#include <string>
#include <string_view>

namespace thalweg {

// At most 60 bytes, cut between UTF-8 characters and ended by "..." where longer; control
// characters become blanks.
inline std::string excerpt(std::string_view text) {
  constexpr size_t most = 60;
  size_t length = text.size();
  if (length > most) {
    length = most;
    for (int back = 0; back < 3 && (text[length] & 0xC0) == 0x80; ++back) --length;
  }
  std::string shown(text.substr(0, length));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  if (length < text.size()) shown += "...";
  return shown;
}

}  // namespace thalweg
