#include "thalweg/data/batches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "tests/support/error_of.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

constexpr size_t count = 57, height = 5, width = 7, channels = 2;

// Pixels that tell sample, channel and place; labels are the sample's number.
ImageData images() {
  ImageData out{"made", count, channels, height, width, {}, {}, {}};
  Buffer<uint8_t> pixels(count * out.features());
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 37 % 251);
  out.pixels = std::move(pixels);
  for (size_t i = 0; i < count; ++i) out.labels.push_back(static_cast<int32_t>(i));
  return out;
}

ImageRecipe recipe() {
  return {channels, height, width, {100.5, 3}, {70.25, 9.5}, std::vector<std::string>(count, "")};
}

std::vector<uint32_t> all_rows(size_t n) {
  std::vector<uint32_t> out(n);
  std::iota(out.begin(), out.end(), 0u);
  return out;
}

struct Copy {
  BatchCursor at;
  std::vector<uint32_t> rows;
  std::vector<float> inputs;
  std::vector<int32_t> labels, keys;
  bool operator==(const Copy&) const = default;
};

Copy copy(const Batch& batch, size_t features = channels * height * width) {
  return {batch.at,
          batch.rows,
          {batch.inputs.begin(), batch.inputs.begin() + batch.size * features},
          {batch.labels.begin(), batch.labels.begin() + batch.size},
          {batch.keys.begin(), batch.keys.begin() + 2 * batch.size}};
}

TEST(Batches, ShuffledOrderIsFisherYatesOverPhilox) {
  // From the definition, with a draw scaled in 64 bits of mantissa; philox has published vectors.
  const std::vector<uint32_t> order = shuffled_order(1000, 7, 3);
  std::vector<uint32_t> expected = all_rows(1000);
  for (uint32_t i = 0; i < 1000; ++i) {
    const auto words = philox({i / 2, 3, 0, 1}, {7, 0});
    const uint64_t bits = uint64_t{words[i % 2 * 2]} << 32 | words[i % 2 * 2 + 1];
    const auto skip = static_cast<size_t>(static_cast<long double>(bits) * (1000 - i) / 0x1p64L);
    std::swap(expected[i], expected[i + skip]);
  }
  EXPECT_EQ(order, expected);
  EXPECT_NE(order, shuffled_order(1000, 7, 4));
  EXPECT_NE(order, shuffled_order(1000, 8, 3));
  EXPECT_EQ(shuffled_order(0, 1, 1).size(), 0u);
}

TEST(Batches, ShuffledOrderIsUniform) {
  // Each element at each place: chi-squared over 8 x 8 counts of 8,000 epochs, 49 degrees of
  // freedom; 0.9999 lies at 94.
  constexpr size_t n = 8, epochs = 8000;
  std::vector<double> seen(n * n);
  for (size_t epoch = 0; epoch < epochs; ++epoch) {
    const std::vector<uint32_t> order = shuffled_order(n, 11, epoch);
    for (size_t place = 0; place < n; ++place) ++seen[place * n + order[place]];
  }
  double chi_squared = 0;
  const double expected = double{epochs} / n;
  for (const double found : seen) chi_squared += (found - expected) * (found - expected) / expected;
  EXPECT_LT(chi_squared, 94);
}

TEST(Batches, AnEpochHoldsEachRowAtMostOnceAndNormalized) {
  const ImageData data = images();
  const SampleSet view = samples(data, recipe());
  Batches batches(view, all_rows(count), {.batch = 8, .seed = 3});
  EXPECT_EQ(batches.per_epoch(), 7u);  // 57 = 7 * 8 + 1
  const auto& pixels = std::get<Buffer<uint8_t>>(data.pixels);
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::set<uint32_t> seen;
    for (size_t b = 0; b < batches.per_epoch(); ++b) {
      EXPECT_EQ(batches.cursor(), (BatchCursor{static_cast<uint64_t>(epoch), b}));
      const Batch& batch = batches.next();
      EXPECT_EQ(batch.size, 8u);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(batch.inputs.data()) % 64, 0u);
      for (size_t k = 0; k < batch.size; ++k) {
        const uint32_t row = batch.rows[k];
        EXPECT_TRUE(seen.insert(row).second);
        EXPECT_EQ(batch.labels[k], static_cast<int32_t>(row));
        for (size_t i = 0; i < data.features(); ++i) {
          const size_t c = i / (height * width);
          const double pixel = pixels[row * data.features() + i];
          const double expected = (pixel - recipe().mean[c]) / recipe().deviation[c];
          EXPECT_NEAR(batch.inputs[k * data.features() + i], expected, 3e-6);
        }
      }
    }
  }
}

TEST(Batches, ABatchDependsOnItsCursorAlone) {
  const ImageData data = images();
  const SampleSet view = samples(data, recipe());
  BatchOptions options{.batch = 9, .seed = 5, .augmentation = {.shift = 2, .flip = true}};
  options.ahead = 0;
  std::vector<Copy> expected;
  {
    Batches plain(view, all_rows(count), options);
    for (int k = 0; k < 20; ++k) expected.push_back(copy(plain.next()));
  }
  EXPECT_NE(expected[0].inputs, expected[6].inputs);
  for (const size_t ahead : {1, 2, 5}) {
    options.ahead = ahead;
    Batches made_ahead(view, all_rows(count), options);
    for (int k = 0; k < 20; ++k) EXPECT_EQ(copy(made_ahead.next()), expected[k]);
    // Back, and into the middle of an epoch.
    for (const size_t k : {13, 2, 19}) {
      made_ahead.seek(expected[k].at);
      EXPECT_EQ(made_ahead.cursor(), expected[k].at);
      EXPECT_EQ(copy(made_ahead.next()), expected[k]);
    }
    Batches resumed(view, all_rows(count), options, expected[10].at);
    for (size_t k = 10; k < 20; ++k) EXPECT_EQ(copy(resumed.next()), expected[k]);
  }
}

TEST(Batches, KeysAndAugmentationAreTheSamplesOwn) {
  // The same whatever the batch size: by sample and epoch.
  const ImageData data = images();
  const SampleSet view = samples(data, recipe());
  std::vector<std::vector<int32_t>> keys[2];
  std::vector<std::vector<float>> inputs[2];
  for (int which = 0; which < 2; ++which) {
    const size_t size = which == 0 ? 19 : 3;  // both divide 57
    Batches batches(view, all_rows(count),
                    {.batch = size, .seed = 9, .augmentation = {.shift = 3, .flip = true}});
    keys[which].resize(2 * count);
    inputs[which].resize(2 * count);
    for (size_t b = 0; b < 2 * count / size; ++b) {
      const Batch& batch = batches.next();
      for (size_t k = 0; k < size; ++k) {
        const size_t place = batch.at.epoch * count + batch.rows[k];
        keys[which][place] = {batch.keys[2 * k], batch.keys[2 * k + 1]};
        inputs[which][place].assign(batch.inputs.data() + k * data.features(),
                                    batch.inputs.data() + (k + 1) * data.features());
      }
    }
  }
  EXPECT_EQ(keys[0], keys[1]);
  EXPECT_EQ(inputs[0], inputs[1]);
  std::set<std::vector<int32_t>> different(keys[0].begin(), keys[0].end());
  EXPECT_EQ(different.size(), 2 * count);
}

TEST(Batches, EachAugmentedImageIsAShiftedAndFlippedOne) {
  // Each input must equal exactly one of all shifts and flips of its image, made here plainly, and
  // all of them must come up.
  const ImageData data = images();
  ImageRecipe plain = recipe();
  const SampleSet view = samples(data, plain);
  const auto& pixels = std::get<Buffer<uint8_t>>(data.pixels);
  constexpr int shift = 2;
  Batches batches(view, all_rows(count),
                  {.batch = 19, .seed = 1, .augmentation = {.shift = shift, .flip = true}});
  std::set<std::array<int, 3>> seen;
  for (int b = 0; b < 3 * 12; ++b) {
    const Batch& batch = batches.next();
    for (size_t k = 0; k < batch.size; ++k) {
      int matches = 0;
      for (int down = -shift; down <= shift; ++down)
        for (int right = -shift; right <= shift; ++right)
          for (int flip = 0; flip < 2; ++flip) {
            bool equal = true;
            for (size_t i = 0; i < data.features() && equal; ++i) {
              const size_t c = i / (height * width);
              const int y = static_cast<int>(i / width % height) - down;
              int x = static_cast<int>(i % width) - right;
              const bool inside = y >= 0 && y < int{height} && x >= 0 && x < int{width};
              if (flip != 0) x = int{width} - 1 - x;
              const size_t at = batch.rows[k] * data.features() + c * height * width;
              const float pixel =
                  inside ? pixels[at + static_cast<size_t>(y) * width + static_cast<size_t>(x)] : 0;
              const float expected = (pixel - view.center[c]) * view.scale[c];
              equal = batch.inputs[k * data.features() + i] == expected;
            }
            if (!equal) continue;
            ++matches;
            seen.insert({down, right, flip});
          }
      EXPECT_EQ(matches, 1);
    }
  }
  EXPECT_EQ(seen.size(), 50u);
}

TEST(Batches, AShiftBeyondTheImageLeavesNothing) {
  const ImageData data = images();
  Batches batches(samples(data, recipe()), all_rows(count),
                  {.batch = 57, .augmentation = {.shift = 1000}});
  const Batch& batch = batches.next();
  const float nothing = (0 - 100.5f) * static_cast<float>(1 / 70.25);
  EXPECT_GT(std::count(batch.inputs.begin(), batch.inputs.end(), nothing), 57 * 35 / 2);
}

TEST(Batches, EvaluationGoesThroughTheRowsInOrderAndKeepsTheRest) {
  const ImageData data = images();
  std::vector<uint32_t> rows = {50, 3, 3, 7, 11};
  Batches batches(samples(data, recipe()), rows,
                  {.use = BatchUse::evaluation, .batch = 2, .augmentation = {.shift = 2}});
  EXPECT_EQ(batches.per_epoch(), 3u);
  EXPECT_EQ(batches.rows(), 5u);
  for (int round = 0; round < 2; ++round) {
    std::vector<uint32_t> seen;
    std::vector<size_t> sizes;
    for (size_t b = 0; b < 3; ++b) {
      const Batch& batch = batches.next();
      seen.insert(seen.end(), batch.rows.begin(), batch.rows.end());
      sizes.push_back(batch.size);
    }
    EXPECT_EQ(seen, rows);
    EXPECT_EQ(sizes, (std::vector<size_t>{2, 2, 1}));
  }
}

TEST(Batches, OfATable) {
  Prepared table;
  DenseMatrix<double> matrix{5, 3, Buffer<double>(15)};
  for (size_t i = 0; i < 15; ++i) matrix.data[i] = 0.1 * static_cast<double>(i);
  table.design = std::move(matrix);
  table.target = {0.5, 1.5, 2.5, 3.5, 4.5};
  table.weight = {1, 2, 3, 4, 5};
  Batches numbers(samples(table, TargetRecipe{}), {0, 1, 2, 3, 4},
                  {.use = BatchUse::evaluation, .batch = 4});
  numbers.next();
  const Batch& last = numbers.next();
  EXPECT_EQ(last.size, 1u);
  EXPECT_TRUE(last.labels.empty());
  EXPECT_EQ(last.inputs[1], static_cast<float>(0.1 * 13));
  EXPECT_EQ(last.targets[0], 4.5f);
  EXPECT_EQ(last.weights[0], 5.0f);
  table.target = {0, 1, 2, 1, 0};
  Batches classes(samples(table, {"y", true, {"a", "b", "c"}}), {2, 3}, {.batch = 2});
  const Batch& pair = classes.next();
  EXPECT_EQ(pair.labels[0] + pair.labels[1], 3);
  EXPECT_TRUE(pair.targets.empty());
}

TEST(Batches, RefusesWhatMakesNoBatch) {
  const ImageData data = images();
  const SampleSet view = samples(data, recipe());
  EXPECT_EQ(error_of([&] { Batches(view, all_rows(count), {.batch = 58}); }),
            "batch: a batch of 58 out of 57 samples; choose --batch 57 or less");
  EXPECT_EQ(error_of([&] { Batches(view, {}, {}); }),
            "batch: there are no samples to make batches of");
  EXPECT_NE(error_of([&] { Batches(view, all_rows(count), {.batch = 0}); }), "");
  EXPECT_EQ(error_of([&] {
              Batches(view, all_rows(count), {.batch = 8}, {2, 7});
            }),
            "batch: batch 7 of an epoch of 7; the data or --batch is not what it was");
  SampleSet flat = view;
  flat.shape = {view.features()};
  flat.center.clear();
  EXPECT_NE(error_of([&] {
              Batches(flat, all_rows(count), {.batch = 8, .augmentation = {.flip = true}});
            }).find("for images"),
            std::string::npos);
}

}  // namespace
}  // namespace thalweg
