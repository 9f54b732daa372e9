// Any bytes are read as a picture, or refused by Error; no memory is left behind.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>

#include "thalweg/base/error.hpp"
#include "thalweg/format/image.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thalweg;
  try {
    const Image image = read_image({reinterpret_cast<const char*>(data), size}, "fuzz");
    const ImageShape& shape = image.shape;
    if (image.pixels.size() != shape.height * shape.width * shape.channels) std::abort();
    // Reads every pixel.
    volatile uint64_t sum = std::accumulate(image.pixels.begin(), image.pixels.end(), uint64_t{0});
    (void)sum;
  } catch (const Error&) {
  }
  return 0;
}
