// What the rows of the catalog are written with.
#pragma once

#include <cmath>
#include <numbers>

#include "thalweg/objective/function/function.hpp"

namespace thalweg::functions_of {

using Points = std::vector<double>;
using Minima = std::vector<FunctionMinimum>;

// What each file of rows adds.
std::vector<FunctionRow> fits();      // models of data, a row of residuals for each datum
std::vector<FunctionRow> systems();   // a few residuals of a few parameters
std::vector<FunctionRow> variable();  // residuals in any dimension
std::vector<FunctionRow> usual();     // values that are no sum of squares

// The value is then the sum of the squares of `f`, as the sources have it.
inline void sum_of_squares(FunctionTrace& trace, const std::vector<Symbol>& f) {
  for (const Symbol part : f) trace.residuals.push_back(std::numbers::sqrt2 * part);
}

// x1 ... xn as scalars, or as copies for each of `count` rows.
inline std::vector<Symbol> scalars(FunctionTrace& trace, size_t n) {
  std::vector<Symbol> out;
  for (size_t k = 1; k <= n; ++k) out.push_back(trace.parameter(fmt::format("x{}", k)));
  return out;
}
inline std::vector<Symbol> copies(FunctionTrace& trace, size_t n, size_t count) {
  std::vector<Symbol> out;
  for (size_t k = 1; k <= n; ++k) out.push_back(trace.copied(fmt::format("x{}", k), count));
  return out;
}

// f(1), ..., f(n), as numbers and as a constant.
template <class F>
std::vector<double> each(size_t n, const F& f) {
  std::vector<double> out;
  for (size_t i = 1; i <= n; ++i) out.push_back(f(static_cast<double>(i)));
  return out;
}
inline Symbol constant(FunctionTrace& trace, std::vector<double> values) {
  const Shape shape = {values.size()};
  return trace.graph->constant(std::move(values), DType::float64, shape);
}
template <class F>
Symbol constant(FunctionTrace& trace, size_t n, const F& f) {
  return constant(trace, each(n, f));
}
// [rows, columns], entry f(i, j) counted from 1.
template <class F>
Symbol matrix(FunctionTrace& trace, size_t rows, size_t columns, const F& f) {
  std::vector<double> out;
  for (size_t i = 1; i <= rows; ++i)
    for (size_t j = 1; j <= columns; ++j)
      out.push_back(f(static_cast<double>(i), static_cast<double>(j)));
  return trace.graph->constant(std::move(out), DType::float64, {rows, columns});
}
inline Symbol times(Symbol matrix, Symbol x) {
  return reshape(matmul(matrix, reshape(x, {x.extent(0), 1})), {matrix.extent(0)});
}

inline Symbol square(Symbol x) { return x * x; }

}  // namespace thalweg::functions_of
