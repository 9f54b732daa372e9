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

}  // namespace thalweg
