#include "thalweg/model/network.hpp"

#include <cmath>
#include <map>

#include "thalweg/base/catalog.hpp"
#include "thalweg/graph/activation.hpp"
#include "thalweg/program/program.hpp"

namespace thalweg {
namespace {

// Beyond, the description is a mistake: 8 GB of parameters.
constexpr size_t most_parameters = size_t{1} << 31;
constexpr size_t most_layers = 10000;

// By what follows the weights.
Initializer suited_to(std::string_view activation) {
  for (const char* name :
       {"relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "mish", "softplus", "hard_swish"})
    if (activation == name) return parse_initializer("he_normal");
  return parse_initializer(activation == "selu" ? "lecun_normal" : "glorot_uniform");
}

bool acts_alone(std::string_view activation) {
  return find(activations(), "activation", activation).elementwise;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::string_view word : split(text, ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

// The settings of one layer from the words behind its name.
Settings settings_of(const LayerRow& row, std::span<const std::string_view> words) {
  Settings out("layer " + row.name, row.options);
  size_t plain = 0;
  for (std::string_view word : words) {
    const size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      out.set(word.substr(0, equals), word.substr(equals + 1));
    } else if (plain < row.plain) {
      out.set(row.options[plain++].name, word);
    } else if (out.has(word) && std::holds_alternative<bool>(out.value(word))) {
      out.set(word, "true");
    } else {
      fail("layer {}: \"{}\" is one word too many; write option=value", row.name,
           word.substr(0, 80));
    }
  }
  for (size_t i = 0; i < row.needed; ++i)
    if (!out.given(row.options[i].name))
      fail("layer {}: {} is missing, such as {} 32", row.name, row.options[i].name, row.name);
  return out;
}

std::string text_of(const LayerRow& row, const Settings& settings) {
  std::string out = row.name;
  for (size_t i = 0; i < row.options.size(); ++i) {
    const Option& option = row.options[i];
    if (i < row.needed)
      out.append(" ").append(to_text(settings.value(option.name)));
    else if (settings.value(option.name) != option.initial)
      out += " " + option.name + "=" + to_text(settings.value(option.name));
  }
  return out;
}

}  // namespace

Network::Network(std::string_view description, Shape sample) : sample_(std::move(sample)) {
  std::map<std::string, size_t> count;
  for (std::string_view part : split(description, ';')) {
    const std::vector<std::string_view> all = words(trim(part));
    if (all.empty()) {
      if (trim(description.substr(static_cast<size_t>(part.data() - description.data()))).empty() &&
          !layers_.empty())
        break;  // a semicolon at the end
      fail("network \"{}\": a layer was expected, such as dense 10", description.substr(0, 80));
    }
    const LayerRow& row = find(layers(), "layer", all[0]);
    Settings settings = settings_of(row, std::span(all).subspan(1));
    text_ += (text_.empty() ? "" : "; ") + text_of(row, settings);
    layers_.push_back({&row, std::move(settings), fmt::format("{}{}", row.name, ++count[row.name]),
                       suited_to("")});
    if (layers_.size() > most_layers) fail("network: more than {} layers", most_layers);
    drawn_ = drawn_ || row.name == "dropout";
  }
  for (size_t i = 0; i < layers_.size(); ++i)
    for (size_t next = i + 1; next < layers_.size() && !layers_[next].row->weights; ++next)
      if (layers_[next].row->activation) {
        layers_[i].initializer = suited_to(layers_[next].row->name);
        break;
      }
  // Traced once for its shapes; two samples are enough to have a variance.
  Graph graph;
  Shape batch = {2};
  batch.insert(batch.end(), sample_.begin(), sample_.end());
  const Symbol x = graph.input("x", DType::float32, batch);
  const Symbol keys = graph.input("keys", DType::int32, {2, 2});
  const TracedOutput out =
      trace(x, keys,
            [&](const std::string& tensor, const Shape& shape, const Initializer& initializer,
                bool trained) {
              if (element_count(shape) > most_parameters - layout_.size())
                fail("network: {} makes more than {} parameters", tensor, most_parameters);
              layout_.add(tensor, shape, trained);
              initializers_.push_back(initializer);
              return graph.input(tensor, DType::float32, shape);
            });
  output_.assign(out.prediction.shape().begin() + 1, out.prediction.shape().end());
}

TracedOutput Network::trace(Symbol x, Symbol keys, const Parameter& parameter) const {
  TracedOutput out;
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    LayerScope scope;
    scope.keys = keys;
    scope.stream = static_cast<uint32_t>(i);
    scope.initializer = layer.initializer;
    std::vector<std::pair<NodeId, std::string>> tensors;
    scope.parameter = [&](const char* role, const Shape& shape, const Initializer& initializer,
                          bool trained) {
      const std::string tensor = layer.name + "." + role;
      const Symbol symbol = parameter(tensor, shape, initializer, trained);
      tensors.emplace_back(symbol.id(), tensor);
      return symbol;
    };
    scope.move = [&](Symbol moved, Symbol value) {
      for (const auto& [id, tensor] : tensors)
        if (id == moved.id())
          for (size_t k = 0; k < layout_.tensors().size(); ++k)
            if (layout_.tensors()[k].name == tensor) out.moved.emplace_back(k, value);
    };
    const Symbol input = x;
    try {
      x = layer.row->apply(x, layer.settings, scope);
    } catch (const Error& error) {
      fail("{} (layer {} of {}): {}", layer.name, i + 1, layers_.size(), error.what());
    }
    out.layers.push_back({layer.name, layer.row->name, input, x, layer.row->weights,
                          layer.row->activation && acts_alone(layer.row->name)});
  }
  out.prediction = x;
  return out;
}

Buffer<float> Network::start(uint64_t seed) const {
  Buffer<float> out(layout_.size());
  for (size_t k = 0; k < layout_.tensors().size(); ++k) {
    const TensorPlace& place = layout_.tensors()[k];
    const std::vector<double> drawn = draw(initializers_[k], place.shape, seed, place.name);
    for (size_t i = 0; i < place.size; ++i) out[place.offset + i] = static_cast<float>(drawn[i]);
  }
  return out;
}

void Network::scale_by_data(std::span<float> parameters, std::span<const float> x) const {
  const size_t batch = x.size() / element_count(sample_);
  Graph graph;
  Shape shape = {batch};
  shape.insert(shape.end(), sample_.begin(), sample_.end());
  std::vector<Symbol> variances;
  const TracedOutput traced =
      trace(graph.input("x", DType::float32, shape), {},
            [&](const std::string& tensor, const Shape& of, const Initializer&, bool) {
              return graph.input(tensor, DType::float32, of);
            });
  std::vector<const TensorPlace*> weights;
  for (size_t i = 0; i < layers_.size(); ++i)
    for (size_t k = 0; k < layout_.tensors().size(); ++k) {
      const TensorPlace& place = layout_.tensors()[k];
      if (place.name != layers_[i].name + ".weight" || !initializers_[k].row->by_data) continue;
      weights.push_back(&place);
      const Symbol output = traced.layers[i].output;
      variances.push_back(variance(reshape(output, {element_count(output.shape())}), {0}));
    }
  if (weights.empty() || batch < 2) return;
  Program program = Program::compile(variances);
  std::vector<float> found(weights.size());
  std::vector<void*> results;
  for (float& v : found) results.push_back(&v);
  std::vector<const void*> inputs;
  for (const ProgramTensor& input : program.inputs())
    inputs.push_back(input.name == "x" ? x.data() : parameters.data() + layout_[input.name].offset);
  for (size_t k = 0; k < weights.size(); ++k) {
    program.run(inputs, results);
    if (!(found[k] > 0)) continue;
    const float factor = 1 / std::sqrt(found[k]);
    for (float& w : parameters.subspan(weights[k]->offset, weights[k]->size)) w *= factor;
  }
}

TracedModel Network::traced() const {
  TracedModel out;
  out.layout = layout_;
  out.sample = sample_;
  out.drawn = drawn_;
  out.trace = [network = *this](Symbol x, std::span<const Symbol> parameters, Symbol keys) {
    size_t next = 0;
    return network.trace(x, keys, [&](const std::string&, const Shape&, const Initializer&, bool) {
      return parameters[next++];
    });
  };
  return out;
}

}  // namespace thalweg
