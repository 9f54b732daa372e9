// Each detector on records made by hand: it must speak on one, and be silent on a sound run.
#include "thalweg/monitor/detector/detector.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace thalweg {
namespace {

// A run of 3 dense layers with relu or tanh between them that learns: 40 records, two looks.
struct Made {
  std::vector<Record> records;
  std::vector<Inspection> looks;
  std::vector<double> validations;
  Watched watched;

  explicit Made(const std::string& activation = "relu") {
    for (int i = 0; i <= 40; ++i) {
      Record record;
      record.step = 10 * i;
      record.value = i == 0 ? 2.4 : 0.2 + 1.8 * std::exp(-i / 8.0) + 0.002 * (i % 3);
      record.gradient_norm = 0.5;
      record.update_norm = i == 0 ? unknown : 0.1;
      records.push_back(record);
      if (i > 0 && i % 4 == 0) validations.push_back(record.value + 0.05);
    }
    for (const long long step : {0LL, 400LL}) {
      Inspection look;
      look.step = step;
      look.widest = 1.2, look.typical = 1;
      for (int layer = 1; layer <= 3; ++layer) {
        look.layers.push_back({"dense" + std::to_string(layer), "dense", true, 1.0 + layer});
        if (layer < 3)
          look.layers.push_back(
              {activation + std::to_string(layer), activation, false, 0.5, 0.3, 0.05});
        const std::string name = "dense" + std::to_string(layer);
        look.tensors.push_back({name + ".weight", true, 100, 10, 0.2, 0.5, 0.05});
        look.tensors.push_back({name + ".bias", false, 10, 0.1, 0.01, 0, 0.001});
      }
      looks.push_back(look);
    }
    watched.steps_per_epoch = 40;
    watched.base = 2.3;
    watched.learning_rate = watched.last_learning_rate = 0.01;
    watched.outcome = Outcome::descending;
  }

  void values(const std::function<double(int)>& value) {
    for (size_t i = 0; i < records.size(); ++i) records[i].value = value(static_cast<int>(i));
    for (size_t k = 0; k < validations.size(); ++k) validations[k] = records[4 * k + 4].value;
  }

  std::vector<Finding> found() {
    watched.records = records;
    watched.inspections = looks;
    watched.validations = validations;
    return findings(watched);
  }

  // The finding of a detector, which must be there, and sound.
  Finding only(const std::string& detector) {
    for (const Finding& finding : found())
      if (finding.detector == detector) {
        EXPECT_FALSE(finding.message.empty());
        EXPECT_FALSE(finding.evidence.empty());
        EXPECT_NE(finding.remedy.find_first_of("0123456789"), std::string::npos) << finding.remedy;
        return finding;
      }
    ADD_FAILURE() << detector << " is silent";
    return {};
  }
};

TEST(Detectors, AreSilentOfSoundRuns) {
  for (const char* activation : {"relu", "tanh", "gelu"}) {
    Made run(activation);
    for (const Finding& finding : run.found()) ADD_FAILURE() << finding.detector;
    run.looks.clear();  // as a log of another program
    for (const Finding& finding : run.found()) ADD_FAILURE() << finding.detector;
    run.records.resize(3);
    EXPECT_TRUE(run.found().empty());
    run.records.clear();
    EXPECT_TRUE(run.found().empty());
  }
}

TEST(Detectors, EachHasItsRule) {
  EXPECT_EQ(detectors().size(), 11u);
  for (const DetectorRow& row : detectors()) {
    EXPECT_FALSE(row.help.empty());
    EXPECT_FALSE(row.rule.empty());
    EXPECT_FALSE(row.source.empty());
  }
}

TEST(Detectors, UnscaledInput) {
  Made run;
  run.looks[0].widest = 500;
  run.looks[0].widest_feature = 1;
  run.watched.features = {"age", "salary"};
  const Finding found = run.only("unscaled_input");
  EXPECT_EQ(found.where, "salary");
  EXPECT_EQ(found.edits[0].second, "false");
}

TEST(Detectors, PoorInitialization) {
  Made grows;
  grows.looks[0].layers[4].mean_square = 1e6;
  EXPECT_EQ(grows.only("poor_initialization").where, "dense1, dense3");
  Made zero;
  zero.looks[0].layers[2].mean_square = 0;
  zero.only("poor_initialization");
  Made broken;
  broken.looks[0].layers[2].mean_square = unknown;
  broken.only("poor_initialization");
  Made high;
  high.records[0].value = 100;
  EXPECT_EQ(high.only("poor_initialization").edits[0].first, "initializer");
}

TEST(Detectors, ExplodingGradient) {
  Made start;
  start.looks[0].tensors[2].product = -500;
  EXPECT_EQ(start.only("exploding_gradient").edits[0].first, "initializer");
  Made later;
  later.looks[1].tensors[2].product = std::numeric_limits<double>::infinity();
  const Finding found = later.only("exploding_gradient");
  EXPECT_EQ(found.where, "dense2.weight, step 400");
  EXPECT_EQ(found.edits[0].first, "clip_global_norm");
  EXPECT_EQ(found.edits[0].second, "0.5");  // the median of the norms
}

TEST(Detectors, VanishingGradient) {
  Made run("sigmoid");
  run.values([](int) { return 2.31; });
  for (Inspection& look : run.looks) look.tensors[0].gradient_norm = 2e-6;
  const Finding found = run.only("vanishing_gradient");
  EXPECT_EQ(found.severity, Severity::fault);
  EXPECT_NEAR(found.evidence[1].second, std::sqrt(1e-5), 1e-6);  // a layer, over two
  EXPECT_EQ(found.edits[0], std::pair(std::string("activation"), std::string("relu")));
  // One that learns all the same is left alone, and one whose first layer was reached at first.
  Made learns;
  for (Inspection& look : learns.looks) look.tensors[0].gradient_norm = 2e-6;
  EXPECT_TRUE(learns.found().empty());
  run.looks[0].tensors[0].gradient_norm = 0.2;
  for (const Finding& other : run.found()) EXPECT_NE(other.detector, "vanishing_gradient");
}

TEST(Detectors, Saturation) {
  Made start("tanh");
  start.looks[0].layers[3].flat = 0.8;
  EXPECT_EQ(start.only("saturation").severity, Severity::warning);
  Made end("sigmoid");
  end.looks[1].layers[1].flat = 0.6;
  EXPECT_EQ(end.only("saturation").severity, Severity::note);
  Made relu;  // half of whose numbers are flat where all is well
  relu.looks[0].layers[3].flat = 0.8;
  EXPECT_TRUE(relu.found().empty());
}

TEST(Detectors, DeadUnits) {
  Made run;
  run.values([](int i) { return i == 0 ? 2.4 : 2.31; });
  run.looks[1].layers[1].dead = 1;
  Finding found = run.only("dead_units");
  EXPECT_EQ(found.severity, Severity::fault);
  EXPECT_EQ(found.where, "relu1");
  EXPECT_EQ(found.edits[0].first, "learning_rate");
  run.looks[0].layers[1].dead = 0.9;  // from the start
  EXPECT_EQ(run.only("dead_units").edits[0].second, "leaky_relu");
  Made learns;
  learns.looks[1].layers[1].dead = 0.75;
  EXPECT_EQ(learns.only("dead_units").severity, Severity::note);
}

TEST(Detectors, StepTooLarge) {
  Made rises;
  rises.values([](int i) { return 2.4 + 0.1 * i; });
  for (Record& record : rises.records) record.update_norm *= 100;
  const Finding found = rises.only("step_too_large");
  // 10 of a norm of 17.3, which is to become 0.003.
  EXPECT_EQ(found.edits[0].second, "5e-05");
  Made diverged;
  diverged.watched.outcome = Outcome::diverged;
  EXPECT_EQ(diverged.only("step_too_large").edits[0].second, "0.001");
  Made large;  // steps that learn are not
  for (Record& record : large.records) record.update_norm *= 100;
  EXPECT_TRUE(large.found().empty());
}

TEST(Detectors, StepTooSmall) {
  Made run;
  run.values([](int i) { return 2.4 - 0.001 * i; });
  for (Record& record : run.records) record.update_norm = 1.7e-5;
  const Finding found = run.only("step_too_small");
  EXPECT_EQ(found.edits[0].second, "10");  // 0.01 a thousandfold
  Made logged;                             // nothing but losses
  logged.values([](int i) { return 2.4 - 0.001 * i; });
  logged.looks.clear();
  logged.only("step_too_small");
  Made bends;  // that comes to rest instead
  bends.values([](int i) { return 2.3 + 0.1 * std::exp(-i / 4.0); });
  for (const Finding& other : bends.found()) EXPECT_NE(other.detector, "step_too_small");
}

TEST(Detectors, Overfitting) {
  Made run;
  run.validations = {1.2, 0.9, 0.8, 0.85, 0.9, 0.95, 1, 1.1, 1.2, 1.3};
  Finding found = run.only("overfitting");
  EXPECT_EQ(found.severity, Severity::warning);
  EXPECT_EQ(found.evidence[0].second, 3);
  EXPECT_EQ(found.edits[0].second, "3");
  run.values([](int i) { return 0.5 + 0.04 * std::abs(i - 12); });  // training rises as well
  for (const Finding& other : run.found()) EXPECT_NE(other.detector, "overfitting");
  run = Made();
  run.validations = {1.2, 0.9, 0.8, 0.85, 0.8, 0.82, 0.83, 0.84, 0.84, 0.85};
  EXPECT_TRUE(run.found().empty());
}

TEST(Detectors, Standstill) {
  Made run;
  run.watched.outcome = Outcome::noise_floor;
  EXPECT_EQ(run.only("standstill").severity, Severity::note);
}

TEST(Detectors, NoLearning) {
  Made run;
  run.values([](int i) { return 2.3 + 0.01 * (i % 5); });
  EXPECT_TRUE(run.only("no_learning").edits.empty());
  run.looks[0].layers.push_back({"dropout1", "dropout"});
  EXPECT_EQ(run.only("no_learning").edits[0].first, "dropout");
  run.looks[0].widest = 500;  // where there is a cause it goes without saying
  for (const Finding& other : run.found()) EXPECT_NE(other.detector, "no_learning");
}

}  // namespace
}  // namespace thalweg
