#include "thalweg/kernel/contraction/plain_convolution.hpp"

#include <algorithm>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/contraction/plain_matmul.hpp"

namespace thalweg {

PlainConvolution::PlainConvolution(const ConvolutionDescription& d, const Shape& y)
    : kind_(d.kind),
      epilogue_(d.epilogue),
      bias_(d.bias),
      batch_(d.x[0]),
      groups_(d.window.groups),
      channels_(d.w[1]),
      filters_(d.w[0] / d.window.groups),
      parts_(std::min<size_t>(d.x[0], 16)) {
  const bool plane = d.x.size() == 4;
  height_ = plane ? d.x[2] : 1;
  width_ = d.x.back();
  kernel_height_ = plane ? d.w[2] : 1;
  kernel_width_ = d.w.back();
  out_height_ = plane ? y[2] : 1;
  out_width_ = y.back();
  for (size_t axis = 0; axis < 2; ++axis) {
    const bool there = plane || axis == 1;
    const size_t at = plane ? axis : 0;
    stride_[axis] = there ? d.window.stride[at] : 1;
    dilation_[axis] = there ? d.window.dilation[at] : 1;
    low_[axis] = there ? d.window.padding_low[at] : 0;
  }
}

// Of one group of one image.
PlainProduct PlainConvolution::product() const {
  const size_t places = out_height_ * out_width_,
               inner = channels_ * kernel_height_ * kernel_width_;
  switch (kind_) {
    case ConvolutionKind::forward:
      return {filters_, places, inner, false, false, inner, places, places};
    case ConvolutionKind::input_gradient:
      return {inner, places, filters_, true, false, inner, places, places};
    default:
      return {filters_, inner, places, false, true, places, places, inner};
  }
}

size_t PlainConvolution::scratch() const {
  const size_t weights = groups_ * filters_ * (channels_ * kernel_height_ * kernel_width_ + 1);
  return parts_ *
         (columns_size() + product().packed_size() +
          (kind_ == ConvolutionKind::weight_gradient ? weights : 0)) *
         sizeof(double);
}

template <class Body>
void PlainConvolution::each_meeting(const Body& body) const {
  size_t row = 0;
  for (size_t c = 0; c < channels_; ++c)
    for (size_t u = 0; u < kernel_height_; ++u)
      for (size_t v = 0; v < kernel_width_; ++v, ++row)
        for (size_t p = 0; p < out_height_; ++p) {
          // Below zero wraps to a number that is beyond the input.
          const size_t i = p * stride_[0] + u * dilation_[0] - low_[0];
          if (i >= height_) continue;
          for (size_t q = 0; q < out_width_; ++q) {
            const size_t j = q * stride_[1] + v * dilation_[1] - low_[1];
            if (j < width_) body(row, p * out_width_ + q, (c * height_ + i) * width_ + j);
          }
        }
}

void PlainConvolution::copy_patches(const double* x, double* columns) const {
  const size_t places = out_height_ * out_width_;
  std::fill_n(columns, channels_ * kernel_height_ * kernel_width_ * places, 0.0);
  each_meeting([&](size_t row, size_t place, size_t at) { columns[row * places + place] = x[at]; });
}

void PlainConvolution::add_patches(const double* columns, double* x) const {
  const size_t places = out_height_ * out_width_;
  each_meeting(
      [&](size_t row, size_t place, size_t at) { x[at] += columns[row * places + place]; });
}

void PlainConvolution::run_part(size_t part, double* x, double* w, double* bias, double* y,
                                double* scratch) const {
  const size_t places = out_height_ * out_width_;
  const size_t inner = channels_ * kernel_height_ * kernel_width_;
  const size_t x_size = channels_ * height_ * width_, y_size = filters_ * places;
  const size_t w_size = filters_ * inner, all_filters = groups_ * filters_;
  const PlainProduct one = product();
  const size_t each = columns_size() + one.packed_size();
  double *columns = scratch + part * each, *packed = columns + columns_size();
  // This part's gradients of w and bias.
  double* mine = scratch + parts_ * each + part * (groups_ * w_size + all_filters);
  double* mine_bias = mine + groups_ * w_size;
  if (kind_ == ConvolutionKind::weight_gradient)
    std::fill_n(mine, groups_ * w_size + all_filters, 0.0);
  const size_t begin = batch_ * part / parts_, end = batch_ * (part + 1) / parts_;
  for (size_t n = begin; n < end; ++n)
    for (size_t g = 0; g < groups_; ++g) {
      double* image = x + (n * groups_ + g) * x_size;
      double* out = y + (n * groups_ + g) * y_size;
      double* weights = w + g * w_size;
      switch (kind_) {
        case ConvolutionKind::forward:
          copy_patches(image, columns);
          multiply(one, weights, columns, out, epilogue_.accumulate, packed);
          if (!bias_ && epilogue_.activation == Activation::none) break;
          for (size_t i = 0; i < y_size; ++i)
            out[i] = activate(epilogue_.activation,
                              out[i] + (bias_ ? bias[g * filters_ + i / places] : 0));
          break;
        case ConvolutionKind::input_gradient:
          multiply(one, weights, out, columns, false, packed);
          std::fill_n(image, x_size, 0.0);
          add_patches(columns, image);
          break;
        case ConvolutionKind::weight_gradient:
          copy_patches(image, columns);
          multiply(one, out, columns, mine + g * w_size, true, packed);
          for (size_t i = 0; i < y_size; ++i) mine_bias[g * filters_ + i / places] += out[i];
      }
    }
}

void PlainConvolution::run(double* x, double* w, double* bias, double* y, void* scratch) const {
  struct Work {
    const PlainConvolution* self;
    double *x, *w, *bias, *y, *scratch;
  } const work{this, x, w, bias, y, static_cast<double*>(scratch)};
  parallel_blocks(parts_, 1, [&work](size_t part, size_t, size_t) {
    work.self->run_part(part, work.x, work.w, work.bias, work.y, work.scratch);
  });
  if (kind_ != ConvolutionKind::weight_gradient) return;
  const size_t inner = channels_ * kernel_height_ * kernel_width_;
  const size_t weights = groups_ * filters_ * inner, filters = groups_ * filters_;
  const double* sums = work.scratch + parts_ * (columns_size() + product().packed_size());
  const auto total = [&](size_t i) {
    double sum = 0;
    for (size_t part = 0; part < parts_; ++part) sum += sums[part * (weights + filters) + i];
    return sum;
  };
  for (size_t i = 0; i < weights; ++i) w[i] = total(i);
  for (size_t i = 0; bias_ && i < filters; ++i) bias[i] = total(weights + i);
}

}  // namespace thalweg
