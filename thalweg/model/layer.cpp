#include "thalweg/model/layer.hpp"

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/graph/activation.hpp"
#include "thalweg/graph/layer.hpp"
#include "thalweg/graph/normalization.hpp"

namespace thalweg {
namespace {

constexpr long long most_units = 1 << 20;

// `3x3`, or `3` for every axis.
std::vector<size_t> extents(const Settings& settings, const char* option, size_t axes) {
  const std::string& text = settings.text(option);
  std::vector<size_t> out;
  for (std::string_view part : split(text, 'x')) {
    long long extent = 0;
    if (!parse_integer(part, extent) || extent < 1 || extent > 1024)
      fail("{}: {} \"{}\" is not of the form 3x3", settings.owner(), option, text.substr(0, 80));
    out.push_back(static_cast<size_t>(extent));
  }
  if (out.size() == 1) out.resize(axes, out[0]);
  if (out.size() != axes)
    fail("{}: {} \"{}\" has {} numbers, the input {} spatial axes", settings.owner(), option,
         text.substr(0, 80), out.size(), axes);
  return out;
}

size_t spatial_axes(Symbol x, const Settings& settings) {
  if (x.rank() < 3)
    fail("{}: works on images, its input is {} numbers a sample; put it before flatten and dense",
         settings.owner(), x.rank() < 2 ? 1 : x.extent(1));
  return x.rank() - 2;
}

// `same`, or zeros on each side; `window`: extents with what dilation leaves out between them.
void set_padding(const Settings& settings, const std::vector<size_t>& window, Window& out) {
  const std::string& text = settings.text("padding");
  long long zeros = 0;
  if (text != "same" && (!parse_integer(text, zeros) || zeros < 0 || zeros > 1024))
    fail("{}: padding \"{}\" is neither same nor a number of zeros", settings.owner(),
         text.substr(0, 80));
  for (size_t axis = 0; axis < window.size(); ++axis) {
    const size_t all = window[axis] - 1;
    out.padding_low.push_back(text == "same" ? all / 2 : static_cast<size_t>(zeros));
    out.padding_high.push_back(text == "same" ? all - all / 2 : static_cast<size_t>(zeros));
  }
}

Initializer initializer_of(const Settings& settings, const LayerScope& scope) {
  const std::string& text = settings.text("initializer");
  return text == "auto" ? scope.initializer : parse_initializer(text);
}

Initializer filled(double value) {
  Initializer out = parse_initializer("constant");
  out.settings.set("value", shortest(value));
  return out;
}

Symbol flatten(Symbol x) {
  Shape shape = {x.extent(0), 1};
  for (size_t axis = 1; axis < x.rank(); ++axis) shape[1] *= x.extent(axis);
  return reshape(x, shape);
}

Symbol dense_layer(Symbol x, const Settings& s, LayerScope& scope) {
  if (x.rank() != 2) x = flatten(x);
  const auto units = static_cast<size_t>(s.integer("units"));
  const Symbol w = scope.parameter("weight", {units, x.extent(1)}, initializer_of(s, scope), true);
  if (s.flag("no_bias")) return dense(x, w, {});
  return dense(x, w, scope.parameter("bias", {units}, filled(0), true));
}

Symbol conv_layer(Symbol x, const Settings& s, LayerScope& scope) {
  const size_t axes = spatial_axes(x, s);
  const auto channels = static_cast<size_t>(s.integer("channels"));
  const auto groups = static_cast<size_t>(s.integer("groups"));
  if (x.extent(1) % groups != 0 || channels % groups != 0)
    fail("{}: {} groups do not divide {} channels in and {} out", s.owner(), groups, x.extent(1),
         channels);
  Shape shape = {channels, x.extent(1) / groups};
  Window window;
  window.groups = groups;
  window.stride = extents(s, "stride", axes);
  window.dilation = extents(s, "dilation", axes);
  std::vector<size_t> reach = extents(s, "window", axes);
  shape.insert(shape.end(), reach.begin(), reach.end());
  for (size_t axis = 0; axis < axes; ++axis)
    reach[axis] = (reach[axis] - 1) * window.dilation[axis] + 1;
  set_padding(s, reach, window);
  const Symbol w = scope.parameter("weight", shape, initializer_of(s, scope), true);
  const Symbol y = convolution(x, w, window);
  if (s.flag("no_bias")) return y;
  Shape bias(y.rank(), 1);
  bias[1] = channels;
  return y + reshape(scope.parameter("bias", {channels}, filled(0), true), bias);
}

template <Symbol (*pool)(Symbol, const std::vector<size_t>&, const Window&)>
Symbol pool_layer(Symbol x, const Settings& s, LayerScope&) {
  const size_t axes = spatial_axes(x, s);
  const std::vector<size_t> size = extents(s, "window", axes);
  Window window;
  window.stride = s.given("stride") ? extents(s, "stride", axes) : size;
  window.dilation.assign(axes, 1);
  set_padding(s, size, window);
  return pool(x, size, window);
}

Symbol global_averagepool(Symbol x, const Settings& s, LayerScope&) {
  Axes axes;
  for (size_t axis = 0; axis < spatial_axes(x, s); ++axis)
    axes.push_back(static_cast<int>(axis) + 2);
  return mean(x, axes);
}

Symbol dropout_layer(Symbol x, const Settings& s, LayerScope& scope) {
  return scope.training() ? dropout(x, scope.keys, s.real("rate"), scope.stream) : x;
}

Symbol batch_norm_layer(Symbol x, const Settings& s, LayerScope& scope) {
  const Shape shape = {x.extent(1)};
  const Symbol scale = scope.parameter("scale", shape, filled(1), true);
  const Symbol shift = scope.parameter("shift", shape, filled(0), true);
  const Symbol mean = scope.parameter("running_mean", shape, filled(0), false);
  const Symbol variance = scope.parameter("running_variance", shape, filled(1), false);
  const double epsilon = s.real("epsilon");
  if (!scope.training()) return batch_norm_evaluation(x, scale, shift, mean, variance, epsilon);
  const BatchNorm out = batch_norm(x, scale, shift, mean, variance, s.real("momentum"), epsilon);
  scope.move(mean, out.running_mean);
  scope.move(variance, out.running_variance);
  return out.y;
}

// Over all numbers of a sample.
Symbol layer_norm_layer(Symbol x, const Settings& s, LayerScope& scope) {
  const Symbol flat = flatten(x);
  const Shape shape = {flat.extent(1)};
  const Symbol scale = scope.parameter("scale", shape, filled(1), true);
  const Symbol shift = scope.parameter("shift", shape, filled(0), true);
  return reshape(layer_norm(flat, scale, shift, s.real("epsilon")), x.shape());
}

Symbol rms_norm_layer(Symbol x, const Settings& s, LayerScope& scope) {
  const Symbol flat = flatten(x);
  const Symbol scale = scope.parameter("scale", {flat.extent(1)}, filled(1), true);
  return reshape(rms_norm(flat, scale, s.real("epsilon")), x.shape());
}

Symbol group_norm_layer(Symbol x, const Settings& s, LayerScope& scope) {
  const Shape shape = {x.extent(1)};
  const Symbol scale = scope.parameter("scale", shape, filled(1), true);
  const Symbol shift = scope.parameter("shift", shape, filled(0), true);
  return group_norm(x, static_cast<size_t>(s.integer("groups")), scale, shift, s.real("epsilon"));
}

template <size_t i>
Symbol activation_layer(Symbol x, const Settings& settings, LayerScope&) {
  return activations()[i].apply(x, settings);
}

// One row for each activation; its place in that catalog is all that the function needs.
constexpr size_t most_activations = 64;
template <size_t... i>
constexpr auto activation_layers(std::index_sequence<i...>) {
  return std::array{&activation_layer<i>...};
}

}  // namespace

std::span<const LayerRow> layers() {
  static const std::vector<LayerRow> rows = [] {
    const Option no_bias = Option::flag("no_bias", "without a bias");
    const Option initializer = Option::text(
        "initializer", "auto",
        "of the weights; auto: he_normal before relu and its like, lecun_normal before "
        "selu, else glorot_uniform");
    const Option epsilon = Option::real("epsilon", 1e-5, 0, 1, "added to the variance");
    const Option window = Option::text("window", "2", "extents, such as 2 or 2x2");
    const Option stride = Option::text("stride", "", "from one window to the next; as the window");
    const Option padding = Option::text("padding", "0", "zeros on each side, or same");
    std::vector<LayerRow> out = {
        {"dense",
         "weight x + bias; images are flattened",
         {Option::integer("units", 1, 1, most_units, "outputs"), no_bias, initializer},
         1,
         1,
         dense_layer,
         true},
        {"conv",
         "convolution",
         {Option::integer("channels", 1, 1, most_units, "channels out"),
          Option::text("window", "3x3", "extents"), Option::text("stride", "1", "steps"),
          Option::text("padding", "same", "zeros on each side, or same: as large as the input"),
          Option::text("dilation", "1", "steps between the window's elements"),
          Option::integer("groups", 1, 1, most_units, "channels are split into so many"), no_bias,
          initializer},
         2,
         1,
         conv_layer,
         true},
        {"maxpool",
         "largest of each window",
         {window, stride, padding},
         1,
         0,
         pool_layer<max_pool>},
        {"averagepool",
         "mean of each window",
         {window, stride, padding},
         1,
         0,
         pool_layer<average_pool>},
        {"global_averagepool", "mean of each channel", {}, 0, 0, global_averagepool},
        {"flatten",
         "an image as a row of numbers",
         {},
         0,
         0,
         [](Symbol x, const Settings&, LayerScope&) { return flatten(x); }},
        {"dropout",
         "in training sets numbers to 0 and the rest up to keep the mean",
         {Option::real("rate", 0.5, 0, 0.999, "share that is set to 0")},
         1,
         0,
         dropout_layer},
        {"batch_norm",
         "each channel to mean 0 and variance 1 over the batch, then scale and shift",
         {epsilon, Option::real("momentum", 0.1, 0, 1, "weight of a batch in the statistics")},
         0,
         0,
         batch_norm_layer},
        {"layer_norm",
         "each sample to mean 0 and variance 1, then scale and shift",
         {epsilon},
         0,
         0,
         layer_norm_layer},
        {"rms_norm", "each sample to mean square 1, then scale", {epsilon}, 0, 0, rms_norm_layer},
        {"group_norm",
         "each group of channels of a sample to mean 0 and variance 1, then scale and shift",
         {Option::integer("groups", 8, 1, most_units, "groups"), epsilon},
         1,
         0,
         group_norm_layer},
    };
    static constexpr auto apply = activation_layers(std::make_index_sequence<most_activations>());
    const std::span<const ActivationRow> all = activations();
    if (all.size() > most_activations) throw std::logic_error("layers: too many activations");
    for (size_t i = 0; i < all.size(); ++i)
      out.push_back({all[i].name, all[i].help, all[i].options, all[i].options.size(), 0, apply[i],
                     false, true});
    return out;
  }();
  return rows;
}

}  // namespace thalweg
