#include "thalweg/data/samples.hpp"

#include <cmath>
#include <utility>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

// What a view of a prepared table has to own.
struct Owned {
  std::vector<float> cells, targets, weights;
  std::vector<int32_t> labels;
};

// values [rows, width]
std::vector<float> rounded(std::span<const double> values, size_t width, const char* what) {
  std::vector<float> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    out[i] = static_cast<float>(values[i]);
    if (!std::isfinite(out[i]))
      fail("samples: {} {} of row {} is beyond float32; scale it, or fit a linear model", what,
           values[i], i / width);
  }
  return out;
}

}  // namespace

SampleSet samples(const ImageData& data, const ImageRecipe& recipe) {
  expect_images(recipe, data);
  SampleSet out;
  out.count = data.count;
  out.shape = {data.channels, data.height, data.width};
  if (const auto* bytes = std::get_if<Buffer<uint8_t>>(&data.pixels)) out.bytes = bytes->data();
  if (const auto* numbers = std::get_if<Buffer<float>>(&data.pixels)) out.numbers = numbers->data();
  for (size_t c = 0; c < data.channels; ++c) {
    out.center.push_back(static_cast<float>(recipe.mean[c]));
    out.scale.push_back(static_cast<float>(1 / recipe.deviation[c]));
  }
  out.labels = data.labels;
  return out;
}

SampleSet samples(const Prepared& table, const TargetRecipe& target) {
  auto owned = std::make_shared<Owned>();
  SampleSet out;
  out.count = rows(table.design);
  out.shape = {columns(table.design)};
  if (const auto* single = std::get_if<DenseMatrix<float>>(&table.design)) {
    out.numbers = single->data.data();
  } else if (const auto* loose = std::get_if<DenseMatrix<UnalignedDouble>>(&table.design)) {
    owned->cells = rounded(std::vector<double>(loose->data.begin(), loose->data.end()),
                           loose->columns, "a cell");
    out.numbers = owned->cells.data();
  } else if (const auto* dense = std::get_if<DenseMatrix<double>>(&table.design)) {
    owned->cells = rounded({dense->data.data(), dense->data.size()}, dense->columns, "a cell");
    out.numbers = owned->cells.data();
  } else {
    fail("samples: sparse rows; networks take dense ones: choose a linear model with --model");
  }
  if (target.labeled) {
    for (const double value : table.target) owned->labels.push_back(static_cast<int32_t>(value));
    out.labels = owned->labels;
  } else {
    owned->targets = rounded(table.target, 1, "the target");
    out.targets = owned->targets;
  }
  owned->weights = rounded(table.weight, 1, "the weight");
  out.weights = owned->weights;
  out.storage = std::move(owned);
  return out;
}

}  // namespace thalweg
