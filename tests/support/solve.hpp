// The solver as tests of its claims see it: from a small problem to a point and a verdict.
#pragma once

#include <string>
#include <vector>

#include "tests/support/problem.hpp"
#include "thalweg/monitor/verdict.hpp"

namespace thalweg::testing {

struct Claim {
  std::vector<double> x;  // [parameters], the point that the verdict speaks of
  Verdict verdict;
  std::string method;  // as chosen
};

// `method` is auto, or a call such as lbfgs(history_size=20). Throws what the solver throws.
Claim solve(const Problem& problem, const std::string& method = "auto", double tolerance = 1e-9,
            long long steps = 2000);

}  // namespace thalweg::testing
