#include "thalweg/run/run_files.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"

namespace thalweg {
namespace {

using namespace testing;

TEST(RunFiles, SettingsSurviveAsText) {
  const Given given = {{"l2", "0.1"},
                       {"tolerance", "1e-300"},
                       {"drop", "a, b"},
                       {"drop", "\"c\""},
                       {"no_scale", "true"},
                       {"steps", "123456789"},
                       {"lower", "-inf"},
                       {"model", "huber(delta=2)"},
                       {"seed", "9007199254740992"},
                       {"target", "Größe"},
                       {"missing", ""}};
  FitRequest from, to;
  for (const auto& [name, text] : given) from.settings.set(name, text);
  settings_from_json(nlohmann::ordered_json::parse(settings_to_json(from.settings).dump()),
                     to.settings, "run.json");
  for (const Option& option : from.settings.declared()) {
    EXPECT_EQ(from.settings.given(option.name), to.settings.given(option.name)) << option.name;
    EXPECT_EQ(from.settings.value(option.name), to.settings.value(option.name)) << option.name;
  }
}

TEST(RunFiles, JsonIsReadStrictly) {
  const fs::path path = folder_of_test() / "run.json";
  for (const char* text : {"", "{", "[]", "3", "{}", "{\"version\": \"1\"}", "{\"version\": 1.5}",
                           "{\"version\": 2}", "\xff\xfe"})
    EXPECT_NE(line_of([&] { read_json(put(path, text)); }), "") << text;
  const auto json = read_json(put(path, "{\"version\": 1, \"a\": \"b\", \"c\": 1}"));
  EXPECT_EQ(text_of(json, "a", path), "b");
  EXPECT_NE(line_of([&] { text_of(json, "c", path); }), "");
  EXPECT_NE(line_of([&] { text_of(json, "d", path); }), "");
}

TEST(RunFiles, OnlyUnfinishedFilesOfARunAreTakenForSuch) {
  const fs::path folder = folder_of_test();
  for (const char* name : {"run.json.12-0.part", "checkpoint.safetensors.3-4.part", "run.json",
                           "holiday.part", "verdict.json.txt", "report.part"})
    put(folder / name, "x");
  std::vector<std::string> found;
  for (const fs::path& path : unfinished_files(folder)) found.push_back(path.filename().string());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found,
            (std::vector<std::string>{"checkpoint.safetensors.3-4.part", "run.json.12-0.part"}));
  EXPECT_TRUE(unfinished_files(folder / "none").empty());
}

TEST(RunFiles, ARunIsMadeWhereNothingElseIs) {
  const fs::path folder = folder_of_test(), run = folder / "run";
  EXPECT_EQ(line_of([&] { check_place(run, false); }), "");
  EXPECT_TRUE(
      contains(line_of([&] { check_place(put(folder / "file", "x"), true); }), "is a file"));
  fs::create_directory(run);
  EXPECT_EQ(line_of([&] { check_place(run, false); }), "");
  put(run / "verdict.json.3-0.part", "{");
  EXPECT_EQ(line_of([&] { check_place(run, false); }), "");
  put(run / "cat.png", "meow");
  EXPECT_TRUE(contains(line_of([&] { check_place(run, true); }), "not a run"));
  for (const char* name : {"run.json", "verdict.json", "checkpoint.safetensors",
                           "events.out.tfevents.0000000009.h.1.0"})
    put(run / name, "{}");
  EXPECT_TRUE(contains(line_of([&] { check_place(run, false); }), "--overwrite"));
  EXPECT_EQ(line_of([&] { check_place(run, true); }), "");
  clear_place(run);
  std::vector<std::string> left;
  for (const auto& [name, bytes] : contents(run)) left.push_back(name);
  EXPECT_EQ(left, (std::vector<std::string>{"cat.png", "run.json"}));
}

TEST(RunFiles, TheNewestEventFileIsFound) {
  const fs::path folder = folder_of_test();
  EXPECT_TRUE(find_event_file(folder).empty());
  put(folder / "events.out.tfevents.0000000009.h.1.0", "");
  put(folder / "events.out.tfevents.0000000010.h.1.0", "");
  EXPECT_EQ(find_event_file(folder).filename(), "events.out.tfevents.0000000010.h.1.0");
}

TEST(RunFiles, AModelThatIsNotThereIsSaid) {
  const fs::path folder = folder_of_test();
  EXPECT_TRUE(contains(line_of([&] { read_model(folder / "none"); }), "no run directory"));
  EXPECT_TRUE(contains(line_of([&] { read_model(folder); }), "not a run"));
  put(folder / "run.json", "{}");
  EXPECT_TRUE(contains(line_of([&] { read_model(folder); }), "thalweg resume"));
  put(folder / "model.safetensors", "damaged");
  EXPECT_TRUE(contains(line_of([&] { read_model(folder); }), "model.safetensors"));
}

}  // namespace
}  // namespace thalweg
