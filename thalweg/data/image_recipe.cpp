#include "thalweg/data/image_recipe.hpp"

#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/data/json_reader.hpp"

namespace thalweg {
namespace {

constexpr int version = 1;

// Sum of body(pixel) over a channel of the rows, each image apart.
template <class Sum, class T, class Body>
double channel_sum(const T* pixels, const ImageData& data, size_t channel,
                   std::span<const uint32_t> rows, const Body& body) {
  const size_t plane = data.height * data.width;
  const auto total = parallel_sum(rows.size(), [&](size_t k) {
    const T* from = pixels + (rows[k] * data.channels + channel) * plane;
    Sum sum{};
    for (size_t i = 0; i < plane; ++i) sum += body(from[i]);
    return sum;
  });
  return static_cast<double>(total);
}

void learn_channel(const uint8_t* pixels, const ImageData& data, size_t channel,
                   std::span<const uint32_t> rows, double& mean, double& deviation) {
  const double count = static_cast<double>(rows.size() * data.height * data.width);
  const double sum =
      channel_sum<uint64_t>(pixels, data, channel, rows, [](uint8_t p) { return uint32_t{p}; });
  const double squares =
      channel_sum<uint64_t>(pixels, data, channel, rows, [](uint8_t p) { return uint32_t{p} * p; });
  mean = sum / count;
  // Where all pixels are equal both products round the same number: exactly 0.
  deviation = std::sqrt(std::max(0.0, count * squares - sum * sum)) / count;
}

void learn_channel(const float* pixels, const ImageData& data, size_t channel,
                   std::span<const uint32_t> rows, double& mean, double& deviation) {
  const double count = static_cast<double>(rows.size() * data.height * data.width);
  mean =
      channel_sum<double>(pixels, data, channel, rows, [](float p) { return double{p}; }) / count;
  const double center = mean;
  const double squares = channel_sum<double>(
      pixels, data, channel, rows, [center](float p) { return (p - center) * (p - center); });
  deviation = std::sqrt(squares / count);
}

}  // namespace

ImageRecipe learn_images(const ImageData& data, std::span<const uint32_t> rows,
                         const std::vector<std::string>& classes, bool normalize) {
  ImageRecipe out{data.channels, data.height, data.width, {}, {}, classes};
  if (rows.empty()) fail("{}: no images to learn the mean of the pixels from", data.source);
  out.mean.assign(data.channels, 0);
  out.deviation.assign(data.channels, 1);
  if (!normalize) return out;
  for (size_t c = 0; c < data.channels; ++c) {
    std::visit(
        [&](const auto& pixels) {
          learn_channel(pixels.data(), data, c, rows, out.mean[c], out.deviation[c]);
        },
        data.pixels);
    // Below what float32 tells from the mean, a channel is of one value.
    if (!(out.deviation[c] > std::abs(out.mean[c]) * std::numeric_limits<float>::epsilon()))
      out.deviation[c] = 1;
  }
  return out;
}

void expect_images(const ImageRecipe& recipe, const ImageData& data) {
  if (data.channels != recipe.channels || data.height != recipe.height ||
      data.width != recipe.width)
    fail(
        "{}: images of {}x{} with {} channels; the model was trained on {}x{} with {}: resize them",
        data.source, data.height, data.width, data.channels, recipe.height, recipe.width,
        recipe.channels);
}

std::string in_words(const ImageRecipe& recipe) {
  std::vector<std::string> forms;
  for (size_t c = 0; c < recipe.channels; ++c)
    forms.push_back(
        fmt::format("(p - {}) / {}", brief(recipe.mean[c]), brief(recipe.deviation[c])));
  return fmt::format("images {}x{}x{} of {} classes; pixels {}", recipe.channels, recipe.height,
                     recipe.width, recipe.classes.size(), fmt::join(forms, ", "));
}

std::string to_json(const ImageRecipe& recipe) {
  const nlohmann::ordered_json out = {{"version", version},
                                      {"kind", "images"},
                                      {"channels", recipe.channels},
                                      {"height", recipe.height},
                                      {"width", recipe.width},
                                      {"mean", recipe.mean},
                                      {"deviation", recipe.deviation},
                                      {"classes", recipe.classes}};
  try {
    return out.dump();
  } catch (const nlohmann::ordered_json::type_error&) {
    fail("recipe: the name of a class is not UTF-8; rename the folder or the label");
  }
}

ImageRecipe image_recipe_from_json(std::string_view text, std::string_view source) {
  const std::string where = fmt::format("{}: recipe", source);
  const nlohmann::ordered_json json = parse_json(text, where);
  const JsonReader reader(json, where);
  if (const double found = reader.number("version"); found != version)
    fail("{}: version {}, made by a {} version of thalweg; this one reads version {}", where,
         shortest(found), found > version ? "newer" : "different", version);
  reader.expect({"version", "kind", "channels", "height", "width", "mean", "deviation", "classes"});
  if (reader.text("kind") != "images") reader.fail_type("kind", "\"images\"");
  ImageRecipe out{reader.count("channels"), reader.count("height"),     reader.count("width"),
                  reader.numbers("mean"),   reader.scales("deviation"), reader.texts("classes")};
  if (out.mean.size() != out.channels || out.deviation.size() != out.channels)
    reader.fail_type("mean", "one number a channel, as \"deviation\"");
  return out;
}

std::string recipe_kind(std::string_view text, std::string_view source) {
  const std::string where = fmt::format("{}: recipe", source);
  const nlohmann::ordered_json json = parse_json(text, where);
  return JsonReader(json, where).text("kind");
}

}  // namespace thalweg
