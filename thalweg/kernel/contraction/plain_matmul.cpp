#include "thalweg/kernel/contraction/plain_matmul.hpp"

#include <Eigen/Core>
#include <cmath>
#include <numbers>

namespace thalweg {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<>;
using Const = Eigen::Map<const Matrix, 0, Stride>;

Eigen::Index index(size_t x) { return static_cast<Eigen::Index>(x); }

template <class A, class B>
void multiply_into(Eigen::Map<Matrix, 0, Stride> c, const A& a, const B& b, bool accumulate) {
  if (accumulate)
    c.noalias() += a * b;
  else
    c.noalias() = a * b;
}

}  // namespace

double activate(Activation activation, double x) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x > 0 || x != x ? x : 0;
    case Activation::gelu:
      return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Activation::gelu_tanh:
      return 0.5 * x *
             (1 + std::tanh(std::numbers::sqrt2 * std::numbers::inv_sqrtpi *
                            (x + 0.044715 * x * x * x)));
    case Activation::tanh:
      return std::tanh(x);
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::silu:
      return x / (1 + std::exp(-x));
    case Activation::elu:
      return x > 0 ? x : std::expm1(x);
    case Activation::softplus:
      return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  }
  return x;
}

void multiply(const PlainProduct& p, const double* a, const double* b, double* c, bool accumulate) {
  if (p.m == 0 || p.n == 0) return;
  Eigen::Map<Matrix, 0, Stride> out(c, index(p.m), index(p.n), Stride(index(p.c_stride)));
  if (p.k == 0) {
    if (!accumulate) out.setZero();
    return;
  }
  const Const left(a, index(p.transpose_a ? p.k : p.m), index(p.transpose_a ? p.m : p.k),
                   Stride(index(p.a_stride)));
  const Const right(b, index(p.transpose_b ? p.n : p.k), index(p.transpose_b ? p.k : p.n),
                    Stride(index(p.b_stride)));
  if (p.transpose_a && p.transpose_b)
    multiply_into(out, left.transpose(), right.transpose(), accumulate);
  else if (p.transpose_a)
    multiply_into(out, left.transpose(), right, accumulate);
  else if (p.transpose_b)
    multiply_into(out, left, right.transpose(), accumulate);
  else
    multiply_into(out, left, right, accumulate);
}

}  // namespace thalweg
