#include "thalweg/data/json_reader.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/error_of.hpp"

namespace thalweg {
namespace {

TEST(JsonReader, RefusesWhatIsNotStrict) {
  EXPECT_EQ(error_of([] { parse_json("{\"a\": 1, \"a\": 2}", "m"); }),
            "m: \"a\" stands twice; the file is damaged");
  EXPECT_EQ(error_of([] { parse_json("{\"a\": 1", "m"); }),
            "m: not valid JSON; the file is damaged");
  EXPECT_EQ(error_of([] { parse_json("[[[[[[[[[[]]]]]]]]]]", "m"); }),
            "m: nested too deeply; the file is damaged");
  EXPECT_EQ(error_of([] { parse_json("{\"a\": {\"a\": 1}}", "m"); }), "");
  EXPECT_NE(error_of([] { JsonReader(parse_json("[]", "m"), "m"); }), "");
}

TEST(JsonReader, ReadsEachTypeAndNoOther) {
  const auto json = parse_json(
      R"({"t": "x", "b": true, "n": -1.5, "s": 2, "c": 3, "ts": ["a", "b"], "ns": [1, -2]})", "m");
  const JsonReader reader(json, "m");
  reader.expect({"t", "b", "n", "s", "c", "ts", "ns"});
  EXPECT_EQ(reader.text("t"), "x");
  EXPECT_TRUE(reader.flag("b"));
  EXPECT_EQ(reader.number("n"), -1.5);
  EXPECT_EQ(reader.scale("s"), 2);
  EXPECT_EQ(reader.count("c"), 3u);
  EXPECT_EQ(reader.texts("ts"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reader.numbers("ns"), (std::vector<double>{1, -2}));
  EXPECT_EQ(error_of([&] { reader.expect({"t"}); }),
            "m: \"b\" is not known here; the file is damaged");
  EXPECT_EQ(error_of([&] { reader.text("none"); }), "m: \"none\" is missing; the file is damaged");
  EXPECT_EQ(error_of([&] { reader.text("n"); }), "m: \"n\" must be text; the file is damaged");
  EXPECT_EQ(error_of([&] { reader.count("n"); }),
            "m: \"n\" must be a whole number above zero; the file is damaged");
  for (const auto& body : std::vector<std::function<void()>>{
           [&] { reader.flag("t"); }, [&] { reader.number("t"); }, [&] { reader.scale("n"); },
           [&] { reader.scales("ns"); }, [&] { reader.texts("ns"); }, [&] { reader.array("t"); }})
    EXPECT_NE(error_of(body), "");
}

}  // namespace
}  // namespace thalweg
