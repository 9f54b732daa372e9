// Killed with SIGKILL at random moments: nothing is half-written, and going on reaches the bits of
// the run that nothing interrupted. 200 times where THALWEG_LONG is set, else a sample.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/conformance/child.hpp"
#include "tests/run/runs.hpp"
#include "thalweg/certify/verifier/verify.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/format/tfevents.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

using namespace testing;

const Given slow = {{"method", "gradient_descent(search=armijo)"},
                    {"l2", "1e-3"},
                    {"no_scale", "true"},
                    {"steps", "150"},
                    {"checkpoint_every", "0"}};

constexpr const char* child = "KillChild.DISABLED_Runs";

// The child of the test below: a fit or, where there is a run, its continuation.
TEST(KillChild, DISABLED_Runs) {
  const char* folder = std::getenv("THALWEG_KILL_FOLDER");
  ASSERT_NE(folder, nullptr) << "the other test starts this one";
  const fs::path run = fs::path(folder) / "run";
  if (fs::exists(run / "run.json"))
    resume(run, settings_of({}), {});
  else
    fit(request_of(fs::path(folder) / "data.csv", run, slow), {});
}

// Every file that is there can be read whole; a verdict only where all is.
void expect_whole(const fs::path& run) {
  const RunPaths paths(run);
  if (fs::exists(paths.run)) read_json(paths.run);
  for (const fs::path& path : {paths.model, paths.certificate, paths.checkpoint})
    if (fs::exists(path)) read_safetensors(path);
  // An event file is made before its first record is written; resume replaces one without records.
  if (const fs::path events = find_event_file(run); !events.empty() && fs::file_size(events) > 0)
    read_tfevents(events);
  if (!fs::exists(paths.verdict)) return;
  const verifier::Verification check = verifier::verify(run, run.parent_path() / "data.csv");
  EXPECT_TRUE(check.accepted) << check.reason;
}

TEST(Kill, ARunThatWasKilledGoesOnToTheSameBits) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 3000, 13));
  fit(request_of(data, folder / "whole", slow), {});
  const EventFile whole = read_tfevents(find_event_file(folder / "whole"));
  const std::string model = read_file(folder / "whole" / "model.safetensors"),
                    certificate = read_file(folder / "whole" / "certificate.safetensors");
  const fs::path run = folder / "run";
  bool killed = false;
  double length = wait_for(start(child, folder), 1e6, killed);
  ASSERT_EQ(read_file(run / "model.safetensors"), model);

  const int trials = std::getenv("THALWEG_LONG") == nullptr ? 8 : 200;
  int kills = 0;
  Random random(14, 1);
  // Until so many were killed; a child that is done before its moment shortens what counts as a run,
  // as the machine may have been slower when the first one was measured.
  for (int trial = 0; kills < trials && trial < 10 * trials; ++trial) {
    fs::remove_all(run);
    // The whole of a run is covered, its very end too; now and then what resumes is killed as well.
    do {
      const double took =
          wait_for(start(child, folder), length * (0.02 + 1.05 * random.uniform()), killed);
      kills += killed;
      if (!killed) length = std::min(length, took);
      ASSERT_NO_THROW(expect_whole(run)) << trial;
    } while (killed && random.uniform() < 0.3);
    const bool complete = fs::exists(run / "verdict.json");
    if (!fs::exists(run / "run.json"))
      fit(request_of(data, run, slow), {});
    else if (!complete)
      resume(run, settings_of({}), {});
    ASSERT_NO_THROW(expect_whole(run)) << trial;
    EXPECT_TRUE(fs::exists(run / "verdict.json"));
    EXPECT_TRUE(complete || unfinished_files(run).empty());
    EXPECT_EQ(read_file(run / "model.safetensors"), model) << trial;
    EXPECT_EQ(read_file(run / "certificate.safetensors"), certificate) << trial;
    const EventFile events = read_tfevents(find_event_file(run));
    EXPECT_FALSE(events.torn);
    EXPECT_EQ(events.records, whole.records);
    const auto &expected = whole.find("value")->points, &found = events.find("value")->points;
    ASSERT_EQ(found.size(), expected.size()) << trial;
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].step, expected[i].step);
      EXPECT_EQ(found[i].value, expected[i].value);
    }
  }
  EXPECT_GT(kills, 0);
}

}  // namespace
}  // namespace thalweg
