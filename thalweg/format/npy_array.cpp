#include "thalweg/format/npy_array.hpp"

#include <fmt/ranges.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "thalweg/base/error.hpp"
#include "thalweg/format/excerpt.hpp"
#include "thalweg/format/utf8.hpp"
#include "thalweg/format/zip.hpp"

namespace thalweg {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie");

constexpr std::string_view magic = "\x93NUMPY";
constexpr size_t header_alignment = 64;
constexpr size_t most_extents = 64;  // NumPy's own limit

// Reads the header, a Python dictionary of three known keys.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& label) : rest_(text), label_(label) {}

  void read(NpyArray& array) {
    expect('{');
    unsigned seen = 0;
    while (!take('}')) {
      const std::string_view key = text();
      expect(':');
      const unsigned bit = key == "descr" ? 1 : key == "fortran_order" ? 2 : key == "shape" ? 4 : 0;
      if (bit == 0 || (seen & bit) != 0) refuse();
      seen |= bit;
      if (bit == 1) read_type(array);
      if (bit == 2) array.fortran = truth();
      if (bit == 4) array.shape = extents();
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    if (seen != 7 || (skip_blanks(), !rest_.empty())) refuse();
  }

 private:
  [[noreturn]] void refuse() const {
    fail("npy: {}: the header is not of NumPy's form at {}", label_, excerpt(rest_));
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) refuse();
  }

  std::string_view text() {
    skip_blanks();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) refuse();
    const size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) refuse();
    const std::string_view out = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return out;
  }

  bool truth() {
    skip_blanks();
    for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true},
                                      std::pair<std::string_view, bool>{"False", false}})
      if (rest_.starts_with(word)) {
        rest_.remove_prefix(word.size());
        return value;
      }
    refuse();
  }

  std::vector<size_t> extents() {
    std::vector<size_t> out;
    expect('(');
    while (!take(')')) {
      size_t extent = 0;
      skip_blanks();
      const auto result = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (result.ec != std::errc()) refuse();
      rest_.remove_prefix(static_cast<size_t>(result.ptr - rest_.data()));
      if (out.size() == most_extents) refuse();
      out.push_back(extent);
      take('L');  // of Python 2
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return out;
  }

  void read_type(NpyArray& array) {
    if (take('['))
      fail("npy: {}: holds records of several fields; save each field as an array of its own",
           label_);
    const std::string_view type = text();
    if (type.find('O') != std::string_view::npos)
      fail(
          "npy: {}: holds Python objects, which only pickle reads; save texts as dtype str and "
          "numbers as float64",
          label_);
    size_t item = 0;
    const char* end = type.data() + type.size();
    if (type.size() < 3 || std::from_chars(type.data() + 2, end, item).ptr != end) item = 0;
    array.kind = type.size() < 2 ? ' ' : type[1];
    const bool known = array.kind == 'f' ? item == 4 || item == 8
                       : array.kind == 'i' || array.kind == 'u'
                           ? std::has_single_bit(item) && item <= 8
                       : array.kind == 'b'                      ? item == 1
                       : array.kind == 'U' || array.kind == 'S' ? item > 0 && item < (1u << 30)
                                                                : false;
    if (!known || std::string_view("<>|=").find(type[0]) == std::string_view::npos)
      fail("npy: {}: is of type {}; save it as float64, float32, an integer, bool or str", label_,
           excerpt(type));
    array.big_endian = type[0] == '>';
    array.item = array.kind == 'U' ? 4 * item : item;
  }

  std::string_view rest_;
  const std::string& label_;
};

template <class T>
T load(const char* bytes, bool swap) {
  T value;
  if (swap) {
    char reversed[sizeof(T)];
    for (size_t i = 0; i < sizeof(T); ++i) reversed[i] = bytes[sizeof(T) - 1 - i];
    std::memcpy(&value, reversed, sizeof(T));
  } else {
    std::memcpy(&value, bytes, sizeof(T));
  }
  return value;
}

template <class T>
void convert(const char* in, size_t count, bool swap, double* out) {
  if (!swap && std::is_same_v<T, double>) {
    std::memcpy(out, in, count * sizeof(double));
  } else if (swap) {
    for (size_t i = 0; i < count; ++i)
      out[i] = static_cast<double>(load<T>(in + i * sizeof(T), true));
  } else {
    for (size_t i = 0; i < count; ++i)
      out[i] = static_cast<double>(load<T>(in + i * sizeof(T), false));
  }
}

}  // namespace

void NpyArray::copy_numbers(size_t begin, size_t end, double* out) const {
  const char* in = data.data() + begin * item;
  const size_t count = end - begin;
  const bool swap = big_endian;
  switch (kind) {
    case 'f':
      return item == 8 ? convert<double>(in, count, swap, out)
                       : convert<float>(in, count, swap, out);
    case 'i':
      return item == 8   ? convert<int64_t>(in, count, swap, out)
             : item == 4 ? convert<int32_t>(in, count, swap, out)
             : item == 2 ? convert<int16_t>(in, count, swap, out)
                         : convert<int8_t>(in, count, swap, out);
    case 'u':
      return item == 8   ? convert<uint64_t>(in, count, swap, out)
             : item == 4 ? convert<uint32_t>(in, count, swap, out)
             : item == 2 ? convert<uint16_t>(in, count, swap, out)
                         : convert<uint8_t>(in, count, swap, out);
    default:
      for (size_t i = 0; i < count; ++i) out[i] = in[i] != 0;
  }
}

std::vector<std::string> NpyArray::texts() const {
  std::vector<std::string> out;
  out.reserve(size());
  for (size_t i = 0; i < size(); ++i) {
    const std::string_view cell = data.substr(i * item, item);
    std::string text;
    if (kind == 'S') text = cell.substr(0, cell.find_last_not_of('\0') + 1);
    for (size_t at = 0; kind == 'U' && at < cell.size(); at += 4) {
      const auto code = load<uint32_t>(cell.data() + at, big_endian);
      if (!append_code_point(text, code))
        fail("npy: {}: element {} holds {:#x}, which is no Unicode character", name, i, code);
    }
    if (kind == 'U') text.resize(text.find_last_not_of('\0') + 1);
    out.push_back(std::move(text));
  }
  return out;
}

std::string NpyArray::describe() const {
  const char* word = kind == 'f'   ? "float"
                     : kind == 'i' ? "int"
                     : kind == 'u' ? "uint"
                     : kind == 'b' ? "bool"
                                   : "text";
  const bool sized = kind == 'f' || kind == 'i' || kind == 'u';
  return fmt::format("{}{} [{}]", word, sized ? fmt::format("{}", 8 * item) : "",
                     fmt::join(shape, ", "));
}

NpyArray read_npy_array(std::string_view bytes, const std::string& label) {
  if (!bytes.starts_with(magic) || bytes.size() < 10)
    fail("npy: {}: does not begin as NumPy arrays do; save it with numpy.save", label);
  const int version = bytes[6];
  if (version < 1 || version > 3)
    fail("npy: {}: is of version {}; expected 1, 2 or 3", label, version);
  const size_t length_bytes = version == 1 ? 2 : 4;
  size_t length = 0;
  if (bytes.size() < 8 + length_bytes) fail("npy: {}: ends within its header", label);
  std::memcpy(&length, bytes.data() + 8, length_bytes);
  const std::string_view rest = bytes.substr(8 + length_bytes);
  if (length > rest.size()) fail("npy: {}: ends within its header", label);

  NpyArray array;
  array.name = label;
  HeaderReader(rest.substr(0, length), label).read(array);
  array.data = rest.substr(length);
  size_t expected = array.item;
  bool fits = true;
  for (const size_t extent : array.shape)
    fits = fits && !__builtin_mul_overflow(expected, extent, &expected);
  if (!fits || expected != array.data.size())
    fail(
        "npy: {}: {} bytes follow the header, which is not what {} needs; the file is cut off or "
        "damaged",
        label, array.data.size(), array.describe());
  return array;
}

std::vector<NpyArray> read_npz_arrays(std::string_view bytes, const std::string& source) {
  std::vector<NpyArray> arrays;
  for (const ZipMember& member : read_zip(bytes, source)) {
    std::string_view contents = member.data;
    std::shared_ptr<const Buffer<char>> storage;
    if (member.deflated) {
      storage = std::make_shared<const Buffer<char>>(inflate(member, source));
      contents = {storage->data(), storage->size()};
    }
    std::string_view name = member.name;
    if (name.ends_with(".npy")) name.remove_suffix(4);
    if (crc32_of(contents) != member.crc)
      fail("npz: {}: array {} does not match its checksum; the file is damaged", source,
           excerpt(name));
    arrays.push_back(read_npy_array(contents, fmt::format("{}: array {}", source, excerpt(name))));
    arrays.back().name = name;
    arrays.back().storage = std::move(storage);
  }
  return arrays;
}

std::string npy_header(std::string_view description, const std::vector<size_t>& shape) {
  std::string dictionary =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", description,
                  fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const size_t before = magic.size() + 4 + dictionary.size() + 1;
  dictionary.append((header_alignment - before % header_alignment) % header_alignment, ' ');
  dictionary += '\n';
  std::string out(magic);
  out += '\x01';
  out += '\0';
  out += static_cast<char>(dictionary.size() & 0xff);
  out += static_cast<char>(dictionary.size() >> 8);
  return out + dictionary;
}

}  // namespace thalweg
