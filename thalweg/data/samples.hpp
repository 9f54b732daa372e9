// What batches are made of: samples of one shape with their targets, wherever they lie.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "thalweg/data/image_recipe.hpp"
#include "thalweg/data/recipe.hpp"
#include "thalweg/tensor/shape.hpp"

namespace thalweg {

// A view; `storage` keeps alive what it owns itself, all else must outlive it.
struct SampleSet {
  size_t count = 0;
  Shape shape;                       // of one: [channels, height, width] or [features]
  const uint8_t* bytes = nullptr;    // [count, shape...], one of these two
  const float* numbers = nullptr;    // [count, shape...]
  std::vector<float> center, scale;  // [channels]: (x - center) * scale; empty: x as it is
  std::span<const int32_t> labels;   // [count] classes, or empty
  std::span<const float> targets;    // [count], or empty
  std::span<const float> weights;    // [count], or empty
  std::shared_ptr<const void> storage;

  size_t features() const { return element_count(shape); }
};

// Of images, normalized by the recipe; `data` must outlive it. Throws as expect_images.
SampleSet samples(const ImageData& data, const ImageRecipe& recipe);

// Of the rows of a prepared table: [rows, columns] as float32, in place where they are float32
// (then `table` must outlive it). Classes where the recipe's target is labeled, else numbers; none
// where the table was prepared without its target. Throws Error for sparse rows, which must be fitted by a
// linear model, and for a number that float32 does not hold.
SampleSet samples(const Prepared& table, const TargetRecipe& target);

}  // namespace thalweg
