// The networks that can be asked for by name: each makes a description.
#include <algorithm>

#include "thalweg/base/catalog.hpp"
#include "thalweg/graph/activation.hpp"
#include "thalweg/model/network.hpp"

namespace thalweg {
namespace {

std::string norm_layer(const std::string& norm) { return norm == "none" ? "" : norm + "_norm; "; }

// An activation's call as a layer: leaky_relu(slope=0.1) becomes "leaky_relu slope=0.1".
std::string activation_layer(const std::string& asked) {
  const Call call = parse_call(asked);
  const ActivationRow& row = find(activations(), "activation", call.name);
  settings(row, "activation", call);  // refuses what is wrong under that name
  std::string out = row.name;
  for (const auto& [name, value] : call.arguments) out += " " + name + "=" + value;
  return out;
}

std::string weights_option(const Settings& settings) {
  const std::string& asked = settings.text("initializer");
  if (asked == "auto") return "";
  parse_initializer(asked);
  std::string plain;
  for (const char c : asked)
    if (c != ' ') plain.push_back(c);
  return " initializer=" + plain;
}

// `512,256`, or `5x9` for five units in each of nine layers.
std::vector<long long> widths(const Settings& settings, const char* option) {
  const std::string& text = settings.text(option);
  std::vector<long long> out;
  const auto refuse = [&]() {
    fail("{}: {} \"{}\" is not of the form 512,256 or 5x9", settings.owner(), option,
         text.substr(0, 80));
  };
  if (trim(text) == "none") return out;
  const std::vector<std::string_view> parts = split(text, ',');
  for (std::string_view part : parts) {
    const std::vector<std::string_view> factors = split(part, 'x');
    long long units = 0, times = 1;
    if (factors.size() > 2 || !parse_integer(factors[0], units) || units < 1) refuse();
    if (factors.size() == 2 && (!parse_integer(factors[1], times) || times < 1 || times > 1000))
      refuse();
    out.insert(out.end(), static_cast<size_t>(times), units);
  }
  return out;
}

std::string describe_mlp(const Settings& s, const Shape&, size_t outputs) {
  const std::string weights = weights_option(s),
                    activation = activation_layer(s.text("activation"));
  const double dropout = s.real("dropout");
  std::string out;
  for (const long long units : widths(s, "hidden")) {
    out +=
        fmt::format("dense {}{}; {}{}; ", units, weights, norm_layer(s.text("norm")), activation);
    if (dropout > 0) out += fmt::format("dropout {}; ", dropout);
  }
  out += fmt::format("dense {}{}", outputs, weights);
  if (s.text("output_activation") != "linear")
    out += "; " + activation_layer(s.text("output_activation"));
  return out;
}

// Each layer at half the extent of the one before. Pooling stands before the normalization, which
// then sees a quarter of the numbers.
std::string describe_cnn(const Settings& s, const Shape& sample, size_t outputs) {
  const std::string weights = weights_option(s);
  if (!s.text("layers").empty())
    return fmt::format("{}; dense {}{}", trim(s.text("layers")), outputs, weights);
  const std::string norm = norm_layer(s.text("norm"));
  const std::string activation = activation_layer(s.text("activation"));
  const double dropout = s.real("dropout");
  // A bias before batch_norm would change nothing.
  const std::string bias = s.text("norm") == "batch" ? " no_bias" : "";
  size_t extent = *std::min_element(sample.begin() + 1, sample.end());
  std::string out;
  for (const int channels : {16, 48, 96}) {
    out += fmt::format("conv {} 3x3{}{}; {}{}{}; ", channels, bias, weights,
                       extent > 1 ? "maxpool 2; " : "", norm, activation);
    extent /= 2;
  }
  if (dropout > 0) out += fmt::format("dropout {}; ", dropout);
  return out + fmt::format("dense {}{}", outputs, weights);
}

}  // namespace

std::span<const NetworkRow> networks() {
  static const std::vector<NetworkRow> rows = [] {
    const Option activation = Option::text("activation", "relu", "between the layers");
    const Option initializer =
        Option::text("initializer", "auto", "of the weights; auto: as the activation needs it");
    const std::vector<std::string> norms = {"none", "batch", "layer", "rms"};
    return std::vector<NetworkRow>{
        {"mlp",
         "dense layers: tables and images",
         {Option::text("hidden", "512,512",
                       "units of the hidden layers; 5x9: five in each of nine; none"),
          activation, Option::text("output_activation", "linear", "behind the last layer"),
          Option::real("dropout", 0.2, 0, 0.999, "share set to 0 behind each hidden layer"),
          Option::choice("norm", "none", norms, "normalization before each activation"),
          initializer},
         describe_mlp},
        {"cnn",
         "convolutions, then dense layers: images",
         {Option::text("layers", "",
                       "all but the last layer, such as \"conv 32 3x3; relu; maxpool 2; dense 128; "
                       "relu\"; given, the options below do not count"),
          activation, Option::real("dropout", 0, 0, 0.999, "share set to 0 before the last layer"),
          Option::choice("norm", "batch", norms, "normalization before each activation"),
          initializer},
         describe_cnn},
    };
  }();
  return rows;
}

}  // namespace thalweg
