// Arithmetic on symbols. Two-input functions and operators repeat their inputs to a common shape by
// NumPy's rule and take a plain number for either side; dtypes must agree. Axes may count from the
// end (-1 is the last). All throw Error in one line where shapes or dtypes do not suit.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "thalweg/graph/graph.hpp"
#include "thalweg/graph/operation.hpp"

namespace thalweg {

using Axes = std::vector<int>;

// One side of a two-input function: a symbol, or a number that takes the other side's dtype.
class Term {
 public:
  Term(Symbol symbol) : symbol_(symbol) {}
  Term(double value) : value_(value) {}
  Symbol symbol() const { return symbol_; }  // empty for a number
  Symbol with(Symbol other) const;           // a constant of the other's dtype for a number

 private:
  Symbol symbol_;
  double value_ = 0;
};

// The elementwise operations by their names in the table. At kinks the derivative is that of one
// side: 0 for absolute at 0, all to b where maximum or minimum finds a and b equal.
Symbol elementwise(Operation operation, Symbol x);
Symbol elementwise(Operation operation, Term a, Term b);

inline Symbol negate(Symbol x) { return elementwise(Operation::negate, x); }
inline Symbol absolute(Symbol x) { return elementwise(Operation::absolute, x); }
inline Symbol sign(Symbol x) { return elementwise(Operation::sign, x); }
inline Symbol exp(Symbol x) { return elementwise(Operation::exp, x); }
inline Symbol log(Symbol x) { return elementwise(Operation::log, x); }
inline Symbol log1p(Symbol x) { return elementwise(Operation::log1p, x); }
inline Symbol expm1(Symbol x) { return elementwise(Operation::expm1, x); }
inline Symbol sqrt(Symbol x) { return elementwise(Operation::sqrt, x); }
inline Symbol rsqrt(Symbol x) { return elementwise(Operation::rsqrt, x); }
inline Symbol tanh(Symbol x) { return elementwise(Operation::tanh, x); }
inline Symbol erf(Symbol x) { return elementwise(Operation::erf, x); }
inline Symbol sigmoid(Symbol x) { return elementwise(Operation::sigmoid, x); }
inline Symbol sin(Symbol x) { return elementwise(Operation::sin, x); }
inline Symbol cos(Symbol x) { return elementwise(Operation::cos, x); }
inline Symbol floor(Symbol x) { return elementwise(Operation::floor, x); }
inline Symbol is_finite(Symbol x) { return elementwise(Operation::is_finite, x); }
inline Symbol logical_not(Symbol x) { return elementwise(Operation::logical_not, x); }
Symbol cast(Symbol x, DType dtype);

inline Symbol add(Term a, Term b) { return elementwise(Operation::add, a, b); }
inline Symbol subtract(Term a, Term b) { return elementwise(Operation::subtract, a, b); }
inline Symbol multiply(Term a, Term b) { return elementwise(Operation::multiply, a, b); }
inline Symbol divide(Term a, Term b) { return elementwise(Operation::divide, a, b); }
inline Symbol power(Term a, Term b) { return elementwise(Operation::power, a, b); }
inline Symbol maximum(Term a, Term b) { return elementwise(Operation::maximum, a, b); }
inline Symbol minimum(Term a, Term b) { return elementwise(Operation::minimum, a, b); }
inline Symbol equal(Term a, Term b) { return elementwise(Operation::equal, a, b); }
inline Symbol less(Term a, Term b) { return elementwise(Operation::less, a, b); }
inline Symbol less_equal(Term a, Term b) { return elementwise(Operation::less_equal, a, b); }
inline Symbol logical_and(Symbol a, Symbol b) { return elementwise(Operation::logical_and, a, b); }
inline Symbol logical_or(Symbol a, Symbol b) { return elementwise(Operation::logical_or, a, b); }
// `a` where the condition holds, else `b`; one of them is a symbol.
Symbol select(Symbol condition, Term a, Term b);

inline Symbol operator-(Symbol x) { return negate(x); }
inline Symbol operator+(Symbol a, Term b) { return add(a, b); }
inline Symbol operator-(Symbol a, Term b) { return subtract(a, b); }
inline Symbol operator*(Symbol a, Term b) { return multiply(a, b); }
inline Symbol operator/(Symbol a, Term b) { return divide(a, b); }
inline Symbol operator+(double a, Symbol b) { return add(a, b); }
inline Symbol operator-(double a, Symbol b) { return subtract(a, b); }
inline Symbol operator*(double a, Symbol b) { return multiply(a, b); }
inline Symbol operator/(double a, Symbol b) { return divide(a, b); }

// Reductions; without axes over all.
Symbol reduce_sum(Symbol x, const Axes& axes);
Symbol reduce_sum(Symbol x);
Symbol reduce_max(Symbol x, const Axes& axes);  // equal maxima share the derivative
Symbol mean(Symbol x, const Axes& axes);
Symbol mean(Symbol x);
Symbol variance(Symbol x, const Axes& axes);  // mean square about the mean, divided by the count
Symbol argmax(Symbol x, int axis);
// A reduction of a tensor of `shape` over `axes`, repeated along them again.
Symbol spread(Symbol reduced, const Shape& shape, const Axes& axes);

Symbol reshape(Symbol x, Shape shape);
Symbol transpose(Symbol x, const std::vector<size_t>& permutation);
Symbol broadcast_to(Symbol x, const Shape& shape);
// Elements start, start + stride, ... before stop of each axis.
Symbol slice(Symbol x, const std::vector<size_t>& start, const std::vector<size_t>& stop,
             const std::vector<size_t>& stride = {});
Symbol pad(Symbol x, const std::vector<size_t>& low, const std::vector<size_t>& high,
           const std::vector<size_t>& interior = {});
Symbol concatenate(std::span<const Symbol> parts, int axis);
Symbol reverse(Symbol x, const Axes& axes);
Symbol gather(Symbol table, Symbol indices);
Symbol scatter_add(Symbol updates, Symbol indices, size_t rows);
// 1 at the label along a new last axis, 0 elsewhere; all 0 for a label outside [0, classes).
Symbol one_hot(Symbol labels, size_t classes, DType dtype);

enum class Transposed : uint8_t { no, yes };
// [..., m, k] x [..., k, n]; leading axes repeat. With a plain matrix b the leading axes of a fold
// into one product of many rows.
Symbol matmul(Symbol a, Symbol b, Transposed a_transposed = Transposed::no,
              Transposed b_transposed = Transposed::no);

// A number for each spatial axis.
struct Window {
  std::vector<size_t> stride, padding_low, padding_high, dilation;
  size_t groups = 1;
  // The same numbers on every axis.
  static Window uniform(size_t axes, size_t stride, size_t padding = 0, size_t dilation = 1,
                        size_t groups = 1);
};
Symbol convolution(Symbol x, Symbol w, const Window& window);
Symbol convolution_input_gradient(Symbol dy, Symbol w, const Window& window, Shape x);
Symbol convolution_weight_gradient(Symbol x, Symbol dy, const Window& window, Shape w);

Symbol max_pool_indices(Symbol x, const std::vector<size_t>& extents, const Window& window);
Symbol pool_gather(Symbol x, Symbol indices);
Symbol pool_scatter(Symbol dy, Symbol indices, Shape x);
Symbol max_pool(Symbol x, const std::vector<size_t>& extents, const Window& window);
// Padding counts as zeros, PyTorch's default.
Symbol average_pool(Symbol x, const std::vector<size_t>& extents, const Window& window);

Symbol random_uniform(Symbol keys, DType dtype, Shape shape, uint32_t stream);
Symbol stop_gradient(Symbol x);
Symbol barrier(Symbol value, Symbol after);
Symbol custom(std::span<const Symbol> inputs, std::shared_ptr<const CustomOperation> operation);

}  // namespace thalweg
