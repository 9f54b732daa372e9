// Any bytes are read as safetensors or refused by Error; what is read is written and read the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "thalweg/base/error.hpp"
#include "thalweg/format/safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thalweg;
  Safetensors file;
  try {
    file = read_safetensors({reinterpret_cast<const char*>(data), size}, "fuzz");
  } catch (const Error&) {
    return 0;
  }
  Safetensors again;
  try {
    again = read_safetensors(to_bytes(file), "again");
  } catch (const Error&) {
    std::abort();
  }
  if (again.metadata != file.metadata || again.tensors.size() != file.tensors.size()) std::abort();
  for (const StoredTensor& tensor : file.tensors) {
    const StoredTensor& other = again[tensor.name];
    if (other.type != tensor.type || other.shape != tensor.shape || other.bytes != tensor.bytes)
      std::abort();
  }
  return 0;
}
