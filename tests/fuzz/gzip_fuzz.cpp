// Feeds bytes to the gzip reader.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/format/gzip.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    // 1,032 times is the most that deflate compresses.
    if (thalweg::inflate_gzip(bytes, "fuzz.gz").size() > 1032 * size) std::abort();
  } catch (const thalweg::Error&) {
  }
  return 0;
}
