#include "thalweg/format/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie");

constexpr size_t longest_header = 100'000'000;

struct TypeRow {
  DataType type;
  const char* name;
  size_t bytes;
};

// In the order of the enumeration.
constexpr TypeRow types[] = {
    {DataType::F64, "F64", 8},   {DataType::F32, "F32", 4}, {DataType::F16, "F16", 2},
    {DataType::BF16, "BF16", 2}, {DataType::I64, "I64", 8}, {DataType::I32, "I32", 4},
    {DataType::I16, "I16", 2},   {DataType::I8, "I8", 1},   {DataType::U64, "U64", 8},
    {DataType::U32, "U32", 4},   {DataType::U16, "U16", 2}, {DataType::U8, "U8", 1},
    {DataType::BOOL, "BOOL", 1}};

const TypeRow& row(DataType type) { return types[static_cast<size_t>(type)]; }

struct Entry {
  std::string name;
  std::optional<DataType> type;
  std::vector<size_t> shape, offsets;
  bool has_shape = false, has_offsets = false;
};

// The header as a stream of events. It knows the one form that a header may have and refuses the
// rest where it meets it, so that nothing nests deeper than three and nothing else is kept.
class HeaderReader final : public nlohmann::json::json_sax_t {
 public:
  explicit HeaderReader(const std::string& source) : source_(source) {}

  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;

  bool null() override { refuse("null"); }
  bool boolean(bool) override { refuse("true or false"); }
  bool number_integer(number_integer_t) override { refuse("a negative number"); }
  bool number_float(number_float_t, const string_t&) override {
    refuse("a number that is not a 64-bit integer");
  }
  bool binary(binary_t&) override { refuse("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ != Place::shape && place_ != Place::offsets) refuse("a number");
    std::vector<size_t>& list =
        place_ == Place::shape ? entries.back().shape : entries.back().offsets;
    if (place_ == Place::offsets && list.size() == 2) refuse("a third offset");
    list.push_back(value);
    return true;
  }

  bool string(string_t& value) override {
    if (place_ == Place::metadata) {
      if (!metadata.emplace(key_, std::move(value)).second)
        fail("safetensors: {}: metadata key {} stands twice in the header", source_, excerpt(key_));
      return true;
    }
    if (place_ != Place::entry || key_ != "dtype") refuse("a text");
    const auto found =
        std::ranges::find_if(types, [&](const TypeRow& t) { return value == t.name; });
    if (found == std::end(types))
      fail(
          "safetensors: {}: tensor {} has the type {}, which is none of F64, F32, F16, BF16, I64 "
          "to I8, U64 to U8, BOOL",
          source_, excerpt(entries.back().name), excerpt(value));
    if (entries.back().type) refuse("\"dtype\" twice");
    entries.back().type = found->type;
    return true;
  }

  bool start_object(size_t) override {
    if (place_ == Place::start) {
      place_ = Place::root;
    } else if (place_ == Place::root && key_ == "__metadata__") {
      if (std::exchange(has_metadata_, true)) refuse("\"__metadata__\" twice");
      place_ = Place::metadata;
    } else if (place_ == Place::root) {
      if (!names_.insert(key_).second)
        fail("safetensors: {}: tensor {} stands twice in the header", source_, excerpt(key_));
      entries.emplace_back().name = key_;
      place_ = Place::entry;
    } else {
      refuse("an object");
    }
    return true;
  }

  bool key(string_t& value) override {
    key_ = std::move(value);
    if (place_ == Place::entry && key_ != "dtype" && key_ != "shape" && key_ != "data_offsets")
      fail(
          "safetensors: {}: tensor {} has the unknown field {}; expected dtype, shape and "
          "data_offsets",
          source_, excerpt(entries.back().name), excerpt(key_));
    return true;
  }

  bool end_object() override {
    if (place_ == Place::entry) {
      const Entry& entry = entries.back();
      if (!entry.type || !entry.has_shape || entry.offsets.size() != 2)
        fail("safetensors: {}: tensor {} lacks one of dtype, shape and two data_offsets", source_,
             excerpt(entry.name));
    }
    place_ = place_ == Place::root ? Place::end : Place::root;
    return true;
  }

  bool start_array(size_t) override {
    if (place_ != Place::entry || key_ == "dtype") refuse("a list");
    bool& there = key_ == "shape" ? entries.back().has_shape : entries.back().has_offsets;
    if (std::exchange(there, true)) refuse("a list twice");
    place_ = key_ == "shape" ? Place::shape : Place::offsets;
    return true;
  }

  bool end_array() override {
    place_ = Place::entry;
    return true;
  }

  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) override {
    fail(
        "safetensors: {}: the header is not JSON at byte {}; the file is damaged or not "
        "safetensors",
        source_, 8 + position);
  }

 private:
  enum class Place { start, root, metadata, entry, shape, offsets, end };

  [[noreturn]] void refuse(std::string_view found) const {
    fail("safetensors: {}: {} at {} in the header where it cannot stand", source_, found,
         excerpt(key_));
  }

  const std::string& source_;
  Place place_ = Place::start;
  bool has_metadata_ = false;
  std::string key_;
  std::set<std::string> names_;
};

// Bytes of a tensor, or nothing where they do not fit 64 bits.
std::optional<size_t> checked_size(DataType type, std::span<const size_t> shape) {
  size_t bytes = byte_size(type);
  for (const size_t extent : shape)
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return {};
  return bytes;
}

// A JSON text, or Error where it is not UTF-8.
std::string quoted(const std::string& text, std::string_view what) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    fail("safetensors: {} {} is not UTF-8 and cannot be written", what, excerpt(text));
  }
}

template <class T>
void append(Safetensors& file, DataType type, std::string name, std::vector<size_t> shape,
            std::span<const T> values) {
  if (checked_size(type, shape) != values.size_bytes())
    throw std::logic_error("safetensors: " + name + ": the shape does not match the values");
  const std::span<const std::byte> bytes = std::as_bytes(values);
  file.tensors.push_back({std::move(name), type, std::move(shape), {bytes.begin(), bytes.end()}});
}

template <class To, class From>
std::vector<To> convert(const StoredTensor& tensor) {
  std::vector<To> out(tensor.bytes.size() / sizeof(From));
  for (size_t i = 0; i < out.size(); ++i) {
    From value;
    std::memcpy(&value, tensor.bytes.data() + i * sizeof(From), sizeof(From));
    out[i] = static_cast<To>(value);
  }
  return out;
}

}  // namespace

size_t byte_size(DataType type) { return row(type).bytes; }
const char* name(DataType type) { return row(type).name; }

void Safetensors::add(std::string name, std::vector<size_t> shape, std::span<const double> values) {
  append(*this, DataType::F64, std::move(name), std::move(shape), values);
}
void Safetensors::add(std::string name, std::vector<size_t> shape, std::span<const float> values) {
  append(*this, DataType::F32, std::move(name), std::move(shape), values);
}
void Safetensors::add(std::string name, std::vector<size_t> shape,
                      std::span<const uint8_t> values) {
  append(*this, DataType::U8, std::move(name), std::move(shape), values);
}
void Safetensors::add(std::string name, std::vector<size_t> shape,
                      std::span<const int64_t> values) {
  append(*this, DataType::I64, std::move(name), std::move(shape), values);
}

bool Safetensors::contains(std::string_view name) const {
  return std::ranges::any_of(tensors, [&](const StoredTensor& t) { return t.name == name; });
}

const StoredTensor& Safetensors::operator[](std::string_view name) const {
  for (const StoredTensor& tensor : tensors)
    if (tensor.name == name) return tensor;
  std::vector<std::string> known;
  for (const StoredTensor& tensor : tensors) known.push_back(tensor.name);
  fail("safetensors: {}: no tensor {}{}", source, excerpt(name), suggestion(name, known));
}

std::vector<double> Safetensors::numbers(std::string_view name) const {
  const StoredTensor& tensor = (*this)[name];
  if (tensor.type == DataType::F64) return convert<double, double>(tensor);
  if (tensor.type == DataType::F32) return convert<double, float>(tensor);
  fail("safetensors: {}: tensor {} is {}; expected F64 or F32", source, excerpt(name),
       thalweg::name(tensor.type));
}

std::vector<int64_t> Safetensors::integers(std::string_view name) const {
  const StoredTensor& tensor = (*this)[name];
  if (tensor.type == DataType::I64) return convert<int64_t, int64_t>(tensor);
  if (tensor.type == DataType::I32) return convert<int64_t, int32_t>(tensor);
  if (tensor.type == DataType::U8 || tensor.type == DataType::BOOL)
    return convert<int64_t, uint8_t>(tensor);
  fail("safetensors: {}: tensor {} is {}; expected I64, I32, U8 or BOOL", source, excerpt(name),
       thalweg::name(tensor.type));
}

const std::string& Safetensors::text(const std::string& key) const {
  const auto found = metadata.find(key);
  if (found == metadata.end()) fail("safetensors: {}: no metadata {}", source, excerpt(key));
  return found->second;
}

Safetensors read_safetensors(std::string_view bytes, const std::string& source) {
  uint64_t length = 0;
  if (bytes.size() < 8) fail("safetensors: {}: {} bytes are no file", source, bytes.size());
  std::memcpy(&length, bytes.data(), 8);
  if (length > longest_header || length > bytes.size() - 8)
    fail(
        "safetensors: {}: a header of {} bytes is announced, {} bytes follow; the file is cut off "
        "or not safetensors",
        source, length, bytes.size() - 8);
  const std::string_view header = bytes.substr(8, length), buffer = bytes.substr(8 + length);
  // The JSON reader takes a NUL for the end and a byte-order mark for nothing.
  if (!header.starts_with('{') || header.find('\0') != std::string_view::npos)
    fail("safetensors: {}: the header is not a JSON object", source);
  HeaderReader reader(source);
  nlohmann::json::sax_parse(header.begin(), header.end(), &reader);

  std::vector<Entry>& entries = reader.entries;
  std::ranges::stable_sort(entries, {}, &Entry::offsets);
  Safetensors file{source, std::move(reader.metadata), {}};
  file.tensors.reserve(entries.size());
  size_t end = 0;
  for (Entry& entry : entries) {
    const size_t first = entry.offsets[0], last = entry.offsets[1];
    if (first != end || last < first || last > buffer.size())
      fail(
          "safetensors: {}: tensor {} is said to lie at [{}, {}); expected a start at {} and an "
          "end within {} bytes",
          source, excerpt(entry.name), first, last, end, buffer.size());
    if (checked_size(*entry.type, entry.shape) != last - first)
      fail("safetensors: {}: tensor {} has {} bytes, which is not what its shape and type {} need",
           source, excerpt(entry.name), last - first, name(*entry.type));
    const auto* begin = reinterpret_cast<const std::byte*>(buffer.data());
    file.tensors.push_back({std::move(entry.name),
                            *entry.type,
                            std::move(entry.shape),
                            {begin + first, begin + last}});
    end = last;
  }
  if (end != buffer.size())
    fail("safetensors: {}: {} bytes behind the last tensor belong to none", source,
         buffer.size() - end);
  return file;
}

Safetensors read_safetensors(const std::filesystem::path& path) {
  return read_safetensors(MappedFile(path).text(), path.string());
}

std::string to_bytes(const Safetensors& file) {
  std::vector<const StoredTensor*> order;
  std::set<std::string_view> names;
  for (const StoredTensor& tensor : file.tensors) {
    if (tensor.name == "__metadata__" || !names.insert(tensor.name).second)
      fail("safetensors: a tensor {} cannot be written: the name is taken", excerpt(tensor.name));
    if (checked_size(tensor.type, tensor.shape) != tensor.bytes.size())
      throw std::logic_error("safetensors: " + tensor.name +
                             ": the shape does not match the bytes");
    order.push_back(&tensor);
  }
  std::ranges::stable_sort(order, std::greater(),
                           [](const StoredTensor* t) { return byte_size(t->type); });

  std::string header = "{";
  if (!file.metadata.empty()) {
    header += "\"__metadata__\":{";
    for (const auto& [key, value] : file.metadata)
      header += fmt::format("{}{}:{}", header.back() == '{' ? "" : ",", quoted(key, "metadata key"),
                            quoted(value, "metadata of " + key + ":"));
    header += "}";
  }
  size_t end = 0;
  for (const StoredTensor* tensor : order) {
    header += fmt::format("{}{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}",
                          header == "{" ? "" : ",", quoted(tensor->name, "tensor name"),
                          name(tensor->type), fmt::join(tensor->shape, ","), end,
                          end + tensor->bytes.size());
    end += tensor->bytes.size();
  }
  header += "}";
  header.append((8 - header.size() % 8) % 8, ' ');
  if (header.size() > longest_header)
    fail("safetensors: a header of {} bytes cannot be written; the format ends at {}",
         header.size(), longest_header);

  const uint64_t length = header.size();
  std::string out(8, '\0');
  std::memcpy(out.data(), &length, 8);
  out.reserve(8 + header.size() + end);
  out += header;
  for (const StoredTensor* tensor : order)
    out.append(reinterpret_cast<const char*>(tensor->bytes.data()), tensor->bytes.size());
  return out;
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& file) {
  write_file(path, to_bytes(file));
}

}  // namespace thalweg
