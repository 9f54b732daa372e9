// Networks as chains of layers, in a small language and by two recipes for it.
//
//   conv 32 3x3; relu; maxpool 2; dense 128; relu; dropout 0.5; dense 10
//
// A description is layers parted by semicolons; a layer is its name, then its options, the first ones
// without their names: `conv 64 5x5 stride=2`. Parameters lie in one flat vector; their tensors are
// called by layer and role: conv1.weight, conv1.bias, batch_norm1.running_mean, dense2.weight.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/model/layer.hpp"
#include "thalweg/objective/traced_model.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

class Network {
 public:
  // sample: [features] or [channels, height, width]. Throws Error in one line that names the layer
  // where the description is wrong or does not suit.
  Network(std::string_view description, Shape sample);

  const std::string& text() const { return text_; }  // that reads back to the same
  const Shape& sample() const { return sample_; }
  const Shape& output() const { return output_; }  // of one sample
  const Layout& layout() const { return layout_; }
  // The parameters before the first step. [layout.size()]
  Buffer<float> start(uint64_t seed) const;
  // Scales the weights whose initializer goes by data, so that their layers' outputs on the samples
  // x [batch, sample...] have variance 1, one layer after the other.
  void scale_by_data(std::span<float> parameters, std::span<const float> x) const;
  // As traced objectives take it; a copy of its own.
  TracedModel traced() const;

 private:
  struct Layer {
    const LayerRow* row;
    Settings settings;
    std::string name;
    Initializer initializer;  // where its settings do not say
  };
  using Parameter = std::function<Symbol(const std::string& tensor, const Shape& shape,
                                         const Initializer& initializer, bool trained)>;
  TracedOutput trace(Symbol x, Symbol keys, const Parameter& parameter) const;

  std::string text_;
  Shape sample_, output_;
  std::vector<Layer> layers_;
  Layout layout_;
  std::vector<Initializer> initializers_;  // [tensors]
  bool drawn_ = false;
};

// The networks that can be asked for by name.
struct NetworkRow {
  std::string name;
  std::string help;
  std::vector<Option> options;
  // The description for samples of that shape, its last layer giving so many outputs.
  std::string (*describe)(const Settings& settings, const Shape& sample, size_t outputs);
};

std::span<const NetworkRow> networks();

}  // namespace thalweg
