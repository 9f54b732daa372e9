#include "thalweg/descent/descend.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/quadratic.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/method/first_order.hpp"

namespace thalweg::testing {
namespace {

struct Ran {
  Progress progress;
  Verdict verdict;
  std::vector<Record> records;
  std::vector<long long> checkpoints;
  std::string ended;
};

Ran run(
    Objective& objective, std::string_view method, std::vector<double> start,
    const DescendOptions& options, std::vector<std::pair<std::string, std::string>> arguments = {},
    std::function<bool()> stop = [] { return false; }) {
  Ran out;
  out.progress.state = state_at(start);
  Observer observer;
  observer.record = [&](const Record& record) { out.records.push_back(record); };
  observer.checkpoint = [&](const Progress& now) { out.checkpoints.push_back(now.state.step); };
  observer.stop_requested = std::move(stop);
  observer.ended = [&](const Progress&, const std::string& rule) { out.ended += rule; };
  const auto steps = make_method(method, std::move(arguments));
  out.verdict = descend(objective, *steps, find(methods(), "method", method), options, observer,
                        out.progress);
  EXPECT_EQ(out.ended, out.verdict.stop);
  return out;
}

const StopRule& rule(const Verdict& verdict, std::string_view wanted) {
  for (const StopRule& found : verdict.rules)
    if (found.name == wanted) return found;
  throw std::logic_error("no such rule");
}

std::vector<double> steep(size_t size) {
  std::vector<double> diagonal;
  for (size_t j = 0; j < size; ++j) diagonal.push_back(std::pow(1e4, double(j) / double(size - 1)));
  return diagonal;
}

TEST(Descend, StopsByTheGap) {
  const Problem problem = typical_problem(LossKind::logistic, 200, 4, 7);
  LinearObjective objective(problem.samples(), {.l2 = 1e-3});
  const Ran found = run(objective, "newton", std::vector<double>(5, 0.0), {});
  EXPECT_EQ(found.verdict.stop, "gap");
  EXPECT_EQ(found.verdict.outcome, Outcome::certified);
  EXPECT_TRUE(rule(found.verdict, "gap").satisfied);
  EXPECT_LE(rule(found.verdict, "gap").measured, 1e-9);
  EXPECT_FALSE(rule(found.verdict, "steps").satisfied);
  EXPECT_EQ(found.verdict.last.gap, found.verdict.certificate.bound);
  // One record a step, the last one with its bound; a checkpoint before each step.
  ASSERT_EQ(found.records.size(), static_cast<size_t>(found.progress.state.step) + 1);
  EXPECT_EQ(found.checkpoints.size(), found.records.size() - 1);
  for (size_t i = 0; i < found.records.size(); ++i)
    EXPECT_EQ(found.records[i].step, static_cast<long long>(i));
  EXPECT_TRUE(std::isfinite(found.records.back().gap));
}

TEST(Descend, StopsByTheGradient) {
  Quadratic quadratic({1, 5});
  const Ran found = run(quadratic, "lbfgs", {1, 1}, {});
  EXPECT_EQ(found.verdict.stop, "gradient");
  EXPECT_EQ(found.verdict.outcome, Outcome::stationary);
  EXPECT_TRUE(found.verdict.curvature_examined);
  EXPECT_DOUBLE_EQ(found.verdict.curvature.lowest, 1);
  EXPECT_DOUBLE_EQ(found.verdict.curvature.highest, 5);
  EXPECT_TRUE(rule(found.verdict, "gradient").satisfied);
  EXPECT_EQ(rule(found.verdict, "gradient").threshold, 1e-8);
  EXPECT_TRUE(std::isnan(rule(found.verdict, "gap").measured));
  // Asked for, it stops a run that could be certified, too.
  const Problem problem = typical_problem(LossKind::squared, 50, 2, 1);
  LinearObjective objective(problem.samples(), {.l2 = 0.1});
  DescendOptions options;
  options.tolerance = 0;
  options.gradient_tolerance = 0.5;
  EXPECT_EQ(run(objective, "gradient_descent", {1, 1, 1}, options).verdict.stop, "gradient");
}

TEST(Descend, StopsByTheDecrease) {
  Quadratic quadratic(steep(10));
  DescendOptions options;
  options.decrease_tolerance = 1e-2;
  const Ran found = run(quadratic, "gradient_descent", std::vector<double>(10, 1.0), options,
                        {{"search", "fixed"}});
  EXPECT_EQ(found.verdict.stop, "decrease");
  EXPECT_EQ(found.verdict.outcome, Outcome::stalled);
  const StopRule& decrease = rule(found.verdict, "decrease");
  EXPECT_TRUE(decrease.satisfied);
  EXPECT_LE(decrease.measured, 1e-2);
  const size_t last = found.records.size() - 1;
  const double before = found.records[last - 10].value;
  EXPECT_DOUBLE_EQ(decrease.measured, (before - found.records[last].value) / before);
}

TEST(Descend, StopsByTheTarget) {
  Quadratic quadratic(steep(10));
  DescendOptions options;
  options.target = 1;
  const Ran found = run(quadratic, "gradient_descent", std::vector<double>(10, 1.0), options);
  EXPECT_EQ(found.verdict.stop, "target");
  EXPECT_TRUE(found.verdict.target_met);
  EXPECT_TRUE(rule(found.verdict, "target").satisfied);
  EXPECT_LE(found.verdict.last.value, 1);
  EXPECT_EQ(exit_code(found.verdict), 0);
  EXPECT_NE(found.verdict.outcome, Outcome::certified);
}

TEST(Descend, StopsByItsStepsWithAForecast) {
  Quadratic quadratic({1, 20});
  DescendOptions options;
  options.steps = 60;
  const Ran found = run(quadratic, "gradient_descent", {1, 1}, options, {{"search", "fixed"}});
  EXPECT_EQ(found.verdict.stop, "steps");
  EXPECT_EQ(found.verdict.outcome, Outcome::descending);
  EXPECT_EQ(found.progress.state.step, 60);
  EXPECT_TRUE(rule(found.verdict, "steps").satisfied);
  EXPECT_EQ(exit_code(found.verdict), 3);
  // The gradient is 0.95^k against sqrt(401) at first: ln(2e-7) / ln 0.95 = 301 steps, 241 from
  // here.
  EXPECT_NEAR(found.verdict.rate.fitted, 0.95, 1e-3);
  EXPECT_NEAR(found.verdict.rate.theoretical, 0.95, 1e-12);
  EXPECT_EQ(found.verdict.forecast.refusal, "");
  EXPECT_NEAR(found.verdict.forecast.steps, 241, 3);
  EXPECT_LE(found.verdict.forecast.low, found.verdict.forecast.steps);
  EXPECT_GE(found.verdict.forecast.high, found.verdict.forecast.steps);
}

TEST(Descend, ForecastIsRefusedWithAReason) {
  Quadratic quadratic({1, 20});
  DescendOptions options;
  options.steps = 2;
  const Ran found = run(quadratic, "gradient_descent", {1, 1}, options, {{"search", "fixed"}});
  EXPECT_NE(found.verdict.forecast.refusal, "");
  EXPECT_TRUE(std::isnan(found.verdict.forecast.steps));
}

TEST(Descend, StopsByItsSeconds) {
  Quadratic quadratic({1, 20});
  DescendOptions options;
  options.seconds = 0;
  const Ran found = run(quadratic, "gradient_descent", {1, 1}, options);
  EXPECT_EQ(found.verdict.stop, "seconds");
  EXPECT_TRUE(rule(found.verdict, "seconds").satisfied);
  EXPECT_EQ(found.verdict.outcome, Outcome::undecided);
}

TEST(Descend, StopsByASignal) {
  Quadratic quadratic(steep(10));
  int asked = 0;
  const Ran found = run(quadratic, "gradient_descent", std::vector<double>(10, 1.0), {}, {},
                        [&] { return ++asked > 7; });
  EXPECT_EQ(found.verdict.stop, "signal");
  EXPECT_TRUE(found.verdict.signalled);
  EXPECT_EQ(found.progress.state.step, 7);
  EXPECT_EQ(exit_code(found.verdict), 3);
}

// Values of 1e10 hide what is left to gain; the gradient still shows it.
TEST(Descend, StopsAtThePrecisionFloor) {
  class Lifted final : public Quadratic {
   public:
    Lifted() : Quadratic({1e-3, 1}) {}
    double value_and_gradient(std::span<const double> x, std::span<double> g) override {
      return 1e10 + Quadratic::value_and_gradient(x, g);
    }
  } lifted;
  const Ran found = run(lifted, "gradient_descent", {1e-2, 1e-3}, {}, {{"search", "fixed"}});
  EXPECT_EQ(found.verdict.stop, "precision");
  EXPECT_EQ(found.verdict.outcome, Outcome::precision_floor);
  EXPECT_EQ(exit_code(found.verdict), 3);  // no bound
}

// Nothing is finite but the start: no step can be taken, and that is no minimum.
TEST(Descend, StopsWithoutProgress) {
  class Lonely final : public Quadratic {
   public:
    Lonely() : Quadratic({1, 2}) {}
    double value_and_gradient(std::span<const double> x, std::span<double> g) override {
      const double value = Quadratic::value_and_gradient(x, g);
      return x[0] == 1 && x[1] == 1 ? value : NAN;
    }
  };
  for (const char* method : {"lbfgs", "newton", "gradient_descent", "nesterov"}) {
    Lonely lonely;
    DescendOptions options;
    options.steps = 100;
    const Ran found = run(lonely, method, {1, 1}, options);
    EXPECT_EQ(found.verdict.stop, "no_progress") << method;
    EXPECT_EQ(found.verdict.outcome, Outcome::stalled) << method;
    EXPECT_EQ(found.progress.state.x[0], 1) << method;
    EXPECT_EQ(found.progress.state.value, 1.5) << method;
  }
}

TEST(Descend, StepAboveTwoOverLDiverges) {
  const Problem problem = typical_problem(LossKind::squared, 100, 3, 7);
  LinearObjective objective(problem.samples(), {});
  const double step = 3 / objective.curvature()->smoothness();
  const std::vector<std::pair<std::string, std::string>> arguments = {
      {"search", "fixed"}, {"step_size", fmt::format("{}", step)}};
  const Ran far = run(objective, "gradient_descent", std::vector<double>(4, 1.0), {}, arguments);
  EXPECT_EQ(far.verdict.stop, "diverged");
  EXPECT_EQ(far.verdict.outcome, Outcome::diverged);
  EXPECT_EQ(exit_code(far.verdict), 3);
  for (double c : far.progress.state.x) EXPECT_TRUE(std::isfinite(c));
  EXPECT_TRUE(std::isfinite(static_cast<Objective&>(objective).value(far.progress.state.x)));
  // Seen as rising long before anything overflows.
  DescendOptions few;
  few.steps = 30;
  const Ran near = run(objective, "gradient_descent", std::vector<double>(4, 1.0), few, arguments);
  EXPECT_EQ(near.verdict.stop, "steps");
  EXPECT_EQ(near.verdict.outcome, Outcome::diverged);
}

TEST(Descend, StartThatIsNotFinite) {
  Quadratic quadratic({1, 2});
  const Ran found = run(quadratic, "gradient_descent", {1e200, 1}, {});
  EXPECT_EQ(found.verdict.outcome, Outcome::diverged);
  EXPECT_EQ(found.verdict.reason, "the value at the start is not finite");
  EXPECT_EQ(found.progress.state.step, 0);
}

TEST(Descend, StartAtTheMinimum) {
  Quadratic quadratic({1, 2});
  for (const MethodRow& row : methods()) {
    if (row.needs.linear_predictor || row.needs.least_squares) continue;
    const Ran found = run(quadratic, row.name, {0, 0}, {});
    EXPECT_EQ(found.verdict.stop, "gradient") << row.name;
    EXPECT_EQ(found.verdict.outcome, Outcome::stationary) << row.name;
    EXPECT_TRUE(rule(found.verdict, "gradient").satisfied) << row.name;
  }
}

TEST(Descend, EveryRuleIsNamed) {
  Quadratic quadratic({1, 2});
  const Ran found = run(quadratic, "lbfgs", {1, 1}, {});
  std::vector<std::string> seen;
  for (const StopRule& each : found.verdict.rules) seen.push_back(each.name);
  EXPECT_EQ(seen, (std::vector<std::string>{"gap", "gradient", "decrease", "target", "steps",
                                            "seconds"}));
}

TEST(Descend, EndsAtWhatTheMethodReports) {
  const auto ran = [](const char* chain) {
    Quadratic objective({1, 4});
    FirstOrder method(parse_chain(chain));
    Progress progress;
    progress.state = state_at(std::vector<double>{1, 1});
    const Verdict verdict =
        descend(objective, method, first_order_row(), {.steps = 20}, {}, progress);
    EXPECT_EQ(verdict.last.value, objective.value(progress.state.x));
    return progress.state.x[0];
  };
  // The average lags behind the iterate.
  const double plain = ran("sgd(0.1)"), average = ran("sgd(0.1) + ema(decay=0.9)");
  EXPECT_NEAR(plain, std::pow(0.9, 20), 1e-14);
  EXPECT_GT(average, 1.5 * plain);
}

TEST(Descend, RefusesWhatTheMethodLacks) {
  Quadratic quadratic({1, 2});
  EXPECT_THROW(run(quadratic, "coordinate_descent", {1, 1}, {}), Error);
}

TEST(DescendOptions, DefaultsAreThoseOfTheStruct) {
  const std::vector<Option> options = DescendOptions::options();
  const DescendOptions read = DescendOptions::from(Settings("descend", options)), plain;
  EXPECT_EQ(read.tolerance, plain.tolerance);
  EXPECT_EQ(read.gradient_tolerance, plain.gradient_tolerance);
  EXPECT_EQ(read.decrease_tolerance, plain.decrease_tolerance);
  EXPECT_EQ(read.steps, plain.steps);
  EXPECT_EQ(read.seconds, plain.seconds);
  EXPECT_FALSE(-1e308 <= read.target);  // neither is ever met
  EXPECT_FALSE(-1e308 <= plain.target);
}

}  // namespace
}  // namespace thalweg::testing
