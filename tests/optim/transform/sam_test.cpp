// Sharpness-aware steps against PyTorch's, on a function that moves from step to step and on one that
// does not.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/optim/method/first_order.hpp"
#include "thalweg/optim/method/sampled_first_order.hpp"

namespace thalweg {
namespace {

// That of tests/oracle/sam.py.
class Waves final : public Objective, private FiniteSum {
 public:
  explicit Waves(bool moves) : moves_(moves) { layout_.add("w", {5}).add("statistic", {1}, false); }
  const Layout& layout() const override { return layout_; }
  double value_and_gradient(std::span<const double> x, std::span<double> g) override {
    return evaluate(x, g, 0);
  }
  double value(std::span<const double>) override { return 0; }
  FiniteSum* finite_sum() override { return this; }

 private:
  template <class T>
  double evaluate(std::span<const T> x, std::span<T> g, long long step) {
    const double k = moves_ ? static_cast<double>(step) : 0;
    double value = 0;
    for (size_t j = 0; j < 5; ++j) {
      const double w = x[j], h = 1 + static_cast<double>(j);
      value += h * w * w / 2 + std::cos(3 * w + k);
      g[j] = static_cast<T>(h * w - 3 * std::sin(3 * w + k));
    }
    return value;
  }
  size_t samples() const override { return 10; }
  size_t batch() const override { return 1; }
  size_t steps_per_epoch() const override { return 10; }
  double value_and_gradient(std::span<float> x, std::span<float> g, long long step) override {
    const double out = evaluate<float>(x, g, step);
    x[5] += 1;  // as statistics of batch normalization move
    return out;
  }

  bool moves_;
  Layout layout_;
};

constexpr double start[] = {1, -0.5, 0.25, 2, -1.5, 0};

nlohmann::json cases() {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/sam.json");
  return nlohmann::json::parse(file);
}

TEST(Sam, OnBatchesArrivesWherePyTorchDoes) {
  for (const auto& item : cases()) {
    Waves objective(item["moves"]);
    const std::string chain = item["chain"];
    SampledFirstOrder method(parse_chain(chain));
    State state;
    state.x32 = Buffer<float>(6);
    std::copy(std::begin(start), std::end(start), state.x32.begin());
    method.init(objective, state);
    method.advance(objective, state, 25);
    for (size_t j = 0; j < 5; ++j)
      EXPECT_NEAR(state.x32[j], item["final"][j].get<double>(), 2e-5) << chain << " " << j;
    EXPECT_EQ(state.x32[5], 25);  // the neighbor's is dropped
    EXPECT_EQ(state.evaluations, 51);
  }
}

TEST(Sam, OnAllSamplesArrivesWherePyTorchDoes) {
  for (const auto& item : cases()) {
    if (item["moves"]) continue;
    Waves objective(false);
    const std::string chain = item["chain"];
    FirstOrder method(parse_chain(chain));
    State state;
    state.x = Buffer<double>(6);
    state.gradient = Buffer<double>(6, 0.0);
    std::copy(std::begin(start), std::end(start), state.x.begin());
    static_cast<Method&>(method).init(objective, state);
    for (state.step = 1; state.step <= 25; ++state.step) method.advance(objective, state);
    for (size_t j = 0; j < 5; ++j)
      EXPECT_NEAR(state.x[j], item["final"][j].get<double>(), 1e-12) << chain << " " << j;
  }
}

TEST(Sam, FrozenTensorsDoNotCount) {
  Layout layout;
  layout.add("a", {2}).add("b", {1});
  Optimizer<double> optimizer(parse_chain("sam(1) + sgd + group(b, frozen=true)"), layout);
  const std::vector<double> x = {1, 2, 3}, g = {3, 4, 100}, none = {0, 0, 100};
  std::vector<double> out(3);
  optimizer.ascend(x, g, 1, out);
  EXPECT_EQ(out, (std::vector<double>{1 + 0.6, 2 + 0.8, 3}));
  optimizer.ascend(x, none, 1, out);
  EXPECT_EQ(out, x);
}

TEST(Sam, StandsFirst) {
  EXPECT_EQ(parse_chain("sam(0.3) + sgd(0.1)").radius, 0.3);
  EXPECT_EQ(parse_chain("sgd(0.1)").radius, 0);
  EXPECT_THROW(parse_chain("clip_global_norm + sam + sgd"), Error);
}

}  // namespace
}  // namespace thalweg
