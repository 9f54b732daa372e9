#include "thalweg/data/image_recipe.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

template <class T>
ImageData images(size_t count, size_t channels, const std::vector<T>& pixels) {
  ImageData out{"made", count, channels, 1, pixels.size() / count / channels, {}, {}, {}};
  Buffer<T> buffer(pixels.size());
  std::copy(pixels.begin(), pixels.end(), buffer.begin());
  out.pixels = std::move(buffer);
  return out;
}

std::string refusal(const std::string& json) {
  try {
    image_recipe_from_json(json, "m");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

TEST(ImageRecipe, MeanAndDeviationOfTheRowsNamed) {
  // Channel 0 of rows 0 and 2: 1 2 5 6; channel 1: 7 7 7 7.
  const std::vector<uint32_t> rows = {0, 2};
  const ImageRecipe bytes =
      learn_images(images<uint8_t>(3, 2, {1, 2, 7, 7, 90, 91, 92, 93, 5, 6, 7, 7}), rows, {"a"});
  EXPECT_EQ(bytes.mean, (std::vector<double>{3.5, 7}));
  EXPECT_DOUBLE_EQ(bytes.deviation[0], std::sqrt(4.25));
  EXPECT_EQ(bytes.deviation[1], 1);
  const ImageRecipe numbers =
      learn_images(images<float>(3, 2, {1, 2, 7, 7, 90, 91, 92, 93, 5, 6, 7, 7}), rows, {"a"});
  EXPECT_EQ(numbers.mean, bytes.mean);
  EXPECT_DOUBLE_EQ(numbers.deviation[0], std::sqrt(4.25));
  EXPECT_EQ(numbers.deviation[1], 1);
  const ImageRecipe plain = learn_images(images<float>(1, 1, {5, 9}), {rows.data(), 1}, {}, false);
  EXPECT_EQ(plain.mean, std::vector<double>{0});
  EXPECT_EQ(plain.deviation, std::vector<double>{1});
  EXPECT_THROW(learn_images(images<float>(1, 1, {5, 9}), {}, {}), Error);
}

TEST(ImageRecipe, OfMnist) {
  const std::filesystem::path mnist = THALWEG_SOURCE "/../shared/data/mnist";
  if (!std::filesystem::exists(mnist)) GTEST_SKIP() << "no ../shared/data/mnist";
  const ImageSets sets = read_images(mnist);
  std::vector<uint32_t> rows(sets.training.count);
  std::iota(rows.begin(), rows.end(), 0u);
  const ImageRecipe recipe = learn_images(sets.training, rows, sets.classes);
  // NumPy: x.mean(), x.std() of the training images in float64.
  EXPECT_NEAR(recipe.mean[0], 33.318421449829934, 1e-12);
  EXPECT_NEAR(recipe.deviation[0], 78.56748998339798, 1e-11);
  EXPECT_EQ(in_words(recipe), "images 1x28x28 of 10 classes; pixels (p - 33.32) / 78.57");
  set_threads(1);
  EXPECT_EQ(learn_images(sets.training, rows, sets.classes), recipe);
  set_threads(0);
}

TEST(ImageRecipe, FloatsHaveTheSameBitsOnAnyThreads) {
  std::vector<float> pixels(20000 * 6);
  for (size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = std::sin(static_cast<float>(i)) * static_cast<float>(i % 97);
  const ImageData data = images(20000, 2, pixels);
  std::vector<uint32_t> rows(20000);
  std::iota(rows.begin(), rows.end(), 0u);
  const ImageRecipe expected = learn_images(data, rows, {});
  set_threads(3);
  EXPECT_EQ(learn_images(data, rows, {}), expected);
  set_threads(0);
}

TEST(ImageRecipe, ComesBackFromItsJson) {
  const ImageRecipe recipe{
      3, 32, 28, {0.1, 125.30691805, 1e-300}, {1, 62.99321928, 0.3}, {"größe", "b \"c\""}};
  const std::string json = to_json(recipe);
  EXPECT_EQ(image_recipe_from_json(json, "m"), recipe);
  EXPECT_EQ(recipe_kind(json, "m"), "images");
  ImageRecipe broken = recipe;
  broken.classes = {"\xff"};
  EXPECT_THROW(to_json(broken), Error);
}

TEST(ImageRecipe, RefusesOtherJson) {
  const std::string good =
      R"({"version":1,"kind":"images","channels":1,"height":2,"width":3,"mean":[0],"deviation":[1],"classes":["a"]})";
  EXPECT_EQ(refusal(good), "");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string out = good;
    return refusal(out.replace(out.find(from), from.size(), to));
  };
  EXPECT_EQ(with("\"version\":1", "\"version\":2"),
            "m: recipe: version 2, made by a newer version of thalweg; this one reads version 1");
  EXPECT_EQ(with("[1]", "[0]"), "m: recipe: \"deviation\" must be above zero; the file is damaged");
  EXPECT_EQ(with("\"height\":2", "\"height\":-2"),
            "m: recipe: \"height\" must be a whole number above zero; the file is damaged");
  EXPECT_NE(with("\"width\":3", "\"width\":0"), "");
  EXPECT_NE(with("[0]", "[0,0]"), "");
  EXPECT_NE(with("[0]", "[null]"), "");
  EXPECT_NE(with("[\"a\"]", "[\"a\",\"a\"]"), "");
  EXPECT_NE(with("\"images\"", "\"table\""), "");
  EXPECT_NE(with("\"mean\"", "\"means\""), "");
  EXPECT_NE(refusal("{"), "");
  EXPECT_NE(refusal("[]"), "");
}

TEST(ImageRecipe, RefusesImagesOfAnotherShape) {
  const ImageData data = images<uint8_t>(1, 1, {1, 2});
  const ImageRecipe recipe{3, 28, 28, {0, 0, 0}, {1, 1, 1}, {}};
  try {
    expect_images(recipe, data);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "made: images of 1x2 with 1 channels; the model was trained on 28x28 with 3: "
                 "resize them");
  }
}

}  // namespace
}  // namespace thalweg
