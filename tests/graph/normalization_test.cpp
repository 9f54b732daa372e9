#include "thalweg/graph/normalization.hpp"

#include <gtest/gtest.h>

#include "tests/support/graph_reference.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

TEST(Normalization, ValuesAndDerivativesArePyTorchs) {
  const int count = check_against_pytorch(
      "normalization", [](const std::string& name, const nlohmann::json& options, auto& i) {
        if (name == "layer_norm") return layer_norm(i["x"], i["scale"], i["shift"]);
        if (name == "rms_norm") return rms_norm(i["x"], i["scale"]);
        if (name == "group_norm")
          return group_norm(i["x"], options["groups"], i["scale"], i["shift"]);
        if (name == "batch_norm_evaluation")
          return batch_norm_evaluation(i["x"], i["scale"], i["shift"], i["running_mean"],
                                       i["running_variance"]);
        const BatchNorm norm =
            batch_norm(i["x"], i["scale"], i["shift"], i["running_mean"], i["running_variance"]);
        return options["part"] == "y"              ? norm.y
               : options["part"] == "running_mean" ? norm.running_mean
                                                   : norm.running_variance;
      });
  EXPECT_EQ(count, 11);
}

TEST(Normalization, SecondDerivativesAgreeWithDifferences) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    {
      Trace t(seed);
      check_derivatives(t, layer_norm(t.number({2, 4}), t.number({4}), t.number({4}), 0.1), 1e-7);
    }
    {
      Trace t(seed);
      check_derivatives(t, rms_norm(t.number({2, 3}), t.number({3}), 0.1), 1e-7);
    }
    {
      Trace t(seed);
      check_derivatives(t, group_norm(t.number({2, 4, 2}), 2, t.number({4}), {}, 0.1), 1e-7);
    }
    {
      Trace t(seed);
      const Symbol m = t.graph.constant({0, 0, 0}, DType::float64, {3});
      check_derivatives(
          t, batch_norm(t.number({4, 3, 2}), t.number({3}), t.number({3}), m, m, 0.1, 0.1).y, 1e-7);
    }
    if (HasFatalFailure()) return;
  }
}

TEST(Normalization, ErrorsSayWhatIsDue) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {1, 4});
  const Symbol m = graph.input("m", DType::float32, {4});
  const auto message = [](auto&& function) -> std::string {
    try {
      function();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message([&] { batch_norm(x, {}, {}, m, m); }),
            "batch_norm: found [1, 4], 1 numbers a channel; expected at least 2");
  EXPECT_EQ(message([&] { group_norm(x, 3, {}, {}); }),
            "group_norm: found 4 channels and 3 groups; expected groups that divide the channels");
  EXPECT_EQ(message([&] { group_norm(m, 1, {}, {}); }),
            "group_norm: found [4]; expected [batch, channel, spatial...]");
}

}  // namespace
}  // namespace thalweg
