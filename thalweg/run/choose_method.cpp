#include "thalweg/run/choose_method.hpp"

#include "thalweg/optim/method/first_order.hpp"

namespace thalweg {
namespace {

// A factor of 2,000 parameters costs as much as 60 sweeps of 100,000 rows; beyond, memory and time of
// the Hessian grow with the square.
constexpr size_t most_newton = 2000;
// Singular values of 500 columns take 0.1 s; 4e6 numbers are 32 MB.
constexpr size_t most_exact = 100, most_dense = 500, most_jacobian = 4'000'000;

// Several joined by +, or one transform by its name.
bool is_chain(std::string_view asked) {
  if (asked.find('+') != std::string_view::npos) return true;
  const std::string_view name = trim(asked.substr(0, asked.find('(')));
  for (const TransformRow& row : transforms())
    if (row.name == name) return true;
  return false;
}

}  // namespace

ChosenMethod choose_method(Objective& objective, const std::string& asked) {
  if (is_chain(asked)) {
    const MethodRow& row = first_order_row();
    Settings chosen("method first_order", row.options);
    chosen.set("chain", parse_chain(asked).text());
    check_needs(row, objective);
    return {&row, chosen, chosen.text("chain"), ""};
  }
  Call call = parse_call(asked);
  std::string reason;
  if (call.name == "auto") {
    const LinearPredictor* linear = objective.linear_predictor();
    const bool hinge = linear != nullptr && !loss_row(linear->samples.loss.kind).smooth;
    const bool small = objective.size() <= most_newton;
    const std::string size = fmt::format("{} parameters", objective.size());
    LeastSquares* squares = objective.least_squares();
    if (hinge) {
      call.name = "proximal_point";
      reason = "the hinge loss has a kink";
    } else if (objective.composite() != nullptr) {
      call.name = small ? "coordinate_descent" : "fista";
      reason = (small ? "l1 or bounds, and a Hessian of only " : "l1 or bounds, and ") + size;
    } else if (squares != nullptr && objective.size() <= most_dense &&
               objective.size() * squares->count() <= most_jacobian) {
      call.name = "levenberg_marquardt";
      reason =
          fmt::format("a sum of {} squares, and a Jacobian of only {}", squares->count(), size);
    } else if (linear == nullptr) {
      const bool newton = objective.curvature() != nullptr && objective.size() <= most_exact;
      call.name = newton ? "trust_region" : "lbfgs";
      reason =
          (newton ? "smooth, perhaps not convex, and a Hessian of only " : "smooth, with ") + size;
    } else {
      call.name = small ? "newton" : "lbfgs";
      reason = (small ? "smooth, and a Hessian of only " : "smooth, with ") + size;
    }
  }
  const MethodRow& row = find(methods(), "method", call.name);
  const Settings chosen = settings(row, "method", call);
  check_needs(row, objective);
  return {&row, chosen, chosen.call(row.name), reason};
}

}  // namespace thalweg
