// A name or a cell of the data as it stands in a message.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace thalweg {

inline std::string without_controls(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

// On one line and at most 60 bytes, cut between characters of UTF-8; control characters are blanks.
inline std::string shown(std::string_view text) {
  constexpr size_t most = 60;
  size_t length = text.size();
  if (length > most) {
    length = most;
    for (int back = 0; back < 3 && (text[length] & 0xC0) == 0x80; ++back) --length;
  }
  const std::string out = without_controls(std::string(text.substr(0, length)));
  return length < text.size() ? out + "…" : out;
}

// A file that was found in a folder: whole, on one line.
inline std::string shown_path(const std::filesystem::path& path) {
  return without_controls(path.string());
}

}  // namespace thalweg
