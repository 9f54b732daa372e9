#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/data/date_column.hpp"
#include "thalweg/data/number_column.hpp"
#include "thalweg/data/number_sweep.hpp"
#include "thalweg/data/recipe.hpp"
#include "thalweg/data/target.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

// Neighbouring design columns whose sources are neighbours in a row-major matrix.
struct NumberRun {
  NumberBlock block;
  size_t first;
  std::vector<double> center, scale, impute;  // [width]
};

struct IndicatorJob {
  const UnalignedDouble* numbers;
  size_t stride, first;
};

// A column of codes: the design column that is 1 for a code, or none for the reference.
struct HotJob {
  std::vector<int32_t> own;  // [rows of the table], where the codes are not the column's
  const int32_t* codes;
  std::vector<size_t> hot;  // [levels + 1]; the last is for missing cells
};

// A column of dates: the cells of each text.
struct DateJob {
  const int32_t* codes;  // null: all cells are missing
  size_t first, width;
  std::vector<double> cells;  // [levels + 1, width]; the last is for missing cells
  bool indicator;             // one further column

  // The row of `cells` for a row of the table.
  size_t place(size_t row) const {
    const int32_t code = codes == nullptr ? -1 : codes[row];
    return code < 0 ? cells.size() / width - 1 : static_cast<size_t>(code);
  }
};

constexpr size_t none = SIZE_MAX;

// Everything that is to be written into a row of the design matrix.
struct Plan {
  size_t features = 0;
  std::vector<NumberRun> numbers;
  std::vector<IndicatorJob> indicators;
  std::vector<HotJob> hots;
  std::vector<DateJob> dates;
  std::vector<std::vector<double>> storage;  // numbers read from texts
};

class Planner {
 public:
  Planner(const Recipe& recipe, const Table& table) : table_(table) {
    for (size_t j = 0; j < table.columns.size(); ++j) {
      names_.push_back(table.columns[j].name);
      const auto [at, first] = places_.emplace(table.columns[j].name, j);
      if (!first) at->second = none;
    }
    for (const ColumnRecipe& column : recipe.columns) {
      if (const auto* number = std::get_if<NumberColumn>(&column.form)) {
        plan_number(source(column.column), *number);
      } else if (const auto* categories = std::get_if<CategoriesColumn>(&column.form)) {
        plan_categories(source(column.column), *categories);
      } else if (const auto* date = std::get_if<DateColumn>(&column.form)) {
        plan_dates(source(column.column), *date);
      }
    }
  }

  Plan take() { return std::move(plan_); }

  const Column& source(const std::string& name) const {
    const auto at = places_.find(name);
    if (at == places_.end())
      fail("{}: no column {}, which the model was fitted on{}", table_.source, excerpt(name),
           suggestion(name, names_));
    if (at->second == none)
      fail("{}: several columns are called {}; give them different names", table_.source,
           excerpt(name));
    return table_.columns[at->second];
  }

 private:
  void plan_number(const Column& column, const NumberColumn& form) {
    const UnalignedDouble* numbers = column.numbers;
    size_t stride = column.stride;
    if (column.kind == Column::Kind::text) {
      numbers = numbers_of_text(column);
      stride = 1;
    }
    NumberRun* run = plan_.numbers.empty() ? nullptr : &plan_.numbers.back();
    if (run == nullptr || !run->block.joins(numbers, stride) ||
        plan_.features != run->first + run->block.width) {
      plan_.numbers.push_back({{numbers, stride, 0}, plan_.features, {}, {}, {}});
      run = &plan_.numbers.back();
    }
    ++run->block.width;
    run->center.push_back(form.center);
    run->scale.push_back(form.scale);
    run->impute.push_back(form.impute);
    ++plan_.features;
    if (form.indicator) plan_.indicators.push_back({numbers, stride, plan_.features++});
  }

  const UnalignedDouble* numbers_of_text(const Column& column) {
    const std::vector<double> values = level_numbers(
        table_, column, "column", ", as the model needs; name it with --missing or correct it");
    std::vector<double>& numbers = plan_.storage.emplace_back(table_.rows);
    for (size_t i = 0; i < table_.rows; ++i)
      numbers[i] =
          column.codes[i] < 0 ? std::numeric_limits<double>::quiet_NaN() : values[column.codes[i]];
    return unaligned(numbers.data());
  }

  void plan_categories(const Column& column, const CategoriesColumn& form) {
    std::map<std::string_view, size_t> place;
    place.emplace(form.reference, none);
    size_t next = plan_.features;
    for (const std::string& level : form.levels) place.emplace(level, next++);
    const size_t other = form.other ? next++ : none;
    const size_t missing = form.missing ? next++ : none;
    plan_.features = next;
    auto hot = [&](std::string_view text) {
      const auto at = place.find(text);
      return at == place.end() ? other : at->second;
    };
    HotJob& job = plan_.hots.emplace_back();
    if (column.kind == Column::Kind::text) {
      job.codes = column.codes.data();
      for (const std::string& level : column.levels) job.hot.push_back(hot(level));
    } else {  // numbers where the model knows texts: compared as they are written
      std::map<double, int32_t> codes;
      job.own.resize(table_.rows);
      for (size_t i = 0; i < table_.rows; ++i) {
        const double v = column.number(i);
        if (std::isnan(v)) {
          job.own[i] = -1;
          continue;
        }
        const auto [at, first] = codes.emplace(v, static_cast<int32_t>(codes.size()));
        if (first) job.hot.push_back(hot(shortest(v)));
        job.own[i] = at->second;
      }
      job.codes = job.own.data();
    }
    job.hot.push_back(missing);
  }

  void plan_dates(const Column& column, const DateColumn& form) {
    const int32_t* codes = column.kind == Column::Kind::text ? column.codes.data() : nullptr;
    plan_.dates.push_back({codes, plan_.features, form.parts.size(),
                           date_cells(form, table_, column), form.indicator});
    plan_.features += form.parts.size() + (form.indicator ? 1 : 0);
  }

  const Table& table_;
  std::map<std::string_view, size_t> places_;  // none where a name occurs twice
  std::vector<std::string> names_;
  Plan plan_;
};

// Rows [begin, end) of the design matrix; false when a cell is not finite.
template <class T>
bool write_rows(const Plan& plan, std::span<const size_t> rows, size_t begin, size_t end,
                DenseMatrix<T>& matrix) {
  T* const first = matrix.data.data() + begin * plan.features;
  // Without one-hot columns every cell is written below.
  if (!plan.hots.empty()) std::fill_n(first, (end - begin) * plan.features, T{0});
  bool finite = true;
  for (const NumberRun& run : plan.numbers) {
    const Standardizer how{run.center.data(), run.scale.data(), run.impute.data()};
    finite &= standardize(run.block, rows.subspan(begin, end - begin), how, first + run.first,
                          plan.features);
  }
  for (const IndicatorJob& job : plan.indicators)
    for (size_t i = begin; i < end; ++i)
      matrix.data[i * plan.features + job.first] =
          std::isnan(double{job.numbers[rows[i] * job.stride]}) ? T{1} : T{0};
  for (const HotJob& job : plan.hots)
    for (size_t i = begin; i < end; ++i) {
      const int32_t code = job.codes[rows[i]];
      const size_t hot = job.hot[code < 0 ? job.hot.size() - 1 : static_cast<size_t>(code)];
      if (hot != none) matrix.data[i * plan.features + hot] = T{1};
    }
  for (const DateJob& job : plan.dates)
    for (size_t i = begin; i < end; ++i) {
      const size_t place = job.place(rows[i]);
      T* const out = matrix.data.data() + i * plan.features + job.first;
      for (size_t k = 0; k < job.width; ++k)
        out[k] = static_cast<T>(job.cells[place * job.width + k]);
      if (job.indicator) out[job.width] = place + 1 == job.cells.size() / job.width ? T{1} : T{0};
    }
  return finite;
}

template <class T>
[[noreturn]] void fail_not_finite(const Recipe& recipe, const Table& table,
                                  std::span<const size_t> rows, const DenseMatrix<T>& matrix) {
  const std::vector<std::string> names = feature_names(recipe);
  size_t at = 0;
  while (std::isfinite(matrix.data[at])) ++at;
  fail(
      "{} row {}, column \"{}\": the value is too large to be prepared in {}; correct it, or drop "
      "the column with --drop",
      table.source, rows[at / matrix.columns] + 1, names[at % matrix.columns],
      recipe.float32 ? "float32" : "float64");
}

// Where the design matrix is what lies in the table's memory already (one row-major block of numbers,
// all rows, nothing centered, scaled or missing): that memory.
std::optional<DenseMatrix<UnalignedDouble>> in_place(const Table& table, const Plan& plan,
                                                     size_t rows) {
  if (plan.numbers.size() != 1 || rows != table.rows || !table.storage) return std::nullopt;
  const NumberRun& run = plan.numbers[0];
  const size_t width = run.center.size();
  if (width != plan.features || run.block.stride != width) return std::nullopt;
  for (size_t j = 0; j < width; ++j)
    if (run.center[j] != 0 || run.scale[j] != 1) return std::nullopt;
  for (const Column& column : table.columns)
    if (column.missing > 0) return std::nullopt;
  return DenseMatrix<UnalignedDouble>{
      rows, width, Buffer<UnalignedDouble>::borrow(run.block.numbers, rows * width, table.storage)};
}

template <class T>
DenseMatrix<T> dense(const Recipe& recipe, const Table& table, const Plan& plan,
                     std::span<const size_t> rows) {
  if (plan.features > 0 && rows.size() > SIZE_MAX / sizeof(T) / plan.features)
    throw std::bad_alloc();
  DenseMatrix<T> matrix{rows.size(), plan.features, Buffer<T>(rows.size() * plan.features)};
  const size_t size = std::clamp<size_t>(32768 / std::max<size_t>(plan.features, 1), 16, 4096);
  std::vector<uint8_t> finite(block_count(rows.size(), size));
  parallel_blocks(rows.size(), size, [&](size_t block, size_t begin, size_t end) {
    finite[block] = write_rows(plan, rows, begin, end, matrix);
  });
  if (std::find(finite.begin(), finite.end(), 0) != finite.end())
    fail_not_finite(recipe, table, rows, matrix);
  return matrix;
}

SparseMatrix sparse(const Recipe& recipe, const Table& table, std::span<const size_t> rows) {
  if (!table.sparse)
    fail("{}: the model was fitted on sparse rows (libsvm), but these are columns of a table",
         table.source);
  const SparseRows& source = *table.sparse;
  const size_t features = recipe.scale.size();
  auto known = [&](int64_t c) { return static_cast<size_t>(source.column[c]) < features; };
  SparseMatrix matrix{rows.size(), features, Buffer<int64_t>(rows.size() + 1), {}, {}};
  int64_t cells = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    matrix.begin[i] = cells;
    for (int64_t c = source.begin[rows[i]]; c < source.begin[rows[i] + 1]; ++c) cells += known(c);
  }
  matrix.begin[rows.size()] = cells;
  matrix.column = Buffer<int32_t>(static_cast<size_t>(cells));
  matrix.value = Buffer<double>(static_cast<size_t>(cells));
  size_t next = 0;
  for (const size_t row : rows)
    for (int64_t c = source.begin[row]; c < source.begin[row + 1]; ++c) {
      if (!known(c)) continue;
      double cell = source.value[c] / recipe.scale[source.column[c]];
      if (recipe.float32) cell = static_cast<double>(static_cast<float>(cell));
      if (!std::isfinite(cell))
        fail("{} row {}, feature {}: the value {} is too large to be prepared", table.source,
             row + 1, source.column[c] + 1, shortest(source.value[c]));
      matrix.column[next] = source.column[c];
      matrix.value[next++] = cell;
    }
  return matrix;
}

// The rows of the mask that, with the target, are usable.
std::vector<size_t> taken_rows(const Table& table, std::span<const uint8_t> mask,
                               std::span<const uint8_t> usable) {
  std::vector<size_t> rows;
  rows.reserve(table.rows);
  for (size_t i = 0; i < table.rows; ++i)
    if ((mask.empty() || mask[i]) && (usable.empty() || usable[i])) rows.push_back(i);
  return rows;
}

}  // namespace

Prepared apply(const Recipe& recipe, const Table& table, std::span<const uint8_t> mask,
               bool with_target) {
  if (table.sparse && !recipe.sparse)
    fail("{}: the model was fitted on the columns of a table, but these are sparse rows (libsvm)",
         table.source);
  Planner planner(recipe, table);
  std::vector<uint8_t> usable;
  if (with_target) {
    const Column* weights = recipe.weights.empty() ? nullptr : &planner.source(recipe.weights);
    usable = usable_rows(table, planner.source(recipe.target.column), weights);
  }
  Prepared out;
  out.rows = taken_rows(table, mask, usable);
  if (with_target) {
    out.target =
        target_values(recipe.target, table, planner.source(recipe.target.column), out.rows);
    if (!recipe.weights.empty()) {
      const Column& weights = planner.source(recipe.weights);
      for (const size_t row : out.rows) out.weight.push_back(weights.number(row));
    }
  }
  if (recipe.sparse) {
    out.design = sparse(recipe, table, out.rows);
  } else {
    const Plan plan = planner.take();
    if (recipe.float32) {
      out.design = dense<float>(recipe, table, plan, out.rows);
    } else {
      if (auto matrix = in_place(table, plan, out.rows.size()))
        out.design = std::move(*matrix);
      else
        out.design = dense<double>(recipe, table, plan, out.rows);
    }
  }
  return out;
}

}  // namespace thalweg
