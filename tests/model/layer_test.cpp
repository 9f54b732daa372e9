// Every layer by itself: shapes, and the same prediction however a batch is split.
#include "thalweg/model/layer.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/catalog.hpp"
#include "thalweg/graph/activation.hpp"
#include "thalweg/model/network.hpp"

namespace thalweg {
namespace {

Shape output(const std::string& layer, Shape sample = {4, 9, 7}) {
  return Network(layer, std::move(sample)).output();
}

TEST(Layer, ShapesFollowTheWindows) {
  EXPECT_EQ(output("conv 8"), (Shape{8, 9, 7}));
  EXPECT_EQ(output("conv 8 3x3 padding=0"), (Shape{8, 7, 5}));
  EXPECT_EQ(output("conv 8 5 stride=2"), (Shape{8, 5, 4}));
  EXPECT_EQ(output("conv 8 3 padding=0 dilation=2"), (Shape{8, 5, 3}));
  EXPECT_EQ(output("conv 8 2x2 groups=4"), (Shape{8, 9, 7}));
  EXPECT_EQ(output("maxpool 2"), (Shape{4, 4, 3}));
  EXPECT_EQ(output("maxpool 3 stride=1 padding=same"), (Shape{4, 9, 7}));
  EXPECT_EQ(output("averagepool 3x1"), (Shape{4, 3, 7}));
  EXPECT_EQ(output("global_averagepool"), (Shape{4}));
  EXPECT_EQ(output("flatten"), (Shape{252}));
  EXPECT_EQ(output("dense 6"), (Shape{6}));
}

TEST(Layer, EveryRowIsThere) {
  for (const LayerRow& row : layers()) {
    const std::string text = row.name + (row.needed > 0             ? " 4"
                                         : row.name == "group_norm" ? " 2"
                                                                    : "");
    const Shape shape = output(text);
    if (row.activation || row.name.ends_with("norm")) {
      EXPECT_EQ(shape, (Shape{4, 9, 7})) << row.name;
    }
    EXPECT_FALSE(row.help.empty());
  }
  for (const ActivationRow& row : activations())
    EXPECT_TRUE(find(layers(), "layer", row.name).activation);
}

TEST(Layer, ActivationsTakeTheirOptionsByPlace) {
  EXPECT_EQ(Network("leaky_relu 0.2", {3}).text(), "leaky_relu slope=0.2");
  EXPECT_EQ(Network("elu alpha=0.5; relu", {3}).text(), "elu alpha=0.5; relu");
}

}  // namespace
}  // namespace thalweg
