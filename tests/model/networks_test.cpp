// The networks by name: what their options make of a description.
#include <gtest/gtest.h>

#include "thalweg/base/catalog.hpp"
#include "thalweg/model/network.hpp"

namespace thalweg {
namespace {

std::string described(const std::string& asked, size_t outputs = 3,
                      const Shape& sample = {1, 28, 28}) {
  const Call call = parse_call(asked);
  const NetworkRow& row = find(networks(), "model", call.name);
  return row.describe(settings(row, "model", call), sample, outputs);
}

TEST(Networks, MlpSaysItsLayers) {
  EXPECT_EQ(described("mlp"),
            "dense 512; relu; dropout 0.2; dense 512; relu; dropout 0.2; dense 3");
  EXPECT_EQ(described("mlp(hidden=4,3x2, dropout=0, activation=tanh)"),
            "dense 4; tanh; dense 3; tanh; dense 3; tanh; dense 3");
  EXPECT_EQ(described("mlp(hidden=none)"), "dense 3");
  EXPECT_EQ(described("mlp(hidden=8, dropout=0, norm=batch, activation=leaky_relu(slope=0.2), "
                      "output_activation=sigmoid, initializer=normal(mean=0, deviation=0.1))"),
            "dense 8 initializer=normal(mean=0,deviation=0.1); batch_norm; leaky_relu slope=0.2; "
            "dense 3 initializer=normal(mean=0,deviation=0.1); sigmoid");
  EXPECT_EQ(Network(described("mlp(hidden=5x9)"), {7}).layout().tensors().size(), 20u);
}

TEST(Networks, CnnTakesLayersAsTheyAreGiven) {
  EXPECT_EQ(described("cnn(layers=conv 2 3x3; relu; maxpool 2; dense 8; relu)", 10),
            "conv 2 3x3; relu; maxpool 2; dense 8; relu; dense 10");
}

TEST(Networks, CnnSuitsImagesOfAnySize) {
  const Network digits(described("cnn", 10), {1, 28, 28});
  EXPECT_EQ(digits.output(), Shape{10});
  EXPECT_EQ(digits.layout()["conv3.weight"].shape, (Shape{96, 48, 3, 3}));
  EXPECT_EQ(digits.layout()["dense1.weight"].shape, (Shape{10, 96 * 3 * 3}));
  for (const Shape& sample : {Shape{3, 32, 32}, {1, 8, 8}, {2, 3, 50}, {1, 1, 1}})
    EXPECT_EQ(Network(described("cnn", 10, sample), sample).output(), Shape{10});
}

TEST(Networks, CnnSaysItsLayers) {
  EXPECT_EQ(described("cnn", 10, {1, 5, 5}),
            "conv 16 3x3 no_bias; maxpool 2; batch_norm; relu; conv 48 3x3 no_bias; maxpool 2; "
            "batch_norm; relu; conv 96 3x3 no_bias; batch_norm; relu; dense 10");
  EXPECT_EQ(described("cnn(norm=none, dropout=0.5, activation=silu)", 4, {1, 1, 1}),
            "conv 16 3x3; silu; conv 48 3x3; silu; conv 96 3x3; silu; dropout 0.5; dense 4");
}

TEST(Networks, WhatIsWrongIsRefused) {
  for (const char* asked :
       {"mlp(hidden=)", "mlp(hidden=5x)", "mlp(hidden=0)", "mlp(hidden=5x5x5)", "mlp(hiden=5)",
        "mlp(activation=rellu)", "mlp(initializer=he)", "mlp(dropout=1)"})
    EXPECT_THROW(described(asked), Error) << asked;
}

}  // namespace
}  // namespace thalweg
