#include "thalweg/optim/method/trust_region.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "thalweg/objective/function/function.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

struct Trajectory {
  State state;
  std::vector<double> norms;
};

Trajectory run(const char* method_name, const char* function,
               const std::vector<std::pair<std::string, std::string>>& arguments = {},
               double move = 0, size_t most = 3000) {
  const FunctionRow& row = find(functions(), "function", function);
  TracedFunction objective(trace_function(row));
  const auto method = make_method(method_name, arguments);
  std::vector<double> start = row.start(row.dimension);
  start[0] += move;
  Trajectory out;
  out.state = state_at(start);
  method->init(objective, out.state);
  out.norms = {norm(out.state.gradient)};
  while (out.norms.size() < most && out.norms.back() > 1e-9 * out.norms.front() &&
         step(*method, objective, out.state).progress)
    out.norms.push_back(norm(out.state.gradient));
  return out;
}

// At the saddle of the double well gradient descent stays; the exact step leaves it.
TEST(TrustRegion, ExactLeavesASaddle) {
  const Trajectory found = run("trust_region", "double_well", {}, 1e-12);
  EXPECT_NEAR(found.state.value, -0.25, 1e-12);
  EXPECT_NEAR(run("cubic_regularization", "double_well", {}, 1e-12).state.value, -0.25, 1e-12);
}

// The guarantee, on functions with Lipschitz Hessians on their level sets.
TEST(TrustRegion, EverySolverReachesAMinimum) {
  for (const char* solver : {"exact", "dogleg", "steihaug"})
    for (const auto& [function, value] :
         {std::pair("rosenbrock", 0.), std::pair("beale", 0.), std::pair("wood", 0.),
          std::pair("brown_dennis", 85822.20162635627), std::pair("three_hump_camel", 0.)}) {
      const Trajectory found = run("trust_region", function, {{"solver", solver}});
      EXPECT_NEAR(found.state.value, value, 1e-9 * (1 + value)) << solver << " " << function;
    }
}

TEST(TrustRegion, QuadraticAtTheEnd) {
  const Trajectory found = run("trust_region", "rosenbrock");
  const size_t last = found.norms.size() - 1;
  EXPECT_LE(found.norms[last], 10 * found.norms[last - 1] * found.norms[last - 1]);
}

TEST(TrustRegion, TheOthersReachMinimaToo) {
  for (const char* method :
       {"bfgs", "nonlinear_conjugate_gradient", "newton_cg", "sr1", "cubic_regularization"})
    for (const char* function : {"rosenbrock", "beale", "himmelblau", "three_hump_camel"}) {
      const Trajectory found = run(method, function);
      EXPECT_NEAR(found.state.value, 0, 1e-10) << method << " " << function;
    }
  for (const char* beta :
       {"fletcher_reeves", "polak_ribiere", "hestenes_stiefel", "dai_yuan", "hager_zhang"})
    EXPECT_NEAR(run("nonlinear_conjugate_gradient", "beale", {{"beta", beta}}).state.value, 0,
                1e-10)
        << beta;
}

// On a quadratic in n dimensions: superlinear within a few n.
TEST(TrustRegion, QuasiNewtonIsSuperlinearOnQuadratics) {
  for (const char* name : {"bfgs", "sr1", "nonlinear_conjugate_gradient"}) {
    Quadratic quadratic({1, 3, 10, 30, 100});
    const auto method = make_method(name);
    State state = state_at(std::vector<double>(5, 1.0));
    method->init(quadratic, state);
    int k = 0;
    while (norm(state.gradient) > 1e-10 && k < 100 && step(*method, quadratic, state).progress) ++k;
    EXPECT_LE(norm(state.gradient), 1e-10) << name;
    EXPECT_LE(k, 40) << name;  // gradient descent: 1,200
  }
}

}  // namespace
}  // namespace thalweg::testing
