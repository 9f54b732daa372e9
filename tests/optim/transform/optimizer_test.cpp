#include "thalweg/optim/transform/optimizer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/optim/transform/recorded.hpp"

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
    Running<double> run(chain, layout, x, parse_groups(item["groups"].get<std::string>()));
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

}  // namespace
}  // namespace thalweg::testing
