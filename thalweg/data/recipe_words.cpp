#include <fmt/format.h>

#include "thalweg/base/text.hpp"
#include "thalweg/data/recipe.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

void add_names(const std::string&, const DroppedColumn&, std::vector<std::string>&) {}

void add_names(const std::string& column, const NumberColumn& form,
               std::vector<std::string>& names) {
  names.push_back(column);
  if (form.indicator) names.push_back(column + " is missing");
}

void add_names(const std::string& column, const CategoriesColumn& form,
               std::vector<std::string>& names) {
  for (const std::string& level : form.levels) names.push_back(column + "=" + level);
  if (form.other) names.push_back(column + "=other");
  if (form.missing) names.push_back(column + " is missing");
}

void add_names(const std::string& column, const DateColumn& form, std::vector<std::string>& names) {
  for (const DatePart& part : form.parts) names.push_back(column + "." + part.part);
  if (form.indicator) names.push_back(column + " is missing");
}

std::string standardized(double center, double scale) {
  if (center == 0 && scale == 1) return "as it is";
  return fmt::format("(value − {}) / {}", brief(center), brief(scale));
}

std::string words(const DroppedColumn& form) {
  if (form.reason == "target" || form.reason == "weights") return "the " + form.reason;
  return form.reason == "asked" ? "dropped, as asked" : "dropped, " + form.reason;
}

std::string words(const NumberColumn& form) {
  std::string out = "number, " + standardized(form.center, form.scale);
  if (form.indicator)
    out += fmt::format("; missing cells count as {} and are marked in a column of their own",
                       brief(form.impute));
  return out;
}

std::string words(const CategoriesColumn& form) {
  std::vector<std::string> columns;
  for (const std::string& level : form.levels) columns.push_back(bare_excerpt(level));
  if (form.other) columns.push_back("every other text");
  if (form.missing) columns.push_back("missing cells");
  return fmt::format("categories, a column each for {}; against {}", join(columns, ", "),
                     bare_excerpt(form.reference));
}

std::string words(const DateColumn& form) {
  std::vector<std::string> parts;
  for (const DatePart& part : form.parts)
    parts.push_back(part.part + " " + standardized(part.center, part.scale));
  if (form.indicator) parts.push_back("missing cells");
  return fmt::format("date ({}), a column each for {}", form.format, join(parts, ", "));
}

}  // namespace

std::vector<std::string> feature_names(const Recipe& recipe) {
  std::vector<std::string> names;
  if (recipe.sparse)
    for (size_t j = 0; j < recipe.scale.size(); ++j) names.push_back(std::to_string(j + 1));
  for (const ColumnRecipe& column : recipe.columns)
    std::visit([&](const auto& form) { add_names(column.column, form, names); }, column.form);
  return names;
}

std::vector<std::string> in_words(const Recipe& recipe) {
  std::vector<std::string> lines;
  if (recipe.sparse)
    lines.push_back(fmt::format("{} sparse features, each divided by its scale, none centered",
                                recipe.scale.size()));
  for (const ColumnRecipe& column : recipe.columns) {
    const std::string text = std::visit([](const auto& form) { return words(form); }, column.form);
    lines.push_back(bare_excerpt(column.column) + ": " + text);
  }
  const TargetRecipe& target = recipe.target;
  lines.push_back(target.labeled ? fmt::format("target {}: labels {}", bare_excerpt(target.column),
                                               join(target.labels, ", "))
                                 : fmt::format("target {}: a number", bare_excerpt(target.column)));
  if (!recipe.sparse)
    lines.push_back(
        "cells missing or unknown where training had none: a number's mean, a category's "
        "reference");
  if (recipe.float32) lines.push_back("every cell is rounded to float32");
  return lines;
}

}  // namespace thalweg
