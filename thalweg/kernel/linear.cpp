#include "thalweg/kernel/linear.hpp"

#include <algorithm>
#include <vector>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/dense.hpp"
#include "thalweg/kernel/gram.hpp"
#include "thalweg/kernel/loss/evaluate.hpp"
#include "thalweg/kernel/sparse.hpp"
#include "thalweg/kernel/tree.hpp"

namespace thalweg {
namespace {

// Blocks hold their predictions as [outputs, rows], so that vectors run along the rows; callers
// hold them as [rows, outputs].
void to_block(const double* from, size_t begin, size_t end, size_t outputs, double* block) {
  const size_t rows = end - begin;
  for (size_t i = 0; i < rows; ++i)
    for (size_t k = 0; k < outputs; ++k) block[k * rows + i] = from[(begin + i) * outputs + k];
}
void from_block(const double* block, size_t begin, size_t end, size_t outputs, double* to) {
  const size_t rows = end - begin;
  for (size_t i = 0; i < rows; ++i)
    for (size_t k = 0; k < outputs; ++k) to[(begin + i) * outputs + k] = block[k * rows + i];
}

const double* weights(const Samples& samples, size_t begin) {
  return samples.weight.empty() ? nullptr : samples.weight.data() + begin;
}

// The losses of a block at z [outputs, rows]; z becomes their derivatives.
CompensatedSum evaluate_block(const Samples& samples, size_t begin, size_t end, double* z,
                              double* curvature, double* spare) {
  const size_t outputs = samples.outputs;
  double* seconds = curvature == nullptr ? nullptr : outputs == 1 ? curvature + begin : spare;
  const CompensatedSum sum =
      evaluate(samples.loss, end - begin, outputs, samples.target.data() + begin,
               weights(samples, begin), z, seconds);
  if (curvature != nullptr && outputs > 1) from_block(seconds, begin, end, outputs, curvature);
  return sum;
}

// Value and gradient, and the predictions and the curvature unless they are null.
double sweep(const Samples& samples, std::span<const double> x, std::span<double> gradient,
             double* predictions, double* curvature) {
  const size_t outputs = samples.outputs;
  const Tree tree = sweep_tree(*samples.design, gradient.size());
  std::vector<CompensatedSum> values(tree.parts());
  std::visit(
      [&](const auto& matrix) {
        sum_parts(tree, gradient, [&](size_t part, size_t begin, size_t end, double* sums) {
          const size_t size = tree.block * outputs;
          Buffer<double> buffer(3 * size);
          double *z = buffer.data(), *coming = z + size, *spare = coming + size;
          predict_rows(matrix, begin, std::min(end, begin + tree.block), outputs, x.data(), z);
          each_block(tree, begin, end, [&](size_t from, size_t to) {
            if (predictions != nullptr) from_block(z, from, to, outputs, predictions);
            values[part].add(evaluate_block(samples, from, to, z, curvature, spare));
            combine_and_predict_rows(matrix, from, to, std::min(end, to + tree.block), outputs, z,
                                     sums, x.data(), coming);
            std::swap(z, coming);
          });
        });
      },
      *samples.design);
  for (double& item : gradient) item /= samples.total_weight;
  CompensatedSum total;
  for (const CompensatedSum& part : values) total.add(part);
  return total.result() / samples.total_weight;
}

double weighted(const Samples& samples, size_t i, double x) {
  if (samples.weight.empty()) return x;
  return samples.weight[i] == 0 ? 0 : samples.weight[i] * x;
}

// t [outputs, rows] becomes the second derivative at the rows times t.
void curve(const Samples& samples, std::span<const double> curvature, size_t begin, size_t end,
           double* t) {
  const size_t rows = end - begin, outputs = samples.outputs;
  for (size_t i = 0; i < rows; ++i) {
    if (samples.loss.kind != LossKind::softmax) {
      t[i] *= weighted(samples, begin + i, curvature[begin + i]);
      continue;
    }
    const double* p = curvature.data() + (begin + i) * outputs;
    double mean = 0;
    for (size_t k = 0; k < outputs; ++k) mean += p[k] * t[k * rows + i];
    for (size_t k = 0; k < outputs; ++k)
      t[k * rows + i] = weighted(samples, begin + i, p[k] * (t[k * rows + i] - mean));
  }
}

// The weights of the rows in the Hessian's blocks (k, l), l <= k: [outputs (outputs + 1) / 2,
// rows].
void gram_factors(const Samples& samples, std::span<const double> curvature, size_t begin,
                  size_t end, double* factor) {
  const size_t rows = end - begin, outputs = samples.outputs;
  for (size_t i = 0; i < rows; ++i) {
    if (samples.loss.kind != LossKind::softmax) {
      factor[i] = weighted(samples, begin + i, curvature[begin + i]);
      continue;
    }
    const double* p = curvature.data() + (begin + i) * outputs;
    for (size_t k = 0, at = i; k < outputs; ++k) {
      // p_k (1 - p_k) with 1 - p_k from the others, which keeps its digits near 1.
      double others = 0;
      for (size_t l = 0; l < outputs; ++l) others += l == k ? 0 : p[l];
      for (size_t l = 0; l <= k; ++l, at += rows)
        factor[at] = weighted(samples, begin + i, p[k] * (l == k ? others : -p[l]));
    }
  }
}

}  // namespace

size_t addition_chain(size_t rows) {
  return std::min(rows, std::max<size_t>(65536, rows / 4 + 256)) + 8;
}

void predict(const Design& design, size_t outputs, std::span<const double> x, std::span<double> z) {
  const Tree tree = sweep_tree(design, outputs * (columns(design) + 1));
  std::visit(
      [&](const auto& matrix) {
        each_part(tree, [&](size_t, size_t part_begin, size_t part_end) {
          Buffer<double> block(tree.block * outputs);
          each_block(tree, part_begin, part_end, [&](size_t begin, size_t end) {
            predict_rows(matrix, begin, end, outputs, x.data(), block.data());
            from_block(block.data(), begin, end, outputs, z.data());
          });
        });
      },
      design);
}

void combine(const Design& design, size_t outputs, std::span<const double> r,
             std::span<double> out) {
  const Tree tree = sweep_tree(design, out.size());
  std::visit(
      [&](const auto& matrix) {
        sum_parts(tree, out, [&](size_t, size_t part_begin, size_t part_end, double* sums) {
          Buffer<double> block(tree.block * outputs);
          each_block(tree, part_begin, part_end, [&](size_t begin, size_t end) {
            to_block(r.data(), begin, end, outputs, block.data());
            combine_rows(matrix, begin, end, outputs, block.data(), sums);
          });
        });
      },
      design);
}

void evaluate_predictions(const Samples& samples, std::span<const double> z,
                          std::span<double> derivative, std::span<double> curvature) {
  const size_t outputs = samples.outputs;
  parallel_blocks(z.size() / outputs, 8192, [&](size_t, size_t begin, size_t end) {
    constexpr size_t most = 256;
    Buffer<double> buffer(2 * most * outputs);
    double *block = buffer.data(), *second = block + most * outputs;
    for (size_t from = begin; from < end; from += most) {
      const size_t to = std::min(end, from + most);
      to_block(z.data(), from, to, outputs, block);
      evaluate(samples.loss, to - from, outputs, samples.target.data() + from, nullptr, block,
               second);
      if (!derivative.empty()) from_block(block, from, to, outputs, derivative.data());
      if (!curvature.empty()) from_block(second, from, to, outputs, curvature.data());
    }
  });
}

double value(const Samples& samples, std::span<const double> x) {
  const Tree tree = sweep_tree(*samples.design, parameters(samples));
  std::vector<CompensatedSum> values(tree.parts());
  std::visit(
      [&](const auto& matrix) {
        each_part(tree, [&](size_t part, size_t part_begin, size_t part_end) {
          Buffer<double> z(tree.block * samples.outputs);
          each_block(tree, part_begin, part_end, [&](size_t begin, size_t end) {
            predict_rows(matrix, begin, end, samples.outputs, x.data(), z.data());
            values[part].add(evaluate_block(samples, begin, end, z.data(), nullptr, nullptr));
          });
        });
      },
      *samples.design);
  CompensatedSum total;
  for (const CompensatedSum& part : values) total.add(part);
  return total.result() / samples.total_weight;
}

double value_and_gradient(const Samples& samples, std::span<const double> x,
                          std::span<double> gradient) {
  return sweep(samples, x, gradient, nullptr, nullptr);
}

double value_gradient_curvature(const Samples& samples, std::span<const double> x,
                                std::span<double> gradient, std::span<double> predictions,
                                std::span<double> curvature) {
  return sweep(samples, x, gradient, predictions.data(), curvature.data());
}

void hessian_product(const Samples& samples, std::span<const double> curvature,
                     std::span<const double> d, std::span<double> out,
                     std::span<double> predictions) {
  const size_t outputs = samples.outputs;
  const Tree tree = sweep_tree(*samples.design, out.size());
  std::visit(
      [&](const auto& matrix) {
        sum_parts(tree, out, [&](size_t, size_t begin, size_t end, double* sums) {
          Buffer<double> buffer(2 * tree.block * outputs);
          double *t = buffer.data(), *coming = t + tree.block * outputs;
          predict_rows(matrix, begin, std::min(end, begin + tree.block), outputs, d.data(), t);
          each_block(tree, begin, end, [&](size_t from, size_t to) {
            if (!predictions.empty()) from_block(t, from, to, outputs, predictions.data());
            curve(samples, curvature, from, to, t);
            combine_and_predict_rows(matrix, from, to, std::min(end, to + tree.block), outputs, t,
                                     sums, d.data(), coming);
            std::swap(t, coming);
          });
        });
      },
      *samples.design);
  for (double& item : out) item /= samples.total_weight;
}

void hessian(const Samples& samples, std::span<const double> curvature, std::span<double> h,
             GramPrecision precision) {
  const size_t outputs = samples.outputs, size = parameters(samples);
  const size_t p = columns(*samples.design), pairs = outputs * (outputs + 1) / 2;
  Buffer<double> grams(pairs * gram_size(p));
  const Tree tree = gram_tree(*samples.design, grams.size());
  std::visit(
      [&](const auto& matrix) {
        sum_parts(tree, grams, [&](size_t, size_t part_begin, size_t part_end, double* sums) {
          Buffer<double> factor(tree.block * pairs), workspace(gram_workspace(p));
          each_block(tree, part_begin, part_end, [&](size_t begin, size_t end) {
            gram_factors(samples, curvature, begin, end, factor.data());
            gram_rows(matrix, precision, begin, end, pairs, factor.data(), sums, workspace.data());
          });
        });
      },
      *samples.design);
  const auto place = [&](size_t k, size_t j) { return j < p ? k * p + j : outputs * p + k; };
  const double* gram = grams.data();
  for (size_t k = 0; k < outputs; ++k)
    for (size_t l = 0; l <= k; ++l, gram += gram_size(p))
      for (size_t a = 0; a <= p; ++a)
        for (size_t b = a; b <= p; ++b) {
          const double entry = gram[a * gram_stride(p) + b] / samples.total_weight;
          h[place(k, a) * size + place(l, b)] = h[place(l, b) * size + place(k, a)] = entry;
          h[place(k, b) * size + place(l, a)] = h[place(l, a) * size + place(k, b)] = entry;
        }
}

}  // namespace thalweg
