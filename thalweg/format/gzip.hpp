// Files read whole, compressed (RFC 1952) or not.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace thalweg {

// True when the bytes begin as a gzip member does.
bool is_gzip(std::string_view bytes);

// Inflates one member after another; bytes of zero behind the last one are passed over.
// Throws Error in one line when the bytes end early, are damaged (checksum and length included) or
// are followed by something else.
// Memory: what the bytes hold, at most 1,032 times their number (the format's own limit).
std::string inflate_gzip(std::string_view bytes, const std::string& source);

// The contents of a file, with what keeps them alive.
struct Text {
  std::string_view text;
  std::shared_ptr<const void> storage;
};
// Maps the file, or inflates it where it is gzip, whatever its name.
// Throws Error as MappedFile and inflate_gzip do.
Text read_text(const std::filesystem::path& path);

}  // namespace thalweg
