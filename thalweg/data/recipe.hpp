// The preparation recipe: how a table becomes a design matrix and a target. It is learned on the
// training rows, is part of the model, and is applied again, cell for cell the same, at predict.
// The JSON and the exact arithmetic are in docs/format/run.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "thalweg/format/table.hpp"
#include "thalweg/kernel/design.hpp"
#include "thalweg/kernel/loss/loss.hpp"

namespace thalweg {

// A source column without a design column; target and weights are among them.
struct DroppedColumn {
  std::string reason;
};

// (v - center) / scale, v the cell or `impute` where it is missing; then 1 where it was missing.
struct NumberColumn {
  double center = 0, scale = 1, impute = 0;
  bool indicator = false;
};

// One column a level, then one for every other text, then one for missing cells.
struct CategoriesColumn {
  std::string reference;  // has no column
  std::vector<std::string> levels;
  bool other = false, missing = false;
};

struct DatePart {
  std::string part;  // year, month, day, weekday, hour or days
  double center = 0, scale = 1, impute = 0;
};

// One column a part, then 1 where the cell was missing.
struct DateColumn {
  std::string format;
  std::vector<DatePart> parts;
  bool indicator = false;
};

struct ColumnRecipe {
  std::string column;
  std::variant<DroppedColumn, NumberColumn, CategoriesColumn, DateColumn> form;
};

struct TargetRecipe {
  std::string column;
  bool labeled = false;             // classes, the index of the label; else the number itself
  std::vector<std::string> labels;  // numbers ascending, texts in text order
};

struct Recipe {
  bool sparse = false;
  bool float32 = false;  // each cell is rounded once to float
  TargetRecipe target;
  std::string weights;                // column, or ""
  std::vector<ColumnRecipe> columns;  // of a table, in its order
  std::vector<double> scale;          // of sparse rows, one a feature: cell / scale
  // One line for each thing noticed while learning, such as "customerID: dropped, an identifier
  // (7,043 distinct values in 7,043 rows)". Not part of the JSON.
  std::vector<std::string> notes;
};

struct RecipeOptions {
  std::string target;                    // name or @position; "": the column that the format marks
  std::string weights;                   // as target; "": what the format marks, or none
  std::vector<std::string> drop;         // names or @positions
  std::vector<std::string> categorical;  // text columns that are nothing but categories: never an
                                         // identifier, free text or a date
  TargetKind kind = TargetKind::real;
  bool scale = true;  // false: numbers go in as they are
  bool float32 = false;
  size_t rare = 0;           // levels in fewer training rows are pooled; 0: see rare_threshold
  size_t most_levels = 100;  // more are pooled
};

// Levels in fewer rows than this are pooled: 10 or 0.1 % of the rows, whichever is more, but never
// more than 5 % of them.
size_t rare_threshold(size_t training_rows);

// The target column's index: what `asked` names, else what the format marks. Throws Error that
// lists the columns when there is neither.
size_t target_column(const Table& table, std::string_view asked);

// Per row 1 where it can take part: a target, and a weight above zero.
// Throws Error for a weight that is negative, or when no row is left.
std::vector<uint8_t> usable_rows(const Table& table, const RecipeOptions& options);
std::vector<uint8_t> usable_rows(const Table& table, const Column& target, const Column* weights);

// Learns from the usable rows that `training` [rows] marks (empty: all). Kinds of columns are
// inferred from all rows, numbers and levels from the training rows.
// Throws Error for names that are not there, a target that does not suit options.kind, and when no
// column is left.
Recipe learn(const Table& table, const RecipeOptions& options,
             std::span<const uint8_t> training = {});

struct Prepared {
  Design design;               // [rows taken, features]
  std::vector<double> target;  // [rows taken], classes as 0, 1, …; empty without target
  std::vector<double> weight;  // [rows taken]; empty without weights
  std::vector<size_t> rows;    // the table's rows taken, ascending
};

// The rows that `mask` marks (empty: all); with the target, only the usable ones among them.
// Without it, neither target nor weights need to be in the table. Columns are found by name; more
// than the recipe's are ignored.
// Throws Error for a column that is missing, text where numbers are due, a label that the recipe
// does not know, and a cell that is not finite once prepared. Cost: one pass over the table;
// memory: the design matrix and an index a row.
Prepared apply(const Recipe& recipe, const Table& table, std::span<const uint8_t> mask,
               bool with_target);

// Names of the design columns: "tenure", "tenure is missing", "Contract=One year",
// "Contract=other", "joined.year"; of sparse rows "1", "2", ….
std::vector<std::string> feature_names(const Recipe& recipe);

// The recipe as people read it, one line a source column.
std::vector<std::string> in_words(const Recipe& recipe);

std::string to_json(const Recipe& recipe);
// Strict. `source` is named in errors, each one line.
Recipe recipe_from_json(std::string_view text, std::string_view source);

}  // namespace thalweg
