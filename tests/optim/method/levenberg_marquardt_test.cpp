#include "thalweg/optim/method/levenberg_marquardt.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/quadratic.hpp"
#include "thalweg/graph/symbol.hpp"
#include "thalweg/objective/function/function.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

// Steps from the standard start until none helps; the gradient's norm after each.
std::vector<double> norms(const char* function, State& state,
                          const std::vector<std::pair<std::string, std::string>>& arguments = {}) {
  const FunctionRow& row = find(functions(), "function", function);
  TracedFunction objective(trace_function(row));
  const auto method = make_method("levenberg_marquardt", arguments);
  state = state_at(row.start(row.dimension));
  method->init(objective, state);
  std::vector<double> out = {norm(state.gradient)};
  double before = state.value;
  while (out.size() < 500 && step(*method, objective, state).progress) {
    out.push_back(norm(state.gradient));
    EXPECT_LE(state.value, before * (1 + 1e-10)) << function;
    before = state.value;
  }
  return out;
}

// The guarantee: residuals that vanish and a Jacobian of full rank give order two at the end.
TEST(LevenbergMarquardt, QuadraticWhereResidualsVanish) {
  for (const char* function :
       {"beale", "broyden_tridiagonal", "helical_valley", "discrete_integral_equation"}) {
    State state;
    const std::vector<double> found = norms(function, state, {{"no_acceleration", "true"}});
    EXPECT_LE(state.value, 1e-25) << function;
    bool quadratic = false;
    for (size_t k = 0; k + 1 < found.size(); ++k)
      quadratic =
          quadratic || (found[k] < 1 && found[k] > 1e-7 && found[k + 1] < 10 * found[k] * found[k]);
    EXPECT_TRUE(quadratic) << function;
  }
}

// And everywhere the gradient goes to 0. Values: MINPACK-2 and the papers.
TEST(LevenbergMarquardt, ReachesMinimaWithResiduals) {
  for (const auto& [function, value] :
       {std::pair("bard", 8.214877306578963e-3), std::pair("meyer", 87.945855171395),
        std::pair("osborne_2", 4.01377362935478e-2), std::pair("brown_dennis", 85822.20162635627),
        std::pair("jennrich_sampson", 124.36218235561473)}) {
    State state;
    const std::vector<double> found = norms(function, state);
    EXPECT_NEAR(state.value, value, 1e-8 * value) << function;
    EXPECT_LE(found.back(), 1e-8 * found.front()) << function;
  }
}

// What it wins by on a bent valley.
TEST(LevenbergMarquardt, AccelerationSavesJacobians) {
  State with, without;
  const size_t fewer = norms("rosenbrock", with).size(),
               more = norms("rosenbrock", without, {{"no_acceleration", "true"}}).size();
  EXPECT_LT(fewer, more);
}

// Residuals that stop being finite, as those of many models do: no such point is taken.
TEST(LevenbergMarquardt, StaysWhereResidualsAreFinite) {
  FunctionTrace trace;
  const Symbol x = trace.parameter("x");
  trace.residuals = {log(x) + 3, 0.1 * x};
  TracedFunction objective(std::move(trace));
  for (const double from : {1e-8, 0.5, 1e6}) {
    const auto method = make_method("levenberg_marquardt");
    State state = state_at(std::vector<double>{from});
    method->init(objective, state);
    for (int k = 0; k < 100 && step(*method, objective, state).progress; ++k) {
      EXPECT_TRUE(std::isfinite(state.value));
      EXPECT_GT(state.x[0], 0);
    }
    EXPECT_NEAR(state.gradient[0], 0, 1e-9) << from;
  }
}

TEST(LevenbergMarquardt, RefusesWhatIsNoSumOfSquares) {
  Quadratic quadratic({1, 2});
  EXPECT_EQ(
      error_of([&] { check_needs(find(methods(), "method", "levenberg_marquardt"), quadratic); }),
      "method levenberg_marquardt: needs a sum of squared residuals, which this objective is "
      "not");
}

}  // namespace
}  // namespace thalweg::testing
