#include "thalweg/format/safetensors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

std::string file_of(std::string header, std::string_view data) {
  std::string out(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(out.data(), &length, 8);
  return out + header + std::string(data);
}

std::string refusal(const std::string& bytes) {
  try {
    read_safetensors(bytes, "t");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

// The tensors of tests/oracle/format/make_safetensors.py, in the order in which the package puts
// them (elements of equal size by name).
Safetensors reference() {
  Safetensors file;
  file.metadata["format"] = "thalweg";
  const double weight[] = {0.5, -1.25, 3e300, 1.0 / 3, 0.0, -0.0}, scalar[] = {2.5};
  const float weight32[] = {1.5F, -2.5F, 1e-40F};
  const uint8_t rows[] = {1, 0, 1, 1, 255};
  const int64_t count[] = {-(int64_t{1} << 62), 7};
  file.add("rows", {5}, rows);
  file.add("count", {2}, count);
  file.add("empty", {0, 3}, std::span<const double>());
  file.add("scalar é\"", {}, scalar);
  file.add("weight", {2, 3}, weight);
  file.add("weight32", {3}, weight32);
  return file;
}

std::string package() {
  return read_file(THALWEG_SOURCE "/tests/oracle/format/package.safetensors");
}

TEST(Safetensors, ReadsWhatThePackageWrote) {
  const Safetensors file = read_safetensors(package(), "package");
  EXPECT_EQ(file.text("format"), "thalweg");
  ASSERT_EQ(file.tensors.size(), 6u);
  EXPECT_EQ(file.numbers("weight"), (std::vector<double>{0.5, -1.25, 3e300, 1.0 / 3, 0.0, -0.0}));
  EXPECT_TRUE(std::signbit(file.numbers("weight")[5]));
  EXPECT_EQ(file["weight"].shape, (std::vector<size_t>{2, 3}));
  EXPECT_EQ(file.numbers("weight32"), (std::vector<double>{1.5, -2.5, 1e-40F}));
  EXPECT_EQ(file.integers("rows"), (std::vector<int64_t>{1, 0, 1, 1, 255}));
  EXPECT_EQ(file.integers("count"), (std::vector<int64_t>{-(int64_t{1} << 62), 7}));
  EXPECT_EQ(file.numbers("scalar é\""), std::vector<double>{2.5});
  EXPECT_TRUE(file["scalar é\""].shape.empty());
  EXPECT_TRUE(file.numbers("empty").empty());
}

TEST(Safetensors, WritesTheBytesThatThePackageWrites) {
  EXPECT_EQ(to_bytes(reference()), package());
}

TEST(Safetensors, WritesAndReadsAFile) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("thalweg_safetensors_test." + std::to_string(::getpid()));
  write_safetensors(path, reference());
  EXPECT_EQ(read_file(path), package());
  EXPECT_EQ(read_safetensors(path).source, path.string());
  std::filesystem::remove(path);
}

TEST(Safetensors, ReadsARealModel) {
  const std::filesystem::path path =
      THALWEG_SOURCE "/../shared/data/mnist_cnn_safetensors/mnist.safetensors";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const Safetensors file = read_safetensors(path);
  EXPECT_EQ(file["layers.2.weight"].shape, (std::vector<size_t>{32, 32, 5, 5}));
  EXPECT_EQ(file["layers.4.num_batches_tracked"].type, DataType::I64);
  size_t numbers = 0;
  for (const StoredTensor& tensor : file.tensors)
    if (tensor.type == DataType::F32)
      for (const double value : file.numbers(tensor.name)) numbers += std::isfinite(value);
  EXPECT_EQ(numbers, 88042u);  // counted by the PyPI package
}

TEST(Safetensors, NamesWhatIsAbsentOrOfAnotherType) {
  const Safetensors file = read_safetensors(package(), "package");
  EXPECT_FALSE(file.contains("wieght"));
  try {
    file.numbers("wieght");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "safetensors: package: no tensor \"wieght\" (did you mean \"weight\"?)");
  }
  EXPECT_THROW(file.numbers("count"), Error);
  EXPECT_THROW(file.integers("weight"), Error);
  EXPECT_THROW(file.text("version"), Error);
}

TEST(Safetensors, RefusesWhatTheSpecificationForbids) {
  const std::string one = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  ASSERT_EQ(refusal(file_of(one, "xy")), "");
  ASSERT_EQ(refusal(file_of(one + "   ", "xy")), "");
  ASSERT_EQ(refusal(file_of("{}", "")), "");
  const std::string bad[] = {
      "",
      "1234567",
      std::string(8, '\xff'),
      file_of(one, "xyz"),       // a byte that belongs to none
      file_of(one, "x"),         // a byte short
      file_of(" " + one, "xy"),  // does not begin with {
      file_of(one + std::string(1, '\0'), "xy"),
      file_of("\xef\xbb\xbf" + one, "xy"),
      file_of("[" + one + "]", "xy"),
      file_of("{", ""),
      file_of("{}{}", ""),
      file_of("{\"a\":null}", ""),
      file_of("{\"a\":[1]}", ""),
      file_of("{\"__metadata__\":{\"a\":1}}", ""),
      file_of("{\"__metadata__\":{\"a\":{}}}", ""),
      file_of("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", ""),
      file_of("{\"__metadata__\":{},\"__metadata__\":{}}", ""),
      file_of("{\"__metadata__\":[]}", ""),
      file_of("{\"\xff\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", ""),
      file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"more":1}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"shape":[2],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"C64","shape":[2],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2],"shape":[2],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[[2]],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2.0],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}})", "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,18446744073709551616]}})", "xy"),
      // 2^32 x 2^32 wraps to zero bytes.
      file_of(R"({"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", ""),
      // Twice the same tensor, and two that overlap.
      file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
              R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
              "xy"),
      file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
              R"("b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
              "xy"),
      file_of(std::string(100000, '['), ""),
      file_of("{\"a\":" + std::string(100000, '{'), ""),
  };
  for (const std::string& bytes : bad) EXPECT_NE(refusal(bytes), "") << bytes.substr(8, 100);
}

TEST(Safetensors, RefusesEveryTruncation) {
  const std::string whole = package();
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(refusal(whole.substr(0, length)), "") << length;
}

TEST(Safetensors, WillNotWriteWhatItWouldNotRead) {
  Safetensors file = reference();
  file.metadata["title"] = "\xff";
  EXPECT_THROW(to_bytes(file), Error);
  file = reference();
  file.add("rows", {0}, std::span<const double>());
  EXPECT_THROW(to_bytes(file), Error);
  EXPECT_THROW(file.add("x", {2}, std::span<const double>()), std::logic_error);
}

}  // namespace
}  // namespace thalweg
