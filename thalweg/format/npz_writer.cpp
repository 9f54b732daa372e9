#include "thalweg/format/npz_writer.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/format/excerpt.hpp"
#include "thalweg/format/npy_array.hpp"
#include "thalweg/format/utf8.hpp"

namespace thalweg {
namespace {

constexpr size_t most_text_bytes = size_t{1} << 30;

// The code points of `text`; throws Error where it is not UTF-8.
std::u32string code_points(std::string_view text) {
  std::u32string out;
  std::string_view rest = text;
  for (char32_t code = 0; take_code_point(rest, code);) out += code;
  if (!rest.empty()) fail("npz: {} is not UTF-8 and cannot be written", excerpt(text));
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
