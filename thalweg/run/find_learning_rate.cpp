// The learning-rate range test, from a request to an answer.
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/base/memory_limit.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/optim/transform/chain.hpp"
#include "thalweg/run/task.hpp"

namespace thalweg {
namespace {

constexpr double first_rate = 1e-6, last_rate = 10;
constexpr long long usual_steps = 100;

}  // namespace

RangeReport find_learning_rate(const FitRequest& request, const FitObserver& observer) {
  const Settings& asked = request.settings;
  if (!wants_network(request))
    fail(
        "find_learning_rate: methods of linear models choose the lengths of their steps; leave it "
        "out, or choose a network with --model mlp");
  set_threads(static_cast<int>(asked.integer("threads")));
  limit_memory_beside(asked.text("memory"), request.run);
  RunSummary summary;
  const std::unique_ptr<Task> task = network_task(request, summary);
  ChosenMethod method = task->method();
  if (!method.settings.has("chain"))
    fail(
        "find_learning_rate: method {} chooses the lengths of its steps; use a chain such as adamw",
        method.call);
  const long long steps = asked.given("steps") ? asked.integer("steps") : usual_steps;
  if (steps < 20)
    fail("find_learning_rate: {} steps are too few for a curve; give --steps 20 or more", steps);
  Chain rising = parse_chain(method.settings.text("chain"));
  rising.set_learning_rate(first_rate);
  const double factor = std::pow(last_rate / first_rate, 1 / static_cast<double>(steps - 1));
  rising.schedule = parse_chain(fmt::format("sgd + exponential({})", shortest(factor))).schedule;
  method.settings.set("chain", rising.text());
  State state;
  task->start(state);
  const std::unique_ptr<Method> moves = method.row->make(method.settings);
  RangeReport out;
  out.test =
      range_test(task->objective(), *moves, std::move(state), steps, observer.stop_requested);

  const bool usual = asked.text("method") == "auto";
  Chain chain = parse_chain(usual ? usual_chain : asked.text("method"));
  if (std::isfinite(out.test.suggestion)) {
    // Two digits, which is more than is known.
    double rate = 0;
    parse_number(brief(out.test.suggestion, 2), rate);
    chain.set_learning_rate(rate);
  }
  out.method = chain.text();
  if (asked.text("schedule") != "auto")
    out.schedule = asked.text("schedule");
  else if (usual)
    out.schedule = usual_schedule;

  nlohmann::ordered_json json = {
      {"version", 1}, {"model", summary.model}, {"chain", summary.method}};
  for (const RangePoint& point : out.test.points) {
    json["learning_rates"].push_back(point.learning_rate);
    json["losses"].push_back(point.loss);
    json["smoothed"].push_back(point.smoothed);
  }
  json["steepest"] = out.test.steepest;
  json["lowest"] = out.test.lowest;
  json["diverged"] = out.test.diverged;
  json["suggestion"] = out.test.suggestion;
  json["method"] = out.method;
  json["schedule"] = out.schedule;
  out.json = json.dump(2) + "\n";
  return out;
}

}  // namespace thalweg
