// Any bytes are read as an event file or refused by Error: as they are, and once more with the
// checksums put right, so that what lies behind them is reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "thalweg/base/error.hpp"
#include "thalweg/format/crc32c.hpp"
#include "thalweg/format/tfevents.hpp"

namespace {

using namespace thalweg;

void read(std::string_view bytes) {
  try {
    const EventFile file = read_tfevents(bytes, "fuzz");
    if (file.end > bytes.size() || file.torn != (file.end < bytes.size())) std::abort();
    for (const ScalarSeries& series : file.series)
      if (series.points.empty()) std::abort();
  } catch (const Error&) {
  }
}

void put_checksum(std::string& bytes, size_t from, size_t length) {
  const uint32_t crc = crc32c({bytes.data() + from, length});
  const uint32_t masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
  std::memcpy(bytes.data() + from + length, &masked, sizeof(masked));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  for (size_t at = 0; bytes.size() - at >= 16;) {
    put_checksum(bytes, at, 8);
    uint64_t length = 0;
    std::memcpy(&length, bytes.data() + at, sizeof(length));
    if (length > bytes.size() - at - 16) break;
    put_checksum(bytes, at + 12, length);
    at += 16 + length;
  }
  read(bytes);
  return 0;
}
