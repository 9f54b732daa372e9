// The wire format of protocol buffers: fields read one after another, and appended.
// Source: protobuf.dev, "Encoding". Groups, long deprecated, are taken as malformed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace thalweg::protobuf {

enum class Wire { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
  uint64_t number = 0;
  Wire wire = Wire::varint;
  uint64_t value = 0;      // of a varint; the bits of a fixed number
  std::string_view bytes;  // of a text, a message or packed numbers

  bool is(uint64_t n, Wire w) const { return number == n && wire == w; }
  double as_double() const;  // of fixed64
  float as_float() const;    // of fixed32
};

// Takes a varint off the front; false where there is none, or one above 64 bits.
bool take_varint(std::string_view& bytes, uint64_t& value);

class Message {
 public:
  explicit Message(std::string_view bytes) : rest_(bytes) {}

  // False at the end, and where the bytes are no field; well_formed() tells which.
  bool next(Field& field);
  bool well_formed() const { return well_formed_; }

 private:
  std::string_view rest_;
  bool well_formed_ = true;
};

void append_varint(std::string& out, uint64_t number, uint64_t value);
void append_double(std::string& out, uint64_t number, double value);
void append_float(std::string& out, uint64_t number, float value);
void append_bytes(std::string& out, uint64_t number, std::string_view value);

}  // namespace thalweg::protobuf
