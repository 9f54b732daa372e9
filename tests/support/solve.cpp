// The road that `thalweg fit` takes, from the objective on.
#include "tests/support/solve.hpp"

#include "thalweg/descent/descend.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/run/choose_method.hpp"

namespace thalweg::testing {

Claim solve(const Problem& problem, const std::string& method, double tolerance, long long steps) {
  LinearObjective objective(problem.samples(), problem.penalty);
  const ChosenMethod chosen = choose_method(objective, method);
  DescendOptions options;
  options.tolerance = tolerance;
  options.steps = steps;
  Progress progress;
  progress.state.x = objective.start();
  Claim out;
  out.method = chosen.row->name;
  out.verdict = descend(objective, *chosen.row->make(chosen.settings), *chosen.row, options,
                        Observer{}, progress);
  out.x.assign(progress.state.x.begin(), progress.state.x.end());
  return out;
}

}  // namespace thalweg::testing
