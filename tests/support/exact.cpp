// Minima in many digits: 77, and 616 where those do not do.
#include "tests/support/exact.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/support/convex.hpp"

namespace thalweg::testing {

namespace {

template <class R>
bool attempt(const Problem& problem, ExactMinimum& out) {
  Convex<R> convex(problem);
  typename Convex<R>::Minimum found;
  try {
    found = convex.minimum();
  } catch (const std::runtime_error&) {
    return false;
  }
  if (!(found.gap <= R("1e-30") * (1 + abs(found.value)))) return false;
  out = {Real(convex.unscaled(found.value)), Real(convex.unscaled(found.gap)), found.attained};
  return true;
}

}  // namespace

ExactMinimum exact_minimum(const Problem& problem) {
  ExactMinimum out;
  if (attempt<Real>(problem, out) || attempt<WideReal>(problem, out)) return out;
  throw std::runtime_error(
      fmt::format("exact_minimum: seed {} ({}): the gap stays open", problem.seed, problem.kind));
}

Real exact_value(const Problem& problem, std::span<const double> x) {
  const Convex<Real> convex(problem);
  return convex.unscaled(convex.value(convex.scaled(x)));
}

}  // namespace thalweg::testing
