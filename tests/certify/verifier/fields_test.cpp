// JSON that nobody vouches for.
#include "thalweg/certify/verifier/fields.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"

namespace thalweg::verifier {
namespace {

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const std::string text : {"", "{", "[1,]", "{\"a\" 1}", "nul", "{} {}", "\xff", "\"\x01\""})
    EXPECT_EQ(error_of([&] { parse_json(text, "f"); }), "f: is not valid JSON; the file is damaged")
        << text;
}

TEST(ParseJson, RefusesDepthAndRepetition) {
  EXPECT_NE(error_of([] { parse_json(std::string(1000000, '['), "f"); }).find("deeper"),
            std::string::npos);
  const std::string twice =
      error_of([] { parse_json("{\"a\":1,\"b\\n\":{\"a\":2},\"b\\n\":3}", "f"); });
  EXPECT_NE(twice.find("stands twice"), std::string::npos) << twice;
  EXPECT_EQ(twice.find('\n'), std::string::npos) << twice;
  EXPECT_NO_THROW(parse_json("{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}", "f"));
}

TEST(Fields, EachGetterChecksItsKind) {
  const Json json = parse_json(
      R"({"text":"t","number":1.5,"whole":3,"flag":true,"list":["a","b"],"null":null,"object":{"x":1},
          "large":18446744073709551615,"mixed":["a",1]})",
      "f");
  const Fields fields(json, "f");
  EXPECT_EQ(fields.text("text"), "t");
  EXPECT_EQ(fields.number("number"), 1.5);
  EXPECT_EQ(fields.number("whole"), 3);
  EXPECT_EQ(fields.integer("whole"), 3);
  EXPECT_TRUE(fields.flag("flag"));
  EXPECT_EQ(fields.texts("list"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(fields.number("null", 7), 7);
  EXPECT_EQ(fields.text("absent", "x"), "x");
  EXPECT_FALSE(fields.flag("absent", false));
  EXPECT_EQ(fields.object("object").number("x"), 1);
  EXPECT_EQ(fields.object("object").where(), "f, object");
  EXPECT_FALSE(fields.has("null"));
  EXPECT_NE(error_of([&] { fields.text("number"); }).find("must be a text"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.number("text"); }).find("must be a finite"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.number("text", 1); }).find("must be a"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.integer("number"); }).find("whole"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.integer("large"); }).find("whole"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.flag("whole"); }).find("true"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.texts("mixed"); }).find("texts"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.array("object"); }).find("list"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.object("list"); }).find("object"), std::string::npos);
  EXPECT_NE(error_of([&] { fields.text("absent"); }).find("missing"), std::string::npos);
}

TEST(CheckVersion, OneIsRead) {
  EXPECT_NO_THROW(check_version(1, "f"));
  EXPECT_NE(error_of([] { check_version(2, "f"); }).find("newer"), std::string::npos);
  EXPECT_NE(error_of([] { check_version(0, "f"); }).find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace thalweg::verifier
