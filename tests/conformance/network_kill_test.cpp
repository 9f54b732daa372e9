// A network's training that is killed with SIGKILL in mid-epoch and resumed has the bits of the
// uninterrupted one, with all that moves from step to step: dropout, batch normalization, images that
// are shifted and mirrored, batches made ahead. Every transform where THALWEG_LONG is set, else a
// sample.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/conformance/child.hpp"
#include "tests/run/runs.hpp"
#include "thalweg/format/npz_writer.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/format/tfevents.hpp"
#include "thalweg/optim/transform/transform.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

using namespace testing;

constexpr const char* child = "NetworkKillChild.DISABLED_Runs";

// 48 steps, 16 an epoch, a checkpoint before each.
FitRequest request_for(const fs::path& folder, const fs::path& run) {
  return request_of(folder / "images.npz", run,
                    {{"target", ""},
                     {"model",
                      "cnn(layers=conv 4 3x3; batch_norm; relu; dropout 0.2; maxpool 2; dense 8; "
                      "batch_norm; relu; dropout 0.5)"},
                     {"shift", "1"},
                     {"flip", "true"},
                     {"batch", "16"},
                     {"epochs", "3"},
                     {"seed", "7"},
                     {"checkpoint_every", "0"},
                     {"method", read_file(folder / "method")}});
}

// Ends itself by SIGKILL at the step that the file names: between a record and its checkpoint, while
// the thread makes batches.
TEST(NetworkKillChild, DISABLED_Runs) {
  const char* folder = std::getenv("THALWEG_KILL_FOLDER");
  ASSERT_NE(folder, nullptr) << "the other test starts this one";
  const long long last = std::stoll(read_file(fs::path(folder) / "step"));
  FitObserver observer;
  observer.record = [&](const Record& record, double, double) {
    if (record.step == last) ::kill(::getpid(), SIGKILL);
  };
  const fs::path run = fs::path(folder) / "run";
  if (fs::exists(run / "run.json"))
    resume(run, settings_of({}), observer);
  else
    fit(request_for(folder, run), observer);
}

void put_images(const fs::path& path, size_t count) {
  Random random(2, 2);
  std::vector<double> x(count * 64), y(count);
  for (double& v : x) v = random.normal();
  for (size_t i = 0; i < count; ++i) {
    y[i] = static_cast<double>(random.below(3));
    for (size_t k = 0; k < 8; ++k) x[i * 64 + 8 * static_cast<size_t>(y[i]) + k] += 2;
  }
  NpzWriter file(path);
  file.add("X", {count, 8, 8}, std::span<const double>(x));
  file.add("y", {count}, std::span<const double>(y));
  file.commit();
}

TEST(NetworkKill, ATrainingThatWasKilledGoesOnToTheSameBits) {
  const fs::path folder = folder_of_test(), run = folder / "run";
  put_images(folder / "images.npz", 290);
  std::vector<std::string> chains = {"adamw(0.01)", "sam(0.05) + momentum(0.05) + ema(0.9)",
                                     "clip_global_norm(1) + schedule_free_adamw(0.01)"};
  if (std::getenv("THALWEG_LONG") != nullptr)
    for (const TransformRow& row : transforms()) {
      if (row.diagonal >= 0) continue;  // needs Hessian products
      chains.push_back(row.place == TransformPlace::step    ? row.name
                       : row.place == TransformPlace::point ? "adam + " + row.name
                                                            : row.name + " + sgd(0.01)");
    }
  for (const std::string& chain : chains) {
    SCOPED_TRACE(chain);
    put(folder / "method", chain);
    fs::remove_all(folder / "whole");
    fit(request_for(folder, folder / "whole"), {});
    const std::string model = read_file(folder / "whole" / "model.safetensors");
    const EventFile whole = read_tfevents(find_event_file(folder / "whole"));
    fs::remove_all(run);
    for (const char* step : {"9", "23", "39"}) {
      put(folder / "step", step);
      bool killed = false;
      wait_for(start(child, folder), 1e6, killed);
      ASSERT_TRUE(killed);
      ASSERT_TRUE(fs::exists(run / "checkpoint.safetensors"));
      read_safetensors(run / "checkpoint.safetensors");
      EXPECT_FALSE(fs::exists(run / "verdict.json"));
    }
    resume(run, settings_of({}), {});
    ASSERT_EQ(read_file(run / "model.safetensors"), model);
    const EventFile events = read_tfevents(find_event_file(run));
    EXPECT_EQ(events.records, whole.records);
    for (const char* name : {"value", "validation/value"}) {
      const auto &expected = whole.find(name)->points, &found = events.find(name)->points;
      ASSERT_EQ(found.size(), expected.size()) << name;
      for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].value, expected[i].value);
    }
  }
}

}  // namespace
}  // namespace thalweg
