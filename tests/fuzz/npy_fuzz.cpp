// Any bytes are read as a `.npy` of features, and of a target, or refused by Error.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "thalweg/base/error.hpp"
#include "thalweg/format/npy.hpp"

namespace {

using namespace thalweg;

void check(const Table& table) {
  for (const Column& column : table.columns) {
    size_t missing = 0;
    for (size_t row = 0; row < table.rows; ++row) {
      if (column.kind == Column::Kind::text) {
        missing += column.codes.at(row) < 0;
      } else {
        if (std::isinf(column.number(row))) std::abort();
        missing += std::isnan(column.number(row));
      }
    }
    if (missing != column.missing) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    check(read_npy(bytes, "fuzz", {}, "", nullptr));
  } catch (const Error&) {
  }
  try {
    check(read_npy(npy_header("|u1", {2}) + "ab", "x", bytes, "fuzz", nullptr));
  } catch (const Error&) {
  }
  return 0;
}
