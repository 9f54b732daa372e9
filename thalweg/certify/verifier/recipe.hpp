// The stored recipe, applied to a table row by row. docs/format/run.md is its definition.
#pragma once

#include <span>
#include <stdexcept>
#include <string>

#include "thalweg/certify/verifier/fields.hpp"
#include "thalweg/certify/verifier/problem.hpp"
#include "thalweg/format/table.hpp"

namespace thalweg::verifier {

// The files can be read, but what they claim does not hold; the text says why.
class Rejection : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Columns that the recipe makes. Throws Error for a recipe that is not one.
size_t design_columns(const Fields& recipe);

// Appends to `problem` the rows of `table` that `mask` [table rows] marks with 1: cells, targets
// and weights. problem.features is design_columns(recipe); its loss and outputs are set.
// Throws Error where the table lacks a column, Rejection where a marked row cannot be in the
// objective: no target or one that the loss does not allow, a weight that is not above zero, a cell
// that is not finite once prepared.
void apply_recipe(const Fields& recipe, const Table& table, std::span<const uint8_t> mask,
                  Problem& problem);

}  // namespace thalweg::verifier
