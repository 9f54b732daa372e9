// Any bytes are read as libsvm or refused by Error; what is read is a valid sparse matrix.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "thalweg/base/error.hpp"
#include "thalweg/format/libsvm.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thalweg;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  looks_like_libsvm(text);
  try {
    const Table table = read_libsvm(text, "fuzz");
    const SparseRows& sparse = table.sparse.value();
    if (sparse.rows != table.rows || sparse.begin.size() != table.rows + 1) std::abort();
    if (sparse.begin.back() != static_cast<int64_t>(sparse.column.size())) std::abort();
    for (size_t row = 0; row < table.rows; ++row) {
      if (!std::isfinite(table.columns[0].number(row))) std::abort();
      for (int64_t k = sparse.begin[row]; k < sparse.begin[row + 1]; ++k) {
        const auto cell = static_cast<size_t>(k);
        if (!std::isfinite(sparse.value.at(cell)) || sparse.column[cell] < 0 ||
            static_cast<size_t>(sparse.column[cell]) >= sparse.columns)
          std::abort();
        if (k > sparse.begin[row] && sparse.column[cell] <= sparse.column[cell - 1]) std::abort();
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
