#include "thalweg/kernel/linear.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <type_traits>
#include <vector>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"

namespace thalweg {
namespace {

// Rows a block, so that there are at most 64 blocks.
size_t block_rows(size_t rows) { return std::max<size_t>(64, (rows + 63) / 64); }

template <class Matrix, class Cell>
void each_cell(const Matrix& matrix, size_t i, const Cell& cell) {
  if constexpr (std::is_same_v<Matrix, SparseMatrix>) {
    for (int64_t at = matrix.begin[i]; at < matrix.begin[i + 1]; ++at)
      cell(static_cast<size_t>(matrix.column[at]), matrix.value[at]);
  } else {
    for (size_t j = 0; j < matrix.columns; ++j)
      cell(j, static_cast<double>(matrix.data[i * matrix.columns + j]));
  }
}

template <class Matrix>
void row_predict(const Matrix& m, size_t outputs, size_t i, std::span<const double> x, double* z) {
  for (size_t k = 0; k < outputs; ++k) {
    double sum = 0;
    each_cell(m, i, [&](size_t j, double c) { sum = std::fma(c, x[k * m.columns + j], sum); });
    z[k] = sum + x[outputs * m.columns + k];
  }
}

template <class Matrix>
void row_combine(const Matrix& m, size_t outputs, size_t i, const double* r, double* out) {
  for (size_t k = 0; k < outputs; ++k) {
    each_cell(m, i, [&](size_t j, double c) {
      out[k * m.columns + j] = std::fma(r[k], c, out[k * m.columns + j]);
    });
    out[outputs * m.columns + k] += r[k];
  }
}

// Sums vectors of `size` over blocks of rows: body(begin, end, sums) adds into zeroed sums.
void sum_blocks(size_t rows, size_t size, std::span<double> out,
                const std::function<void(size_t, size_t, double*)>& body) {
  const size_t step = block_rows(rows), count = block_count(rows, step);
  Buffer<double> sums(std::max<size_t>(1, count) * size, 0.0);
  parallel_blocks(rows, step, [&](size_t block, size_t begin, size_t end) {
    body(begin, end, sums.data() + block * size);
  });
  for (size_t width = 1; width < count; width *= 2)
    for (size_t block = 0; block + width < count; block += 2 * width)
      for (size_t j = 0; j < size; ++j) sums[block * size + j] += sums[(block + width) * size + j];
  for (size_t j = 0; j < size; ++j) out[j] = sums[j];
}

double weight(const Samples& s, size_t i) { return s.weight.empty() ? 1 : s.weight[i]; }

double sweep(const Samples& samples, std::span<const double> x, double* gradient,
             double* curvature) {
  const size_t outputs = samples.outputs, size = parameters(samples);
  std::vector<double> out(size + 1);
  std::visit(
      [&](const auto& m) {
        sum_blocks(m.rows, size + 1, out, [&](size_t begin, size_t end, double* sums) {
          std::vector<double> z(outputs), r(outputs);
          for (size_t i = begin; i < end; ++i) {
            const double s = weight(samples, i);
            row_predict(m, outputs, i, x, z.data());
            double f = 0;
            if (samples.loss.kind == LossKind::softmax) {
              const size_t y = static_cast<size_t>(samples.target[i]);
              if (curvature) softmax_probabilities(z, {curvature + i * outputs, outputs});
              f = softmax_derivative(z, y, r);
            } else {
              scalar::visit(samples.loss, [&](const auto& loss) {
                const auto at = loss.at(z[0], samples.target[i]);
                f = at.value;
                r[0] = at.derivative;
                if (curvature) curvature[i] = at.curvature;
              });
            }
            if (s == 0) continue;
            sums[size] += s * f;
            if (!gradient) continue;
            for (double& item : r) item *= s;
            row_combine(m, outputs, i, r.data(), sums);
          }
        });
      },
      *samples.design);
  if (gradient)
    for (size_t j = 0; j < size; ++j) gradient[j] = out[j] / samples.total_weight;
  return out[size] / samples.total_weight;
}

// The product of the loss's second derivative at row i with t [outputs], in place.
void row_curvature(const Samples& samples, std::span<const double> curvature, size_t i, double* t) {
  const size_t outputs = samples.outputs;
  const double s = weight(samples, i);
  if (samples.loss.kind != LossKind::softmax) {
    t[0] *= s * curvature[i];
    return;
  }
  const double* p = curvature.data() + i * outputs;
  double mean = 0;
  for (size_t k = 0; k < outputs; ++k) mean += p[k] * t[k];
  for (size_t k = 0; k < outputs; ++k) t[k] = s * p[k] * (t[k] - mean);
}

}  // namespace

size_t addition_chain(size_t rows) { return block_rows(rows) + 7; }

SparseMatrix transpose(const SparseMatrix& matrix) {
  SparseMatrix out;
  const size_t cells = matrix.value.size();
  out.rows = matrix.columns;
  out.columns = matrix.rows;
  out.begin = Buffer<int64_t>(matrix.columns + 1, 0);
  out.column = Buffer<int32_t>(cells);
  out.value = Buffer<double>(cells);
  for (const int32_t column : matrix.column) ++out.begin[static_cast<size_t>(column) + 1];
  for (size_t j = 0; j < matrix.columns; ++j) out.begin[j + 1] += out.begin[j];
  std::vector<int64_t> next(out.begin.begin(), out.begin.end());
  for (size_t i = 0; i < matrix.rows; ++i)
    for (int64_t at = matrix.begin[i]; at < matrix.begin[i + 1]; ++at) {
      const int64_t to = next[static_cast<size_t>(matrix.column[at])]++;
      out.column[to] = static_cast<int32_t>(i);
      out.value[to] = matrix.value[at];
    }
  return out;
}

void predict(const Design& design, size_t outputs, std::span<const double> x, std::span<double> z) {
  std::visit(
      [&](const auto& m) {
        parallel_blocks(m.rows, block_rows(m.rows), [&](size_t, size_t begin, size_t end) {
          for (size_t i = begin; i < end; ++i)
            row_predict(m, outputs, i, x, z.data() + i * outputs);
        });
      },
      design);
}

void combine(const Design& design, size_t outputs, std::span<const double> r,
             std::span<double> out) {
  std::visit(
      [&](const auto& m) {
        sum_blocks(m.rows, outputs * (m.columns + 1), out,
                   [&](size_t begin, size_t end, double* sums) {
                     for (size_t i = begin; i < end; ++i)
                       row_combine(m, outputs, i, r.data() + i * outputs, sums);
                   });
      },
      design);
}

double value(const Samples& samples, std::span<const double> x) {
  return sweep(samples, x, nullptr, nullptr);
}

double value_and_gradient(const Samples& samples, std::span<const double> x,
                          std::span<double> gradient) {
  return sweep(samples, x, gradient.data(), nullptr);
}

double value_gradient_curvature(const Samples& samples, std::span<const double> x,
                                std::span<double> gradient, std::span<double> curvature) {
  return sweep(samples, x, gradient.data(), curvature.data());
}

void hessian_product(const Samples& samples, std::span<const double> curvature,
                     std::span<const double> d, std::span<double> out) {
  std::visit(
      [&](const auto& m) {
        sum_blocks(m.rows, parameters(samples), out, [&](size_t begin, size_t end, double* sums) {
          std::vector<double> t(samples.outputs);
          for (size_t i = begin; i < end; ++i) {
            row_predict(m, samples.outputs, i, d, t.data());
            row_curvature(samples, curvature, i, t.data());
            row_combine(m, samples.outputs, i, t.data(), sums);
          }
        });
      },
      *samples.design);
  for (double& item : out) item /= samples.total_weight;
}

void hessian(const Samples& samples, std::span<const double> curvature, std::span<double> h) {
  const size_t outputs = samples.outputs, size = parameters(samples);
  std::visit(
      [&](const auto& m) {
        const size_t p = m.columns;
        sum_blocks(m.rows, size * size, h, [&](size_t begin, size_t end, double* sums) {
          std::vector<double> c(outputs), row(p + 1);
          for (size_t i = begin; i < end; ++i) {
            std::fill(row.begin(), row.end(), 0.0);
            each_cell(m, i, [&](size_t j, double cell) { row[j] = cell; });
            row[p] = 1;
            const auto place = [&](size_t k, size_t j) {
              return j < p ? k * p + j : outputs * p + k;
            };
            for (size_t k = 0; k < outputs; ++k) {
              std::fill(c.begin(), c.end(), 0.0);
              c[k] = 1;
              row_curvature(samples, curvature, i, c.data());
              for (size_t l = 0; l < outputs; ++l)
                for (size_t a = 0; a <= p; ++a)
                  for (size_t b = 0; b <= p; ++b)
                    sums[place(k, a) * size + place(l, b)] += c[l] * row[a] * row[b];
            }
          }
        });
      },
      *samples.design);
  for (size_t a = 0; a < size; ++a)
    for (size_t b = 0; b < a; ++b) h[b * size + a] = h[a * size + b];
  for (double& item : h) item /= samples.total_weight;
}

void column_squares(const Samples& samples, std::span<double> squares) {
  std::visit(
      [&](const auto& m) {
        sum_blocks(m.rows, m.columns, squares, [&](size_t begin, size_t end, double* sums) {
          for (size_t i = begin; i < end; ++i) {
            const double s = weight(samples, i);
            each_cell(m, i, [&](size_t j, double c) { sums[j] += s * c * c; });
          }
        });
      },
      *samples.design);
  for (double& item : squares) item /= samples.total_weight;
}

void column_maxima(const Design& design, std::span<double> maxima) {
  std::fill(maxima.begin(), maxima.end(), 0.0);
  std::visit(
      [&](const auto& m) {
        for (size_t i = 0; i < m.rows; ++i)
          each_cell(m, i,
                    [&](size_t j, double c) { maxima[j] = std::max(maxima[j], std::abs(c)); });
      },
      design);
}

}  // namespace thalweg
