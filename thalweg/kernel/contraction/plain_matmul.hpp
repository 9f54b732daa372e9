// The contractions that oneDNN has not: float64, and those with nothing to sum. For this folder
// alone.
#pragma once

#include <cstddef>

#include "thalweg/kernel/contraction/epilogue.hpp"

namespace thalweg {

double activate(Activation activation, double x);

// c [m, n] = op(a) op(b), plus c where it accumulates. Row-major with the strides given between rows
// as they are stored; serial.
struct PlainProduct {
  size_t m, n, k;
  bool transpose_a, transpose_b;
  size_t a_stride, b_stride, c_stride;
};
void multiply(const PlainProduct& product, const double* a, const double* b, double* c,
              bool accumulate);

}  // namespace thalweg
