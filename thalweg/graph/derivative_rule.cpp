#include "thalweg/graph/derivative_rule.hpp"

#include "thalweg/base/error.hpp"
#include "thalweg/graph/symbol.hpp"

namespace thalweg::derivative_rule {
namespace {

Axes axes_of(const Step& step) {
  return {step.node().attributes.axes.begin(), step.node().attributes.axes.end()};
}

// The cotangent of one of two branches, 0 where the other was taken.
Symbol branch(const Step& step, Symbol first, size_t i) {
  return i == 0 ? select(first, step.cotangent, 0) : select(first, 0, step.cotangent);
}

Transposed transposed(bool yes) { return yes ? Transposed::yes : Transposed::no; }

Window window_of(const Step& step) {
  const Attributes& a = step.node().attributes;
  return {a.stride, a.padding_low, a.padding_high, a.dilation, a.groups};
}

}  // namespace

Symbol divide(const Step& step, size_t i) {
  const Symbol share = step.cotangent / step.input(1);
  return i == 0 ? share : -(share * step.output);
}

Symbol power(const Step& step, size_t i) {
  const Symbol a = step.input(0), b = step.input(1);
  // Exponent 0 is replaced by 1 before 1 is taken off: b a^(b-1) would be 0 times infinity at a = 0,
  // here and in every further derivative.
  if (i == 0) return step.cotangent * (b * power(a, select(equal(b, 0), 1, b) - 1));
  return step.cotangent * (step.output * log(select(equal(a, 0), 1, a)));
}

// Which one it is, the result tells: a network need not keep what goes into its relu.
Symbol maximum(const Step& step, size_t i) {
  return branch(step, less(step.input(1), step.output), i);
}

Symbol minimum(const Step& step, size_t i) {
  return branch(step, less(step.output, step.input(1)), i);
}

Symbol select(const Step& step, size_t i) {
  return i == 0 ? Symbol() : branch(step, step.input(0), i - 1);
}

Symbol reduce_max(const Step& step, size_t) {
  const Symbol x = step.input(0);
  const Axes axes = axes_of(step);
  const Symbol mask = cast(equal(x, spread(step.output, x.shape(), axes)), x.dtype());
  return spread(step.cotangent / reduce_sum(mask, axes), x.shape(), axes) * mask;
}

Symbol transpose(const Step& step, size_t) {
  const auto& permutation = step.node().attributes.axes;
  std::vector<size_t> inverse(permutation.size());
  for (size_t i = 0; i < permutation.size(); ++i) inverse[permutation[i]] = i;
  return transpose(step.cotangent, inverse);
}

Symbol broadcast_to(const Step& step, size_t) {
  const Shape &from = step.input(0).shape(), &to = step.output.shape();
  Axes axes;
  for (size_t i = 0; i < to.size(); ++i) {
    const bool missing = i + from.size() < to.size();
    if (missing || from[i + from.size() - to.size()] != to[i]) axes.push_back(static_cast<int>(i));
  }
  return reshape(reduce_sum(step.cotangent, axes), from);
}

Symbol slice(const Step& step, size_t) {
  const Attributes& a = step.node().attributes;
  const Shape &from = step.input(0).shape(), &to = step.output.shape();
  std::vector<size_t> high(to.size()), interior(to.size());
  for (size_t i = 0; i < to.size(); ++i) {
    interior[i] = a.step[i] - 1;
    high[i] = from[i] - a.low[i] - (to[i] == 0 ? 0 : (to[i] - 1) * a.step[i] + 1);
  }
  return pad(step.cotangent, a.low, high, interior);
}

Symbol pad(const Step& step, size_t) {
  const Attributes& a = step.node().attributes;
  const Shape& from = step.input(0).shape();
  std::vector<size_t> stop(from.size()), stride(from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    stride[i] = a.step[i] + 1;
    stop[i] = a.low[i] + (from[i] == 0 ? 0 : (from[i] - 1) * stride[i] + 1);
  }
  return slice(step.cotangent, a.low, stop, stride);
}

Symbol concatenate(const Step& step, size_t i) {
  const size_t axis = step.node().attributes.axes[0];
  std::vector<size_t> start(step.output.rank()), stop = step.output.shape();
  for (size_t before = 0; before < i; ++before) start[axis] += step.input(before).extent(axis);
  stop[axis] = start[axis] + step.input(i).extent(axis);
  return slice(step.cotangent, start, stop);
}

// For y = op(a) op(b): da = dy op(b)^T and db = op(a)^T dy, each transposed where the input was.
Symbol matmul(const Step& step, size_t i) {
  const bool ta = step.node().attributes.transpose_a, tb = step.node().attributes.transpose_b;
  const Symbol a = step.input(0), b = step.input(1), dy = step.cotangent;
  if (i == 0)
    return ta ? matmul(b, dy, transposed(tb), Transposed::yes)
              : matmul(dy, b, Transposed::no, transposed(!tb));
  return tb ? matmul(dy, a, Transposed::yes, transposed(ta))
            : matmul(a, dy, transposed(!ta), Transposed::no);
}

// One bilinear form in x, w, dy, of which the three operations are the partial derivatives.
Symbol convolution(const Step& step, size_t i) {
  const Symbol x = step.input(0), w = step.input(1);
  return i == 0 ? convolution_input_gradient(step.cotangent, w, window_of(step), x.shape())
                : convolution_weight_gradient(x, step.cotangent, window_of(step), w.shape());
}

Symbol convolution_input_gradient(const Step& step, size_t i) {
  const Symbol dy = step.input(0), w = step.input(1), x = step.cotangent;
  return i == 0 ? convolution(x, w, window_of(step))
                : convolution_weight_gradient(x, dy, window_of(step), w.shape());
}

Symbol convolution_weight_gradient(const Step& step, size_t i) {
  const Symbol x = step.input(0), dy = step.input(1), w = step.cotangent;
  return i == 0 ? convolution_input_gradient(dy, w, window_of(step), x.shape())
                : convolution(x, w, window_of(step));
}

Symbol average_pool(const Step& step, size_t) {
  return step.output.graph().record({Operation::average_pool_gradient,
                                     {step.cotangent.id()},
                                     step.node().attributes,
                                     step.output.dtype(),
                                     step.input(0).shape()});
}

Symbol average_pool_gradient(const Step& step, size_t) {
  return step.output.graph().record(
      {Operation::average_pool, {step.cotangent.id()}, step.node().attributes});
}

Symbol custom(const Step& step, size_t i) {
  const CustomOperation& operation = *step.node().attributes.custom;
  if (!operation.derivative) return {};
  const std::vector<Symbol> cotangents = operation.derivative(step);
  if (cotangents.size() != step.node().inputs.size())
    fail("custom: the derivative of {} returned {} cotangents; expected one for each of {} inputs",
         operation.name, cotangents.size(), step.node().inputs.size());
  const Symbol found = cotangents[i], given = step.input(i);
  if (found && (found.dtype() != given.dtype() || found.shape() != given.shape()))
    fail("custom: the derivative of {} by input {} is {}; expected {}", operation.name, i,
         describe(found.node()), describe(given.node()));
  return found;
}

}  // namespace thalweg::derivative_rule
