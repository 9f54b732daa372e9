#include "thalweg/format/protobuf.hpp"

#include <bit>
#include <cstring>

namespace thalweg::protobuf {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

template <class T>
bool take_fixed(std::string_view& bytes, uint64_t& value) {
  if (bytes.size() < sizeof(T)) return false;
  T number;
  std::memcpy(&number, bytes.data(), sizeof(T));
  value = number;
  bytes.remove_prefix(sizeof(T));
  return true;
}

void append_raw(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void append_key(std::string& out, uint64_t number, Wire wire) {
  append_raw(out, number << 3 | static_cast<uint64_t>(wire));
}

template <class T>
void append_fixed(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

}  // namespace

double Field::as_double() const { return std::bit_cast<double>(value); }
float Field::as_float() const { return std::bit_cast<float>(static_cast<uint32_t>(value)); }

bool take_varint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool Message::next(Field& field) {
  if (rest_.empty() || !well_formed_) return false;
  uint64_t key = 0, length = 0;
  well_formed_ = take_varint(rest_, key) && key >> 3 != 0;
  if (!well_formed_) return false;
  field.number = key >> 3;
  field.wire = static_cast<Wire>(key & 7);
  switch (field.wire) {
    case Wire::varint:
      return well_formed_ = take_varint(rest_, field.value);
    case Wire::fixed64:
      return well_formed_ = take_fixed<uint64_t>(rest_, field.value);
    case Wire::fixed32:
      return well_formed_ = take_fixed<uint32_t>(rest_, field.value);
    case Wire::bytes:
      well_formed_ = take_varint(rest_, length) && length <= rest_.size();
      if (!well_formed_) return false;
      field.bytes = rest_.substr(0, length);
      rest_.remove_prefix(length);
      return true;
  }
  return well_formed_ = false;
}

void append_varint(std::string& out, uint64_t number, uint64_t value) {
  append_key(out, number, Wire::varint);
  append_raw(out, value);
}

void append_double(std::string& out, uint64_t number, double value) {
  append_key(out, number, Wire::fixed64);
  append_fixed(out, value);
}

void append_float(std::string& out, uint64_t number, float value) {
  append_key(out, number, Wire::fixed32);
  append_fixed(out, value);
}

void append_bytes(std::string& out, uint64_t number, std::string_view value) {
  append_key(out, number, Wire::bytes);
  append_raw(out, value.size());
  out += value;
}

}  // namespace thalweg::protobuf
