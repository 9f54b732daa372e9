// The options of fit are well formed, and what a run is asked survives as text.
#include <gtest/gtest.h>

#include <set>

#include "thalweg/base/error.hpp"
#include "thalweg/descent/descend.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg {
namespace {

TEST(FitOptions, EachIsDeclaredOnceWithHelp) {
  std::set<std::string> seen;
  for (const Option& option : fit_options()) {
    EXPECT_TRUE(seen.insert(option.name).second) << option.name;
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_EQ(option.help.find('\n'), std::string::npos) << option.name;
  }
  for (const Option& option : DescendOptions::options())
    EXPECT_TRUE(seen.contains(option.name)) << option.name;
}

TEST(FitOptions, DefaultsAreThoseOfTheLoop) {
  const FitRequest request;
  const DescendOptions options = DescendOptions::from(request.settings);
  EXPECT_EQ(options.tolerance, 1e-9);
  EXPECT_EQ(options.steps, 10000);
  EXPECT_EQ(request.settings.text("model"), "auto");
  EXPECT_EQ(request.settings.text("method"), "auto");
  EXPECT_FALSE(request.settings.given("steps"));
}

TEST(FitOptions, RangesAreKept) {
  FitRequest request;
  EXPECT_THROW(request.settings.set("tolerance", "-1"), Error);
  EXPECT_THROW(request.settings.set("l2", "nan"), Error);
  EXPECT_THROW(request.settings.set("steps", "0"), Error);
  EXPECT_THROW(request.settings.set("validation", "1"), Error);
  EXPECT_THROW(request.settings.set("tolerence", "1e-9"), Error);
  request.settings.set("lower", "-inf");
  EXPECT_EQ(request.settings.real("lower"), -INFINITY);
}

}  // namespace
}  // namespace thalweg
