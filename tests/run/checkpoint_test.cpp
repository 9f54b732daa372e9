#include "thalweg/run/checkpoint.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

const std::filesystem::path path =
    std::filesystem::path(testing::TempDir()) / "thalweg_checkpoint.safetensors";

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

}  // namespace
}  // namespace thalweg
