// Trainings with a fault made on purpose: each must be named, and the rerun with the finding's edits
// must do better and not show it again. Sound ones must get no warning.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/run/runs.hpp"
#include "thalweg/format/tfevents.hpp"
#include "thalweg/monitor/detector/detector.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

using namespace testing;

struct Fault {
  const char* detector;
  Given given;
  size_t rows = 400;
  double noise = 0.3;
};

// Six features, one of them a thousand times as wide, and three classes along a bent line.
fs::path made(const fs::path& path, size_t rows, double noise) {
  Random random(5, 1);
  std::string out = "a,b,c,d,e,f,y\n";
  for (size_t i = 0; i < rows; ++i) {
    double x[6];
    for (double& v : x) v = random.normal();
    const double z =
        std::tanh(x[0] + x[1]) + 0.8 * x[2] - 0.6 * x[3] * x[4] + noise * random.normal();
    out += fmt::format("{},{},{},{},{},{},{}\n", x[0], 1000 * x[1], x[2], x[3], x[4], x[5],
                       z < -0.5  ? "low"
                       : z < 0.5 ? "middle"
                                 : "high");
  }
  return put(path, out);
}

// The loss of the held-out samples at the end, not that of the best epoch.
double last_validation(const fs::path& run) {
  const EventFile file = read_tfevents(find_event_file(run));
  const ScalarSeries* series = file.find("validation/value");
  return series == nullptr ? std::numeric_limits<double>::infinity() : series->points.back().value;
}

std::string all_of(const Verdict& verdict) {
  std::string out = name(verdict.outcome);
  for (const Finding& finding : verdict.findings)
    out += fmt::format("\n  {} {} {}: {}", name(finding.severity), finding.detector, finding.where,
                       finding.message);
  return out;
}

const Finding* find_one(const Verdict& verdict, const std::string& detector) {
  for (const Finding& finding : verdict.findings)
    if (finding.detector == detector) return &finding;
  return nullptr;
}

TEST(Detectors, NameTheFaultAndTheirEditsMendIt) {
  const Fault faults[] = {
      {"vanishing_gradient",
       {{"model", "mlp(hidden=16x24, activation=sigmoid)"}, {"epochs", "20"}}},
      {"exploding_gradient", {{"model", "mlp(hidden=128,128, initializer=normal(deviation=1))"}}},
      {"poor_initialization", {{"model", "mlp(hidden=64,64, initializer=constant(value=0))"}}},
      {"saturation",
       {{"model", "mlp(hidden=64,64, activation=tanh, initializer=normal(deviation=3))"}}},
      {"step_too_large", {{"model", "mlp(hidden=64,64)"}, {"method", "adamw(10)"}}},
      {"dead_units", {{"model", "mlp(hidden=64,64)"}, {"method", "adamw(10)"}}},
      {"step_too_large", {{"model", "mlp(hidden=64,64)"}, {"method", "sgd(1000)"}}},
      {"step_too_small", {{"model", "mlp(hidden=64,64)"}, {"method", "adamw(1e-7)"}}},
      {"overfitting",
       {{"model", "mlp(hidden=512,512, dropout=0)"},
        {"method", "adamw(0.002)"},
        {"epochs", "40"},
        {"validation", "0.3"},
        {"patience", "0"}},
       200,
       1.0},
      {"poor_initialization", {{"model", "mlp(hidden=16x6, activation=exponential)"}}},
      {"unscaled_input", {{"model", "mlp(hidden=64,64)"}, {"no_scale", "true"}}},
  };
  const fs::path folder = folder_of_test();
  for (const Fault& fault : faults) {
    const fs::path data = made(folder / "data.csv", fault.rows, fault.noise);
    Given given = {{"batch", "32"}, {"overwrite", "true"}};
    given.insert(given.end(), fault.given.begin(), fault.given.end());
    const FitReport bad = fit(request_of(data, folder / "bad", given), {});
    const Finding* found = find_one(bad.verdict, fault.detector);
    ASSERT_NE(found, nullptr) << fault.detector << ": " << all_of(bad.verdict);
    EXPECT_NE(found->severity, Severity::note) << fault.detector;
    ASSERT_FALSE(found->edits.empty()) << fault.detector;
    given.insert(given.end(), found->edits.begin(), found->edits.end());
    const FitReport good = fit(request_of(data, folder / "good", given), {});
    EXPECT_EQ(find_one(good.verdict, fault.detector), nullptr)
        << fault.detector << " after its edits: " << all_of(good.verdict);
    EXPECT_LT(last_validation(folder / "good"), last_validation(folder / "bad")) << fault.detector;
    for (const Finding& finding : good.verdict.findings)
      EXPECT_EQ(finding.severity, Severity::note) << fault.detector << ": " << all_of(good.verdict);
  }
}

TEST(Detectors, GiveSoundTrainingsNoWarning) {
  const fs::path folder = folder_of_test();
  const fs::path data = made(folder / "data.csv", 400, 0.3);
  const Given sound[] = {
      {{"model", "mlp"}, {"epochs", "1"}},
      {{"model", "mlp"}},
      {{"model", "mlp(hidden=64,64, activation=tanh)"}},
      {{"model", "mlp(hidden=32x4, norm=batch)"}},
      {{"model", "mlp(hidden=64, activation=gelu)"}, {"method", "momentum(0.05)"}},
      {{"model", "mlp(hidden=16,16, activation=sigmoid, dropout=0)"}, {"method", "adamw(0.02)"}},
  };
  for (const Given& given : sound) {
    Given asked = {{"batch", "32"}, {"overwrite", "true"}};
    asked.insert(asked.end(), given.begin(), given.end());
    const FitReport report = fit(request_of(data, folder / "run", asked), {});
    for (const Finding& finding : report.verdict.findings)
      EXPECT_EQ(finding.severity, Severity::note)
          << given.front().second << ": " << all_of(report.verdict);
  }
}

}  // namespace
}  // namespace thalweg
