// The outcome of a run on batches from made-up records.
#include <gtest/gtest.h>

#include <cmath>

#include "thalweg/base/random.hpp"
#include "thalweg/descent/judge.hpp"

namespace thalweg {
namespace {

struct Made {
  // 400 records: start, slope a record, noise.
  Made(double start, double fall, double noise) {
    Random random(3, 3);
    for (int i = 0; i < 400; ++i) {
      Record record;
      record.step = i;
      record.value = start - fall * i + noise * random.normal();
      history.add(record);
      verdict.last = record;
    }
    verdict.stop = "steps";
  }
  Outcome judged() {
    judge(history, evidence, verdict);
    EXPECT_FALSE(verdict.reason.empty());
    return verdict.outcome;
  }
  History history;
  BatchEvidence evidence;
  Verdict verdict;
};

TEST(JudgeBatches, OutcomesInTheirOrder) {
  EXPECT_EQ(Made(1, 0, 0.1).judged(), Outcome::noise_floor);
  EXPECT_EQ(Made(1, 0.001, 0.1).judged(), Outcome::descending);
  EXPECT_EQ(Made(1, -0.001, 0.1).judged(), Outcome::diverged);
  Made annealed(1, 0, 0.1);
  annealed.evidence.learning_rate_share = 0.05;
  EXPECT_EQ(annealed.judged(), Outcome::undecided);
  Made broken(1, 0, 0.1);
  broken.verdict.last.value = NAN;
  EXPECT_EQ(broken.judged(), Outcome::diverged);
}

TEST(JudgeBatches, ValidationNeedsAWorseEnd) {
  Made made(1, 0.001, 0.1);
  made.evidence.best_step = 300;
  made.evidence.validations = 4;
  made.evidence.later = {0.1, 0.02, 5, 99};
  EXPECT_EQ(made.judged(), Outcome::validated);
  made.evidence.later = {0.02, 0.01, 2, 99};  // 5 % shared among three later steps
  EXPECT_EQ(made.judged(), Outcome::descending);
  made.evidence.later.t = NAN;
  EXPECT_EQ(made.judged(), Outcome::descending);
  made.evidence.later.t = 5;
  made.evidence.best_step = made.verdict.last.step;
  EXPECT_EQ(made.judged(), Outcome::descending);
}

}  // namespace
}  // namespace thalweg
