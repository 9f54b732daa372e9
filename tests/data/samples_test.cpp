#include "thalweg/data/samples.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

std::string refusal(const Prepared& table) {
  try {
    samples(table, TargetRecipe{});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(SampleSet, OfImagesAreViews) {
  ImageData data{"made", 2, 3, 1, 2, Buffer<uint8_t>(12, 7), {1, 0}, {}};
  const SampleSet view = samples(data, {3, 1, 2, {1, 2, 3}, {2, 4, 8}, {"a", "b"}});
  EXPECT_EQ(view.count, 2u);
  EXPECT_EQ(view.shape, (Shape{3, 1, 2}));
  EXPECT_EQ(view.bytes, std::get<Buffer<uint8_t>>(data.pixels).data());
  EXPECT_EQ(view.numbers, nullptr);
  EXPECT_EQ(view.center, (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(view.scale, (std::vector<float>{0.5f, 0.25f, 0.125f}));
  EXPECT_EQ(view.labels.data(), data.labels.data());
  EXPECT_THROW(samples(data, {1, 1, 2, {1}, {2}, {}}), Error);
  data.pixels = Buffer<float>(12, 7.0f);
  EXPECT_EQ(samples(data, {3, 1, 2, {1, 2, 3}, {2, 4, 8}, {}}).bytes, nullptr);
}

TEST(SampleSet, OfATableInFloat32) {
  Prepared table;
  table.design = DenseMatrix<float>{2, 1, Buffer<float>(2, 0.5f)};
  table.target = {1, 0};
  SampleSet view = samples(table, TargetRecipe{});
  EXPECT_EQ(view.numbers, std::get<DenseMatrix<float>>(table.design).data.data());
  EXPECT_EQ(view.shape, Shape{1});
  EXPECT_EQ(view.targets[0], 1);
  EXPECT_TRUE(view.labels.empty());
  EXPECT_TRUE(view.weights.empty());
  view = samples(table, {"y", true, {"a", "b"}});
  EXPECT_EQ(view.labels[0], 1);
  EXPECT_TRUE(view.targets.empty());
  table.design = DenseMatrix<double>{2, 1, Buffer<double>(2, 0.1)};
  view = samples(table, TargetRecipe{});
  EXPECT_EQ(view.numbers[1], 0.1f);
}

TEST(SampleSet, RefusesSparseRowsAndWhatFloat32DoesNotHold) {
  Prepared table;
  table.design = SparseMatrix{};
  EXPECT_NE(refusal(table).find("sparse rows"), std::string::npos);
  table.design = DenseMatrix<double>{2, 2, Buffer<double>(4, 1.0)};
  table.target = {0, 1e39};
  EXPECT_EQ(
      refusal(table),
      "samples: the target 1e+39 of row 1 is beyond float32; scale it, or fit a linear model");
  std::get<DenseMatrix<double>>(table.design).data[2] = -1e300;
  EXPECT_EQ(refusal(table),
            "samples: a cell -1e+300 of row 1 is beyond float32; scale it, or fit a linear model");
}

}  // namespace
}  // namespace thalweg
