#include "thalweg/optim/transform/optimizer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/optim/transform/recorded.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg::testing {
namespace {

using nlohmann::json;

json cases() {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/transforms.json");
  return json::parse(file);
}

// Mostly to 1e-12 of the numbers' size: rounding in another order, over 200 steps.
void expect_near(std::span<const double> found, const json& expected, double tolerance,
                 const std::string& name) {
  ASSERT_EQ(found.size(), expected.size()) << name;
  for (size_t i = 0; i < found.size(); ++i) {
    const double wanted = expected[i].get<double>();
    EXPECT_NEAR(found[i], wanted, tolerance * std::max(1.0, std::abs(wanted)))
        << name << " at " << i;
  }
}

TEST(Optimizer, ArrivesWhereOtherCodeDoes) {
  const Layout layout = recorded_layout();
  const json all = cases();
  for (const json& item : all) {
    const std::string name =
        item["chain"].get<std::string>() + " as " + item["source"].get<std::string>();
    const Chain chain = parse_chain(item["chain"].get<std::string>());
    std::vector<double> x = recorded_start(layout.size());
    Running<double> run(chain, layout, x);
    const double tolerance = item["tolerance"].get<double>();
    size_t check = 0;
    for (long long t = 1; t <= 200; ++t) {
      const double rate =
          chain.learning_rate * std::pow(item["decay"].get<double>(), static_cast<double>(t - 1));
      run.optimizer.step(x, recorded_gradient(layout.size(), t), rate, run.state);
      if (t == 1 || t == 2 || t == 10 || t == 100) {
        const double sum = std::accumulate(x.begin(), x.end(), 0.0);
        const double wanted = item["sums"][check].get<double>();
        EXPECT_NEAR(sum, wanted, 10 * tolerance * std::max(1.0, std::abs(wanted)))
            << name << ", step " << t;
        ++check;
      }
    }
    expect_near(x, item["final"], tolerance, name);
    EXPECT_EQ(run.optimizer.reports(), item.contains("reported")) << name;
    std::vector<double> out(x.size());
    run.optimizer.report(x, out, run.state);
    expect_near(out, item.contains("reported") ? item["reported"] : item["final"], tolerance, name);
  }
}

// A chain for every row: the row itself, behind sgd where it takes no step.
std::vector<Chain> chains() {
  std::vector<Chain> out;
  for (const TransformRow& row : transforms()) {
    const bool steps = Settings("", row.options).has("learning_rate");
    out.push_back(parse_chain(steps                                ? row.name
                              : row.place == TransformPlace::point ? "sgd + " + row.name
                                                                   : row.name + " + sgd"));
  }
  return out;
}

// Tensors of more than one tile and of odd sizes.
Layout large_layout() {
  Layout out;
  out.add("a", {50, 101}).add("b", {3}).add("empty", {0}).add("c", {70000}).add("d", {1, 33});
  return out;
}

template <class T>
std::vector<T> run(const Chain& chain, const Layout& layout, size_t steps) {
  std::vector<T> x(layout.size()), g(layout.size());
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(uniform(i) - 0.5);
  Running<T> running(chain, layout, x);
  for (size_t t = 1; t <= steps; ++t) {
    for (size_t i = 0; i < g.size(); ++i) g[i] = static_cast<T>(uniform(i + 7919 * t) - 0.5);
    running.optimizer.step(x, g, chain.learning_rate, running.state);
  }
  for (const auto& array : running.arrays) x.insert(x.end(), array.begin(), array.end());
  return x;
}

TEST(Optimizer, BitsDoNotDependOnThreads) {
  for (const Chain& chain : chains()) {
    set_threads(1);
    const std::vector<float> one = run<float>(chain, large_layout(), 2);
    set_threads(3);
    EXPECT_EQ(one, run<float>(chain, large_layout(), 2)) << chain.text();
    set_threads(0);
    for (const float v : one) ASSERT_TRUE(std::isfinite(v)) << chain.text();
  }
}

TEST(Optimizer, FloatsFollowDoubles) {
  for (const Chain& chain : chains()) {
    if (chain.text() == "soap") continue;  // its first basis of a null space is arbitrary
    const Layout layout = recorded_layout();
    const std::vector<double> wide = run<double>(chain, layout, 5);
    const std::vector<float> narrow = run<float>(chain, layout, 5);
    for (size_t i = 0; i < layout.size(); ++i)
      EXPECT_NEAR(narrow[i], wide[i], 2e-5) << chain.text() << " at " << i;
  }
}

// The state is all there is: copied behind any step, it goes on with the same bits.
TEST(Optimizer, GoesOnFromItsState) {
  for (Chain chain : chains()) {
    chain =
        parse_chain(chain.text() == "sgd + ema" ? "clip_global_norm + nadam + ema" : chain.text());
    const Layout layout = recorded_layout();
    std::vector<double> x = recorded_start(layout.size()), y;
    Running<double> first(chain, layout, x);
    std::unique_ptr<Running<double>> second;
    for (long long t = 1; t <= 12; ++t) {
      const std::vector<double> g = recorded_gradient(layout.size(), t);
      first.optimizer.step(x, g, 0.01, first.state);
      if (second) second->optimizer.step(y, g, 0.01, second->state);
      if (t != 5) continue;
      y = x;
      second = std::make_unique<Running<double>>(chain, layout, y);
      for (size_t k = 0; k < first.arrays.size(); ++k)
        std::copy(first.arrays[k].begin(), first.arrays[k].end(), second->arrays[k].begin());
      std::copy(first.memory.begin(), first.memory.end(), second->state.memory.begin());
    }
    EXPECT_EQ(x, y) << chain.text();
  }
}

TEST(Optimizer, FrozenTensorsAndNothingToTrain) {
  const Layout layout = recorded_layout();
  const std::vector<double> start = recorded_start(layout.size());
  std::vector<double> x = start;
  Running<double> all(parse_chain("clip_global_norm + adamw + group(*, frozen=1)"), layout, x);
  all.optimizer.step(x, recorded_gradient(layout.size(), 1), 0.1, all.state);
  EXPECT_EQ(x, start);
  std::vector<double> none;
  Running<double> empty(parse_chain("adamw"), Layout(), none);
  empty.optimizer.step(none, none, 0.1, empty.state);
  std::vector<double> wrong(3);
  EXPECT_THROW(all.optimizer.step(wrong, wrong, 0.1, all.state), std::logic_error);
}

TEST(Optimizer, ANormThatIsNotANumberStaysOne) {
  const Layout layout = recorded_layout();
  for (const char* text : {"clip_global_norm + sgd", "clip_norm + sgd", "clip_value + sgd", "lamb",
                           "sgd + ema", "adamw", "lion"}) {
    std::vector<double> x = recorded_start(layout.size());
    Running<double> running(parse_chain(text), layout, x);
    std::vector<double> g = recorded_gradient(layout.size(), 1);
    g[3] = NAN;
    running.optimizer.step(x, g, 0.1, running.state);
    EXPECT_TRUE(std::isnan(x[3])) << text;
  }
}

}  // namespace
}  // namespace thalweg::testing
