// Each source column becomes a step that appends a row's cells; zeros are left out.
#include "thalweg/certify/verifier/recipe.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/date.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg::verifier {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// Takes the cells of one row in the order of their columns.
class RowWriter {
 public:
  RowWriter(bool float32, Problem& problem) : float32_(float32), problem_(problem) {}

  void write(size_t column, double cell) {
    if (float32_) cell = static_cast<float>(cell);
    if (!std::isfinite(cell))
      throw Rejection(fmt::format("design column {} of training row {} is not finite", column,
                                  problem_.rows()));
    if (cell == 0) return;
    problem_.column.push_back(static_cast<uint32_t>(column));
    problem_.value.push_back(cell);
  }

 private:
  bool float32_;
  Problem& problem_;
};

// One source column: the design columns from `first` on.
class Step {
 public:
  explicit Step(size_t first) : first_(first) {}
  virtual ~Step() = default;
  virtual void write(size_t row, RowWriter& out) const = 0;

 protected:
  size_t first_;
};

// The numbers of a column, whether the table took it for numbers or for texts.
class Numbers {
 public:
  Numbers(const Table& table, const Column& column) : column_(column) {
    if (column.kind == Column::Kind::number) return;
    for (const std::string& level : column.levels) {
      double value = 0;
      if (!parse_number(level, value) || !std::isfinite(value))
        fail(
            "{}, column {}: holds text where the model had numbers; give the file it was "
            "fitted on",
            table.source, excerpt(column.name));
      of_level_.push_back(value);
    }
  }

  double at(size_t row) const {
    if (column_.kind == Column::Kind::number) return column_.number(row);
    return column_.codes[row] < 0 ? missing : of_level_[static_cast<size_t>(column_.codes[row])];
  }

 private:
  const Column& column_;
  std::vector<double> of_level_;
};

// The text of a cell, or nothing where it is missing.
std::optional<std::string> cell_text(const Column& column, size_t row) {
  if (column.kind == Column::Kind::number) {
    const double value = column.number(row);
    if (std::isnan(value)) return {};
    return shortest(value);
  }
  if (column.codes[row] < 0) return {};
  return column.levels[static_cast<size_t>(column.codes[row])];
}

struct Standard {
  double center, scale, impute;

  explicit Standard(const Fields& fields)
      : center(fields.number("center")),
        scale(fields.number("scale")),
        impute(fields.number("impute")) {
    if (!(scale > 0)) fields.refuse("scale", "above zero");
  }
  double cell(double v) const { return ((std::isnan(v) ? impute : v) - center) / scale; }
};

class NumberStep : public Step {
 public:
  NumberStep(const Fields& fields, const Table& table, const Column& column, size_t first)
      : Step(first),
        numbers_(table, column),
        standard_(fields),
        indicator_(fields.flag("indicator")) {}

  void write(size_t row, RowWriter& out) const override {
    const double v = numbers_.at(row);
    out.write(first_, standard_.cell(v));
    if (indicator_) out.write(first_ + 1, std::isnan(v) ? 1 : 0);
  }

 private:
  Numbers numbers_;
  Standard standard_;
  bool indicator_;
};

class CategoriesStep : public Step {
 public:
  CategoriesStep(const Fields& fields, const Column& column, size_t first)
      : Step(first), column_(column) {
    place_[fields.text("reference")] = -1;
    size_t next = 0;
    for (const std::string& level : fields.texts("levels"))
      if (!place_.emplace(level, static_cast<long long>(next++)).second)
        fields.refuse("levels", "a list without repetitions and without the reference");
    if (fields.flag("other")) other_ = static_cast<long long>(next++);
    if (fields.flag("missing")) missing_ = static_cast<long long>(next++);
    if (column.kind == Column::Kind::text)
      for (const std::string& level : column.levels) of_level_.push_back(place(level));
  }

  void write(size_t row, RowWriter& out) const override {
    long long at = missing_;
    if (column_.kind == Column::Kind::text) {
      if (column_.codes[row] >= 0) at = of_level_[static_cast<size_t>(column_.codes[row])];
    } else if (const std::optional<std::string> text = cell_text(column_, row)) {
      at = place(*text);
    }
    if (at >= 0) out.write(first_ + static_cast<size_t>(at), 1);
  }

 private:
  // Offset of the column that is 1, or -1 where none is.
  long long place(const std::string& text) const {
    const auto found = place_.find(text);
    return found == place_.end() ? other_ : found->second;
  }

  const Column& column_;
  std::unordered_map<std::string, long long> place_;
  std::vector<long long> of_level_;
  long long other_ = -1, missing_ = -1;
};

DateFormat date_format(const Fields& fields) {
  const std::string name = fields.text("format");
  if (name == "year_first") return DateFormat::year_first;
  if (name == "day_first") return DateFormat::day_first;
  if (name == "month_first") return DateFormat::month_first;
  fields.refuse("format", "year_first, day_first or month_first");
}

double date_part(const Date& date, const std::string& part, const Fields& fields) {
  if (part == "year") return date.year;
  if (part == "month") return date.month;
  if (part == "day") return date.day;
  if (part == "weekday") return date.weekday;
  if (part == "hour") return date.hour;
  if (part == "days") return date.days;
  fields.refuse("part", "one of year, month, day, weekday, hour, days");
}

class DateStep : public Step {
 public:
  DateStep(const Fields& fields, const Table& table, const Column& column, size_t first)
      : Step(first), column_(column), indicator_(fields.flag("indicator")) {
    const DateFormat format = date_format(fields);
    if (column.kind != Column::Kind::text && column.missing < table.rows)
      fail(
          "{}, column {}: holds numbers where the model had dates; give the file it was "
          "fitted on",
          table.source, excerpt(column.name));
    std::vector<std::optional<Date>> dates;
    for (const std::string& level : column.levels) {
      dates.push_back(parse_date(level, format));
      if (!dates.back())
        fail(
            "{}, column {}: holds texts that are no dates; give the file the model was "
            "fitted on",
            table.source, excerpt(column.name));
    }
    for (const Json& item : fields.array("parts")) {
      const Fields part(item, fields.where() + ", parts");
      standards_.emplace_back(part);
      const std::string name = part.text("part");
      date_part({}, name, part);
      for (const std::optional<Date>& date : dates) values_.push_back(date_part(*date, name, part));
    }
  }

  void write(size_t row, RowWriter& out) const override {
    const int32_t code = column_.kind == Column::Kind::text ? column_.codes[row] : -1;
    const size_t levels = column_.levels.size(), parts = standards_.size();
    for (size_t k = 0; k < parts; ++k) {
      const double v = code < 0 ? missing : values_[k * levels + static_cast<size_t>(code)];
      out.write(first_ + k, standards_[k].cell(v));
    }
    if (indicator_) out.write(first_ + parts, code < 0 ? 1 : 0);
  }

 private:
  const Column& column_;
  std::vector<Standard> standards_;
  std::vector<double> values_;  // [parts, levels]
  bool indicator_;
};

size_t width(const Fields& fields) {
  const std::string kind = fields.text("kind");
  auto one = [&](const char* key) -> size_t { return fields.flag(key) ? 1 : 0; };
  if (kind == "dropped") return 0;
  if (kind == "number") return 1 + one("indicator");
  if (kind == "categories") return fields.array("levels").size() + one("other") + one("missing");
  if (kind == "date") return fields.array("parts").size() + one("indicator");
  fields.refuse("kind", "number, categories, date or dropped");
}

const Column& find_column(const Table& table, const std::string& name) {
  const Column* found = nullptr;
  for (const Column& column : table.columns) {
    if (column.name != name) continue;
    if (found != nullptr)
      fail("{}: has two columns called {}; give the file the model was fitted on", table.source,
           excerpt(name));
    found = &column;
  }
  if (found == nullptr)
    fail("{}: has no column {}; give the file the model was fitted on", table.source,
         excerpt(name));
  return *found;
}

// The target of a row as the losses count it; NaN where there is none.
class Targets {
 public:
  Targets(const Fields& recipe, const Table& table) {
    const Fields fields = recipe.object("target");
    column_ = &find_column(table, fields.text("column"));
    const std::string kind = fields.text("kind");
    if (kind == "number") {
      numbers_.emplace(table, *column_);
    } else if (kind == "labels") {
      for (const std::string& label : fields.texts("labels"))
        if (!index_.emplace(label, static_cast<double>(index_.size())).second)
          fields.refuse("labels", "a list without repetitions");
    } else {
      fields.refuse("kind", "number or labels");
    }
  }

  double at(size_t row) const {
    if (numbers_) return numbers_->at(row);
    const std::optional<std::string> text = cell_text(*column_, row);
    if (!text) return missing;
    const auto found = index_.find(*text);
    return found == index_.end() ? missing : found->second;
  }

 private:
  const Column* column_;
  std::optional<Numbers> numbers_;
  std::unordered_map<std::string, double> index_;
};

std::vector<double> sparse_scale(const Fields& recipe) {
  std::vector<double> scale;
  for (const Json& item : recipe.array("scale")) {
    if (!item.is_number() || !(item.get<double>() > 0))
      recipe.refuse("scale", "numbers above zero");
    scale.push_back(item.get<double>());
  }
  if (recipe.integer("features") != static_cast<long long>(scale.size()))
    recipe.refuse("features", "the length of scale");
  return scale;
}

bool is_sparse(const Fields& recipe) {
  const std::string kind = recipe.text("kind");
  if (kind != "table" && kind != "sparse") recipe.refuse("kind", "table or sparse");
  return kind == "sparse";
}

}  // namespace

size_t design_columns(const Fields& recipe) {
  if (is_sparse(recipe)) return sparse_scale(recipe).size();
  size_t columns = 0;
  for (const Json& item : recipe.array("columns"))
    columns += width(Fields(item, recipe.where() + ", columns"));
  if (columns > std::numeric_limits<uint32_t>::max()) recipe.refuse("columns", "fewer");
  return columns;
}

void apply_recipe(const Fields& recipe, const Table& table, std::span<const uint8_t> mask,
                  Problem& problem) {
  check_version(recipe);
  const bool sparse = is_sparse(recipe);
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<double> scale;
  if (sparse) {
    if (!table.sparse)
      fail("{}: is not sparse, as the model's data was; give the file it was fitted on",
           table.source);
    scale = sparse_scale(recipe);
  } else {
    size_t first = 0;
    for (const Json& item : recipe.array("columns")) {
      const Fields fields(item, recipe.where() + ", columns");
      const std::string kind = fields.text("kind");
      if (kind == "dropped") continue;
      const Column& column = find_column(table, fields.text("column"));
      if (kind == "number") {
        steps.push_back(std::make_unique<NumberStep>(fields, table, column, first));
      } else if (kind == "categories") {
        steps.push_back(std::make_unique<CategoriesStep>(fields, column, first));
      } else {
        steps.push_back(std::make_unique<DateStep>(fields, table, column, first));
      }
      first += width(fields);
    }
  }
  const Targets targets(recipe, table);
  std::optional<Numbers> weights;
  if (recipe.has("weights"))
    weights.emplace(table, find_column(table, recipe.object("weights").text("column")));

  RowWriter writer(recipe.flag("float32"), problem);
  for (size_t row = 0; row < table.rows; ++row) {
    if (mask[row] == 0) continue;
    const double target = targets.at(row);
    if (std::isnan(target))
      throw Rejection(
          fmt::format("row {} of the data is marked as a training row but has no "
                      "target, or none that the model knows",
                      row + 1));
    const std::string refusal = target_refusal(problem.loss, target, problem.outputs);
    if (!refusal.empty())
      throw Rejection(fmt::format("the target of data row {}, {}, {}", row + 1, target, refusal));
    if (weights) {
      const double weight = weights->at(row);
      if (!(weight > 0) || !std::isfinite(weight))
        throw Rejection(
            fmt::format("row {} of the data is marked as a training row but its weight "
                        "is not above zero",
                        row + 1));
      problem.weight.push_back(weight);
    }
    if (sparse) {
      const auto end = static_cast<size_t>(table.sparse->begin[row + 1]);
      for (auto c = static_cast<size_t>(table.sparse->begin[row]); c < end; ++c) {
        const auto column = static_cast<size_t>(table.sparse->column[c]);
        if (column < scale.size()) writer.write(column, table.sparse->value[c] / scale[column]);
      }
    } else {
      for (const std::unique_ptr<Step>& step : steps) step->write(row, writer);
    }
    problem.target.push_back(target);
    problem.begin.push_back(problem.value.size());
  }
}

}  // namespace thalweg::verifier
