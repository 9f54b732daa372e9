#include "thalweg/data/target.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/data/number_column.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

// More classes than any classifier here is for: the target is a measurement or an identifier.
constexpr size_t most_labels = 1000;

bool is_missing(const Column& column, size_t row) {
  return column.kind == Column::Kind::text ? column.codes[row] < 0 : std::isnan(column.number(row));
}

// Distinct values of the rows that `mask` marks (empty: all), ascending; at most `most` + 1 of
// them.
std::vector<double> distinct_numbers(const Column& column, size_t rows,
                                     std::span<const uint8_t> mask, size_t most) {
  std::vector<double> values;
  double last = std::numeric_limits<double>::quiet_NaN();
  for (size_t i = 0; i < rows && values.size() <= most; ++i) {
    const double v = column.number(i) + 0.0;  // -0 is 0
    if ((!mask.empty() && !mask[i]) || std::isnan(v) || v == last) continue;
    last = v;
    const auto at = std::lower_bound(values.begin(), values.end(), v);
    if (at == values.end() || *at != v) values.insert(at, v);
  }
  return values;
}

std::vector<int32_t> distinct_codes(const Column& column, size_t rows,
                                    std::span<const uint8_t> mask) {
  std::vector<uint8_t> seen(column.levels.size());
  for (size_t i = 0; i < rows; ++i)
    if ((mask.empty() || mask[i]) && column.codes[i] >= 0) seen[column.codes[i]] = 1;
  std::vector<int32_t> codes;
  for (size_t k = 0; k < seen.size(); ++k)
    if (seen[k]) codes.push_back(static_cast<int32_t>(k));
  std::sort(codes.begin(), codes.end(),
            [&](int32_t a, int32_t b) { return column.levels[a] < column.levels[b]; });
  return codes;
}

std::vector<std::string> distinct_labels(const Column& column, size_t rows,
                                         std::span<const uint8_t> mask) {
  std::vector<std::string> labels;
  if (column.kind == Column::Kind::number) {
    for (const double v : distinct_numbers(column, rows, mask, most_labels))
      labels.push_back(shortest(v));
  } else {
    for (const int32_t code : distinct_codes(column, rows, mask))
      labels.push_back(column.levels[code]);
  }
  return labels;
}

std::string first_labels(std::span<const std::string> labels) {
  std::vector<std::string> some;
  for (const std::string& label : labels.first(std::min<size_t>(labels.size(), 5)))
    some.push_back(bare_excerpt(label));
  return join(some, ", ") + (labels.size() > some.size() ? ", …" : "");
}

[[noreturn]] void fail_too_many(const Table& table, const Column& column) {
  fail(
      "{}: the target {} has more than {} different values, too many for classes; choose a "
      "regression, such as --model linear, or another --target",
      table.source, excerpt(column.name), most_labels);
}

std::vector<std::string> checked_labels(const Table& table, const Column& column, TargetKind kind,
                                        std::span<const uint8_t> mask) {
  std::vector<std::string> labels = distinct_labels(column, table.rows, mask);
  if (labels.size() < 2)
    fail(
        "{}: the target {} has only one value ({}) in the training rows; a classifier needs at "
        "least two",
        table.source, excerpt(column.name), first_labels(labels));
  if (labels.size() > most_labels) fail_too_many(table, column);
  if (kind == TargetKind::binary && labels.size() > 2)
    fail(
        "{}: the target {} has {} values ({}) but this model separates two; choose --model "
        "softmax",
        table.source, excerpt(column.name), labels.size(), first_labels(labels));
  return labels;
}

void check_numbers(const Table& table, const Column& column, TargetKind kind,
                   std::span<const uint8_t> mask) {
  if (kind == TargetKind::real) return;
  for (size_t i = 0; i < table.rows; ++i) {
    const double v = column.number(i);
    if (!mask.empty() && !mask[i]) continue;
    if (kind == TargetKind::count && v < 0)
      fail("{} row {}, target {}: {} is negative; this model needs counts, 0 or more", table.source,
           i + 1, excerpt(column.name), shortest(v));
    if (kind == TargetKind::positive && v <= 0)
      fail("{} row {}, target {}: {} is not above zero, which this model needs", table.source,
           i + 1, excerpt(column.name), shortest(v));
  }
}

std::vector<double> target_numbers(const Table& table, const Column& column) {
  return level_numbers(table, column, "target",
                       fmt::format("; choose a classifier, such as --model {}, or name it with "
                                   "--missing",
                                   column.levels.size() > 2 ? "softmax" : "logistic"));
}

constexpr double unknown = -1;

// The class of a text: the label that it is, or whose number it reads as.
double class_of_text(std::span<const std::string> labels, const std::string& text) {
  for (size_t k = 0; k < labels.size(); ++k)
    if (labels[k] == text) return static_cast<double>(k);
  double value = 0, label = 0;
  if (!parse_number(text, value)) return unknown;
  for (size_t k = 0; k < labels.size(); ++k)
    if (parse_number(labels[k], label) && label == value) return static_cast<double>(k);
  return unknown;
}

[[noreturn]] void fail_unknown(const TargetRecipe& recipe, const Table& table, size_t row,
                               std::string_view text) {
  fail("{} row {}, target {}: the model does not know the label {}; it knows {}", table.source,
       row + 1, excerpt(recipe.column), excerpt(text), first_labels(recipe.labels));
}

}  // namespace

std::string default_model(const Table& table, size_t target) {
  const Column& column = table.columns.at(target);
  if (column.kind == Column::Kind::text) return column.levels.size() > 2 ? "softmax" : "logistic";
  return distinct_numbers(column, table.rows, {}, 2).size() == 2 ? "logistic" : "linear";
}

std::vector<int32_t> target_classes(const Table& table, size_t target) {
  const Column& column = table.columns.at(target);
  std::vector<int32_t> classes(table.rows, -1);
  if (column.kind == Column::Kind::number) {
    const std::vector<double> values = distinct_numbers(column, table.rows, {}, most_labels);
    if (values.size() > most_labels) fail_too_many(table, column);
    for (size_t i = 0; i < table.rows; ++i)
      if (!is_missing(column, i))
        classes[i] = static_cast<int32_t>(
            std::lower_bound(values.begin(), values.end(), column.number(i)) - values.begin());
    return classes;
  }
  const std::vector<int32_t> codes = distinct_codes(column, table.rows, {});
  if (codes.size() > most_labels) fail_too_many(table, column);
  std::vector<int32_t> place(column.levels.size(), -1);
  for (size_t k = 0; k < codes.size(); ++k) place[codes[k]] = static_cast<int32_t>(k);
  for (size_t i = 0; i < table.rows; ++i)
    if (column.codes[i] >= 0) classes[i] = place[column.codes[i]];
  return classes;
}

TargetRecipe learn_target(const Table& table, size_t target, TargetKind kind,
                          std::span<const uint8_t> mask) {
  const Column& column = table.columns.at(target);
  TargetRecipe recipe{column.name, false, {}};
  if (kind == TargetKind::binary || kind == TargetKind::classes) {
    recipe.labeled = true;
    recipe.labels = checked_labels(table, column, kind, mask);
    return recipe;
  }
  if (column.kind == Column::Kind::text) {
    target_numbers(table, column);
    fail(
        "{}: the target {} is text, but this model predicts numbers; choose a classifier, such "
        "as --model softmax",
        table.source, excerpt(column.name));
  }
  check_numbers(table, column, kind, mask);
  return recipe;
}

std::vector<double> target_values(const TargetRecipe& recipe, const Table& table,
                                  const Column& column, std::span<const size_t> rows) {
  std::vector<double> out(rows.size());
  if (column.kind == Column::Kind::text) {
    std::vector<double> values;
    if (recipe.labeled) {
      for (const std::string& level : column.levels)
        values.push_back(class_of_text(recipe.labels, level));
    } else {
      values = target_numbers(table, column);
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      const int32_t code = column.codes[rows[i]];
      out[i] = values[code];
      if (recipe.labeled && out[i] == unknown)
        fail_unknown(recipe, table, rows[i], column.levels[code]);
    }
    return out;
  }
  if (!recipe.labeled) {
    for (size_t i = 0; i < rows.size(); ++i) out[i] = column.number(rows[i]);
    return out;
  }
  std::vector<std::pair<double, double>> classes;  // value of the label, class
  for (size_t k = 0; k < recipe.labels.size(); ++k) {
    double value = 0;
    if (parse_number(recipe.labels[k], value)) classes.emplace_back(value, static_cast<double>(k));
  }
  std::sort(classes.begin(), classes.end());
  for (size_t i = 0; i < rows.size(); ++i) {
    const double v = column.number(rows[i]);
    const auto at = std::lower_bound(classes.begin(), classes.end(), std::pair(v, -1.0));
    if (at == classes.end() || at->first != v) fail_unknown(recipe, table, rows[i], shortest(v));
    out[i] = at->second;
  }
  return out;
}

}  // namespace thalweg
