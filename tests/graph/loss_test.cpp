#include "thalweg/graph/loss.hpp"

#include <gtest/gtest.h>

#include "tests/support/graph_reference.hpp"
#include "thalweg/base/catalog.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/kernel/loss/scalar.hpp"

namespace thalweg {
namespace {

using Apply = Symbol(const TracedLossRow& row, Symbol z, Symbol y, Symbol class_weights,
                     const Settings& settings);

int check(std::string_view kind, const std::function<Apply>& apply) {
  return check_against_pytorch(kind, [&](const std::string& name, const nlohmann::json& options,
                                         auto& inputs) {
    const TracedLossRow& row = find(traced_losses(), "loss", name);
    return apply(row, inputs["z"], inputs["y"], inputs["class_weights"], settings_of(row, options));
  });
}

TEST(TracedLoss, TermsArePyTorchs) {
  EXPECT_EQ(check("loss", [](const TracedLossRow& row, auto... it) { return row.terms(it...); }),
            11);
}

TEST(TracedLoss, MeansArePyTorchs) { EXPECT_EQ(check("mean_loss", mean_loss), 3); }

TEST(TracedLoss, EveryRowAgreesWithDifferences) {
  for (const TracedLossRow& row : traced_losses()) {
    SCOPED_TRACE(row.name);
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Trace t(seed);
      const bool views = row.target == LossTarget::views;
      const size_t batch = seed % 4 + views, classes = 1 + t.below(4);
      const Symbol z = t.between({batch, classes}, -2, 2);
      Symbol y, weights;
      if (row.target == LossTarget::labels) {
        y = t.index({batch}, 0, static_cast<int>(classes));
        weights = t.number({classes}, 0.5, 2);
      } else if (row.target == LossTarget::flags) {
        y = cast(t.flag({batch, classes}), DType::float64);
      } else if (row.target == LossTarget::distributions) {
        y = t.number({batch, classes}, 0.2, 1);
      } else {
        y = t.number({batch, classes});
      }
      Settings settings(row.name, row.options);
      if (settings.has("label_smoothing")) settings.set("label_smoothing", "0.2");
      if (settings.has("temperature")) settings.set("temperature", "0.9");
      const Symbol terms = row.terms(z, y, weights, settings);
      if (batch == 0) {
        EXPECT_EQ(element_count(terms.shape()), 0u);
        continue;
      }
      check_derivatives(t, terms, 3e-7);  // cosines of short rows curve much
      if (HasFatalFailure()) return;
    }
  }
}

// No derivative up to the third overflows at logits of +-1000.
TEST(TracedLoss, LargeLogitsStayFinite) {
  for (const TracedLossRow& row : traced_losses()) {
    SCOPED_TRACE(row.name);
    Graph graph;
    const bool labels = row.target == LossTarget::labels;
    const Symbol z = graph.input("z", DType::float64, {3, 3});
    const Symbol y =
        labels ? graph.input("y", DType::int32, {3}) : graph.input("y", DType::float64, {3, 3});
    Symbols all = {mean_loss(row, z, y, {}, Settings(row.name, row.options))};
    for (int order = 0; order < 3; ++order)
      all.push_back(gradient(reduce_sum(all.back() * all.back()), z));
    const std::vector<double> ones = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    for (const Array& array :
         evaluate(all, {{z.id(), {{3, 3}, {1000, -1000, 0, 1000, 0, -1000, 500, 1000, 999}}},
                        {y.id(), labels ? Array{{3}, {0, 1, 2}} : Array{{3, 3}, ones}}}))
      for (const double value : array.values) EXPECT_TRUE(std::isfinite(value)) << value;
  }
}

TEST(TracedLoss, TailsOfBinaryCrossEntropyKeepTheirDigits) {
  Graph graph;
  const Symbol z = graph.input("z", DType::float64, {2}), t = graph.input("t", DType::float64, {2});
  const Symbol loss = binary_cross_entropy(z, t);
  const auto found = evaluate(Symbols{loss, gradient(reduce_sum(loss), z)},
                              {{z.id(), {{2}, {40, -40}}}, {t.id(), {{2}, {1, 0}}}});
  EXPECT_DOUBLE_EQ(found[0].values[0], 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(found[0].values[1], 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(found[1].values[0], -4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(found[1].values[1], 4.248354255291589e-18);
}

// What is also a loss of linear models has its value and derivative there.
TEST(TracedLoss, SharedNamesShareValues) {
  const std::vector<double> z = {-3, -0.5, 0, 0.25, 1, 2, 40}, bits = {1, 0, 1, 1, 1, 0, 0};
  for (const auto& [name, kind] :
       {std::pair("squared", LossKind::squared), std::pair("huber", LossKind::huber),
        std::pair("hinge", LossKind::hinge),
        std::pair("binary_cross_entropy", LossKind::logistic)}) {
    SCOPED_TRACE(name);
    Trace t(0);
    const Symbol x = t.given({z.size()}, z), y = t.given({z.size()}, bits);
    const TracedLossRow& row = find(traced_losses(), "loss", name);
    const Symbol terms = row.terms(x, y, {}, Settings(row.name, row.options));
    const auto found = evaluate(Symbols{terms, gradient(reduce_sum(terms), x)}, t.values);
    for (size_t i = 0; i < z.size(); ++i) {
      EXPECT_DOUBLE_EQ(found[0].values[i], loss_value({.kind = kind}, z[i], bits[i])) << z[i];
      EXPECT_DOUBLE_EQ(found[1].values[i], loss_derivative({.kind = kind}, z[i], bits[i])) << z[i];
    }
  }
}

TEST(TracedLoss, LabelThatIsNoClassIsNaN) {
  Graph graph;
  const Symbol z = graph.input("z", DType::float64, {3, 2}),
               y = graph.input("y", DType::int32, {3});
  const Array found = evaluate(
      cross_entropy(z, y), {{z.id(), {{3, 2}, {0, 0, 0, 0, 0, 0}}}, {y.id(), {{3}, {-1, 1, 2}}}});
  EXPECT_TRUE(std::isnan(found.values[0]));
  EXPECT_DOUBLE_EQ(found.values[1], std::log(2.0));
  EXPECT_TRUE(std::isnan(found.values[2]));
}

TEST(TracedLoss, ErrorsNameTheShapes) {
  Graph graph;
  const Symbol z = graph.input("z", DType::float64, {3, 2}),
               y = graph.input("y", DType::float64, {3});
  try {
    squared_loss(z, y);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "squared: found targets of shape [3]; expected [3, 2]");
  }
}

}  // namespace
}  // namespace thalweg
