// Fits of tables that are larger than the memory allowed.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg::testing {
namespace {

class MemoryTest : public CliTest {
 protected:
  // 160 MB as text, as much as numbers.
  void write_table() {
    constexpr size_t rows = 250'000, columns = 80;
    std::ofstream file(folder / "wide.csv", std::ios::binary);
    for (size_t j = 0; j < columns; ++j) file << "x" << j << ',';
    file << "y\n";
    Random random(5, 0);
    std::string line;
    for (size_t i = 0; i < rows; ++i) {
      line.clear();
      int64_t sum = 0;
      for (size_t j = 0; j < columns; ++j) {
        const auto number = static_cast<int64_t>(random.below(199'999)) - 99'999;
        sum += number;
        fmt::format_to(std::back_inserter(line), "{:+07d},", number);
      }
      line += sum > 0 ? "yes\n" : i % 3 == 0 ? "yes\n" : "no\n";
      file << line;
    }
  }
  Answer fit(const std::string& run_name, std::vector<std::string> more) {
    std::vector<std::string> words = {"fit",  "wide.csv", "--target", "y",     "--l2",
                                      "1e-3", "--run",    run_name,   "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return thalweg(words);
  }
};

TEST_F(MemoryTest, TheSameBitsInAThirdOfTheMemory) {
  write_table();
  const Answer free = fit("free", {}), limited = fit("limited", {"--memory", "128M"});
  ASSERT_EQ(free.code, 0) << free.err;
  ASSERT_EQ(limited.code, 0) << limited.err;
  EXPECT_GT(free.most_resident, 300 << 10);
  EXPECT_LE(limited.most_resident, 128 << 10);
  EXPECT_EQ(read("free/model.safetensors"), read("limited/model.safetensors"));
  EXPECT_EQ(nlohmann::json::parse(limited.out).at("outcome"), "certified");
  const Answer verified = thalweg({"verify", "limited", "wide.csv", "--memory", "128M"});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_LE(verified.most_resident, 128 << 10);
  const Answer evaluated = thalweg({"evaluate", "limited", "wide.csv", "--memory", "128M"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_LE(evaluated.most_resident, 128 << 10);
}

TEST_F(MemoryTest, RefusesWhatIsNoAmount) {
  write("a.csv", customers());
  expect_refused(thalweg({"fit", "a.csv", "--target", "churn", "--memory", "5Q"}),
                 {"memory", "5Q"});
  expect_refused(thalweg({"fit", "a.csv", "--target", "churn", "--memory", "1M"}),
                 {"memory", "1M", "64M"});
  expect_refused(thalweg({"fit", "a.csv", "--target", "churn", "--model", "mlp", "--memory", "1M",
                          "--find-learning-rate"}),
                 {"memory", "1M", "64M"});
  expect_refused(thalweg({"fit", "none.csv", "--target", "churn", "--memory", "100M"}),
                 {"none.csv"});
  EXPECT_FALSE(std::filesystem::exists(folder / "runs"));
}

}  // namespace
}  // namespace thalweg::testing
