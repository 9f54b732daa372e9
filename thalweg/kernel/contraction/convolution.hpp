// Convolution and its two gradients, made once and run with pointers. Cross-correlation, as in
// every framework: y[n, o, p] = sum over c, q of x[n, c, p stride + q dilation - low] w[o, c, q].
//
// float32 and bfloat16 (accumulated in float32) by oneDNN; float64 by copies of the patches and
// matrix products, in plain formats only.
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "thalweg/kernel/contraction/epilogue.hpp"
#include "thalweg/kernel/contraction/memory_format.hpp"

namespace thalweg {

struct ConvolutionWindow {
  // One number a spatial axis. Zeros are added below and above; kernel points stand `dilation`
  // apart (1 is dense).
  Shape stride, dilation, padding_low, padding_high;
  size_t groups = 1;
};

// Shape of y [batch, filters, space...] for x [batch, channels, space...] and w [filters,
// channels / groups, kernel...]. Throws Error with one line where they do not fit.
Shape convolution_shape(const Shape& x, const Shape& w, const ConvolutionWindow& window);

enum class ConvolutionKind : uint8_t {
  forward,          // y from x, w, bias
  input_gradient,   // dx from dy, w
  weight_gradient,  // dw, and the bias's gradient, from x, dy
};

struct ConvolutionDescription {
  ConvolutionKind kind = ConvolutionKind::forward;
  Shape x, w;  // of one or two spatial axes
  ConvolutionWindow window;
  DType input = DType::float32;  // of what is read: float64, float32, bfloat16
  // Of what is written: as input, or float32 from bfloat16. A bias and its gradient are float32
  // (float64 where the input is).
  DType output = DType::float32;
  bool bias = false;
  Epilogue epilogue;  // forward only
  // How x (dx), w (dw) and y (dy) lie in memory; nothing: the library chooses.
  std::optional<MemoryFormat> x_format, w_format, y_format;
};

class Convolution {
 public:
  // For the threads that parallel loops use now (set_threads). Throws Error with one line.
  static Convolution make(const ConvolutionDescription& description);

  // As asked for, or as chosen. The weights of groups > 1 have the shape [groups, filters / groups,
  // channels / groups, kernel...], whose plain format has the bytes of the plain w.
  const MemoryFormat& x_format() const;
  const MemoryFormat& w_format() const;
  const MemoryFormat& y_format() const;
  // Bytes of scratch memory, aligned to 64, that a run needs.
  size_t scratch() const;

  // forward: reads x, w, bias [filters], writes y. input_gradient: reads w, y (dy), writes x (dx);
  // bias is null. weight_gradient: reads x, y (dy), writes w (dw) and bias (its gradient). The
  // pointers that are read are not written to; one thread at a time.
  void run(void* x, void* w, void* bias, void* y, void* scratch);

  struct State;

 private:
  explicit Convolution(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace thalweg
