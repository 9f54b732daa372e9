#include "thalweg/run/checkpoint.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg {
namespace {

const std::filesystem::path path = std::filesystem::path(testing::TempDir()) /
                                   ("thalweg_checkpoint." + std::to_string(::getpid()));

Progress made() {
  Progress out;
  out.state.x = Buffer<double>(3, 0.1);
  out.state.gradient = Buffer<double>(3, -1e-300);
  out.state.value = 0.3, out.state.smooth = 0.2;
  out.state.step = 7, out.state.evaluations = 9, out.state.samples = 1LL << 40;
  out.state.memory["s"] = {1, 2, 3};
  out.state.memory["none"] = {};
  for (int step = 0; step < 8; ++step) {
    Record record;
    record.step = step;
    record.value = 1.0 / (1 + step);
    record.gradient_norm = step == 3 ? unknown : 0.5;
    out.history.add(record);
  }
  out.last.step = 7;
  out.last.scale = 0.25;
  out.last.progress = false;
  out.first_gradient_norm = 4;
  out.checked_step = 5, out.recorded_step = 7, out.at_floor = 2;
  out.proved = out.started = true;
  return out;
}

TEST(Checkpoint, IsReadBackBitForBit) {
  write_checkpoint(path, made(), 12345);
  size_t offset = 0;
  const Progress found = read_checkpoint(path, 3, offset);
  const Progress expected = made();
  EXPECT_EQ(offset, 12345u);
  EXPECT_EQ(found.state.x[2], 0.1);
  EXPECT_EQ(found.state.gradient[0], -1e-300);
  EXPECT_EQ(found.state.samples, 1LL << 40);
  EXPECT_EQ(found.state.memory, expected.state.memory);
  EXPECT_EQ(found.history.records().size(), 8u);
  EXPECT_TRUE(std::isnan(found.history.records()[3].gradient_norm));
  EXPECT_TRUE(std::isnan(found.last.gap));
  EXPECT_FALSE(found.last.progress);
  // The same again: nothing is lost on the way.
  const std::string bytes = read_file(path);
  write_checkpoint(path, found, offset);
  EXPECT_EQ(read_file(path), bytes);
}

TEST(Checkpoint, KeepsLooksIntoANetwork) {
  Progress progress = made();
  progress.state.x = progress.state.gradient = {};
  progress.state.x32 = Buffer<float>(3, 0.5F);
  Inspection look;
  look.step = 7, look.learning_rate = 0.1, look.widest = 3, look.widest_feature = 2;
  look.layers = {{"dense1", "dense", true, 1.0 / 3}, {"relu1", "relu", false, 0.5, 0.25, 0.125}};
  look.tensors = {{"dense1.weight", true, 12, 1, 0.1, -0.3, unknown}};
  progress.inspections = {look, look};
  write_checkpoint(path, progress, 5);
  size_t offset = 0;
  const Progress found = read_checkpoint(path, 3, offset);
  ASSERT_EQ(found.inspections.size(), 2u);
  const Inspection& again = found.inspections[1];
  EXPECT_EQ(again.widest_feature, 2u);
  EXPECT_TRUE(std::isnan(again.typical));
  EXPECT_EQ(again.layers[0].mean_square, 1.0 / 3);
  EXPECT_TRUE(again.layers[0].weights);
  EXPECT_EQ(again.layers[1].kind, "relu");
  EXPECT_EQ(again.layers[1].dead, 0.125);
  EXPECT_EQ(again.tensors[0].product, -0.3);
  EXPECT_TRUE(std::isnan(again.tensors[0].update_norm));
}

TEST(Checkpoint, AnyDamagedByteIsSeen) {
  write_checkpoint(path, made(), 1);
  const std::string whole = read_file(path);
  size_t offset = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    std::ofstream(path, std::ios::binary) << damaged;
    try {
      read_checkpoint(path, 3, offset);
      ADD_FAILURE() << "byte " << at << " of " << whole.size() << " was changed unseen";
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
  std::ofstream(path, std::ios::binary) << whole;
  EXPECT_NO_THROW(read_checkpoint(path, 3, offset));
  EXPECT_THROW(read_checkpoint(path, 4, offset), Error);  // of other data
}

// With the digest made right again.
TEST(Checkpoint, DamageUnderARightDigestIsRefused) {
  auto line = [](const char* tensor, const auto& change) -> std::string {
    write_checkpoint(path, made(), 12);
    const Safetensors whole = read_safetensors(path);
    Safetensors file;
    file.metadata = whole.metadata;
    for (const StoredTensor& stored : whole.tensors) {
      std::vector<double> values = whole.numbers(stored.name);
      if (stored.name == tensor) change(values);
      file.add(stored.name, {values.size()}, std::span<const double>(values));
    }
    file.metadata.erase("digest");
    file.metadata["digest"] = sha256(to_bytes(file));
    write_safetensors(path, file);
    size_t offset = 0;
    try {
      read_checkpoint(path, 3, offset);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(line("", [](std::vector<double>&) {}), "");
  for (const char* tensor : {"history", "scalars", "x", "gradient"}) {
    EXPECT_NE(line(tensor, [](std::vector<double>& v) { v.pop_back(); }).find(path.string()),
              std::string::npos)
        << tensor;
    EXPECT_NE(line(tensor, [](std::vector<double>& v) { v.clear(); }).find(path.string()),
              std::string::npos)
        << tensor;
  }
  // The event file's length, the step, and whether a bound is proved.
  for (const size_t at : {0u, 3u, 10u})
    for (const double value : {unknown, 0.5, -1e300, 1e300})
      EXPECT_NE(line("scalars", [&](std::vector<double>& v) { v[at] = value; }).find("damaged"),
                std::string::npos)
          << at << " " << value;
}

// Whatever ended the run: from each of its checkpoints the same end is reached, bit for bit.
TEST(Checkpoint, EachLeadsToTheSameEnd) {
  const size_t n = 300, p = 4;
  DenseMatrix<double> x{n, p, Buffer<double>(n * p)};
  Random random(81, 1);
  std::vector<double> target(n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < p; ++j) x.data[i * p + j] = random.normal() * (1 + double(j));
    target[i] = x.data[i * p] + random.normal() > 0 ? 1 : 0;
  }
  const Design design = std::move(x);
  for (const std::string call :
       {"newton", "lbfgs", "gradient_descent(search=barzilai_borwein)", "nesterov"}) {
    for (const double gradient_tolerance : {0.0, 1e-4}) {
      Samples samples;
      samples.design = &design;
      samples.target = target;
      samples.loss.kind = LossKind::logistic;
      const Call asked = parse_call(call);
      const MethodRow& row = find(methods(), "method", asked.name);
      DescendOptions options;
      options.gradient_tolerance = gradient_tolerance;
      auto go_on = [&](Progress& run, const Observer& observer) {
        LinearObjective objective(samples, {.l2 = 1e-3});
        if (!run.started) run.state.x = objective.start();
        const auto method = row.make(settings(row, "method", asked));
        return descend(objective, *method, row, options, observer, run);
      };
      std::vector<Progress> saved;
      Observer observer;
      observer.checkpoint = [&](const Progress& now) { saved.push_back(now); };
      Progress whole;
      const Verdict expected = go_on(whole, observer);
      ASSERT_GE(saved.size(), 3u) << call;
      for (const Progress& moment : saved) {
        write_checkpoint(path, moment, 0);
        size_t offset = 0;
        Progress run = read_checkpoint(path, p + 1, offset);
        const Verdict found = go_on(run, {});
        EXPECT_EQ(found.stop, expected.stop) << call;
        ASSERT_EQ(found.last.step, expected.last.step) << call << " from " << moment.state.step;
        EXPECT_TRUE(std::equal(run.state.x.begin(), run.state.x.end(), whole.state.x.begin()))
            << call;
        EXPECT_EQ(found.certificate.bound, expected.certificate.bound) << call;
      }
    }
  }
}

}  // namespace
}  // namespace thalweg
