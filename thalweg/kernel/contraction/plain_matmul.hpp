// The products that oneDNN has not: float64. For this folder alone.
#pragma once

#include <cstddef>

#include "thalweg/kernel/contraction/epilogue.hpp"

namespace thalweg {

double activate(Activation activation, double x);

// c [m, n] = op(a) op(b), plus c where it accumulates: row-major, with the strides given between
// rows as they are stored. b is first copied in panels of 16 columns, which the products read in
// order. Each sum is over blocks of 128 in order, so that bits depend on the instruction set alone.
struct PlainProduct {
  size_t m, n, k;
  bool transpose_a, transpose_b;
  size_t a_stride, b_stride, c_stride;

  size_t panels() const { return (n + 15) / 16; }
  size_t packed_size() const { return panels() * 16 * k; }  // numbers
};
void pack_panel(const PlainProduct& product, const double* b, size_t panel, double* packed);
// Rows [begin, end).
void multiply_rows(const PlainProduct& product, const double* a, const double* packed, double* c,
                   bool accumulate, size_t begin, size_t end);
// All of it, by the thread that calls.
void multiply(const PlainProduct& product, const double* a, const double* b, double* c,
              bool accumulate, double* packed);

}  // namespace thalweg
