// The columns of a least-squares problem as coordinate descent sees them: centered, scaled by the
// roots of the samples' weights, with the residual that the weights leave.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

class ColumnSet {
 public:
  virtual ~ColumnSet() = default;

  size_t count() const { return mean_.size(); }
  double mean(size_t j) const { return mean_[j]; }
  double norm(size_t j) const {
    return norm_[j];
  }  // root of the mean square of the centered column
  double target_mean() const { return target_mean_; }
  std::span<const double> weights() const { return w_; }
  std::span<const double> residual() const { return residual_; }
  double loss() const;  // half the mean square of the residual
  // How far slope j can be off by rounding, to first order.
  double rounding(size_t j) const;

  // All weights at once, and the residual anew.
  void set(std::span<const double> weights);
  // v[j] = the slope of the loss along w_j, for the columns named.
  void slopes(std::span<const size_t> which, std::span<double> v) const;
  // Coordinate descent over the columns named, whose v is right, until the gap of the problem without
  // the others is `enough` or progress ends. v of these follows.
  virtual void descend(std::span<const size_t> which, const Penalty& penalty, double enough,
                       std::span<double> v);

 protected:
  explicit ColumnSet(const Samples& samples);
  // Of the column as it is stored, which is tilt_[j] times the roots more than the centered one.
  virtual double product(size_t j, const double* r) const = 0;
  virtual void add(size_t j, double by, double* r) const = 0;
  void change(size_t j, double to);
  // What has gathered of the roots goes into the residual, and rounding out of it.
  void settle();

  size_t padded_;                    // rows, and zeros up to a multiple of 8
  std::vector<double> root_;         // [padded] of s_i / S
  std::vector<double> mean_, norm_;  // [columns]
  std::vector<double> tilt_;         // [columns] 0 where columns are stored centered, else the mean
  double target_mean_ = 0;

 private:
  struct OnResidual;

  // The residual loses by times the column.
  void take(size_t j, double by);

  std::vector<double> target_;        // [padded]
  std::vector<double> w_, residual_;  // [columns], [padded]
  double shift_ = 0;                  // of the roots, still to be added to the residual
  double scale_ = 0;                  // norm of the target
  double drift_ = 0, most_drift_;     // rounding that the residual has gathered, and may
};

// Dense columns are copied, one after the other; sparse ones are transposed.
std::unique_ptr<ColumnSet> make_columns(const Samples& samples);

}  // namespace thalweg
