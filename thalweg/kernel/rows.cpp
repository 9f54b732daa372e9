#include "thalweg/kernel/rows.hpp"

#include <algorithm>
#include <cstring>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/strided_copy.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"

namespace thalweg {
namespace {

constexpr size_t block_elements = 16384;

void check(const char* what, const int32_t* indices, size_t count, size_t rows) {
  for (size_t i = 0; i < count; ++i)
    if (indices[i] < 0 || static_cast<size_t>(indices[i]) >= rows)
      fail("{}: index {} is {}; expected 0 to {} (rows - 1)", what, i, indices[i],
           static_cast<long long>(rows) - 1);
}

// Columns [begin, end) of to [rows, width].
template <class Number>
void add_rows(size_t width, size_t begin, size_t end, const int32_t* indices,
              const typename Number::Stored* updates, size_t count, typename Number::Stored* to) {
  using Stored = typename Number::Stored;
  for (size_t i = 0; i < count; ++i) {
    Stored* row = to + static_cast<size_t>(indices[i]) * width;
    const Stored* update = updates + i * width;
    for (size_t j = begin; j < end; ++j) {
      if constexpr (std::is_same_v<Stored, int32_t>)
        row[j] =
            static_cast<int32_t>(static_cast<uint32_t>(row[j]) + static_cast<uint32_t>(update[j]));
      else if constexpr (std::is_same_v<Number, BfloatNumber>)
        row[j] = to_bfloat16(from_bfloat16(row[j]) + from_bfloat16(update[j]));
      else
        row[j] = static_cast<Stored>(row[j] + update[j]);
    }
  }
}

}  // namespace

void gather_rows(DType dtype, size_t rows, size_t width, const void* table, const int32_t* indices,
                 size_t count, void* to) {
  check("gather", indices, count, rows);
  struct Work {
    const std::byte* table;
    const int32_t* indices;
    std::byte* to;
    size_t bytes;
  } const work{static_cast<const std::byte*>(table), indices, static_cast<std::byte*>(to),
               width * size_of(dtype)};
  if (width == 0) return;
  parallel_blocks(count, std::max<size_t>(1, block_elements / width),
                  [&work](size_t, size_t begin, size_t end) {
                    for (size_t i = begin; i < end; ++i)
                      std::memcpy(work.to + i * work.bytes,
                                  work.table + static_cast<size_t>(work.indices[i]) * work.bytes,
                                  work.bytes);
                  });
}

void scatter_add_rows(DType dtype, size_t rows, size_t width, const int32_t* indices,
                      const void* updates, size_t count, void* to) {
  check("scatter_add", indices, count, rows);
  fill_zero(dtype, rows * width, to);
  if (width == 0 || count == 0) return;
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    using Stored = typename Number::Stored;
    struct Work {
      size_t width, count;
      const int32_t* indices;
      const Stored* updates;
      Stored* to;
    } const work{width, count, indices, static_cast<const Stored*>(updates),
                 static_cast<Stored*>(to)};
    // Threads share the columns, so that each row's additions keep their order.
    const size_t stripe = std::max<size_t>(64, block_elements / count / 64 * 64);
    parallel_blocks(width, stripe, [&work](size_t, size_t begin, size_t end) {
      add_rows<Number>(work.width, begin, end, work.indices, work.updates, work.count, work.to);
    });
  });
}

void argmax_rows(DType dtype, size_t rows, size_t columns, const void* from, int32_t* to) {
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    struct Work {
      const typename Number::Stored* from;
      int32_t* to;
      size_t columns;
    } const work{static_cast<const typename Number::Stored*>(from), to, columns};
    parallel_blocks(rows, std::max<size_t>(1, block_elements / std::max<size_t>(1, columns)),
                    [&work](size_t, size_t begin, size_t end) {
                      for (size_t i = begin; i < end; ++i) {
                        const auto* row = work.from + i * work.columns;
                        size_t best = 0;
                        double most = Number::template read<double>(row[0]);
                        for (size_t j = 1; j < work.columns && most == most; ++j) {
                          const double x = Number::template read<double>(row[j]);
                          if (!(x > most || x != x)) continue;
                          most = x;
                          best = j;
                        }
                        work.to[i] = static_cast<int32_t>(best);
                      }
                    });
  });
}

}  // namespace thalweg
