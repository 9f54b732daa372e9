// Networks from data to a finished run: tables and images, what is refused, and going on in
// mid-epoch with the bits of the uninterrupted run.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/run/runs.hpp"
#include "thalweg/format/npz_writer.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/format/tfevents.hpp"
#include "thalweg/model/network_model.hpp"
#include "thalweg/optim/transform/transform.hpp"
#include "thalweg/run/predict.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

using namespace testing;

FitRequest network_request(const fs::path& data, const fs::path& run, Given given) {
  given.insert(given.begin(), {{"epochs", "4"}, {"batch", "16"}});
  if (std::none_of(given.begin(), given.end(), [](const auto& g) { return g.first == "model"; }))
    given.push_back({"model", "mlp(hidden=8,8)"});
  return request_of(data, run, given);
}

// Images 6x6 of three classes: a bright row, a bright column, or neither.
fs::path put_images(const fs::path& path, size_t count) {
  Random random(2, 2);
  std::vector<double> x(count * 36), y(count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t label = random.below(3), at = 1 + random.below(4);
    y[i] = static_cast<double>(label);
    for (size_t k = 0; k < 36; ++k) x[i * 36 + k] = 0.3 * random.normal();
    for (size_t k = 0; k < 6 && label < 2; ++k)
      x[i * 36 + (label == 0 ? at * 6 + k : k * 6 + at)] += 1.5;
  }
  NpzWriter file(path);
  file.add("X", {count, 6, 6}, std::span<const double>(x));
  file.add("y", {count}, std::span<const double>(y));
  file.commit();
  return path;
}

std::string model_bytes(const fs::path& run) { return read_file(run / "model.safetensors"); }

TEST(NetworkTask, TablesOfLabelsAndNumbers) {
  const fs::path folder = folder_of_test();
  for (const std::string kind : {"softmax", "logistic", "linear"}) {
    const fs::path data = put(folder / (kind + ".csv"), table_of(kind, 400, 3));
    const fs::path run = folder / kind;
    const FitReport report = fit(network_request(data, run, {}), {});
    EXPECT_EQ(report.training_rows + report.validation_rows, 400u);
    EXPECT_NEAR(static_cast<double>(report.validation_rows), 40, 2);
    EXPECT_EQ(report.model_name, "mlp(hidden=8,8)");
    const auto verdict = json_of(run / "verdict.json");
    EXPECT_EQ(verdict["outcome"], name(report.verdict.outcome));
    EXPECT_FALSE(report.verdict.reason.empty());
    const auto& scores = verdict["validation"];
    EXPECT_EQ(scores["rows"], report.validation_rows);
    EXPECT_TRUE(scores.contains(kind == "linear" ? "rmse" : "accuracy"));
    // What was measured there is measured again by the saved model.
    const Evaluation again = evaluate(run, data, "validation");
    const auto measured = nlohmann::ordered_json::parse(again.json)["scores"];
    EXPECT_EQ(measured, scores) << kind;
    const std::string predicted = predict_csv(run, data);
    EXPECT_EQ(std::count(predicted.begin(), predicted.end(), '\n'), 401);
    EXPECT_TRUE(predicted.starts_with(kind == "linear"    ? "prediction\n"
                                      : kind == "softmax" ? "prediction,p(high)"
                                                          : "prediction,p(no)"));
    const EventFile events = read_tfevents(find_event_file(run));
    ASSERT_NE(events.find("validation/value"), nullptr);
    EXPECT_EQ(events.find("validation/value")->points.size(), 4u);
    // A look before the first step, of which no update is known, and one at the end.
    EXPECT_EQ(events.find("gradient_norm/dense1.weight")->points.size(), 2u);
    EXPECT_EQ(events.find("update_ratio/dense1.weight")->points.size(), 1u);
    EXPECT_EQ(events.find("dead/relu1")->points.size(), 2u);
    const std::string bytes = read_file(find_event_file(run));
    for (const char* tag :
         {"parameters/dense3.bias", "gradients/dense1.weight", "activations/relu2"})
      EXPECT_TRUE(contains(bytes, tag)) << tag;
    EXPECT_EQ(json_of(run / "run.json")["chosen"]["loss"],
              kind == "linear" ? "squared" : "cross_entropy");
  }
}

TEST(NetworkTask, ImagesMakeAConvolutionalNet) {
  const fs::path folder = folder_of_test();
  const fs::path data = put_images(folder / "shapes.npz", 600);
  const FitReport report =
      fit(network_request(
              data, folder / "run",
              {{"target", ""},
               {"model", "cnn(layers=conv 8 3x3; batch_norm; relu; maxpool 2; dense 16; relu)"},
               {"method", "adamw(0.01)"},
               {"epochs", "8"},
               {"shift", "1"}}),
          {});
  const auto scores = nlohmann::ordered_json::parse(report.metrics);
  EXPECT_GT(scores["accuracy"].get<double>(), 0.9);
  const NetworkModel model =
      network_from_safetensors(read_safetensors(folder / "run" / "model.safetensors"), "model");
  EXPECT_EQ(model.sample, (Shape{1, 6, 6}));
  EXPECT_EQ(model.labels(), (std::vector<std::string>{"0", "1", "2"}));
  const auto run = json_of(folder / "run" / "run.json");
  EXPECT_TRUE(contains(run["chosen"]["network"].get<std::string>(), "conv 8 3x3"));
  // The statistics of batch normalization have moved.
  const auto mean =
      read_safetensors(folder / "run" / "model.safetensors").numbers("batch_norm1.running_mean");
  EXPECT_TRUE(std::any_of(mean.begin(), mean.end(), [](double v) { return v != 0; }));
}

// Stopped after `steps`, then resumed: with dropout, batch normalization, moved images and batches
// made ahead.
void expect_same_bits(const fs::path& folder, const fs::path& data, Given given, long long steps) {
  const fs::path whole = folder / "whole", cut = folder / "cut";
  fs::remove_all(whole), fs::remove_all(cut);
  fit(network_request(data, whole, given), {});
  long long seen = 0;
  FitObserver observer;
  observer.record = [&](const Record& record, double, double) { seen = record.step; };
  observer.stop_requested = [&] { return seen >= steps; };
  const FitReport stopped = fit(network_request(data, cut, given), observer);
  EXPECT_TRUE(stopped.verdict.signalled);
  EXPECT_EQ(stopped.verdict.last.step, steps);
  resume(cut, settings_of({}), {});
  EXPECT_EQ(model_bytes(whole), model_bytes(cut));
  EXPECT_EQ(json_of(whole / "verdict.json")["value"], json_of(cut / "verdict.json")["value"]);
  EXPECT_EQ(json_of(whole / "verdict.json")["reason"], json_of(cut / "verdict.json")["reason"]);
}

TEST(NetworkTask, ARunGoesOnBitForBitInMidEpoch) {
  const fs::path folder = folder_of_test();
  const fs::path data = put_images(folder / "shapes.npz", 300);  // 16 steps an epoch
  const std::string model =
      "cnn(layers=conv 4 3x3; batch_norm; relu; dropout 0.2; maxpool 2; dense 8; relu; dropout "
      "0.5)";
  expect_same_bits(folder, data,
                   {{"target", ""}, {"model", model}, {"shift", "1"}, {"flip", "true"}}, 23);
  expect_same_bits(folder, data,
                   {{"target", ""},
                    {"model", model},
                    {"method", "clip_global_norm(1) + schedule_free_adamw(0.01)"}},
                   37);
  expect_same_bits(
      folder, data,
      {{"target", ""}, {"model", model}, {"method", "sam + momentum(0.05)"}, {"accumulate", "3"}},
      13);  // 5 steps of 3 batches an epoch
}

TEST(NetworkTask, TheBatchThatWasMeasuredIsKept) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("softmax", 4000, 3));
  const Given given = {{"batch", "auto"}, {"model", "mlp(hidden=4)"}, {"epochs", "2"}};
  expect_same_bits(folder, data, given, 20);
  const auto whole = json_of(folder / "whole" / "run.json"),
             cut = json_of(folder / "cut" / "run.json");
  const auto& chosen = whole["chosen"];
  EXPECT_EQ(chosen, cut["chosen"]);
  EXPECT_EQ(whole["asked"]["batch"], "auto");
  EXPECT_EQ(cut["asked"]["batch"], "auto");
  EXPECT_TRUE(chosen["noise_scale"].is_number()) << chosen;
  EXPECT_TRUE(contains(chosen["batch_reason"].get<std::string>(), "of one size at"));
  const auto batch = chosen["batch"].get<size_t>();
  EXPECT_TRUE(batch == 32 || batch == 64) << batch;  // an epoch keeps 32 steps of its 3,600 rows
}

TEST(NetworkTask, EveryTransformGoesOnBitForBit) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("softmax", 120, 3));
  for (const TransformRow& row : transforms()) {
    if (row.diagonal >= 0) continue;  // needs Hessian products
    const std::string chain =
        row.place == TransformPlace::step ? row.name : row.name + " + sgd(0.01)";
    const std::string text = row.place == TransformPlace::point ? "adam + " + row.name : chain;
    SCOPED_TRACE(text);
    expect_same_bits(
        folder, data,
        {{"method", text}, {"model", "mlp(hidden=4)"}, {"validation", "0"}, {"epochs", "2"}},
        9);  // without validation the model is the last point
  }
}

TEST(NetworkTask, AFewEpochsMoreAreAnotherRun) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("softmax", 200, 3));
  fit(network_request(data, folder / "run", {{"steps", "5"}}), {});
  EXPECT_TRUE(contains(line_of([&] {
                         resume(folder / "run", settings_of({{"epochs", "9"}}), {});
                       }),
                       "another run"));
  EXPECT_EQ(resume(folder / "run", settings_of({{"steps", "8"}}), {}).verdict.last.step, 8);
}

TEST(NetworkTask, WhatDoesNotSuitIsRefused) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("softmax", 200, 3));
  const fs::path images = put_images(folder / "shapes.npz", 60);
  const std::tuple<fs::path, Given, const char*> cases[] = {
      {data, {{"model", "cnn"}}, "is for images"},
      {data, {{"loss", "squared"}}, "is of numbers"},
      {data, {{"loss", "hinge"}}, "two labels"},
      {data, {{"loss", "kl_divergence"}}, "use cross_entropy"},
      {data, {{"loss", "cross_entrpy"}}, "did you mean"},
      {data, {{"class_weights", "1,2"}}, "2 numbers for 3 labels"},
      {data, {{"class_weights", "1,2,x"}}, "neither balanced nor numbers"},
      {data, {{"method", "lbfgs"}, {"epochs", "4"}}, "of methods on batches"},
      {data, {{"gradient_tolerance", "0.1"}}, "methods on all samples"},
      {data, {{"method", "adamw("}}, "adamw"},
      {data, {{"schedule", "cosin"}}, "cosin"},
      {data, {{"shift", "2"}}, "of images"},
      {data, {{"batch", "many"}}, "neither auto nor"},
      {data, {{"accumulate", "13"}}, "13 batches of 16 a step, an epoch has 11"},
      {data, {{"method", "sgd(0.1) + sam"}}, "put it first"},
      {data, {{"lower", "0"}}, "of linear models"},
      {data, {{"model", "softmax"}}, "of networks"},
      {images, {{"target", ""}, {"model", "mlp(hidden=a)"}}, "not of the form"},
  };
  for (const auto& [path, given, part] : cases) {
    const std::string line =
        line_of([&] { fit(network_request(path, folder / "run", given), {}); });
    EXPECT_TRUE(contains(line, part)) << part << ": " << line;
    EXPECT_FALSE(fs::exists(folder / "run"));
  }
}

TEST(NetworkTask, LossesClassWeightsAndPenalties) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 300, 3));
  const Given losses[] = {
      {{"loss", "binary_cross_entropy"}},
      {{"loss", "hinge"}},
      {{"loss", "cross_entropy(label_smoothing=0.1)"}, {"class_weights", "balanced"}},
      {{"class_weights", "1,3"}, {"l2", "0.01"}, {"l1", "0.001"}}};
  for (const Given& given : losses) {
    fs::remove_all(folder / "run");
    Given more = given;
    more.push_back({"epochs", "20"});
    const FitReport report = fit(network_request(data, folder / "run", more), {});
    EXPECT_GT(nlohmann::ordered_json::parse(report.metrics)["accuracy"].get<double>(), 0.5);
  }
}

TEST(NetworkTask, AMethodOnAllSamplesEndsStationary) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("softmax", 150, 3));
  const Given given = {{"model", "mlp(hidden=4, dropout=0, activation=tanh)"},
                       {"method", "lbfgs"},
                       {"l2", "0.05"},
                       {"gradient_tolerance", "1e-5"}};
  const FitReport report = fit(request_of(data, folder / "run", given), {});
  EXPECT_EQ(report.verdict.outcome, Outcome::stationary) << report.verdict.reason;
  EXPECT_TRUE(contains(report.verdict.reason, "curvature was not examined"));
  EXPECT_EQ(exit_code(report.verdict), 0);
  EXPECT_GT(nlohmann::ordered_json::parse(report.metrics)["accuracy"].get<double>(), 0.5);
  Given dropped = given;
  dropped[0].second = "mlp(hidden=4)";
  EXPECT_TRUE(contains(line_of([&] { fit(request_of(data, folder / "other", dropped), {}); }),
                       "--dropout 0"));
}

TEST(NetworkTask, ADamagedModelIsRefused) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("softmax", 100, 3));
  fit(network_request(data, folder / "run", {{"epochs", "1"}}), {});
  const fs::path path = folder / "run" / "model.safetensors";
  const Safetensors good = read_safetensors(path);
  const auto damaged = [&](auto change) {
    Safetensors bad = good;
    change(bad);
    write_safetensors(path, bad);
    return line_of([&] { predict_csv(folder / "run", data); });
  };
  EXPECT_FALSE(damaged([](Safetensors& s) { s.tensors.pop_back(); }).empty());
  EXPECT_FALSE(damaged([](Safetensors& s) { s.metadata["model"] = "{}"; }).empty());
  EXPECT_FALSE(damaged([](Safetensors& s) {
                 std::string& m = s.metadata["model"];
                 m.replace(m.find("dense 8"), 7, "dense 9");
               }).empty());
  EXPECT_FALSE(damaged([](Safetensors& s) { s.metadata["version"] = "2"; }).empty());
  EXPECT_FALSE(damaged([](Safetensors& s) { s.metadata["recipe"] = "[]"; }).empty());
}

}  // namespace
}  // namespace thalweg
