// How a parameter tensor starts: the catalog of initializers.
//
// A tensor w [out, in, window...] has fan_in = in * window and fan_out = out * window; of one axis,
// both are its extent. Numbers are drawn from the stream that the seed and the tensor's name give, so
// that a layer starts alike whatever stands before it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/tensor/shape.hpp"

namespace thalweg {

struct InitializerRow {
  std::string name;
  std::string help;
  std::string source;  // "" where it needs none
  std::vector<Option> options;
  // Fills w, row-major of `shape`.
  void (*fill)(const Settings& settings, const Shape& shape, Random& random, std::span<double> w);
  bool by_data = false;  // then scaled by what the layer makes of data (Network::scale_by_data)
};

std::span<const InitializerRow> initializers();

struct Initializer {
  const InitializerRow* row;
  Settings settings;

  std::string text() const { return settings.call(row->name); }
};

// `he_normal`, `normal(deviation=0.02)`. Throws Error for an unknown name or option.
Initializer parse_initializer(std::string_view text);

// Throws Error where the shape does not suit: orthogonal and identity need two axes.
std::vector<double> draw(const Initializer& initializer, const Shape& shape, uint64_t seed,
                         std::string_view tensor);

}  // namespace thalweg
