// Tensors as matrices: the first axis by all others.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <span>

#include "thalweg/tensor/layout.hpp"

namespace thalweg {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline bool is_matrix(const TensorPlace& tensor) {
  return tensor.shape.size() >= 2 && tensor.size > 0;
}
inline size_t rows(const TensorPlace& tensor) { return is_matrix(tensor) ? tensor.shape[0] : 0; }
inline size_t columns(const TensorPlace& tensor) {
  return is_matrix(tensor) ? tensor.size / tensor.shape[0] : 0;
}

// A row-major view; empty where a side is 0.
template <class T>
Eigen::Map<Matrix<T>> view(std::span<T> numbers, size_t rows, size_t columns) {
  return {numbers.data(), static_cast<long>(rows), static_cast<long>(columns)};
}

// Any contiguous row-major matrix.
template <class T>
using MatrixView = Eigen::Ref<const Matrix<T>>;

// op(a) op(b), not both transposed. From `large_product` multiplications on by kernel/contraction with
// all threads, whose bits in float32 depend on their number.
inline constexpr long large_product = 1L << 20;
template <class T>
Matrix<T> product(MatrixView<T> a, bool transpose_a, MatrixView<T> b, bool transpose_b);

}  // namespace thalweg
