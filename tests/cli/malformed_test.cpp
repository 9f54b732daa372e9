// Malformed input of every kind: one line that says what is wrong, exit 2, earlier files whole.
#include <unistd.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "thalweg/format/safetensors.hpp"

namespace thalweg::testing {
namespace {

class Malformed : public CliTest {
 protected:
  // Refused, and no run directory made.
  void refuse(std::vector<std::string> words, const std::vector<std::string>& parts) {
    expect_refused(thalweg(std::move(words)), parts);
    EXPECT_FALSE(std::filesystem::exists(folder / "runs"));
  }
  // A finished run in "run" of customers.csv.
  void fit_customers() {
    write("customers.csv", customers());
    const Answer answer = thalweg(
        {"fit", "customers.csv", "--target", "churn", "--l2", "1e-3", "--run", "run", "--quiet"});
    ASSERT_EQ(answer.code, 0) << answer.err;
  }
  std::string bytes_of_run() {
    std::string all;
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "run"))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    for (const auto& name : names) all += name.string() + read("run/" + name.string());
    return all;
  }
};

TEST_F(Malformed, MissingFile) {
  refuse({"fit", "nothing.csv", "--target", "y"}, {"nothing.csv", "No such file"});
}

TEST_F(Malformed, Directory) {
  std::filesystem::create_directory(folder / "data.csv");
  refuse({"fit", "data.csv", "--target", "y"}, {"data.csv", "folder"});
}

TEST_F(Malformed, UnreadableFile) {
  if (::geteuid() == 0) GTEST_SKIP() << "root can read everything";
  write("data.csv", customers());
  std::filesystem::permissions(folder / "data.csv", std::filesystem::perms::none);
  refuse({"fit", "data.csv", "--target", "churn"}, {"data.csv", "Permission denied"});
}

TEST_F(Malformed, EmptyFile) {
  write("data.csv", "");
  refuse({"fit", "data.csv", "--target", "y"}, {"data.csv", "empty"});
}

TEST_F(Malformed, HeaderOnly) {
  write("data.csv", "x,y\n");
  refuse({"fit", "data.csv", "--target", "y"}, {"data.csv"});
}

TEST_F(Malformed, OneClassForAClassifier) {
  write("data.csv", "x,y\n1,No\n2,No\n3,No\n4,No\n");
  refuse({"fit", "data.csv", "--target", "y", "--model", "logistic"}, {"\"y\""});
}

TEST_F(Malformed, TargetAllMissing) {
  write("data.csv", "x,y\n1,\n2,\n3,\n");
  refuse({"fit", "data.csv", "--target", "y"}, {"y"});
}

TEST_F(Malformed, OnlyColumnAllMissing) {
  write("data.csv", "x,y\n,1\n,2\n,3\n,5\n");
  refuse({"fit", "data.csv", "--target", "y"}, {"column"});
}

// Beside others it is dropped, and said so.
TEST_F(Malformed, ColumnAllMissingIsDroppedWithANote) {
  write("data.csv", "x,z,y\n1,,1\n2,,3\n3,,2\n4,,5\n");
  const Answer answer = thalweg({"fit", "data.csv", "--target", "y", "--l2", "1e-2"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.out.find("z: dropped"), std::string::npos) << answer.out;
}

TEST_F(Malformed, WrongTargetName) {
  write("data.csv", customers());
  refuse({"fit", "data.csv", "--target", "chrun"}, {"chrun", "\"churn\""});
}

TEST_F(Malformed, NoTargetListsColumns) {
  write("data.csv", customers());
  refuse({"fit", "data.csv"}, {"--target", "churn"});
}

TEST_F(Malformed, TargetPositionOutOfRange) {
  write("data.csv", customers());
  refuse({"fit", "data.csv", "--target", "@9"}, {"@9"});
}

TEST_F(Malformed, WrongNamesOfOtherColumns) {
  write("data.csv", customers());
  refuse({"fit", "data.csv", "--target", "churn", "--drop", "plam"}, {"plam", "\"plan\""});
  refuse({"fit", "data.csv", "--target", "churn", "--weights", "aeg"}, {"aeg", "\"age\""});
}

TEST_F(Malformed, ColumnBothDroppedAndNeeded) {
  write("data.csv", customers());
  refuse({"fit", "data.csv", "--target", "churn", "--drop", "@-1"},
         {"\"churn\"", "dropped", "target"});
  refuse({"fit", "data.csv", "--target", "churn", "--weights", "age", "--drop", "age"},
         {"\"age\"", "dropped", "weights"});
}

TEST_F(Malformed, TextWhereNumbersAreDue) {
  write("data.csv", "x,y\n1,2\n2,3\n3,oops\n4,5\n");
  refuse({"fit", "data.csv", "--target", "y", "--model", "linear"}, {"data.csv", "oops"});
}

TEST_F(Malformed, RaggedRow) {
  write("data.csv", "x,z,y\n1,2,3\n4,5\n6,7,8\n");
  refuse({"fit", "data.csv", "--target", "y"}, {"data.csv", "line 3"});
}

TEST_F(Malformed, QuoteNeverClosed) {
  write("data.csv", "x,y\n1,\"2\n3,4\n");
  refuse({"fit", "data.csv", "--target", "y"}, {"data.csv", "quotation mark"});
}

TEST_F(Malformed, CellOfTenMillionCharacters) {
  write("data.csv", "x,y\n1,2\n" + std::string(10'000'000, 'a') + ",3\n4,5\n");
  const Answer answer = thalweg({"fit", "data.csv", "--target", "y"});
  expect_refused(answer, {"data.csv"});
}

TEST_F(Malformed, TargetCellOfTenMillionCharacters) {
  write("data.csv", "x,y\n1,2\n2," + std::string(10'000'000, '7') + "\n4,5\n");
  expect_refused(thalweg({"fit", "data.csv", "--target", "y", "--model", "linear"}), {"data.csv"});
}

TEST_F(Malformed, NulBytes) {
  write("data.csv", std::string_view("x,y\n1,2\n\0\0\0,3\n4,5\n", 18));
  refuse({"fit", "data.csv", "--target", "y"}, {"data.csv", "NUL"});
}

TEST_F(Malformed, TruncatedGzip) {
  const std::string csv = customers(2000);
  gzFile file = ::gzopen((folder / "whole.gz").c_str(), "wb");
  ::gzwrite(file, csv.data(), static_cast<unsigned>(csv.size()));
  ::gzclose(file);
  const std::string whole = read("whole.gz");
  write("data.csv.gz", whole.substr(0, whole.size() / 2));
  refuse({"fit", "data.csv.gz", "--target", "churn"}, {"data.csv.gz"});
}

TEST_F(Malformed, NotGzipAtAll) {
  write("data.csv.gz", "\x1f\x8b and then something else");
  refuse({"fit", "data.csv.gz", "--target", "churn"}, {"data.csv.gz"});
}

TEST_F(Malformed, LibsvmWithBadIndex) {
  write("data.svm", "1 1:0.5 3:2\n0 2:1 x:3\n");
  refuse({"fit", "data.svm"}, {"data.svm", "line 2"});
}

TEST_F(Malformed, NumpyThatIsNotNumpy) {
  write("data.npz", "PK\x03\x04 nothing of the kind");
  write("data.npy", "\x93NUMPY\x01");
  refuse({"fit", "data.npz"}, {"data.npz"});
  refuse({"fit", "data.npy", "--target", "@-1"}, {"data.npy"});
}

TEST_F(Malformed, CellWithALineBreakStaysOneLine) {
  write("data.csv", "x,y\n1,2\n2,\"a\nb\"\n3,4\n");
  refuse({"fit", "data.csv", "--target", "y", "--model", "linear"}, {"data.csv"});
}

TEST_F(Malformed, BoundsThatExcludeEachOther) {
  write("data.csv", customers());
  refuse({"fit", "data.csv", "--target", "churn", "--lower", "1", "--upper", "0"},
         {"--lower", "--upper"});
}

TEST_F(Malformed, RunThatIsNotThere) {
  write("data.csv", customers());
  for (const char* command : {"predict", "evaluate", "verify"})
    refuse({command, "nothing", "data.csv"}, {"nothing"});
  refuse({"resume", "nothing"}, {"nothing"});
}

TEST_F(Malformed, FolderThatIsNoRun) {
  write("data.csv", customers());
  std::filesystem::create_directory(folder / "photos");
  for (const char* command : {"predict", "evaluate", "verify"}) {
    refuse({command, "photos", "data.csv"}, {"photos", "not a run"});
    refuse({command, "data.csv", "photos"}, {"data.csv", "no run directory"});
  }
  refuse({"resume", "photos"}, {"photos", "not a run"});
}

TEST_F(Malformed, RunThatIsNotFinishedHasNoVerdict) {
  fit_customers();
  std::filesystem::remove(folder / "run/verdict.json");
  refuse({"verify", "run", "customers.csv"}, {"verdict.json", "thalweg resume run"});
}

TEST_F(Malformed, ModelOfANewerVersion) {
  fit_customers();
  Safetensors model = read_safetensors(folder / "run/model.safetensors");
  model.metadata["version"] = "2";
  write_safetensors(folder / "run/model.safetensors", model);
  const std::string before = bytes_of_run();
  for (const char* command : {"predict", "evaluate"})
    refuse({command, "run", "customers.csv"}, {"version", "2"});
  EXPECT_EQ(bytes_of_run(), before);
}

TEST_F(Malformed, ModelCutShort) {
  fit_customers();
  const std::string whole = read("run/model.safetensors");
  write("run/model.safetensors", whole.substr(0, whole.size() - 9));
  refuse({"predict", "run", "customers.csv"}, {"model.safetensors"});
}

TEST_F(Malformed, DataWithoutAColumnOfTheModel) {
  fit_customers();
  write("other.csv", "age,charge\n20,3\n");
  refuse({"predict", "run", "other.csv"}, {"plan"});
}

TEST_F(Malformed, TextInANumberColumnAtPredict) {
  fit_customers();
  write("other.csv", "age,plan,charge\n20,basic,3\nold,basic,4\n");
  refuse({"predict", "run", "other.csv"}, {"age", "old"});
}

TEST_F(Malformed, RunIsAFolderOfSomethingElse) {
  write("customers.csv", customers());
  std::filesystem::create_directory(folder / "photos");
  write("photos/cat.png", "meow");
  refuse({"fit", "customers.csv", "--target", "churn", "--run", "photos"}, {"photos"});
  refuse({"fit", "customers.csv", "--target", "churn", "--run", "photos", "--overwrite"},
         {"photos"});
  EXPECT_EQ(read("photos/cat.png"), "meow");
}

TEST_F(Malformed, RunThatIsThereIsNotReplaced) {
  fit_customers();
  const std::string before = bytes_of_run();
  refuse({"fit", "customers.csv", "--target", "churn", "--run", "run"}, {"run", "--overwrite"});
  EXPECT_EQ(bytes_of_run(), before);
}

TEST_F(Malformed, BadRequestLeavesTheRunThatItWouldReplace) {
  fit_customers();
  const std::string before = bytes_of_run();
  refuse({"fit", "customers.csv", "--target", "chrun", "--run", "run", "--overwrite"}, {"chrun"});
  EXPECT_EQ(bytes_of_run(), before);
}

// A limit on the size of files stands for a full disk: the write fails in the same place.
TEST_F(Malformed, FullDiskAtPredictLeavesTheEarlierFile) {
  fit_customers();
  write("answers.csv", "earlier\n");
  const Answer answer =
      run({.words = {"predict", "run", "customers.csv", "--output", "answers.csv"},
           .folder = folder,
           .file_limit = 1000});
  expect_refused(answer, {"answers.csv"});
  EXPECT_EQ(read("answers.csv"), "earlier\n");
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files += entry.exists();
  EXPECT_EQ(files, 3u) << "something half-written was left";
}

TEST_F(Malformed, FullDiskAtFitLeavesNoVerdict) {
  write("customers.csv", customers());
  const Answer answer = run({.words = {"fit", "customers.csv", "--target", "churn", "--l2", "1e-3",
                                       "--run", "run", "--quiet"},
                             .folder = folder,
                             .file_limit = 2000});
  expect_refused(answer, {"run/"});
  EXPECT_FALSE(std::filesystem::exists(folder / "run/verdict.json"));
}

TEST_F(Malformed, FullDeviceAtPredict) {
  fit_customers();
  const Answer answer =
      run({.words = {"predict", "run", "customers.csv"}, .folder = folder, .out = "/dev/full"});
  expect_refused(answer, {"standard output", "No space left"});
}

}  // namespace
}  // namespace thalweg::testing
