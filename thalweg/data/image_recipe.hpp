// How pixels become a network's inputs: (pixel - mean) / deviation of their channel. Learned on the
// training part, part of the model, and applied again at predict. JSON in docs/format/run.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/data/image_data.hpp"

namespace thalweg {

struct ImageRecipe {
  size_t channels = 1, height = 0, width = 0;
  std::vector<double> mean, deviation;  // [channels], in units of the pixels; deviation > 0
  std::vector<std::string> classes;
  bool operator==(const ImageRecipe&) const = default;
};

// Mean and deviation (divided by the count) over the rows named; a channel of one value gets
// deviation 1. Without `normalize` 0 and 1. Bytes: exact sums; the bits do not depend on threads.
ImageRecipe learn_images(const ImageData& data, std::span<const uint32_t> rows,
                         const std::vector<std::string>& classes, bool normalize = true);

// Throws Error when images of this shape are not what the recipe was learned on.
void expect_images(const ImageRecipe& recipe, const ImageData& data);

// "images 1x28x28 of 10 classes; pixels (p - 33.32) / 78.57"
std::string in_words(const ImageRecipe& recipe);

std::string to_json(const ImageRecipe& recipe);
// Strict. `source` is named in errors, each one line.
ImageRecipe image_recipe_from_json(std::string_view text, std::string_view source);

// What a saved recipe is for: "table", "sparse" or "images".
std::string recipe_kind(std::string_view text, std::string_view source);

}  // namespace thalweg
