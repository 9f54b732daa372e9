// The road from a table to a finished run, end to end: every model, what is refused, what is left.
#include "thalweg/run/fit.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"
#include "thalweg/certify/verifier/verify.hpp"
#include "thalweg/format/read.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/format/tfevents.hpp"
#include "thalweg/kernel/linear.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

using namespace testing;

const std::vector<std::string> event_tags = {"value", "gradient_norm", "evaluations", "seconds"};

TEST(Fit, EveryModelEndsCertifiedAndIsAccepted) {
  const fs::path folder = folder_of_test();
  for (const ModelRow& model : models()) {
    const fs::path data = put(folder / (model.name + ".csv"), table_of(model.name, 300, 3));
    const fs::path run = folder / model.name;
    const FitReport report =
        fit(request_of(data, run, {{"model", model.name}, {"l2", "0.01"}}), {});
    EXPECT_EQ(report.verdict.outcome, Outcome::certified) << model.name << report.verdict.reason;
    EXPECT_LE(report.verdict.certificate.relative(), 1e-9) << model.name;
    EXPECT_EQ(report.rows, 300u);
    EXPECT_EQ(report.training_rows, 300u);
    EXPECT_EQ(report.influence.size(), report.model.features.size());
    EXPECT_FALSE(report.method_reason.empty());
    const verifier::Verification check = verifier::verify(run, data);
    EXPECT_TRUE(check.accepted) << model.name << ": " << check.reason;
    EXPECT_EQ(check.outcome, "certified");
    // What was reported is what was saved.
    EXPECT_EQ(read_model(run).parameters, report.model.parameters);
    EXPECT_EQ(read_file(run / "verdict.json"), report.json);
    const EventFile events = read_tfevents(find_event_file(run));
    EXPECT_FALSE(events.torn);
    for (const std::string& tag : event_tags) ASSERT_NE(events.find(tag), nullptr) << tag;
    EXPECT_EQ(events.find("value")->points.back().step, report.verdict.last.step);
    EXPECT_FALSE(fs::exists(run / "checkpoint.safetensors"));
    EXPECT_TRUE(unfinished_files(run).empty());
  }
}

TEST(Fit, TheModelFollowsFromTheTarget) {
  const fs::path folder = folder_of_test();
  for (const auto& [made, chosen] :
       Given{{"logistic", "logistic"}, {"softmax", "softmax"}, {"linear", "linear"}}) {
    const fs::path data = put(folder / (made + ".csv"), table_of(made, 200, 4));
    const FitReport report = fit(request_of(data, folder / made, {{"target", "y"}}), {});
    EXPECT_EQ(report.model.name, chosen);
    EXPECT_FALSE(report.model_reason.empty());
    EXPECT_TRUE(contains(json_of(folder / made / "run.json")["chosen"]["model_reason"], "\"y\""));
  }
}

TEST(Fit, ValidationRowsAreKeptBack) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 500, 5));
  const FitReport report =
      fit(request_of(data, folder / "run", {{"validation", "0.2"}, {"l2", "0.001"}}), {});
  EXPECT_EQ(report.training_rows + report.validation_rows, 500u);
  EXPECT_NEAR(static_cast<double>(report.validation_rows), 100, 1);
  const auto json = json_of(folder / "run" / "verdict.json");
  EXPECT_EQ(json["validation"]["rows"], report.validation_rows);
  EXPECT_GT(json["validation"]["roc_auc"].get<double>(), 0.6);
  const auto mask = read_safetensors(folder / "run" / "certificate.safetensors").integers("rows");
  EXPECT_EQ(static_cast<size_t>(std::count(mask.begin(), mask.end(), 1)), report.training_rows);
  EXPECT_TRUE(verifier::verify(folder / "run", data).accepted);
}

TEST(Fit, FoldsGiveScoresAndTheirDeviation) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 300, 6));
  fit(request_of(data, folder / "run", {{"folds", "4"}, {"l2", "0.01"}}), {});
  const auto folds = json_of(folder / "run" / "verdict.json")["folds"];
  ASSERT_EQ(folds["each"].size(), 4u);
  size_t rows = 0;
  double sum = 0;
  for (const auto& each : folds["each"]) {
    rows += each["rows"].get<size_t>();
    sum += each["accuracy"].get<double>();
    EXPECT_EQ(each["outcome"], "certified");
  }
  EXPECT_EQ(rows, 300u);
  EXPECT_NEAR(folds["mean"]["accuracy"]["mean"].get<double>(), sum / 4, 1e-15);
  EXPECT_GT(folds["mean"]["accuracy"]["deviation"].get<double>(), 0);
}

TEST(Fit, TheExportedDesignReproducesTheValue) {
  const fs::path folder = folder_of_test();
  for (const std::string float32 : {"false", "true"}) {
    const fs::path data = put(folder / "data.csv", table_of("logistic", 250, 7));
    const fs::path exported = folder / "design.npz";
    const FitReport report = fit(request_of(data, folder / ("run" + float32),
                                            {{"l2", "0.01"},
                                             {"validation", "0.2"},
                                             {"float32", float32},
                                             {"export_design", exported.string()}}),
                                 {});
    const Table table = read_table(exported);
    ASSERT_EQ(table.rows, report.training_rows);
    ASSERT_EQ(table.columns.size(), report.model.features.size() + 1);
    const size_t p = report.model.features.size();
    for (size_t j = 0; j < p; ++j) EXPECT_EQ(table.columns[j].name, report.model.features[j]);
    double loss = 0, square = 0;
    for (size_t i = 0; i < table.rows; ++i) {
      double z = report.model.parameters[p];
      for (size_t j = 0; j < p; ++j) z += table.columns[j].number(i) * report.model.parameters[j];
      loss += std::log1p(std::exp(z)) - z * table.columns[p].number(i);
    }
    for (size_t j = 0; j < p; ++j)
      square += report.model.parameters[j] * report.model.parameters[j];
    const double value = loss / static_cast<double>(table.rows) + 0.005 * square;
    EXPECT_NEAR(value, report.verdict.last.value, 1e-13);
  }
}

// `rest` of the run, and bit for bit what the uninterrupted run reached.
TEST(Fit, ARunThatItsBudgetEndedGoesOnToTheSameBits) {
  const fs::path folder = folder_of_test();
  const fs::path smooth = put(folder / "smooth.csv", table_of("logistic", 400, 8));
  struct Case {
    const char *method, *l1, *l2, *model;
  };
  const Case cases[] = {{"gradient_descent(search=armijo)", "0", "1e-3", "logistic"},
                        {"gradient_descent(search=barzilai_borwein)", "0", "1e-3", "logistic"},
                        {"nesterov", "0", "1e-3", "logistic"},
                        {"lbfgs", "0", "1e-3", "logistic"},
                        {"newton", "0", "1e-3", "logistic"},
                        {"proximal_gradient", "1e-3", "1e-3", "logistic"},
                        {"fista", "1e-3", "0", "logistic"},
                        {"coordinate_descent", "1e-3", "0", "logistic"},
                        {"proximal_point", "0", "1e-2", "svm"}};
  for (const Case& c : cases) {
    const Given given = {{"method", c.method}, {"l1", c.l1},    {"l2", c.l2},
                         {"model", c.model},   {"steps", "40"}, {"tolerance", "1e-12"}};
    Given fewer = given;
    fewer[4].second = "2";
    const fs::path whole = folder / "whole", parts = folder / "parts";
    fs::remove_all(whole), fs::remove_all(parts);
    const FitReport expected = fit(request_of(smooth, whole, given), {});
    ASSERT_GT(expected.verdict.last.step, 3) << c.method;
    const FitReport first = fit(request_of(smooth, parts, fewer), {});
    EXPECT_EQ(first.verdict.stop, "steps");
    EXPECT_TRUE(fs::exists(parts / "checkpoint.safetensors"));
    EXPECT_TRUE(verifier::verify(parts, smooth).accepted ||
                first.verdict.certificate.kind == CertificateKind::none);
    const FitReport second = resume(parts, settings_of({{"steps", "3"}}), {});
    EXPECT_EQ(second.verdict.last.step, 3) << c.method;
    const FitReport found = resume(parts, settings_of({{"steps", "40"}}), {});
    EXPECT_EQ(found.verdict.stop, expected.verdict.stop) << c.method;
    EXPECT_EQ(read_file(parts / "model.safetensors"), read_file(whole / "model.safetensors"))
        << c.method;
    EXPECT_EQ(read_file(parts / "certificate.safetensors"),
              read_file(whole / "certificate.safetensors"))
        << c.method;
    const EventFile a = read_tfevents(find_event_file(whole)),
                    b = read_tfevents(find_event_file(parts));
    EXPECT_EQ(a.records, b.records) << c.method;
    for (const std::string tag : {"value", "gradient_norm"}) {
      ASSERT_EQ(a.find(tag)->points.size(), b.find(tag)->points.size()) << c.method;
      for (size_t i = 0; i < a.find(tag)->points.size(); ++i) {
        EXPECT_EQ(a.find(tag)->points[i].step, b.find(tag)->points[i].step);
        EXPECT_EQ(a.find(tag)->points[i].value, b.find(tag)->points[i].value);
      }
    }
    const verifier::Verification check = verifier::verify(parts, smooth);
    EXPECT_TRUE(check.accepted) << c.method << ": " << check.reason;
    EXPECT_EQ(fs::file_size(find_event_file(parts)) - fs::file_size(find_event_file(whole)), 0u)
        << c.method;
  }
}

TEST(Fit, ASignalEndsTheRunAndItGoesOn) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 300, 9));
  const Given given = {{"method", "gradient_descent(search=armijo)"}, {"l2", "1e-3"}};
  fit(request_of(data, folder / "whole", given), {});
  FitObserver observer;
  int asked = 0;
  observer.stop_requested = [&] { return ++asked > 7; };
  const FitReport stopped = fit(request_of(data, folder / "run", given), observer);
  EXPECT_EQ(stopped.verdict.stop, "signal");
  EXPECT_TRUE(stopped.verdict.signalled);
  EXPECT_EQ(exit_code(stopped.verdict), 3);
  EXPECT_EQ(resume(folder / "run", settings_of({}), {}).verdict.outcome, Outcome::certified);
  EXPECT_EQ(read_file(folder / "run" / "model.safetensors"),
            read_file(folder / "whole" / "model.safetensors"));
  EXPECT_TRUE(contains(line_of([&] { resume(folder / "run", settings_of({}), {}); }), "finished"));
}

TEST(Fit, ResumeRefusesWhatWouldBeAnotherRun) {
  const fs::path folder = folder_of_test();
  const std::string text = table_of("logistic", 300, 10);
  const fs::path data = put(folder / "data.csv", text), run = folder / "run";
  fit(request_of(data, run, {{"steps", "1"}, {"l2", "1e-3"}}), {});
  const auto before = contents(run);
  auto refusal = [&](const Given& given) {
    return line_of([&] { resume(run, settings_of(given), {}); });
  };
  EXPECT_TRUE(contains(refusal({{"l2", "1"}}), "l2 would make it another run"));
  EXPECT_TRUE(contains(refusal({{"drop", "a"}}), "another run"));
  put(data, text + "0,10,red,no\n");
  EXPECT_TRUE(contains(refusal({}), "not the data of this run"));
  fs::remove(data);
  EXPECT_TRUE(contains(refusal({}), "data.csv"));
  put(data, text);
  EXPECT_EQ(contents(run), before);

  const std::string whole = read_file(run / "checkpoint.safetensors");
  for (const size_t at : {size_t{3}, size_t{40}, whole.size() / 2, whole.size() - 3}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    put(run / "checkpoint.safetensors", damaged);
    EXPECT_TRUE(contains(refusal({}), "checkpoint.safetensors")) << at << refusal({});
  }
  put(run / "checkpoint.safetensors", whole.substr(0, whole.size() - 8));
  EXPECT_TRUE(contains(refusal({}), "checkpoint.safetensors"));
  put(run / "checkpoint.safetensors", whole);
  EXPECT_EQ(contents(run), before);

  const std::string asked = read_file(run / "run.json");
  for (const std::string& damaged :
       {std::string(), asked.substr(0, asked.size() / 2), std::string("[1]"),
        std::string("{\"version\": 1}"), std::string("{\"version\": 2}"),
        std::string("{\"version\": 1, \"data\": 3, \"fingerprint\": 4, \"asked\": {}}"),
        std::string("{\"version\": 1, \"data\": \"x\", \"fingerprint\": \"y\", \"asked\": []}"),
        std::string("{\"version\": 1, \"data\": \"x\", \"fingerprint\": \"y\", "
                    "\"asked\": {\"drop\": [1]}}"),
        std::string("{\"version\": 1, \"data\": \"x\", \"fingerprint\": \"y\", "
                    "\"asked\": {\"nonsense\": \"1\"}}")}) {
    put(run / "run.json", damaged);
    EXPECT_NE(refusal({}), "") << damaged;
  }
  put(run / "run.json", asked);
  EXPECT_EQ(refusal({{"steps", "100"}}), "");
  EXPECT_TRUE(contains(line_of([&] { resume(folder / "none", settings_of({}), {}); }), "none"));
}

TEST(Fit, ResumeWritesDownWhatItWasGivenAnew) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 300, 12)),
                 run = folder / "run";
  const Given given = {{"steps", "2"}, {"l2", "1e-3"}, {"method", "gradient_descent"}};
  fit(request_of(data, run, given), {});
  const std::string first = read_file(run / "run.json");
  // Nothing new: nothing to say.
  resume(run, settings_of({{"steps", "2"}}), {});
  EXPECT_EQ(read_file(run / "run.json"), first);
  resume(run, settings_of({{"steps", "4"}, {"tolerance", "1e-8"}}), {});
  auto about = json_of(run / "run.json");
  EXPECT_EQ(about["asked"]["steps"], "4");
  EXPECT_EQ(about["asked"]["l2"], "0.001");
  ASSERT_EQ(about["resumed"].size(), 1u);
  EXPECT_EQ(about["resumed"][0]["step"], 2);
  EXPECT_EQ(about["resumed"][0]["changed"].dump(),
            "{\"tolerance\":{\"before\":\"1e-09\",\"now\":\"1e-08\"},"
            "\"steps\":{\"before\":\"2\",\"now\":\"4\"}}");
  EXPECT_EQ(json_of(run / "verdict.json")["fingerprints"]["run.json"],
            sha256_file(run / "run.json"));
  EXPECT_EQ(json_of(run / "verdict.json")["tolerance"], 1e-8);
  // What it was given holds when it is resumed again.
  EXPECT_EQ(resume(run, settings_of({}), {}).verdict.last.step, 4);
  EXPECT_EQ(resume(run, settings_of({{"steps", "6"}}), {}).verdict.last.step, 6);
  about = json_of(run / "run.json");
  ASSERT_EQ(about["resumed"].size(), 2u);
  EXPECT_EQ(about["resumed"][1]["step"], 4);
  EXPECT_EQ(about["resumed"][1]["changed"]["steps"]["before"], "4");
  EXPECT_EQ(about["asked"]["tolerance"], "1e-08");
  // Started over where no checkpoint was left.
  fs::remove(run / "verdict.json"), fs::remove(run / "checkpoint.safetensors");
  resume(run, settings_of({{"steps", "3"}}), {});
  EXPECT_EQ(json_of(run / "run.json")["resumed"][2]["step"], 0);
}

// Paths of a run are those of where it was started.
TEST(Fit, ResumeFindsItsFilesFromElsewhere) {
  const fs::path folder = folder_of_test(), before = fs::current_path();
  for (const char* name : {"x.npy", "y.npy"})
    fs::copy_file(fs::path(THALWEG_SOURCE "/tests/oracle/format/npy") / name, folder / name);
  fs::current_path(folder);
  const Given given = {{"target_file", "y.npy"}, {"target", ""}, {"model", "linear"},
                       {"method", "lbfgs"},      {"steps", "1"}, {"l2", "0.01"}};
  const std::string line = line_of([&] { fit(request_of("x.npy", "run", given), {}); });
  fs::current_path(before);
  ASSERT_EQ(line, "");
  EXPECT_EQ(line_of([&] { resume(folder / "run", settings_of({{"steps", "2"}}), {}); }), "");
}

TEST(Fit, AFailedFitLeavesTheEarlierRunAsItWas) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 200, 11));
  const fs::path run = folder / "run";
  fit(request_of(data, run, {{"l2", "0.01"}}), {});
  const auto before = contents(run);
  EXPECT_TRUE(contains(line_of([&] { fit(request_of(data, run), {}); }), "holds a run already"));
  const fs::path bad = put(folder / "bad.csv", "a,y\n1,2\n3\n");
  const fs::path one = put(folder / "one.csv", "a,y\n1,yes\n2,yes\n3,yes\n");
  const std::vector<std::pair<fs::path, Given>> failing = {
      {bad, {}},
      {folder / "missing.csv", {}},
      {folder, {}},
      {one, {{"model", "logistic"}}},
      {data, {{"target", "z"}}},
      {data, {{"model", "linear"}}},
      {data, {{"model", "nonsense"}}},
      {data, {{"model", "huber(width=1)"}}},
      {data, {{"method", "nonsense"}}},
      {data, {{"method", "newton"}, {"l1", "1"}}},
      {data, {{"lower", "1"}, {"upper", "0"}}},
      {data, {{"folds", "500"}}},
      {data, {{"weights", "color"}}},
      {data, {{"export_design", (folder / "no" / "such.npz").string()}}}};
  for (auto [table, given] : failing) {
    given.emplace_back("overwrite", "true");
    EXPECT_NE(line_of([&] { fit(request_of(table, run, given), {}); }), "") << given[0].second;
    EXPECT_EQ(contents(run), before);
    // Without an earlier run nothing is made.
    EXPECT_NE(line_of([&] { fit(request_of(table, folder / "new", given), {}); }), "");
    EXPECT_FALSE(fs::exists(folder / "new")) << given[0].second;
  }
  fit(request_of(data, run, {{"l2", "0.1"}, {"overwrite", "true"}}), {});
  EXPECT_NE(contents(run), before);
  size_t events = 0;
  for (const auto& [name, text] : contents(run)) events += contains(name, "tfevents");
  EXPECT_EQ(events, 1u);
}

TEST(Fit, OnlyAnEmptyPlaceOrARunIsTaken) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("linear", 100, 12));
  fs::create_directories(folder / "other");
  put(folder / "other" / "letter.txt", "dear");
  EXPECT_TRUE(contains(line_of([&] {
                         fit(request_of(data, folder / "other", {{"overwrite", "true"}}), {});
                       }),
                       "not empty and not a run"));
  EXPECT_EQ(read_file(folder / "other" / "letter.txt"), "dear");
  EXPECT_TRUE(contains(line_of([&] { fit(request_of(data, data), {}); }), "is a file"));
  // What a killed fit had begun to write beside its place does not count, and goes.
  fs::create_directories(folder / "killed");
  put(folder / "killed" / "run.json.77-0.part", "{");
  fit(request_of(data, folder / "killed"), {});
  EXPECT_FALSE(fs::exists(folder / "killed" / "run.json.77-0.part"));
}

}  // namespace
}  // namespace thalweg
