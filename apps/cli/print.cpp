#include "apps/cli/print.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    fail("standard output: cannot be written: {}", std::strerror(errno));
}

bool terminal(int descriptor) {
  const char* kind = std::getenv("TERM");
  return ::isatty(descriptor) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

size_t width(int descriptor) {
  struct winsize size {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string emphasized(std::string_view text, Emphasis emphasis, int descriptor) {
  const char* silenced = std::getenv("NO_COLOR");
  if (!terminal(descriptor) || (silenced != nullptr && *silenced != 0)) return std::string(text);
  const char* code = emphasis == Emphasis::bold   ? "1"
                     : emphasis == Emphasis::good ? "1;32"
                     : emphasis == Emphasis::bad  ? "1;31"
                                                  : "2";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

size_t characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string one_line(std::string_view text) {
  constexpr size_t longest = 2000;
  std::string out(text.substr(0, longest));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text.size() > longest ? out + "…" : out;
}

std::string wrapped(std::string_view text, size_t indent) {
  // Long lines are hard to read: no wider than 100.
  const size_t columns = std::clamp<size_t>(width(STDOUT_FILENO), indent + 20, 100);
  std::string out;
  size_t at = indent;
  for (std::string_view word : split(text, ' ')) {
    const size_t length = characters(word);
    if (at > indent && at + 1 + length > columns) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
    } else if (at > indent) {
      out += ' ';
      ++at;
    }
    out += word;
    at += length;
  }
  return out;
}

std::string entry(std::string_view left, std::string_view text, size_t column) {
  std::string out(left);
  if (text.empty()) return out + "\n";
  const size_t used = characters(left);
  out += used + 2 > column ? "\n" + std::string(column, ' ') : std::string(column - used, ' ');
  return out + wrapped(text, column) + "\n";
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, size_t indent,
                    std::string_view sides) {
  std::vector<size_t> widths(sides.size());
  for (const auto& row : rows)
    for (size_t j = 0; j < row.size(); ++j) widths.at(j) = std::max(widths[j], characters(row[j]));
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent, ' ');
    for (size_t j = 0; j < row.size(); ++j) {
      const std::string blanks(widths[j] - characters(row[j]), ' ');
      line += (j > 0 ? "  " : "") + (sides[j] == 'r' ? blanks + row[j] : row[j] + blanks);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s");
}

std::string duration(double seconds) {
  if (seconds < 100) return brief(seconds, 2) + " s";
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return brief(seconds / 3600, 2) + " h";
}

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("_-./+=:,@%", c) != nullptr;
  });
  if (plain) return word;
  std::string out = "'";
  for (char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace thalweg::cli
