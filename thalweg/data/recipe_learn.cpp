#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/data/column_type.hpp"
#include "thalweg/data/date_column.hpp"
#include "thalweg/data/number_column.hpp"
#include "thalweg/data/number_summary.hpp"
#include "thalweg/data/recipe.hpp"
#include "thalweg/data/target.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

constexpr size_t none = SIZE_MAX;

size_t weights_column(const Table& table, std::string_view asked) {
  if (!asked.empty()) return table.index(asked);
  return table.weights.empty() ? none : table.index(table.weights);
}

class Learner {
 public:
  Learner(const Table& table, const RecipeOptions& options, std::span<const uint8_t> training)
      : table_(table), options_(options), mask_(usable_rows(table, options)) {
    const size_t usable = count();
    if (!training.empty())
      for (size_t i = 0; i < table.rows; ++i)
        if (!training[i]) mask_[i] = 0;
    rows_ = count();
    if (rows_ == 0) fail("{}: no row is left to train on", table.source);
    if (usable < table.rows)
      recipe_.notes.push_back(
          fmt::format("{} of {} rows are left out: no target, or no weight above zero",
                      grouped(table.rows - usable), grouped(table.rows)));
  }

  Recipe learn() {
    const size_t target = target_column(table_, options_.target);
    const size_t weights = weights_column(table_, options_.weights);
    recipe_.float32 = options_.float32;
    recipe_.target = learn_target(table_, target, options_.kind, mask_);
    if (weights != none) recipe_.weights = table_.columns[weights].name;
    if (table_.sparse) {
      learn_sparse();
    } else {
      learn_columns(target, weights);
    }
    to_json(recipe_);  // a name that cannot be written fails here, not after the fit
    return std::move(recipe_);
  }

 private:
  size_t count() const {
    return static_cast<size_t>(std::count(mask_.begin(), mask_.end(), uint8_t{1}));
  }

  void learn_columns(size_t target, size_t weights) {
    std::vector<uint8_t> dropped(table_.columns.size()), categorical(table_.columns.size());
    for (const std::string& name : options_.drop) dropped[table_.index(name)] = 1;
    for (const std::string& name : options_.categorical) {
      const size_t j = table_.index(name);
      categorical[j] = 1;
      if (dropped[j])
        fail("{}: {} is both dropped and categorical; leave one of them out", table_.source,
             excerpt(table_.columns[j].name));
    }

    std::vector<const Column*> numbers;
    for (const Column& column : table_.columns)
      if (column.kind == Column::Kind::number) numbers.push_back(&column);
    const std::vector<NumberSummary> summaries = summarize(numbers, table_.rows, mask_);

    recipe_.columns.resize(table_.columns.size());
    size_t number = 0, features = 0;
    for (size_t j = 0; j < table_.columns.size(); ++j) {
      const Column& column = table_.columns[j];
      const bool is_number = column.kind == Column::Kind::number;
      column_ = &recipe_.columns[j];
      column_->column = column.name;
      if (is_number) ++number;
      if (j == target) {
        column_->form = DroppedColumn{"target"};
      } else if (j == weights) {
        column_->form = DroppedColumn{"weights"};
      } else if (dropped[j]) {
        column_->form = DroppedColumn{"asked"};
      } else if (is_number) {
        learn_number(column, summaries[number - 1]);
      } else {
        learn_text(column, categorical[j]);
      }
      if (!std::holds_alternative<DroppedColumn>(column_->form)) ++features;
    }
    if (features == 0)
      fail(
          "{}: no column is left to fit on{}{}; give columns that vary, or take one for text with "
          "--categorical",
          table_.source, recipe_.notes.empty() ? "" : ": ", join(recipe_.notes, "; "));
    check_names();
  }

  void drop(std::string reason, std::string_view words) {
    recipe_.notes.push_back(fmt::format("{}: dropped, {}", bare_excerpt(column_->column), words));
    column_->form = DroppedColumn{std::move(reason)};
  }

  void learn_number(const Column& column, const NumberSummary& summary) {
    if (summary.count == 0) return drop("all missing", "no value in the training rows");
    if (summary.minimum == summary.maximum)
      return drop("constant",
                  fmt::format("always {} in the training rows", shortest(summary.minimum)));
    if (is_identifier(column, table_.rows))
      return drop("identifier",
                  fmt::format("an identifier ({} distinct whole numbers)", grouped(table_.rows)));
    const auto form = learn_numbers(column, summary, table_.rows, mask_, options_.scale);
    if (!form) return drop("constant", "its values differ too little or too much to be scaled");
    column_->form = *form;
  }

  void learn_text(const Column& column, bool categorical) {
    const size_t distinct = column.levels.size(), present = table_.rows - column.missing;
    if (!categorical && is_date(column)) return learn_date(column);
    const TextType type = text_type(column, table_.rows);
    if (!categorical && (type == TextType::identifier || type == TextType::free_text)) {
      const bool names = type == TextType::identifier;
      return drop(
          names ? "identifier" : "free text",
          fmt::format("{} ({} distinct values in {} rows)", names ? "an identifier" : "free text",
                      grouped(distinct), grouped(present)));
    }
    learn_categories(column, type == TextType::two_valued);
  }

  void learn_date(const Column& column) {
    auto form = learn_dates(column, table_.rows, mask_, options_.scale);
    if (!form) return drop("constant", "the same date in all training rows, or none");
    column_->form = *std::move(form);
  }

  void learn_categories(const Column& column, bool two_valued) {
    std::vector<size_t> counts(column.levels.size());
    size_t missing = 0;
    for (size_t i = 0; i < table_.rows; ++i) {
      if (!mask_[i]) continue;
      const int32_t code = column.codes[i];
      if (code < 0) {
        ++missing;
      } else {
        ++counts[code];
      }
    }
    std::vector<size_t> order;
    for (size_t k = 0; k < counts.size(); ++k)
      if (counts[k] > 0) order.push_back(k);
    if (order.empty()) return drop("all missing", "no value in the training rows");
    if (order.size() == 1 && missing == 0)
      return drop("constant",
                  fmt::format("always {} in the training rows", excerpt(column.levels[order[0]])));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return counts[a] != counts[b] ? counts[a] > counts[b] : column.levels[a] < column.levels[b];
    });
    const size_t rare = options_.rare > 0 ? options_.rare : rare_threshold(rows_);
    CategoriesColumn form;
    form.reference = column.levels[order[0]];
    form.missing = missing > 0;
    size_t pooled = 0;
    for (const size_t k : std::span(order).subspan(1)) {
      if (two_valued || (counts[k] >= rare && form.levels.size() + 1 < options_.most_levels)) {
        form.levels.push_back(column.levels[k]);
      } else {
        ++pooled;
      }
    }
    form.other = pooled > 0;
    if (pooled > 0)
      recipe_.notes.push_back(fmt::format("{}: {} rare {} pooled as other",
                                          bare_excerpt(column_->column), grouped(pooled),
                                          pooled == 1 ? "level is" : "levels are"));
    column_->form = std::move(form);
  }

  void learn_sparse() {
    const SparseRows& sparse = *table_.sparse;
    if (!options_.drop.empty())
      fail("{}: its features are sparse and cannot be dropped one by one; leave out --drop",
           table_.source);
    recipe_.sparse = true;
    recipe_.scale.assign(sparse.columns, 1);
    if (!options_.scale) return;
    // Root mean square about zero over all training rows, relative to the largest value.
    std::vector<double> largest(sparse.columns), squares(sparse.columns);
    auto each_cell = [&](auto&& body) {
      for (size_t i = 0; i < sparse.rows; ++i)
        if (mask_[i])
          for (int64_t c = sparse.begin[i]; c < sparse.begin[i + 1]; ++c)
            body(static_cast<size_t>(sparse.column[c]), sparse.value[c]);
    };
    each_cell([&](size_t j, double v) { largest[j] = std::max(largest[j], std::abs(v)); });
    each_cell([&](size_t j, double v) {
      if (largest[j] > 0) squares[j] += (v / largest[j]) * (v / largest[j]);
    });
    for (size_t j = 0; j < sparse.columns; ++j) {
      const double scale = largest[j] * std::sqrt(squares[j] / static_cast<double>(rows_));
      if (scale > 0) recipe_.scale[j] = scale;
    }
  }

  // Columns are found by name again, at predict and by the verifier.
  void check_names() const {
    std::map<std::string_view, size_t> seen;
    for (const ColumnRecipe& column : recipe_.columns) ++seen[column.column];
    for (const ColumnRecipe& column : recipe_.columns)
      if (!std::holds_alternative<DroppedColumn>(column.form) && seen[column.column] > 1)
        fail("{}: {} columns are called {}; give them different names", table_.source,
             seen[column.column], excerpt(column.column));
  }

  const Table& table_;
  const RecipeOptions& options_;
  std::vector<uint8_t> mask_;
  size_t rows_ = 0;
  Recipe recipe_;
  ColumnRecipe* column_ = nullptr;
};

}  // namespace

Recipe learn(const Table& table, const RecipeOptions& options, std::span<const uint8_t> training) {
  return Learner(table, options, training).learn();
}

size_t rare_threshold(size_t training_rows) {
  return std::max<size_t>(1,
                          std::min(std::max<size_t>(10, training_rows / 1000), training_rows / 20));
}

size_t target_column(const Table& table, std::string_view asked) {
  if (!asked.empty()) return table.index(asked);
  if (!table.target.empty()) return table.index(table.target);
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    if (names.size() == 20) {
      names.push_back("…");
      break;
    }
    names.push_back(bare_excerpt(column.name));
  }
  fail("{}: no target is named; choose a column with --target, one of {}", table.source,
       join(names, ", "));
}

std::vector<uint8_t> usable_rows(const Table& table, const RecipeOptions& options) {
  const size_t target = target_column(table, options.target);
  const size_t weights = weights_column(table, options.weights);
  if (weights == target)
    fail("{}: {} is both the target and the weights", table.source,
         excerpt(table.columns[target].name));
  for (const std::string& name : options.drop) {
    if (table.sparse) break;  // where nothing can be dropped
    if (const size_t j = table.index(name); j == target || j == weights)
      fail("{}: {} is both dropped and the {}; leave one of them out", table.source,
           excerpt(table.columns[j].name), j == target ? "target" : "weights");
  }
  return usable_rows(table, table.columns[target],
                     weights == none ? nullptr : &table.columns[weights]);
}

std::vector<uint8_t> usable_rows(const Table& table, const Column& target, const Column* weights) {
  if (table.rows == 0) fail("{}: no rows of data", table.source);
  std::vector<uint8_t> mask(table.rows);
  size_t left = 0;
  for (size_t i = 0; i < table.rows; ++i) {
    const bool present =
        target.kind == Column::Kind::text ? target.codes[i] >= 0 : !std::isnan(target.number(i));
    mask[i] = present ? 1 : 0;
    left += mask[i];
  }
  if (left == 0)
    fail("{}: the target {} has no value in any row", table.source, excerpt(target.name));
  if (weights == nullptr) return mask;
  if (weights->kind == Column::Kind::text)
    fail("{}: the weights {} are text ({}); name a column of numbers", table.source,
         excerpt(weights->name), excerpt(weights->levels.empty() ? "" : weights->levels[0]));
  left = 0;
  for (size_t i = 0; i < table.rows; ++i) {
    const double w = weights->number(i);
    if (w < 0)
      fail("{} row {}, weights {}: {} is negative", table.source, i + 1, excerpt(weights->name),
           shortest(w));
    if (!(w > 0)) mask[i] = 0;
    left += mask[i];
  }
  if (left == 0)
    fail("{}: the weights {} are above zero in no row with a target", table.source,
         excerpt(weights->name));
  return mask;
}

}  // namespace thalweg
