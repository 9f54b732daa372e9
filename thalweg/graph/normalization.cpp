#include "thalweg/graph/normalization.hpp"

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

// A number for each channel, repeated to x [batch, channel, spatial...].
Symbol by_channel(Symbol numbers, Symbol x) {
  Shape shape(x.rank(), 1);
  shape[1] = x.extent(1);
  return broadcast_to(reshape(numbers, shape), x.shape());
}

Symbol scaled(Symbol x, Symbol scale, Symbol shift) {
  if (scale) x = x * scale;
  return shift ? x + shift : x;
}

Symbol scaled_by_channel(Symbol x, Symbol scale, Symbol shift) {
  return scaled(x, scale ? by_channel(scale, x) : scale, shift ? by_channel(shift, x) : shift);
}

// To mean 0 and variance 1 over the axes.
Symbol standardized(Symbol x, const Axes& axes, double eps) {
  const Symbol centered = x - spread(mean(x, axes), x.shape(), axes);
  return centered * spread(rsqrt(mean(centered * centered, axes) + eps), x.shape(), axes);
}

void check_channels(std::string_view name, Symbol x) {
  if (x.rank() < 2)
    fail("{}: found {}; expected [batch, channel, spatial...]", name, to_text(x.shape()));
}

}  // namespace

Symbol layer_norm(Symbol x, Symbol scale, Symbol shift, double eps) {
  return scaled(standardized(x, {-1}, eps), scale, shift);
}

Symbol rms_norm(Symbol x, Symbol scale, double eps) {
  return scaled(x * spread(rsqrt(mean(x * x, {-1}) + eps), x.shape(), {-1}), scale, {});
}

Symbol group_norm(Symbol x, size_t groups, Symbol scale, Symbol shift, double eps) {
  check_channels("group_norm", x);
  if (groups == 0 || x.extent(1) % groups != 0)
    fail("group_norm: found {} channels and {} groups; expected groups that divide the channels",
         x.extent(1), groups);
  Shape grouped = {x.extent(0), groups, x.extent(1) / groups};
  for (size_t axis = 2; axis < x.rank(); ++axis) grouped[2] *= x.extent(axis);
  const Symbol y = reshape(standardized(reshape(x, grouped), {-1}, eps), x.shape());
  return scaled_by_channel(y, scale, shift);
}

BatchNorm batch_norm(Symbol x, Symbol scale, Symbol shift, Symbol running_mean,
                     Symbol running_variance, double momentum, double eps) {
  check_channels("batch_norm", x);
  Axes axes = {0};
  for (int axis = 2; axis < static_cast<int>(x.rank()); ++axis) axes.push_back(axis);
  const double count =
      x.extent(1) == 0 ? 0 : static_cast<double>(element_count(x.shape()) / x.extent(1));
  if (count < 2)
    fail("batch_norm: found {}, {} numbers a channel; expected at least 2", to_text(x.shape()),
         count);
  const Symbol average = mean(x, axes);
  const Symbol centered = x - by_channel(average, x);
  const Symbol square = mean(centered * centered, axes);
  const Symbol y = centered * by_channel(rsqrt(square + eps), x);
  const auto moved = [&](Symbol old, Symbol now) {
    return stop_gradient((1 - momentum) * old + momentum * now);
  };
  return {scaled_by_channel(y, scale, shift), moved(running_mean, average),
          moved(running_variance, square * (count / (count - 1)))};
}

Symbol batch_norm_evaluation(Symbol x, Symbol scale, Symbol shift, Symbol running_mean,
                             Symbol running_variance, double eps) {
  check_channels("batch_norm_evaluation", x);
  const Symbol y = (x - by_channel(running_mean, x)) * by_channel(rsqrt(running_variance + eps), x);
  return scaled_by_channel(y, scale, shift);
}

}  // namespace thalweg
