// Convolution in float64, or of nothing, by copies of the patches and matrix products. For this
// folder alone.
#pragma once

#include "thalweg/kernel/contraction/convolution.hpp"
#include "thalweg/kernel/contraction/plain_matmul.hpp"

namespace thalweg {

class PlainConvolution {
 public:
  PlainConvolution(const ConvolutionDescription& description, const Shape& y);
  size_t scratch() const;
  void run(double* x, double* w, double* bias, double* y, void* scratch) const;

 private:
  void run_part(size_t part, double* x, double* w, double* bias, double* y, double* scratch) const;
  // columns [channels / groups * kernel, places]: what each place of y sees of one group of x.
  void copy_patches(const double* x, double* columns) const;
  // The transpose: adds the columns into x.
  void add_patches(const double* columns, double* x) const;
  // Calls body(row of columns, place of y, place in x) wherever the kernel meets the input.
  template <class Body>
  void each_meeting(const Body& body) const;

  PlainProduct product() const;
  size_t columns_size() const {
    return channels_ * kernel_height_ * kernel_width_ * out_height_ * out_width_;
  }

  ConvolutionKind kind_;
  Epilogue epilogue_;
  bool bias_;
  size_t batch_, groups_, channels_, filters_;  // of one group
  // One spatial axis has height 1.
  size_t height_, width_, kernel_height_, kernel_width_, out_height_, out_width_;
  size_t stride_[2], dilation_[2], low_[2];
  size_t parts_;  // of the batch, each with columns of its own
};

}  // namespace thalweg
