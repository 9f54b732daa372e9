#include "thalweg/optim/method/levenberg_marquardt.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "thalweg/optim/trust_region.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using Eigen::Index;

// min |A p + r| subject to |p| <= radius, for one A and any r and radius.
class TrustRegion {
 public:
  explicit TrustRegion(const Matrix& a) : qr_(a), small_(std::min(a.rows(), a.cols())) {
    const Matrix triangle = qr_.matrixQR().topRows(small_).triangularView<Eigen::Upper>();
    svd_.compute(triangle, Eigen::ComputeThinU | Eigen::ComputeThinV);
    s_ = svd_.singularValues();
    // Less is what rounding leaves of a zero.
    const double least = s_[0] * 0x1p-52 * static_cast<double>(a.cols());
    s_.conservativeResize((s_.array() > least).count());
    square_ = s_.cwiseAbs2();
  }

  // S U' Q' r: minus the gradient along each singular vector.
  Vector coordinates(const Vector& r) const {
    const Vector q = (qr_.householderQ().adjoint() * r).head(small_);
    return s_.cwiseProduct(svd_.matrixU().leftCols(s_.size()).adjoint() * q);
  }
  // 0 where the step to the minimum is shorter than the radius.
  double multiplier(const Vector& c, double radius) const {
    const auto size = static_cast<size_t>(s_.size());
    return secular_multiplier({square_.data(), size}, {c.data(), size}, radius);
  }
  Vector step(const Vector& c, double lambda) const {
    return -svd_.matrixV().leftCols(s_.size()) * (c.array() / (square_.array() + lambda)).matrix();
  }

 private:
  Eigen::HouseholderQR<Matrix> qr_;
  Index small_;
  Eigen::JacobiSVD<Matrix> svd_;
  Vector s_, square_;
};

Index index(size_t n) { return static_cast<Index>(n); }

// Adds to p half the acceleration of the geodesic that sets out along it; nothing where the way is
// too bent for that to help.
void accelerate(Objective& objective, State& state, const TrustRegion& region, const Vector& x,
                const Vector& d, const Vector& r, const Vector& change, double lambda, Vector& p) {
  constexpr double h = 0.1;  // GSL's: a part of the step
  const Vector there = x + h * p.cwiseQuotient(d);
  Vector bent(r.size());
  evaluate_residuals(objective, state, {there.data(), static_cast<size_t>(there.size())},
                     {bent.data(), static_cast<size_t>(bent.size())});
  bent = 2 / h * ((bent - r) / h - change);
  if (!bent.allFinite()) return;
  const Vector a = region.step(region.coordinates(bent), lambda);
  if (2 * a.norm() <= 0.75 * p.norm()) p += a / 2;
}

}  // namespace

std::vector<Option> LevenbergMarquardt::options() {
  return {
      Option::real("radius", 10, 1e-10, 1e10, "first radius over the length of the start"),
      Option::flag("no_acceleration", "do not follow the curve of the residuals along the step")};
}

LevenbergMarquardt::LevenbergMarquardt(const Settings& settings)
    : radius_(settings.real("radius")), accelerate_(!settings.flag("no_acceleration")) {}

// r_ is that at state.x.
void LevenbergMarquardt::linearize(Objective& objective, State& state, std::span<const double> x,
                                   std::span<double> gradient) {
  ++state.evaluations;
  objective.least_squares()->jacobian(x, jacobian_);
  for (size_t k = 0; k < gradient.size(); ++k)
    gradient[k] = dot(std::span(jacobian_).subspan(k * r_.size(), r_.size()), r_);
  primed_ = true;
}

void LevenbergMarquardt::init(Objective& objective, State& state) {
  const size_t n = objective.size(), m = objective.least_squares()->count();
  state.gradient = Buffer<double>(n);
  r_ = Buffer<double>(m);
  jacobian_ = Buffer<double>(n * m);
  state.smooth = state.value = evaluate_residuals(objective, state, state.x, r_);
  linearize(objective, state, state.x, state.gradient);
  state.memory["scale"].assign(n, 0);
  state.memory["radius"] = {unknown};
  state.memory["polished"] = {std::numeric_limits<double>::infinity()};
}

Advance LevenbergMarquardt::advance(Objective& objective, State& state) {
  const size_t n = state.x.size(), m = objective.least_squares()->count();
  if (!primed_) {
    r_ = Buffer<double>(m);
    jacobian_ = Buffer<double>(n * m);
    objective.least_squares()->residuals(state.x, r_);
    linearize(objective, state, state.x, state.gradient);
  }
  std::vector<double>& scale = state.memory["scale"];
  double& radius = state.memory["radius"][0];
  double& polished = state.memory["polished"][0];
  Vector d(n);
  double made_of = 0;
  for (size_t k = 0; k < n; ++k) {
    const double size = norm(std::span(jacobian_).subspan(k * m, m));
    made_of += size * std::abs(state.x[k]);
    scale[k] = std::max(scale[k], size);
    d[index(k)] = scale[k] > 0 ? scale[k] : 1;
  }
  const Eigen::Map<const Vector> x(state.x.data(), index(n));
  const double length = d.cwiseProduct(x).norm();
  if (std::isnan(radius)) radius = radius_ * (length > 0 ? length : 1);

  Advance out;
  out.progress = false;
  const Matrix a = Eigen::Map<const Matrix>(jacobian_.data(), index(m), index(n)) *
                   d.cwiseInverse().asDiagonal();
  if (norm(state.gradient) == 0 || !a.allFinite()) return out;
  const TrustRegion region(a);
  const Vector r = Eigen::Map<const Vector>(r_.data(), index(m));
  const Vector c = region.coordinates(r);
  // Of the value: a residual is the difference of numbers of about the size of J x.
  const double floor = 4 * 0x1p-53 * r.norm() * (r.norm() + made_of);
  Buffer<double> u(n), residuals(m), gradient(n);
  Eigen::Map<Vector> to(u.data(), index(n));
  for (int trials = 0; trials < 100; ++trials) {
    const double lambda = region.multiplier(c, radius);
    Vector p = region.step(c, lambda);
    const Vector change = a * p;
    const double curved = change.squaredNorm(), damped = lambda * p.squaredNorm();
    const double predicted = curved / 2 + damped;
    if (accelerate_) accelerate(objective, state, region, x, d, r, change, lambda, p);
    // Of a shrunken radius it says nothing of what is left.
    if (trials == 0) out.predicted_decrease = predicted;
    to.noalias() = x + p.cwiseQuotient(d);
    if (std::equal(u.begin(), u.end(), state.x.begin())) return out;
    const double value = evaluate_residuals(objective, state, u, residuals);
    const Trial trial{state.smooth, value, predicted, -(curved + damped), p.norm(), lambda == 0};
    // Where rounding hides the decrease, steps go on while they get shorter: the length is known to
    // rounding in each direction, the gradient only in the steep ones.
    const bool hidden = predicted <= floor;
    if (hidden && !(trial.length < 0.9 * polished)) return out;
    const bool level = hidden && value <= state.smooth + floor;
    if (level || (!hidden && trial.accepted())) {
      std::swap(r_, residuals);
      std::swap(jacobian_, kept_);
      if (jacobian_.size() != n * m) jacobian_ = Buffer<double>(n * m);
      linearize(objective, state, u, gradient);
      if (std::isfinite(norm(gradient))) {
        polished = hidden ? trial.length : std::numeric_limits<double>::infinity();
        // What the value says there is rounding.
        radius = hidden ? std::max(radius, 2 * trial.length) : next_radius(trial, radius);
        out.progress = true;
        out.step_size = 1;
        out.update_norm = distance(u, state.x);
        std::swap(state.x, u);
        std::swap(state.gradient, gradient);
        state.smooth = state.value = value;
        return out;
      }
      std::swap(r_, residuals);
      std::swap(jacobian_, kept_);
    }
    radius = next_radius(trial, radius);
    if (!(trial.length > 0x1p-60 * length)) return out;
  }
  return out;
}

}  // namespace thalweg
