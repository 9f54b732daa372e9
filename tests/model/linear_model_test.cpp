// Predictions against scikit-learn's: tests/oracle/predictions.json, made by predictions.py.
#include "thalweg/model/linear_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

using Json = nlohmann::json;

LinearModel model_of(const std::string& name, size_t columns) {
  LinearModel out;
  const ModelRow& row = find(models(), "model", name);
  out.name = name;
  out.loss.kind = row.loss;
  out.recipe.target.column = "y";
  if (row.link == Link::probability || row.link == Link::margin) {
    out.recipe.target.labeled = true;
    out.recipe.target.labels = {"no", "yes"};
  }
  if (row.link == Link::probabilities) {
    out.recipe.target.labeled = true;
    out.recipe.target.labels = {"a", "b", "c"};
    out.outputs = 3;
  }
  for (size_t j = 0; j < columns; ++j)
    out.recipe.columns.push_back({"x" + std::to_string(j), NumberColumn{0.5, 2, 1, false}});
  out.recipe.columns.push_back({"y", DroppedColumn{"target"}});
  out.features = feature_names(out.recipe);
  for (size_t j = 0; j < out.outputs * (columns + 1); ++j)
    out.parameters.push_back(0.1 * static_cast<double>(j) - 1 / 3.0);
  return out;
}

Design design_of(const std::vector<double>& cells, size_t rows, size_t columns) {
  DenseMatrix<double> out{rows, columns, Buffer<double>(cells.size())};
  std::copy(cells.begin(), cells.end(), out.data.begin());
  return out;
}

void expect_near(const Json& expected, const std::vector<double>& found, const std::string& what) {
  ASSERT_EQ(expected.size(), found.size()) << what;
  for (size_t i = 0; i < found.size(); ++i) {
    const double value = expected[i].get<double>();
    // Scores of 400 round to 1e-13 of their exponential; the other probability is 1 less one there.
    EXPECT_NEAR(found[i], value, 1e-12 * std::abs(value) + 0x1p-53) << what << " " << i;
  }
}

TEST(LinearModel, PredictsAsScikitLearn) {
  const Json oracle = Json::parse(read_file(THALWEG_SOURCE "/tests/oracle/predictions.json"));
  const Design design =
      design_of(oracle["x"].get<std::vector<double>>(), oracle["rows"], oracle["columns"]);
  ASSERT_EQ(oracle["cases"].size(), 6u);
  for (const Json& c : oracle["cases"]) {
    LinearModel model = model_of(c["model"], oracle["columns"]);
    model.parameters = c["weight"].get<std::vector<double>>();
    for (const Json& b : c["intercept"]) model.parameters.push_back(b);
    const Predictions found = predict(model, design);
    expect_near(c["values"], found.values, model.name);
    EXPECT_EQ(c.contains("probabilities"), !found.probabilities.empty());
    if (c.contains("probabilities"))
      expect_near(c["probabilities"], found.probabilities, model.name);
    if (c.contains("scores")) expect_near(c["scores"], found.scores, model.name);
  }
}

TEST(LinearModel, ExtremeScoresStayProbabilities) {
  LinearModel model = model_of("logistic", 1);
  model.parameters = {1, 0};
  const Predictions found = predict(model, design_of({-1e4, -800, 0, 800, 1e4}, 5, 1));
  EXPECT_EQ(found.probabilities, (std::vector<double>{1, 0, 1, 0, 0.5, 0.5, 0, 1, 0, 1}));
  model = model_of("softmax", 1);
  model.parameters = {1, 0, -1, 0, 0, 0};
  const Predictions classes = predict(model, design_of({-1e4, 1e4}, 2, 1));
  EXPECT_EQ(classes.probabilities, (std::vector<double>{0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(classes.values, (std::vector<double>{2, 0}));
}

TEST(LinearModel, IsReadBackAsItWasSaved) {
  for (const ModelRow& row : models()) {
    LinearModel model = model_of(row.name, 4);
    model.penalty = {0.25, 1e-3, 0, INFINITY};
    model.loss.delta = row.name == "huber" ? 1.75 : model.loss.delta;
    if (row.name == "quantile") model.loss.level = 0.9, model.loss.smoothing = 0.01;
    const LinearModel found =
        model_from_safetensors(read_safetensors(to_bytes(to_safetensors(model)), "m"), "m");
    EXPECT_EQ(found.name, model.name);
    EXPECT_EQ(found.loss.kind, model.loss.kind);
    EXPECT_EQ(found.loss.delta, model.loss.delta);
    EXPECT_EQ(found.loss.level, model.loss.level);
    EXPECT_EQ(found.loss.smoothing, model.loss.smoothing);
    EXPECT_EQ(found.penalty.l1, 0.25);
    EXPECT_EQ(found.penalty.l2, 1e-3);
    EXPECT_EQ(found.penalty.lower, 0);
    EXPECT_EQ(found.penalty.upper, INFINITY);
    EXPECT_EQ(found.outputs, model.outputs);
    EXPECT_EQ(found.parameters, model.parameters);
    EXPECT_EQ(found.features, model.features);
    EXPECT_EQ(to_json(found.recipe), to_json(model.recipe));
    EXPECT_EQ(to_bytes(to_safetensors(found)), to_bytes(to_safetensors(model)));
  }
}

std::string refusal(const Safetensors& file) {
  try {
    model_from_safetensors(file, "RUN/model.safetensors");
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_NE(line.find("RUN/model.safetensors"), std::string::npos) << line;
    return line;
  }
  return "";
}

TEST(LinearModel, WhatIsNewerOrDamagedIsRefusedInOneLine) {
  const Safetensors whole = to_safetensors(model_of("softmax", 2));
  EXPECT_EQ(refusal(whole), "");
  auto with = [&](const std::string& key, const std::string& text) {
    Safetensors file = whole;
    file.source = "RUN/model.safetensors";
    file.metadata[key] = text;
    return refusal(file);
  };
  EXPECT_NE(with("version", "2").find("newer version"), std::string::npos);
  EXPECT_NE(with("format", "pt").find("not a model of this program"), std::string::npos);
  for (const std::string version : {"", "0", "-1", "one", "1e9", "99999999999999999999"})
    EXPECT_NE(with("version", version), "") << version;
  for (const std::string model :
       {"", "{", "[]", "{}", "{\"name\": 1}", "{\"name\": \"nonsense\"}",
        "{\"name\": \"softmax\", \"outputs\": -1, \"l1\": 0, \"l2\": 0, \"lower\": null, "
        "\"upper\": null}",
        "{\"name\": \"softmax\", \"outputs\": 0, \"l1\": 0, \"l2\": 0, \"lower\": null, "
        "\"upper\": null}",
        "{\"name\": \"softmax\", \"outputs\": 2, \"l1\": 0, \"l2\": 0, \"lower\": null, "
        "\"upper\": null}",
        "{\"name\": \"logistic\", \"outputs\": 1, \"l1\": 0, \"l2\": 0, \"lower\": null, "
        "\"upper\": null}",
        "{\"name\": \"softmax\", \"outputs\": 3, \"l1\": \"x\", \"l2\": 0, \"lower\": null, "
        "\"upper\": null}"})
    EXPECT_NE(with("model", model), "") << model;
  for (const std::string features : {"", "[1]", "{}", "[\"x0\"]", "[\"x0\", \"x2\"]"})
    EXPECT_NE(with("features", features), "") << features;
  for (const std::string recipe : {"", "{}", "[]", "null"})
    EXPECT_NE(with("recipe", recipe), "") << recipe;
  for (const char* key : {"format", "version", "model", "recipe", "features"}) {
    Safetensors file = whole;
    file.source = "RUN/model.safetensors";
    file.metadata.erase(key);
    EXPECT_NE(refusal(file), "") << key;
  }
  Safetensors file = whole;
  file.source = "RUN/model.safetensors";
  file.tensors.pop_back();
  EXPECT_NE(refusal(file), "");
  // A model of other labels than those it was fitted to would say nonsense.
  LinearModel two = model_of("logistic", 2);
  two.recipe.target.labels = {"only"};
  EXPECT_NE(refusal(to_safetensors(two)), "");
  two.recipe.target = {"y", false, {}};
  EXPECT_NE(refusal(to_safetensors(two)), "");
}

TEST(LinearModel, InfluenceIsTheWeightTimesTheDeviation) {
  LinearModel model = model_of("linear", 2);
  model.parameters = {-3, 0.5, 7};
  // Deviations 1 and 4.
  const std::vector<double> found = influence(model, design_of({1, 10, -1, 2, 1, 2, -1, 10}, 4, 2));
  EXPECT_NEAR(found[0], 3, 1e-14);
  EXPECT_NEAR(found[1], 2, 1e-14);
  LinearModel classes = model_of("softmax", 1);
  classes.parameters = {1, -5, 2, 0, 0, 0};
  EXPECT_NEAR(influence(classes, design_of({1, -1}, 2, 1))[0], 5, 1e-14);
  classes.parameters.assign(6, 1.0);
  EXPECT_EQ(influence(classes, design_of({3, 3}, 2, 1)), std::vector<double>{0});
}

}  // namespace
}  // namespace thalweg
