#include "thalweg/monitor/verdict.hpp"

#include <gtest/gtest.h>

#include <string>

namespace thalweg {
namespace {

struct Row {
  Outcome outcome;
  const char* name;
  int exit;
};

// The table of docs/design.md; precision_floor is below.
constexpr Row table[] = {
    {Outcome::diverged, "diverged", 3},         {Outcome::infeasible, "infeasible", 3},
    {Outcome::no_minimizer, "no_minimizer", 3}, {Outcome::certified, "certified", 0},
    {Outcome::stationary, "stationary", 0},     {Outcome::precision_floor, "precision_floor", 3},
    {Outcome::validated, "validated", 0},       {Outcome::noise_floor, "noise_floor", 0},
    {Outcome::stalled, "stalled", 3},           {Outcome::descending, "descending", 3},
    {Outcome::undecided, "undecided", 3}};

TEST(Verdict, NamesAndExitCodes) {
  for (const Row& row : table) {
    EXPECT_STREQ(name(row.outcome), row.name);
    for (const bool met : {false, true})
      for (const bool signalled : {false, true}) {
        Verdict verdict;
        verdict.outcome = row.outcome;
        verdict.target_met = met;
        verdict.signalled = signalled;
        const int expected = met ? 0 : (signalled ? 3 : row.exit);
        EXPECT_EQ(exit_code(verdict), expected) << row.name << met << signalled;
      }
  }
}

TEST(Verdict, ThePrecisionFloorDependsOnTheBound) {
  Verdict verdict;
  verdict.outcome = Outcome::precision_floor;
  verdict.certificate.scale = 2;
  verdict.certificate.bound = 2e-6;
  EXPECT_EQ(exit_code(verdict), 0);
  verdict.certificate.bound = 2.001e-6;
  EXPECT_EQ(exit_code(verdict), 3);
  verdict.certificate.bound = unknown;
  EXPECT_EQ(exit_code(verdict), 3);
  verdict.certificate.bound = verdict.certificate.scale = 0;
  EXPECT_EQ(exit_code(verdict), 3);  // 0/0 is no bound
}

TEST(Verdict, OtherNames) {
  EXPECT_STREQ(name(CertificateKind::none), "none");
  EXPECT_STREQ(name(CertificateKind::fenchel), "fenchel");
  EXPECT_STREQ(name(CertificateKind::self_concordance), "self_concordance");
  EXPECT_STREQ(name(CertificateKind::witness), "witness");
  EXPECT_STREQ(name(Severity::note), "note");
  EXPECT_STREQ(name(Severity::warning), "warning");
  EXPECT_STREQ(name(Severity::fault), "fault");
  EXPECT_EQ(Verdict().outcome, Outcome::undecided);
  EXPECT_EQ(exit_code(Verdict()), 3);
}

}  // namespace
}  // namespace thalweg
