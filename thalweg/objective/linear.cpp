#include "thalweg/objective/linear.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/objective/intercept.hpp"

namespace thalweg {
namespace {

// At least the largest eigenvalue of the positive semidefinite m [n, n], by 1e-4 of it too much
// where power iteration settles. Power iteration alone ends below; that c I - m has a Cholesky
// factor proves c, up to the n^2 u c of its rounding.
double largest_eigenvalue_bound(std::span<const double> m, size_t n) {
  const auto size = static_cast<Eigen::Index>(n);
  const Eigen::Map<const Eigen::MatrixXd> a(m.data(), size, size);
  Random random(0, 0);
  Eigen::VectorXd v(size);
  for (double& c : v) c = random.normal();
  double estimate = 0;
  for (int i = 0; i < 300; ++i) {
    v /= v.stableNorm();
    const Eigen::VectorXd next = a * v;
    const double before = estimate;
    estimate = v.dot(next);
    if (!(estimate > 0) || std::abs(estimate - before) <= 1e-8 * estimate) break;
    v = next;
  }
  const double trace = a.trace();
  for (double margin = 1e-4; estimate * (1 + margin) < trace; margin *= 2) {
    Eigen::MatrixXd rest = -a;
    rest.diagonal().array() += estimate * (1 + margin);
    if (Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>>(rest).info() == Eigen::Success)
      return estimate * (1 + margin) * (1 + 1e-6);
  }
  return trace;
}

}  // namespace

LinearObjective::LinearObjective(Samples samples, Penalty penalty) : predictor_{samples, penalty} {
  const size_t p = columns(*samples.design);
  const size_t k = samples.outputs;
  weights_ = k * p;
  layout_.add("weight", k == 1 ? std::vector<size_t>{p} : std::vector<size_t>{k, p});
  layout_.add("intercept", {k});
  double total = 0;
  for (double s : samples.weight) {
    if (!(s >= 0 && std::isfinite(s))) fail("weights: {} is not a finite number >= 0", s);
    total += s;
  }
  if (samples.weight.empty()) total = static_cast<double>(rows(*samples.design));
  if (!(total > 0 && std::isfinite(total))) fail("weights: their sum is {}; it must be > 0", total);
  predictor_.samples.total_weight = total;
}

void LinearObjective::set_penalty(const Penalty& penalty) {
  predictor_.penalty = penalty;
  predictor_.evaluated = {};
  smoothness_.reset();
}

double LinearObjective::add_l2(std::span<const double> x, std::span<double> g) const {
  const double l2 = predictor_.penalty.l2;
  if (l2 == 0) return 0;
  double sum = 0;
  for (size_t j = 0; j < weights_; ++j) {
    sum += x[j] * x[j];
    if (!g.empty()) g[j] += l2 * x[j];
  }
  return l2 / 2 * sum;
}

double LinearObjective::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  const double loss = thalweg::value_and_gradient(predictor_.samples, x, gradient);
  return loss + add_l2(x, gradient);
}

double LinearObjective::value(std::span<const double> x) {
  return thalweg::value(predictor_.samples, x) + add_l2(x, {});
}

const Composite* LinearObjective::composite() const {
  return predictor_.penalty.smooth() ? nullptr : this;
}

Buffer<double> LinearObjective::start() const {
  const Samples& samples = predictor_.samples;
  const double w = std::clamp(0.0, predictor_.penalty.lower, predictor_.penalty.upper);
  Buffer<double> x(size(), 0.0);
  for (size_t j = 0; j < weights_; ++j) x[j] = w;
  Buffer<double> z(rows(*samples.design) * samples.outputs, 0.0);
  if (w != 0) predict(*samples.design, samples.outputs, x, z);
  minimize_intercept(samples, z, std::span<double>(x).subspan(weights_));
  return x;
}

double LinearObjective::value(std::span<const double> x) const {
  const Penalty& r = predictor_.penalty;
  double sum = 0;
  for (size_t j = 0; j < weights_; ++j) {
    if (!(x[j] >= r.lower && x[j] <= r.upper)) return std::numeric_limits<double>::infinity();
    sum += std::abs(x[j]);
  }
  return r.l1 * sum;
}

void LinearObjective::proximal(std::span<const double> x, double step,
                               std::span<double> out) const {
  const Penalty& r = predictor_.penalty;
  const double threshold = r.l1 * step;
  for (size_t j = 0; j < weights_; ++j) {
    const double shrunk = std::copysign(std::max(std::abs(x[j]) - threshold, 0.0), x[j]);
    out[j] = std::clamp(shrunk, r.lower, r.upper);
  }
  for (size_t j = weights_; j < size(); ++j) out[j] = x[j];
}

void LinearObjective::minimal_subgradient(std::span<const double> x, std::span<const double> g,
                                          std::span<double> out) const {
  std::copy(g.begin(), g.end(), out.begin());
  thalweg::minimal_subgradient(predictor_.penalty, x, weights_, out);
}

double LinearObjective::evaluate(std::span<const double> x, std::span<double> g) {
  const Samples& samples = predictor_.samples;
  const size_t kept =
      rows(*samples.design) * (samples.loss.kind == LossKind::softmax ? samples.outputs : 1);
  Evaluated& last = predictor_.evaluated;
  if (last.z.empty()) {
    last.x = last.gradient = Buffer<double>(size());
    last.z = Buffer<double>(rows(*samples.design) * samples.outputs);
    last.curvature = Buffer<double>(kept);
  }
  double value = value_gradient_curvature(samples, x, g, last.z, last.curvature);
  value += add_l2(x, g);
  std::copy(x.begin(), x.end(), last.x.begin());
  std::copy(g.begin(), g.end(), last.gradient.begin());
  return value;
}

void LinearObjective::hessian(std::span<double> h) {
  thalweg::hessian(predictor_.samples, predictor_.evaluated.curvature, h);
  for (size_t j = 0; j < weights_; ++j) h[j * size() + j] += predictor_.penalty.l2;
}

bool LinearObjective::rough_hessian(std::span<double> h) {
  // Few rows cost little either way, and a constant Hessian is worth its digits: one step is then all.
  const Samples& samples = predictor_.samples;
  if (rows(*samples.design) < 64 * size() || constant() ||
      std::holds_alternative<SparseMatrix>(*samples.design))
    return false;
  thalweg::hessian(samples, predictor_.evaluated.curvature, h, GramPrecision::single);
  // Squares far below 1e-30 are lost in float32, and from 1e38 on they are infinite.
  for (size_t j = 0; j < size(); ++j)
    if (const double square = h[j * size() + j]; !(square > 1e-30 && square < 1e30)) return false;
  for (size_t j = 0; j < weights_; ++j) h[j * size() + j] += predictor_.penalty.l2;
  return std::all_of(h.begin(), h.end(), [](double entry) { return std::isfinite(entry); });
}

void LinearObjective::product(std::span<const double> d, std::span<double> out) {
  hessian_product(predictor_.samples, predictor_.evaluated.curvature, d, out);
  for (size_t j = 0; j < weights_; ++j) out[j] += predictor_.penalty.l2 * d[j];
}

double LinearObjective::smoothness() {
  if (smoothness_) return *smoothness_;
  const Samples& samples = predictor_.samples;
  const double peak = max_curvature(samples.loss);
  if (!std::isfinite(peak)) return *(smoothness_ = peak);
  const size_t n = columns(*samples.design) + 1;
  Samples plain = samples;
  plain.outputs = 1;
  plain.loss.kind = LossKind::squared;
  std::vector<double> squares(n - 1);
  column_squares(plain, squares);
  double largest = 1;  // the trace, with the intercept's 1
  for (double square : squares) largest += square;
  if (n <= 1024) {
    std::vector<double> second_moment(n * n);
    const Buffer<double> ones(rows(*samples.design), 1.0);
    thalweg::hessian(plain, ones, second_moment);
    largest = std::min(largest, largest_eigenvalue_bound(second_moment, n));
  }
  return *(smoothness_ = peak * largest + predictor_.penalty.l2);
}

double LinearObjective::convexity() {
  // The intercept has no l2, so only a Hessian that is the same everywhere bounds it from below.
  if (!constant() || size() > 512) return 0;
  Buffer<double> x(size(), 0.0), g(size());
  std::vector<double> h(size() * size());
  evaluate(x, g);
  hessian(h);
  const auto n = static_cast<Eigen::Index>(size());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(
      Eigen::Map<const Eigen::MatrixXd>(h.data(), n, n), Eigen::EigenvaluesOnly);
  const double rounding = static_cast<double>(n) * 0x1p-50 * eigen.eigenvalues()[n - 1];
  return std::max(eigen.eigenvalues()[0] - rounding, 0.0);
}

}  // namespace thalweg
