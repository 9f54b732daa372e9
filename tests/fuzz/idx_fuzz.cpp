// Any bytes are read as IDX, or refused by Error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "thalweg/base/error.hpp"
#include "thalweg/format/idx.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thalweg;
  try {
    const IdxArray array = read_idx({reinterpret_cast<const char*>(data), size}, "fuzz", nullptr);
    std::vector<double> numbers(array.size());
    array.copy_numbers(0, numbers.size(), numbers.data());
    size_t count = 1;
    for (const size_t extent : array.shape) count *= extent;
    if (count != array.size() || size < array.data.size()) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
