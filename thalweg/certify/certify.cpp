#include "thalweg/certify/certify.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/parallel.hpp"
#include "thalweg/certify/dual.hpp"
#include "thalweg/certify/gap.hpp"
#include "thalweg/certify/self_concordance.hpp"
#include "thalweg/certify/witness.hpp"
#include "thalweg/objective/intercept.hpp"

namespace thalweg {

namespace {

// Whether an intercept is off its best by more than a Newton step mends: sum s_i theta_i against the
// sum of |s_i theta_i|. A kink is mended by nothing.
bool unbalanced(const Samples& samples, std::span<const double> theta) {
  struct Balance {
    double sum = 0, size = 0;
    Balance& operator+=(const Balance& other) {
      sum += other.sum;
      size += other.size;
      return *this;
    }
  };
  const size_t k = samples.outputs;
  const double most = loss_row(samples.loss.kind).smooth ? 1e-3 : 0;
  for (size_t c = 0; c < k; ++c) {
    const Balance balance = parallel_sum(theta.size() / k, [&](size_t i) {
      const double t = weight_of(samples, i) * theta[i * k + c];
      return Balance{t, std::abs(t)};
    });
    if (!(std::abs(balance.sum) <= most * balance.size)) return true;
  }
  return false;
}

}  // namespace

Certifier::Certifier(const LinearPredictor& predictor)
    : predictor_(predictor),
      base_(baseline(predictor.samples)),
      maxima_(columns(*predictor.samples.design)) {
  column_maxima(*predictor.samples.design, maxima_);
}

std::vector<double> Certifier::witness(std::span<const double> moved) const {
  return find_witness(predictor_, moved);
}

void Certifier::try_dual(std::span<const double> z, std::vector<double> theta,
                         Certificate& certificate) const {
  const long long row = make_feasible(predictor_, maxima_, theta);
  if (row < 0) return;
  const Gap gap = fenchel_gap(predictor_, certificate.point, z, theta, maxima_);
  // A hair for the last digits, in which the verifier's own sums differ from these.
  const double bound = (gap.value + gap.rounding) * (1 + 1e-9);
  if (!std::isfinite(bound) || bound >= certificate.bound) return;
  certificate.kind = CertificateKind::fenchel;
  certificate.bound = bound;
  certificate.rounding = bound - gap.value;
  certificate.dual = std::move(theta);
  certificate.defining_row = row;
  certificate.direction.clear();
}

Certificate Certifier::certify(std::span<const double> x, std::span<const double> dual,
                               std::span<const double> moved, double enough, double reach,
                               const NewtonSolve& lent) const {
  const Samples& samples = predictor_.samples;
  const Penalty& r = predictor_.penalty;
  Certificate out;
  out.infimum = base_.infimum;
  out.constant = base_.constant;
  out.point.assign(x.begin(), x.end());
  std::vector<double> own;
  std::span<const double> z = predictor_.evaluated.z;
  const auto predict_all = [&] {
    own.resize(rows(*samples.design) * samples.outputs);
    predict(*samples.design, samples.outputs, out.point, own);
    z = own;
  };
  if (!predictor_.evaluated.at(x)) predict_all();
  for (double v : z)
    if (!std::isfinite(v)) {
      out.refusal = "a prediction is not finite";
      return out;
    }
  std::vector<double> theta = derivatives(samples, z);
  bool attained = true;
  if (unbalanced(samples, theta)) {
    own.assign(z.begin(), z.end());
    attained = minimize_intercept(samples, own, std::span(out.point).last(samples.outputs));
    // The shift rounds: predictions again from the point that is certified.
    predict_all();
    theta = derivatives(samples, z);
  }
  const double excess = excess_over_infimum(predictor_, out.point, z);
  out.value = base_.infimum + excess;
  out.scale = std::max(excess, 1e-8 * base_.constant);
  const auto found = [&] { return std::isfinite(out.bound) && out.bound <= enough * out.scale; };

  if (!moved.empty() && (!attained || (r.l1 == 0 && r.l2 == 0))) {
    out.direction = witness(moved);
    if (!out.direction.empty()) {
      out.kind = CertificateKind::witness;
      return out;
    }
  }
  out.bound = std::numeric_limits<double>::infinity();
  if (!dual.empty()) try_dual(z, {dual.begin(), dual.end()}, out);
  const bool smooth = loss_row(samples.loss.kind).smooth && r.smooth();
  if (!found() && smooth && r.l2 > 0) {
    // The plain dual point is off by |grad|^2 / (2 l2): not worth building where that will not do.
    const std::vector<double> g = least_subgradient(predictor_, out.point, theta);
    double square = 0;
    for (size_t j = 0; j + samples.outputs < g.size(); ++j) square += g[j] * g[j];
    const double plain = square / (2 * r.l2);
    if (plain <= enough * out.scale || plain > reach * enough * out.scale)
      try_dual(z, theta, out);
    else
      out.bound = plain;
  } else if (!found()) {
    try_dual(z, theta, out);
  }
  const bool thorough = !std::isfinite(out.bound) || out.bound <= reach * enough * out.scale;
  // A bound that was only estimated is none.
  if (out.kind == CertificateKind::none) out.bound = std::numeric_limits<double>::infinity();
  const bool has_dual = r.l1 > 0 || r.l2 > 0 || (std::isfinite(r.lower) && std::isfinite(r.upper));
  if (!found() && thorough && loss_row(samples.loss.kind).smooth && has_dual)
    try_dual(z, newton_derivatives(predictor_, out.point, z, lent), out);
  if (!found() && thorough && r.l2 == 0) {
    Certificate other = out;
    other.kind = CertificateKind::none;
    bound_by_self_concordance(predictor_, out.point, z, maxima_, other);
    if (other.kind != CertificateKind::none && other.bound < out.bound) {
      other.dual.clear();
      other.defining_row = -1;
      out = std::move(other);
    } else if (out.kind == CertificateKind::none) {
      out.refusal = other.refusal;
    }
  }
  if (out.kind == CertificateKind::none) {
    out.bound = unknown;
    if (out.refusal.empty()) out.refusal = "no feasible dual point was found";
    return out;
  }
  out.assumptions = {"sums of products are exact to the rounding that is counted in",
                     "exp, log and log1p of the C library are right to 2 units in the last place"};
  return out;
}

}  // namespace thalweg
