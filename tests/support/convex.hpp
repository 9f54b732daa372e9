// A problem in scaled units of many-digit numbers: columns with largest cell 1, targets of the
// losses that have units with largest value 1; its value, derivatives, duality gap and minimum.
#pragma once

#include <limits>
#include <optional>

#include "tests/support/interior.hpp"
#include "tests/support/problem.hpp"

namespace thalweg::testing {

template <class R>
class Convex {
 public:
  explicit Convex(const Problem& problem);

  // Parameters of the problem in scaled units, and values back in the problem's.
  std::vector<R> scaled(std::span<const double> x) const;
  R unscaled(const R& value) const { return value * objective_unit_; }

  R value(const std::vector<R>& x) const;

  struct Minimum {
    R value, gap;
    bool attained;
  };
  Minimum minimum();

 private:
  // Value, first derivatives [rows, outputs] and second derivatives ([rows], softmax: [rows,
  // outputs] probabilities) of the sample part.
  struct Losses {
    R value = 0;
    std::vector<R> first, second;
  };

  R& cell(size_t row, size_t j) { return cells_[row * (columns_ + 1) + j]; }
  const R& cell(size_t row, size_t j) const { return cells_[row * (columns_ + 1) + j]; }
  size_t size() const { return outputs_ * (columns_ + 1); }
  // Of column j (columns_: the intercept) of output k in the parameters.
  size_t place(size_t k, size_t j) const {
    return j < columns_ ? k * columns_ + j : outputs_ * columns_ + k;
  }
  size_t column(size_t at) const { return at < outputs_ * columns_ ? at % columns_ : columns_; }
  bool smooth() const {
    return kind_ == LossKind::logistic || kind_ == LossKind::softmax ||
           kind_ == LossKind::poisson || kind_ == LossKind::gamma;
  }

  std::vector<R> predictions(const std::vector<R>& x) const;
  Losses losses(const std::vector<R>& x) const;
  R penalty(const std::vector<R>& x) const;
  void project(std::vector<R>& x) const;
  // The sample's loss as a kinked piece (squared, Huber, quantile, hinges), row left empty.
  Piece<R> piece(size_t row) const;
  R piece_value(const Piece<R>& piece, const R& z) const;
  // Of columns of 1e-150, which the penalty or the bounds hold at their start for all that can be
  // told; 616 digits make no such difference.
  bool fixed(size_t j) const;
  // Pieces of |w| and of the bounds nearer than `far`, around `at`; none for what is fixed, nor for
  // an l1 below 1e-60 (columns of 1e150). The gap counts what was left out.
  std::vector<Piece<R>> penalty_pieces(const std::vector<R>& at, const R& far) const;
  std::vector<R> gradient(const std::vector<R>& theta) const;
  R gap(const std::vector<R>& x, const std::vector<R>& theta) const;

  // Leaves out what tends to its infimum; false when there is no such thing.
  bool recede();
  // By proximal steps of that strength; nothing where they do not end at a whole number.
  std::optional<bool> recede(const R& small);
  Minimum minimize_pieces() const;
  Minimum minimize_smooth() const;
  std::vector<R> start() const;
  R hold(size_t at) const;
  // Into the bounds, what is fixed to its place.
  void settle(std::vector<R>& x) const;

  LossKind kind_;
  size_t rows_ = 0, columns_ = 0, outputs_ = 1;
  std::vector<R> cells_;                    // [rows, columns + 1], the last column 1
  std::vector<R> target_, omega_;           // [rows]; omega sums to 1
  std::vector<R> unit_;                     // [columns + 1]: scaled weight = weight * unit
  std::vector<R> l1_, l2_, lower_, upper_;  // [columns]
  bool has_lower_ = false, has_upper_ = false;
  R delta_ = 1, level_, smoothing_, objective_unit_ = 1;
  std::vector<char> kept_;  // [rows, outputs]; softmax: classes in the sum, others: [rows]
};

}  // namespace thalweg::testing
