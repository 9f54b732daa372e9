#include "thalweg/format/npy.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/excerpt.hpp"
#include "thalweg/format/zip.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {
namespace {

// Elements a block: 256 KiB of float64, so that checksum, copy and scan share the second-level
// cache and memory is read once.
constexpr size_t block_elements = size_t{1} << 15;
// A column costs some 150 bytes, so that their number must not follow the file's bytes.
constexpr size_t most_columns = 1'000'000;

// What the columns of a table point into.
struct Storage {
  std::shared_ptr<const void> file;
  std::vector<Buffer<double>> numbers;
  std::vector<std::shared_ptr<const void>> contents;
};

// An array with what its archive says of it.
struct Stored {
  NpyArray array;
  std::string label;            // for messages
  std::string_view head;        // its bytes before the elements
  std::optional<uint32_t> crc;  // of head and elements
};

// A matrix [rows, columns] in memory, either order.
struct Matrix {
  size_t rows = 0, columns = 0;
  size_t row_stride = 0, column_stride = 0;
  const UnalignedDouble* data = nullptr;
  std::vector<size_t> missing;  // [columns]
  std::vector<char> integral;   // [columns]
};

// A block of consecutive elements that holds `rows` x `columns` of the matrix.
struct Block {
  size_t begin, first_row, rows, first_column, columns, row_stride, column_stride;
  size_t size() const { return rows * columns; }
};

// Cuts a matrix into blocks: whole lines of the order in which it lies, several where they are
// short; long columns are cut, rows are not.
class Blocks {
 public:
  Blocks(size_t rows, size_t columns, bool fortran)
      : lines_(fortran ? columns : rows), width_(fortran ? rows : columns), fortran_(fortran) {
    if (fortran && width_ > block_elements) pieces_ = block_count(width_, block_elements);
    lines_together_ = std::max<size_t>(1, block_elements / width_);
  }
  size_t count() const {
    return pieces_ > 1 ? lines_ * pieces_ : block_count(lines_, lines_together_);
  }
  Block operator[](size_t i) const {
    const size_t line = pieces_ > 1 ? i / pieces_ : i * lines_together_;
    const size_t lines = pieces_ > 1 ? 1 : std::min(lines_together_, lines_ - line);
    const size_t place = pieces_ > 1 ? i % pieces_ * block_elements : 0;
    const size_t width = pieces_ > 1 ? std::min(block_elements, width_ - place) : width_;
    const size_t begin = line * width_ + place;
    if (fortran_) return {begin, place, width, line, lines, 1, width};
    return {begin, line, lines, 0, width, width, 1};
  }

 private:
  size_t lines_, width_, pieces_ = 1, lines_together_ = 1;
  bool fortran_;
};

bool all_finite(const UnalignedDouble* values, size_t count) {
  constexpr uint64_t exponent = 0x7ff0000000000000, carry = 0x0010000000000000;
  uint64_t top = 0;
  for (size_t i = 0; i < count; ++i) {
    uint64_t bits;
    std::memcpy(&bits, values[i].bytes, sizeof(bits));
    top |= (bits & exponent) + carry;  // the top bit is set where all exponent bits are
  }
  return top >> 63 == 0;
}

bool is_whole(double value) {
  const double magnitude = std::abs(value);
  constexpr double spacing_one = 4503599627370496.0;  // 2^52: from there on every number is whole
  return magnitude < spacing_one ? (magnitude + spacing_one) - spacing_one == magnitude
                                 : magnitude < 2 * spacing_one;
}

// What is known of the columns, gathered by all threads. Each is a union over cells, so that the
// order does not matter.
class Findings {
 public:
  explicit Findings(size_t columns) : missing_(columns), fractional_(columns) {}

  void scan(const Block& block, const UnalignedDouble* values) {
    const bool finite = all_finite(values, block.size());
    for (size_t c = 0; c < block.columns; ++c) {
      const UnalignedDouble* column = values + c * block.column_stride;
      const size_t index = block.first_column + c;
      if (!finite) scan_missing(block, column, index);
      if (fractional_[index].load(std::memory_order_relaxed)) continue;
      for (size_t r = 0; r < block.rows; ++r) {
        const double value = column[r * block.row_stride];
        if (!is_whole(value) && !std::isnan(value)) {
          fractional_[index].store(true, std::memory_order_relaxed);
          break;
        }
      }
    }
  }

  // The first cell, row by row, that is infinite.
  std::optional<std::pair<size_t, size_t>> infinite() const {
    const size_t cell = infinite_.load();
    if (cell == SIZE_MAX) return {};
    return std::pair(cell / missing_.size(), cell % missing_.size());
  }

  void put(Matrix& matrix) const {
    matrix.missing.assign(missing_.begin(), missing_.end());
    for (const auto& fractional : fractional_) matrix.integral.push_back(!fractional);
  }

 private:
  void scan_missing(const Block& block, const UnalignedDouble* column, size_t index) {
    size_t missing = 0;
    for (size_t r = 0; r < block.rows; ++r) {
      const double value = column[r * block.row_stride];
      missing += std::isnan(value);
      if (!std::isinf(value)) continue;
      const size_t cell = (block.first_row + r) * missing_.size() + index;
      size_t first = infinite_.load();
      while (cell < first && !infinite_.compare_exchange_weak(first, cell)) {
      }
    }
    missing_[index].fetch_add(missing);
  }

  std::vector<std::atomic<size_t>> missing_;
  std::vector<std::atomic<bool>> fractional_;
  std::atomic<size_t> infinite_{SIZE_MAX};
};

Matrix read_matrix(const Stored& stored, Storage& storage) {
  const NpyArray& array = stored.array;
  const std::vector<size_t>& shape = array.shape;
  if (array.is_text() || shape.empty() || shape.size() > 2)
    fail("npy: {}: is {}; expected numbers of one or two dimensions", stored.label,
         array.describe());
  Matrix matrix;
  matrix.rows = shape[0];
  matrix.columns = shape.size() == 2 ? shape[1] : 1;
  if (array.data.empty() || matrix.columns > most_columns)
    fail("npy: {}: is {}; expected at least one row, and 1 to {} columns", stored.label,
         array.describe(), most_columns);
  const bool fortran = array.fortran || matrix.columns == 1;
  matrix.row_stride = fortran ? 1 : matrix.columns;
  matrix.column_stride = fortran ? matrix.rows : 1;

  const bool in_place = array.kind == 'f' && array.item == sizeof(double) && !array.big_endian;
  double* copy = nullptr;
  if (in_place) {
    matrix.data = unaligned(array.data.data());
    storage.contents.push_back(array.storage);
  } else {
    copy = storage.numbers.emplace_back(array.size()).data();
    matrix.data = unaligned(copy);
  }

  const Blocks blocks(matrix.rows, matrix.columns, fortran);
  std::vector<uint32_t> crcs(stored.crc ? blocks.count() : 0);
  Findings findings(matrix.columns);
  parallel_blocks(blocks.count(), 1, [&](size_t i, size_t, size_t) {
    const Block block = blocks[i];
    if (stored.crc)
      crcs[i] = libdeflate_crc32(0, array.data.data() + block.begin * array.item,
                                 block.size() * array.item);
    if (copy != nullptr)
      array.copy_numbers(block.begin, block.begin + block.size(), copy + block.begin);
    findings.scan(block, matrix.data + block.begin);
  });

  if (stored.crc) {
    uLong crc = crc32_of(stored.head);
    for (size_t i = 0; i < crcs.size(); ++i)
      crc = crc32_combine(crc, crcs[i], static_cast<z_off_t>(blocks[i].size() * array.item));
    if (crc != *stored.crc)
      fail("npy: {}: does not match its checksum; the file is damaged", stored.label);
  }
  if (const auto cell = findings.infinite())
    fail("npy: {}: element [{}, {}] is infinite; set it to NaN if it is missing", stored.label,
         cell->first, cell->second);
  findings.put(matrix);
  return matrix;
}

void check_crc(const Stored& stored) {
  const auto size = static_cast<z_off_t>(stored.array.data.size());
  if (stored.crc &&
      crc32_combine(crc32_of(stored.head), crc32_of(stored.array.data), size) != *stored.crc)
    fail("npy: {}: does not match its checksum; the file is damaged", stored.label);
}

// One value a row.
Column read_vector(const Stored& stored, const std::string& name, size_t rows, Storage& storage) {
  const std::vector<size_t>& shape = stored.array.shape;
  if (!(shape.size() == 1 || (shape.size() == 2 && shape[1] == 1)) || shape[0] != rows)
    fail("npy: {}: is {}; expected one value for each of the {} rows of X", stored.label,
         stored.array.describe(), rows);
  Column column;
  column.name = name;
  if (!stored.array.is_text()) {
    const Matrix matrix = read_matrix(stored, storage);
    column.numbers = matrix.data;
    column.missing = matrix.missing[0];
    column.integral = matrix.integral[0] != 0;
    return column;
  }
  check_crc(stored);
  column.kind = Column::Kind::text;
  std::map<std::string, int32_t> codes;  // a hash could be made to collide
  for (const std::string& cell : stored.array.texts()) {
    const std::string text(trim(cell));
    if (text.empty()) {
      column.codes.push_back(-1);
      ++column.missing;
      continue;
    }
    const auto [place, fresh] = codes.try_emplace(text, static_cast<int32_t>(column.levels.size()));
    if (fresh) column.levels.push_back(text);
    column.codes.push_back(place->second);
  }
  return column;
}

std::vector<std::string> read_names(const Stored& stored, size_t columns) {
  if (!stored.array.is_text() || stored.array.shape != std::vector<size_t>{columns})
    fail("npy: {}: is {}; expected a text for each of the {} columns of X", stored.label,
         stored.array.describe(), columns);
  check_crc(stored);
  std::vector<std::string> names = stored.array.texts();
  std::set<std::string_view> taken = {"y", "weights"};
  for (const std::string& name : names)
    if (!taken.insert(name).second)
      fail("npy: {}: {} stands twice, or is the name of another array; rename it", stored.label,
           excerpt(name));
  return names;
}

void add_columns(Table& table, const Matrix& matrix, std::vector<std::string> names) {
  table.rows = matrix.rows;
  table.has_header = !names.empty();
  table.columns.reserve(matrix.columns + 2);
  for (size_t j = 0; j < matrix.columns; ++j) {
    Column& column = table.columns.emplace_back();
    column.name = names.empty() ? fmt::format("x{}", j) : std::move(names[j]);
    column.missing = matrix.missing[j];
    column.numbers = matrix.data + j * matrix.column_stride;
    column.stride = matrix.row_stride;
    column.integral = matrix.integral[j] != 0;
  }
}

Stored read_stored(std::string_view bytes, std::string label, std::optional<uint32_t> crc) {
  Stored stored{read_npy_array(bytes, label), label, {}, crc};
  stored.head = bytes.substr(0, bytes.size() - stored.array.data.size());
  return stored;
}

}  // namespace

Table read_npz(std::string_view bytes, const std::string& source,
               std::shared_ptr<const void> file) {
  const std::vector<ZipMember> members = read_zip(bytes, source);
  auto find_array = [&](const std::string& name) -> std::optional<Stored> {
    const std::string file_name = fmt::format("{}.npy", name);
    for (const ZipMember& member : members) {
      if (member.name != file_name) continue;
      std::string label = fmt::format("{}: array {}", source, name);
      if (!member.deflated) return read_stored(member.data, std::move(label), member.crc);
      const auto contents = std::make_shared<const Buffer<char>>(inflate(member, source));
      Stored stored =
          read_stored({contents->data(), contents->size()}, std::move(label), member.crc);
      stored.array.storage = contents;
      return stored;
    }
    return {};
  };

  const std::optional<Stored> x = find_array("X");
  if (!x) {
    std::vector<std::string> names;
    for (const ZipMember& member : members)
      if (names.size() < 8) names.push_back(excerpt(member.name));
    fail(
        "npy: {}: no array \"X\" among its {} members ({}); save it with numpy.savez(file, X=…, "
        "y=…)",
        source, members.size(), join(names, ", "));
  }
  Table table;
  table.source = source;
  const auto storage = std::make_shared<Storage>();
  storage->file = std::move(file);
  const Matrix matrix = read_matrix(*x, *storage);
  const std::optional<Stored> names = find_array("feature_names");
  add_columns(table, matrix,
              names ? read_names(*names, matrix.columns) : std::vector<std::string>());
  for (const auto& [name, role] :
       {std::pair<std::string, std::string Table::*>{"y", &Table::target},
        std::pair<std::string, std::string Table::*>{"weights", &Table::weights}})
    if (const std::optional<Stored> values = find_array(name)) {
      table.columns.push_back(read_vector(*values, name, table.rows, *storage));
      table.*role = name;
    }
  table.storage = storage;
  return table;
}

Table read_npy(std::string_view bytes, const std::string& source, std::string_view target_bytes,
               const std::string& target_source, std::shared_ptr<const void> file) {
  Table table;
  table.source = source;
  const auto storage = std::make_shared<Storage>();
  storage->file = std::move(file);
  add_columns(table, read_matrix(read_stored(bytes, source, {}), *storage), {});
  if (!target_bytes.empty()) {
    const Stored target = read_stored(target_bytes, target_source, {});
    table.columns.push_back(read_vector(target, "y", table.rows, *storage));
    table.target = table.columns.back().name;
  }
  table.storage = storage;
  return table;
}

}  // namespace thalweg
