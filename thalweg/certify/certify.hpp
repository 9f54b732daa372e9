// From a point of a linear model to a certificate: which proof applies, and the proof.
#pragma once

#include <span>

#include "thalweg/certify/baseline.hpp"
#include "thalweg/monitor/certificate.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg {

// Keeps what depends on the data alone, so that a run can ask at many of its points.
class Certifier {
 public:
  // `predictor` must outlive this.
  explicit Certifier(const LinearPredictor& predictor);

  // The best certificate at x [parameters], its intercepts first moved to their best (the point
  // that is certified stands in the certificate). `dual`: a dual point that the method holds, or
  // empty. `moved`: the direction of descent, tried as a witness. `enough`: a relative gap at which
  // the cheap proof will do. Proofs that cost a Hessian are tried where the cheap bound is within
  // `reach` times of enough, or there is none.
  Certificate certify(std::span<const double> x, std::span<const double> dual,
                      std::span<const double> moved, double enough, double reach) const;

  // A direction along which there is no minimizer, or empty; as find_witness.
  std::vector<double> witness(std::span<const double> moved) const;

  const Baseline& base() const { return base_; }

 private:
  void try_dual(std::span<const double> z, std::vector<double> theta,
                Certificate& certificate) const;

  const LinearPredictor& predictor_;
  Baseline base_;
  std::vector<double> maxima_;  // [columns] largest |x_ij|
};

}  // namespace thalweg
