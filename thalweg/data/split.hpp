// Seeded splits of rows into training and validation, and into folds. A row's draw depends on the
// seed and its index alone (Random is counter-based).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace thalweg {

// Per row 1 for training, 0 for validation. With `classes` [rows] the split is stratified: of n
// rows of a class round(n * validation_fraction) go to validation, but at least one to each side
// where n >= 2; a single row trains. Rows of class -1 take no part: 0. Empty `classes`: one class.
// Throws Error for a fraction outside (0, 1), and when no row is left to validate on.
std::vector<uint8_t> training_mask(size_t rows, std::span<const int32_t> classes,
                                   double validation_fraction, uint64_t seed);

// The rows that the mask marks with this, ascending: with 1 those to train on.
std::vector<uint32_t> marked_rows(std::span<const uint8_t> mask, uint8_t mark);

// Per row the fold [0, folds) that validates on it, -1 for rows of class -1. Sizes of folds differ
// by at most one, over all rows and within each class.
// Throws Error when there are fewer than two folds, or fewer rows than folds.
std::vector<int32_t> k_folds(size_t rows, std::span<const int32_t> classes, int folds,
                             uint64_t seed);

}  // namespace thalweg
