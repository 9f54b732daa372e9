#include "thalweg/descent/judge.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace thalweg {
namespace {

// A run of `steps` values that fall by `fall` each from 10, its evidence and its verdict so far;
// nothing about it is remarkable: it ended at its budget, descending.
struct Made {
  History history;
  Evidence evidence;
  Verdict verdict;

  explicit Made(int steps = 50, double fall = 0.1) {
    for (int i = 0; i <= steps; ++i) {
      Record r;
      r.step = i;
      r.value = 10 - fall * i;
      r.gradient_norm = 1;
      history.add(r);
      verdict.last = r;
    }
    evidence.convex = true;
    evidence.first_gradient_norm = 2;
    verdict.stop = "steps";
    verdict.tolerance = 1e-9;
  }
  Outcome judged() {
    judge(history, evidence, verdict);
    EXPECT_FALSE(verdict.reason.empty());
    EXPECT_EQ(verdict.reason.find('\n'), std::string::npos);
    return verdict.outcome;
  }
  void prove(double bound, double scale = 1) {
    verdict.certificate.kind = CertificateKind::fenchel;
    verdict.certificate.bound = bound;
    verdict.certificate.scale = scale;
  }
};

// One way to each outcome.
struct Way {
  Outcome outcome;
  std::function<void(Made&)> mark;
};

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {Outcome::diverged, [](Made& r) { r.evidence.diverged = true; }},
      {Outcome::infeasible, [](Made& r) { r.evidence.infeasible = true; }},
      {Outcome::no_minimizer,
       [](Made& r) { r.verdict.certificate.kind = CertificateKind::witness; }},
      {Outcome::certified,
       [](Made& r) {
         if (r.verdict.certificate.kind == CertificateKind::none) r.prove(1e-10);
       }},
      {Outcome::stationary, [](Made& r) { r.verdict.last.gradient_norm = 1e-9; }},
      {Outcome::precision_floor, [](Made& r) { r.verdict.stop = "precision"; }},
      {Outcome::stalled,
       [](Made& r) {
         if (r.verdict.stop != "precision") r.verdict.stop = "no_progress";
       }},
  };
  return all;
}

TEST(Judge, EachOutcomeAlone) {
  EXPECT_EQ(Made().judged(), Outcome::descending);
  for (const Way& way : ways()) {
    Made run;
    way.mark(run);
    EXPECT_EQ(run.judged(), way.outcome) << name(way.outcome);
  }
  EXPECT_EQ(Made(0).judged(), Outcome::undecided);
  EXPECT_EQ(Made(5, 0).judged(), Outcome::undecided);
}

// Where two hold, the earlier row of the table is the outcome.
TEST(Judge, TheFirstThatHoldsWins) {
  for (size_t i = 0; i < ways().size(); ++i)
    for (size_t j = i + 1; j < ways().size(); ++j) {
      Made run;
      ways()[i].mark(run);
      ways()[j].mark(run);
      EXPECT_EQ(run.judged(), ways()[i].outcome)
          << name(ways()[i].outcome) << " with " << name(ways()[j].outcome);
    }
}

TEST(Judge, DivergedByValues) {
  Made rising(50, -0.1);
  EXPECT_EQ(rising.judged(), Outcome::diverged);
  // Above the start, but no longer rising.
  Made risen(20, -1);
  Record r = risen.verdict.last;
  for (int i = 21; i < 60; ++i) {
    r.step = i, r.value -= 0.01;
    risen.history.add(r);
  }
  risen.verdict.last = r;
  EXPECT_EQ(risen.judged(), Outcome::descending);
  for (double bad : {static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    Made run;
    run.verdict.last.value = bad;
    run.prove(0);
    EXPECT_EQ(run.judged(), Outcome::diverged);
    // Without any record, too.
    Made empty;
    empty.history = {};
    empty.verdict.last = {};
    empty.verdict.last.value = bad;
    EXPECT_EQ(empty.judged(), Outcome::diverged);
    EXPECT_EQ(empty.verdict.reason, "the value at the start is not finite");
  }
}

// No NaN of any number lets a run pass.
// A run that starts at its minimum moves by rounding, up as well as down.
TEST(Judge, RisingByRoundingIsNotDiverging) {
  Made made(5, -1e-16);
  made.verdict.last.value = 10 + 4e-15;
  EXPECT_NE(made.judged(), Outcome::diverged);
  Made proved(50, -1e-3);
  proved.prove(1e-10);
  EXPECT_EQ(proved.judged(), Outcome::certified);
}

TEST(Judge, NaNFailsClosed) {
  auto passes = [](Made run) {
    run.judged();
    return exit_code(run.verdict) == 0;
  };
  for (double Certificate::*number : {&Certificate::bound, &Certificate::scale}) {
    Made run;
    run.prove(1e-10);
    EXPECT_TRUE(passes(run));
    run.verdict.certificate.*number = NAN;
    EXPECT_FALSE(passes(run));
  }
  Made tolerance;
  tolerance.prove(1e-10);
  tolerance.verdict.tolerance = NAN;
  EXPECT_FALSE(passes(tolerance));
  Made gradient;
  gradient.verdict.last.gradient_norm = NAN;
  EXPECT_FALSE(passes(gradient));
  Made first;
  first.evidence.first_gradient_norm = NAN;
  EXPECT_FALSE(passes(first));
  Made asked;
  asked.verdict.last.gradient_norm = 1e-300;
  asked.evidence.gradient_tolerance = NAN;
  EXPECT_FALSE(passes(asked));
  Made floor;
  floor.verdict.stop = "no_progress";
  floor.verdict.last.predicted_decrease = NAN;
  EXPECT_EQ(floor.judged(), Outcome::stalled);
  Made precision;
  precision.verdict.stop = "precision";
  precision.prove(NAN);
  EXPECT_FALSE(passes(precision));
  Made value;
  value.verdict.last.value = NAN;
  value.prove(1e-10);
  EXPECT_FALSE(passes(value));
}

TEST(Judge, PrecisionFloorPassesByItsBound) {
  Made run;
  run.verdict.stop = "precision";
  run.prove(1e-7);
  EXPECT_EQ(run.judged(), Outcome::precision_floor);
  EXPECT_EQ(exit_code(run.verdict), 0);
  run.prove(1e-5);
  run.judged();
  EXPECT_EQ(exit_code(run.verdict), 3);
  // A search that finds no step where none is predicted is the floor, too.
  Made search;
  search.verdict.stop = "no_progress";
  search.verdict.last.predicted_decrease = 1e-18;
  EXPECT_EQ(search.judged(), Outcome::precision_floor);
  search.verdict.last.predicted_decrease = 1e-3;
  EXPECT_EQ(search.judged(), Outcome::stalled);
}

TEST(Judge, SaysWhetherCurvatureWasLookedAt) {
  Made convex;
  convex.verdict.last.gradient_norm = 0;
  EXPECT_EQ(convex.judged(), Outcome::stationary);
  EXPECT_TRUE(convex.verdict.curvature_examined);
  Made blind;
  blind.verdict.last.gradient_norm = 0;
  blind.evidence.convex = false;
  EXPECT_EQ(blind.judged(), Outcome::stationary);
  EXPECT_FALSE(blind.verdict.curvature_examined);
  EXPECT_NE(blind.verdict.reason.find("curvature was not examined"), std::string::npos);
  Made saddle = blind;
  saddle.evidence.curvature.examined = saddle.evidence.curvature.negative = true;
  EXPECT_EQ(saddle.judged(), Outcome::stalled);
  EXPECT_NE(saddle.verdict.reason.find("saddle"), std::string::npos);
}

TEST(Judge, LongWithoutDecreaseIsStalled) { EXPECT_EQ(Made(50, 0).judged(), Outcome::stalled); }

}  // namespace
}  // namespace thalweg
