#include "thalweg/format/npz_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/format/excerpt.hpp"
#include "thalweg/format/npy_array.hpp"

namespace thalweg {
namespace {

constexpr size_t most_text_bytes = size_t{1} << 30;

// The code points of `text`; throws Error where it is not UTF-8.
std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80   ? 1
                          : lead < 0xc2 ? 0
                          : lead < 0xe0 ? 2
                          : lead < 0xf0 ? 3
                          : lead < 0xf5 ? 4
                                        : 0;
    uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
    bool good = length > 0 && at + length <= text.size();
    for (size_t i = 1; good && i < length; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      good = (byte & 0xc0) == 0x80;
      code = code << 6 | (byte & 0x3f);
    }
    constexpr uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (!good || code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
      fail("npz: {} is not UTF-8 and cannot be written", excerpt(text));
    out += static_cast<char32_t>(code);
    at += length;
  }
  return out;
}

std::string_view bytes_of(const auto& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])};
}

}  // namespace

void NpzWriter::add(const std::string& name, const std::vector<size_t>& shape,
                    std::span<const double> values) {
  size_t count = 1;
  for (const size_t extent : shape) count *= extent;
  if (count != values.size())
    throw std::logic_error("npz: " + name + ": the shape does not match the values");
  zip_.add(name + ".npy", npy_header("<f8", shape), bytes_of(values));
}

void NpzWriter::add(const std::string& name, std::span<const std::string> texts) {
  size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, code_points(text).size());
  if (width > most_text_bytes / 4 / std::max<size_t>(texts.size(), 1))
    fail("npz: {} would take more than 1 GiB because one of its {} texts has {} characters", name,
         texts.size(), width);
  std::u32string cells(texts.size() * width, U'\0');
  for (size_t i = 0; i < texts.size(); ++i)
    std::ranges::copy(code_points(texts[i]), cells.begin() + static_cast<ptrdiff_t>(i * width));
  zip_.add(name + ".npy", npy_header("<U" + std::to_string(width), {texts.size()}),
           bytes_of(cells));
}

}  // namespace thalweg
