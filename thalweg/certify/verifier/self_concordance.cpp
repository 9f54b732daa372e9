// The Newton decrement's bound. With H the Hessian of the smooth part, nu the norm of a subgradient
// and rho the greatest norm of a row, both dual to H, and delta = rho nu < 1:
//   P - inf P <= (delta + (1 - delta) ln(1 - delta)) / rho^2.
// Any direction d bounds nu <= |d|_H + |q + H d| / sqrt(least eigenvalue), in units in which H has
// a unit diagonal; a Cholesky factorization that completes bounds that eigenvalue. Source: Sun,
// Tran-Dinh 2019, "Generalized self-concordant functions", for |f'''| <= f''.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "thalweg/base/parallel.hpp"
#include "thalweg/certify/verifier/proof.hpp"

namespace thalweg::verifier {
namespace {

// Curvature below this is left out of H, which only lowers its eigenvalues, and rounded up to this
// in |d|_H: relative errors hold for normal numbers alone.
constexpr double least_curvature = 0x1p-1000;

// The coordinates that are not held: class after class its weights, then its intercept. Softmax
// does not change when all classes move together, so the last class is held, or, where the penalty
// tells the weights apart, its intercept alone; those coordinates come last.
struct Coordinates {
  size_t stride;  // features + 1
  size_t count;

  explicit Coordinates(const Problem& problem)
      : stride(problem.features + 1), count(problem.outputs * stride) {
    if (problem.loss.kind != LossKind::softmax) return;
    const bool penalized = problem.l1 > 0 || problem.l2 > 0 || problem.bounded();
    count -= penalized ? 1 : stride;
  }
};

// What one row gives to the gradient and to products with H.
class RowCurvature {
 public:
  explicit RowCurvature(const Problem& problem)
      : problem_(problem), p_(problem.outputs), entries_(problem.outputs * problem.outputs) {}

  void read(const Margins& margins, size_t i) {
    const Approximate z{margins.value[i * problem_.outputs], margins.error[i]};
    if (problem_.outputs == 1) {
      const Curvature bend = curvature(problem_.loss, z, problem_.target[i]);
      entries_[0] = bend.value < least_curvature ? 0 : bend.value;
      relative_error = bend.relative_error;
      slopes_ = slope(problem_.loss, z, problem_.target[i]);
      return;
    }
    const size_t outputs = problem_.outputs;
    relative_error = 4 * softmax(margins.row(i), margins.error[i], p_);
    // The sum over pairs of p_k p_l (e_k - e_l) (e_k - e_l)^T: nothing cancels.
    std::fill(entries_.begin(), entries_.end(), 0.0);
    for (size_t k = 0; k < outputs; ++k)
      for (size_t l = 0; l < k; ++l) {
        const double product = p_[k] * p_[l];
        if (product < least_curvature) continue;
        entries_[k * outputs + l] = entries_[l * outputs + k] = -product;
        entries_[k * outputs + k] += product;
        entries_[l * outputs + l] += product;
      }
  }

  // d^2 f / dz_k dz_l, up to the relative error.
  double entry(size_t k, size_t l) const { return entries_[k * problem_.outputs + l]; }

  // df/dz_k.
  Approximate slope_at(size_t k, size_t i) const {
    if (problem_.outputs == 1) return slopes_;
    double value = p_[k];
    if (k == static_cast<size_t>(problem_.target[i])) {
      value = 0;
      for (size_t l = 0; l < p_.size(); ++l)
        if (l != k) value -= p_[l];
    }
    return {value, relative_error * std::fabs(value) + tiny};
  }

  // Row k of the curvature times t [outputs] with its error, and adds t^T (curvature) t to
  // `square`.
  void apply(std::span<const double> t, double t_error, std::span<Approximate> out,
             double& square) const {
    auto squared = [](double weight, double number) {
      return std::max(weight, least_curvature) * number * number;
    };
    if (problem_.outputs == 1) {
      const double value = entries_[0] * t[0];
      out[0] = {value, (relative_error + unit) * std::fabs(value) + entries_[0] * t_error +
                           least_curvature * std::fabs(t[0])};
      square += squared(entries_[0], std::fabs(t[0]) + t_error);
      return;
    }
    double mean = 0, spread = 0;
    for (size_t k = 0; k < p_.size(); ++k) mean += p_[k] * (t[k] - t[0]);
    for (size_t k = 0; k < p_.size(); ++k) spread += p_[k] * std::fabs(t[k] - t[0]);
    for (size_t k = 0; k < p_.size(); ++k) {
      const double apart = (t[k] - t[0]) - mean;
      const double error =
          (relative_error + 4 * unit) * (std::fabs(t[k] - t[0]) + spread) + 4 * t_error;
      out[k] = {p_[k] * apart, p_[k] * error + least_curvature * std::fabs(apart)};
      // The variance is the least mean square about any number.
      square += squared(p_[k], std::fabs(apart) + error);
    }
  }

  double relative_error = 0;

 private:
  const Problem& problem_;
  std::vector<double> p_, entries_;
  Approximate slopes_;
};

// H's lower triangle, row-major [count, count], without l2, times S. An entry is a sum of the terms
// of some rows, then of those sums in a chunk, then of the chunks: `chain` additions at most.
struct Hessian {
  std::vector<double> entries;
  double chain = 0, relative_error = 0;
};

Hessian hessian(const Problem& problem, const Margins& margins, Coordinates coordinates) {
  const size_t m = coordinates.count, rows = problem.rows(), outputs = problem.outputs;
  // Chunks depend on the sizes alone, so that the sums' bits do; 256 MiB for their copies.
  const size_t chunks = std::clamp<size_t>((size_t{1} << 28) / (16 * m * m), 1,
                                           std::min<size_t>(8, block_count(rows, 1024)));
  const size_t chunk_rows = block_count(rows, chunks);
  // As many sums as rows in a sum make the shortest chain.
  const auto rows_a_sum =
      static_cast<size_t>(std::ceil(std::sqrt(static_cast<double>(chunk_rows))));
  std::vector<std::vector<double>> sums(chunks);
  std::vector<double> errors(chunks, 0.0);
  parallel_blocks(chunks, 1, [&](size_t chunk, size_t, size_t) {
    std::vector<double>& sum = sums[chunk];
    sum.assign(m * m, 0.0);
    std::vector<double> part(m * m, 0.0);
    std::vector<uint32_t> column;
    std::vector<double> x;
    RowCurvature row(problem);
    auto flush = [&] {
      for (size_t a = 0; a < m * m; ++a) {
        sum[a] += part[a];
        part[a] = 0;
      }
    };
    const size_t first = std::min(rows, chunk * chunk_rows);
    const size_t last = std::min(rows, first + chunk_rows);
    for (size_t i = first; i < last; ++i) {
      if (i > first && (i - first) % rows_a_sum == 0) flush();
      row.read(margins, i);
      errors[chunk] = std::max(errors[chunk], row.relative_error);
      column.assign(problem.column.begin() + static_cast<std::ptrdiff_t>(problem.begin[i]),
                    problem.column.begin() + static_cast<std::ptrdiff_t>(problem.begin[i + 1]));
      x.assign(problem.value.begin() + static_cast<std::ptrdiff_t>(problem.begin[i]),
               problem.value.begin() + static_cast<std::ptrdiff_t>(problem.begin[i + 1]));
      column.push_back(static_cast<uint32_t>(problem.features));
      x.push_back(1);
      const bool dense = x.size() == coordinates.stride;
      for (size_t k = 0; k < outputs; ++k)
        for (size_t a = 0; a < x.size(); ++a) {
          const size_t at = k * coordinates.stride + column[a];
          if (at >= m) continue;
          for (size_t l = 0; l <= k; ++l) {
            const double factor = problem.row_weight(i) * row.entry(k, l) * x[a];
            double* out = part.data() + at * m + l * coordinates.stride;
            const size_t end = std::min(l == k ? a + 1 : x.size(), m - l * coordinates.stride);
            if (dense)
              for (size_t b = 0; b < end; ++b) out[b] += factor * x[b];
            else
              for (size_t b = 0; b < end; ++b) out[column[b]] += factor * x[b];
          }
        }
    }
    flush();
  });
  Hessian out;
  out.entries = std::move(sums[0]);
  for (size_t chunk = 1; chunk < chunks; ++chunk)
    for (size_t a = 0; a < m * m; ++a) out.entries[a] += sums[chunk][a];
  out.relative_error = *std::max_element(errors.begin(), errors.end());
  out.chain = static_cast<double>(rows_a_sum + block_count(chunk_rows, rows_a_sum) + chunks);
  return out;
}

// Factorizes in place the lower triangle of a [m, m]; false where it is not positive definite.
bool cholesky(std::vector<double>& a, size_t m) {
  for (size_t i = 0; i < m; ++i)
    for (size_t j = 0; j <= i; ++j) {
      const double* x = a.data() + i * m;
      const double* y = a.data() + j * m;
      double lanes[8] = {};
      size_t k = 0;
      for (; k + 8 <= j; k += 8)
        for (size_t lane = 0; lane < 8; ++lane) lanes[lane] += x[k + lane] * y[k + lane];
      double sum = 0;
      for (; k < j; ++k) sum += x[k] * y[k];
      for (const double lane : lanes) sum += lane;
      const double rest = a[i * m + j] - sum;
      if (i == j) {
        if (!(rest > 0) || !std::isfinite(rest)) return false;
        a[i * m + i] = std::sqrt(rest);
      } else {
        a[i * m + j] = rest / a[j * m + j];
      }
    }
  return true;
}

// delta^2 (1/2 + delta/6 + delta^2/12 + ...), for delta in [0, 1).
double bound_factor(double delta) {
  if (delta > 0.5) return delta + (1 - delta) * std::log1p(-delta);
  double sum = 0;
  for (int k = 60; k >= 0; --k) sum = 1.0 / ((k + 1.0) * (k + 2.0)) + delta * sum;
  return delta * delta * sum;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Bound self_concordance(const Problem& problem, const Point& point, const Margins& margins,
                       std::span<const double> direction, double shift) {
  const LossKind kind = problem.loss.kind;
  if (kind != LossKind::logistic && kind != LossKind::softmax && kind != LossKind::poisson &&
      kind != LossKind::gamma && kind != LossKind::squared)
    return {infinity, "the loss is not self-concordant"};
  const size_t rows = problem.rows(), outputs = problem.outputs, features = problem.features;
  const Coordinates coordinates(problem);
  const size_t m = coordinates.count, stride = coordinates.stride;
  if (problem.parameters() > most_newton_parameters)
    return {infinity, fmt::format("{} parameters are more than the {} whose Hessian is checked",
                                  problem.parameters(), most_newton_parameters)};
  if (m == 0) return {0, ""};
  for (size_t j = 0; j < direction.size(); ++j)
    if (!std::isfinite(direction[j]))
      return {infinity, fmt::format("entry {} of its direction is not a finite number", j)};
  if (!(shift > 0) || !(shift < 1))
    return {infinity, fmt::format("its shift {} is not between 0 and 1", shift)};

  // Position of a coordinate among the parameters, and d there.
  auto parameter = [&](size_t c) {
    const size_t k = c / stride, j = c % stride;
    return j == features ? outputs * features + k : k * features + j;
  };
  auto d = [&](size_t c) { return c < m ? direction[parameter(c)] : 0.0; };

  // Gradient + H d, summed row by row; |d|_H.
  std::vector<DoubleDouble> residual(m);
  std::vector<double> residual_error(m, 0.0);
  std::vector<double> t(outputs);
  std::vector<Approximate> bent(outputs);
  DoubleDouble norm;
  RowCurvature row(problem);
  double worst_row_error = 0;
  const double an_addition = 0x1p-103 * static_cast<double>(rows + 4);
  for (size_t i = 0; i < rows; ++i) {
    const double s = problem.row_weight(i);
    row.read(margins, i);
    worst_row_error = std::max(worst_row_error, row.relative_error);
    double t_error = 0;
    for (size_t k = 0; k < outputs; ++k) {
      DoubleDouble sum = d(k * stride + features);
      double magnitude = std::fabs(sum.hi);
      for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c) {
        const DoubleDouble term = two_product(problem.value[c], d(k * stride + problem.column[c]));
        sum += term;
        magnitude += std::fabs(term.hi);
      }
      t[k] = sum.hi;
      t_error = std::max(t_error, unit * std::fabs(sum.hi) + static_cast<double>(features + 2) *
                                                                 (0x1p-103 * magnitude + tiny));
    }
    double square = 0;
    row.apply(t, t_error, bent, square);
    norm += two_product(s, square);
    for (size_t k = 0; k < outputs; ++k) {
      const Approximate gradient = row.slope_at(k, i);
      const DoubleDouble factor = DoubleDouble(s) * (gradient.value + bent[k].value);
      const double error =
          s * (gradient.error + bent[k].error) +
          an_addition * s * (std::fabs(gradient.value.hi) + std::fabs(bent[k].value.hi));
      auto add = [&](size_t c, double x) {
        if (c >= m) return;
        residual[c] += factor * DoubleDouble(x);
        residual_error[c] += error * std::fabs(x) + tiny;
      };
      for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c)
        add(k * stride + problem.column[c], problem.value[c]);
      add(k * stride + features, 1);
    }
  }
  const DoubleDouble total = problem.total_weight();
  double norm_square = (norm / total).hi * (1 + worst_row_error + 16 * unit) +
                       static_cast<double>(rows) * tiny / total.hi;

  Hessian h = hessian(problem, margins, coordinates);
  std::vector<double> diagonal(m);  // D
  for (size_t c = 0; c < m; ++c) {
    const bool weight = c % stride != features;
    const double entry = h.entries[c * m + c] / total.hi + (weight ? problem.l2 : 0);
    h.entries[c * m + c] = entry * total.hi;
    diagonal[c] = std::sqrt(entry);
    if (!(entry * total.hi >= least_curvature * static_cast<double>(rows)) || !std::isfinite(entry))
      return {infinity, fmt::format("the Hessian is singular: its entry {} is {}", c, entry)};
    if (weight) norm_square += problem.l2 * d(c) * d(c) * (1 + 4 * unit);
  }

  // q is any subgradient: of each coordinate's interval the one nearest to -(H d).
  double rest_square = 0;
  for (size_t c = 0; c < m; ++c) {
    DoubleDouble r = residual[c] / total;
    double low = 0, high = 0;
    double error = residual_error[c] / total.hi * 1.01;
    if (c % stride != features) {
      const double w = point.weight[parameter(c)];
      r += two_product(problem.l2, w) + two_product(problem.l2, d(c));
      error += resolution * problem.l2 * (std::fabs(w) + std::fabs(d(c)));
      low = w > 0 ? problem.l1 : -problem.l1;
      high = w < 0 ? -problem.l1 : problem.l1;
      if (w <= problem.lower) low = -infinity;
      if (w >= problem.upper) high = infinity;
    }
    error += resolution * (std::fabs(r.hi) + problem.l1);
    double apart = 0;
    if (r + DoubleDouble(low) > DoubleDouble(0)) apart = (r + DoubleDouble(low)).hi;
    if (r + DoubleDouble(high) < DoubleDouble(0)) apart = -(r + DoubleDouble(high)).hi;
    if (!std::isfinite(apart + error)) return {infinity, "the gradient is not finite"};
    const double scaled = (apart + error) / diagonal[c];
    rest_square += scaled * scaled;
  }

  // H with unit diagonal, less the shift. |entry| errs by at most `entry_error` (Cauchy-Schwarz),
  // the matrix by m times that, the factorization by (m + 2) u times its trace.
  const double size = static_cast<double>(m);
  const double entry_error =
      (h.chain + 32) * unit * 1.01 + std::max(h.relative_error, worst_row_error);
  for (size_t a = 0; a < m; ++a) {
    for (size_t b = 0; b < a; ++b)
      h.entries[a * m + b] = h.entries[a * m + b] / total.hi / diagonal[a] / diagonal[b];
    h.entries[a * m + a] = 1 - shift;
  }
  if (!cholesky(h.entries, m))
    return {infinity, fmt::format("the Hessian is not positive definite by its shift {}", shift)};
  const double least = shift - size * entry_error - (size + 8) * unit * size * 1.01;
  if (!(least > 0))
    return {infinity, fmt::format("its shift {} is below the rounding of the Hessian, {}", shift,
                                  shift - least)};

  const double nu =
      (std::sqrt(norm_square) + std::sqrt(rest_square / least)) * (1 + (size + 16) * unit);
  if (!std::isfinite(nu)) return {infinity, "the direction's norm is not finite"};
  if (kind == LossKind::squared) return {0.5 * nu * nu * (1 + 4 * unit) + tiny, ""};
  double widest = 0;  // of any row, the two largest squared norms of a class together
  std::vector<double> norms(outputs);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t k = 0; k < outputs; ++k) {
      double sum = 0;
      auto add = [&](size_t c, double x) {
        if (c < m) sum += (x / diagonal[c]) * (x / diagonal[c]);
      };
      for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c)
        add(k * stride + problem.column[c], problem.value[c]);
      add(k * stride + features, 1);
      norms[k] = sum;
    }
    std::sort(norms.begin(), norms.end(), std::greater<>());
    widest = std::max(widest, norms[0] + (outputs > 1 ? norms[1] : 0));
  }
  const double rho = std::sqrt(widest / least) * (1 + (size + 16) * unit);
  const double delta = rho * nu * (1 + 4 * unit);
  if (!(delta < 1))
    return {infinity, fmt::format("the point is too far from a minimizer: delta is {}", delta)};
  return {bound_factor(delta) / rho / rho * (1 + 1e-12) + tiny, ""};
}

}  // namespace thalweg::verifier
