#include "thalweg/optim/transform/matrix.hpp"

#include "thalweg/kernel/contraction/matmul.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

template <class T>
Matrix<T> product(MatrixView<T> a, bool transpose_a, MatrixView<T> b, bool transpose_b) {
  const long rows = transpose_a ? a.cols() : a.rows(), columns = transpose_b ? b.rows() : b.cols();
  const long inner = transpose_a ? a.rows() : a.cols();
  Matrix<T> out(rows, columns);
  if (rows * columns * inner < large_product) {
    if (transpose_a)
      out.noalias() = a.transpose() * b;
    else if (transpose_b)
      out.noalias() = a * b.transpose();
    else
      out.noalias() = a * b;
    return out;
  }
  const DType type = sizeof(T) == sizeof(float) ? DType::float32 : DType::float64;
  MatmulDescription description;
  description.a = {static_cast<size_t>(a.rows()), static_cast<size_t>(a.cols())};
  description.b = {static_cast<size_t>(b.rows()), static_cast<size_t>(b.cols())};
  description.transpose_a = transpose_a, description.transpose_b = transpose_b;
  description.input = description.output = type;
  Matmul matmul = Matmul::make(description);
  Buffer<unsigned char> scratch(matmul.scratch());
  matmul.run(a.data(), b.data(), nullptr, out.data(), scratch.data());
  return out;
}

template Matrix<float> product<float>(MatrixView<float>, bool, MatrixView<float>, bool);
template Matrix<double> product<double>(MatrixView<double>, bool, MatrixView<double>, bool);

}  // namespace thalweg
