// Dense columns, copied one after the other, and sparse ones, transposed.
#include <cmath>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/axpy.hpp"
#include "thalweg/optim/lasso/column_set.hpp"
#include "thalweg/optim/lasso/gram_descent.hpp"

namespace thalweg {
namespace {

// Those that have been in a working set are known by their Gram matrix, on which descent costs a
// few times less than on the residual.
class DenseColumns final : public ColumnSet {
 public:
  explicit DenseColumns(const Samples& samples)
      : ColumnSet(samples), x_(count() * padded_), place_(count(), -1) {
    std::visit([&](const auto& matrix) { copy(matrix); }, *samples.design);
    parallel_blocks(count(), 64, [&](size_t, size_t begin, size_t end) {
      for (size_t j = begin; j < end; ++j) norm_[j] = std::sqrt(dot(padded_, at(j), at(j)));
    });
  }

  void descend(std::span<const size_t> which, const Penalty& penalty, double enough,
               std::span<double> v) override {
    if (which.size() > most_known) return ColumnSet::descend(which, penalty, enough, v);
    know(which);
    const size_t m = known_.size();
    std::vector<double> w(m, 0.0), slope(m, 0.0), error(m);
    std::vector<size_t> places;
    for (size_t k = 0; k < m; ++k) {
      w[k] = weights()[known_[k]];
      error[k] = rounding(known_[k]);
    }
    for (size_t j : which) {
      places.push_back(static_cast<size_t>(place_[j]));
      slope[places.back()] = v[j];
    }
    const std::vector<double> before = w;
    GramProblem problem{gram_.data(), capacity_, w, slope, error, loss()};
    descend_gram(problem, places, penalty, enough);
    for (size_t j : which) {
      const auto k = static_cast<size_t>(place_[j]);
      v[j] = slope[k];
      if (w[k] != before[k]) change(j, w[k]);
    }
    settle();
  }

 private:
  static constexpr size_t most_known = 4096;  // their Gram matrix has 128 MB

  const double* at(size_t j) const { return x_.data() + j * padded_; }
  double product(size_t j, const double* r) const override { return dot(padded_, at(j), r); }
  void add(size_t j, double by, double* r) const override { add_scaled(padded_, by, at(j), r); }

  void copy(const SparseMatrix&) {}
  template <class Cell>
  void copy(const DenseMatrix<Cell>& matrix) {
    const size_t p = matrix.columns;
    // Eight rows at a time fill a line of each column.
    parallel_blocks(padded_, 256, [&](size_t, size_t begin, size_t end) {
      for (size_t from = begin; from < end; from += 8)
        for (size_t j = 0; j < p; ++j)
          for (size_t i = from; i < from + 8; ++i)
            x_[j * padded_ + i] =
                i < matrix.rows
                    ? root_[i] * (static_cast<double>(matrix.data[i * p + j]) - mean_[j])
                    : 0;
    });
  }

  // Their products with all that are known.
  void know(std::span<const size_t> which) {
    std::vector<size_t> news;
    for (size_t j : which)
      if (place_[j] < 0) news.push_back(j);
    if (known_.size() + news.size() > most_known) {
      for (size_t j : known_) place_[j] = -1;
      known_.clear();
      news.assign(which.begin(), which.end());
    }
    if (news.empty()) return;
    const size_t first = known_.size(), m = first + news.size();
    if (m > capacity_) {
      const size_t wider = std::min(std::max(2 * capacity_, (m + 63) / 64 * 64), most_known);
      Buffer<double> gram(wider * wider);
      for (size_t k = 0; k < first; ++k)
        std::copy_n(gram_.data() + k * capacity_, first, gram.data() + k * wider);
      gram_ = std::move(gram);
      capacity_ = wider;
    }
    for (size_t j : news) {
      place_[j] = static_cast<int32_t>(known_.size());
      known_.push_back(j);
    }
    std::vector<const double*> all;
    for (size_t j : known_) all.push_back(at(j));
    parallel_blocks(m, 64, [&](size_t, size_t begin, size_t end) {
      cross_products(padded_, all.data() + first, m - first, all.data() + begin, end - begin,
                     gram_.data() + first * capacity_ + begin, capacity_);
      for (size_t k = begin; k < std::min(end, first); ++k)
        for (size_t l = first; l < m; ++l) gram_[k * capacity_ + l] = gram_[l * capacity_ + k];
    });
  }

  Buffer<double> x_;            // [columns, padded]
  std::vector<int32_t> place_;  // [columns] in the Gram matrix; -1: not known
  std::vector<size_t> known_;   // columns in the order of the Gram matrix
  Buffer<double> gram_;         // [capacity, capacity]
  size_t capacity_ = 0;
};

// Sparse columns: transposed, and centered by what a residual of mean 0 makes of them.
class SparseColumns final : public ColumnSet {
 public:
  explicit SparseColumns(const Samples& samples)
      : ColumnSet(samples), x_(transpose(std::get<SparseMatrix>(*samples.design))) {
    for (size_t j = 0; j < count(); ++j) {
      tilt_[j] = mean_[j];
      double square = 0;
      for (auto k = x_.begin[j]; k < x_.begin[j + 1]; ++k) {
        const auto at = static_cast<size_t>(k);
        x_.value[at] *= root_[static_cast<size_t>(x_.column[at])];
        square += x_.value[at] * x_.value[at];
      }
      const double rest = square - mean_[j] * mean_[j];
      norm_[j] = rest > 1e-13 * square ? std::sqrt(rest) : 0;
    }
  }

 private:
  double product(size_t j, const double* r) const override {
    double a = 0, b = 0;
    auto k = static_cast<size_t>(x_.begin[j]);
    const auto end = static_cast<size_t>(x_.begin[j + 1]);
    for (; k + 2 <= end; k += 2) {
      a += x_.value[k] * r[x_.column[k]];
      b += x_.value[k + 1] * r[x_.column[k + 1]];
    }
    if (k < end) a += x_.value[k] * r[x_.column[k]];
    return a + b;
  }
  void add(size_t j, double by, double* r) const override {
    const auto end = static_cast<size_t>(x_.begin[j + 1]);
    for (auto k = static_cast<size_t>(x_.begin[j]); k < end; ++k)
      r[x_.column[k]] += by * x_.value[k];
  }

  SparseMatrix x_;  // [columns, rows]
};

}  // namespace

std::unique_ptr<ColumnSet> make_columns(const Samples& samples) {
  if (std::holds_alternative<SparseMatrix>(*samples.design))
    return std::make_unique<SparseColumns>(samples);
  return std::make_unique<DenseColumns>(samples);
}

}  // namespace thalweg
