// thalweg list shows everything that the catalogs hold, to people and to programs.
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "thalweg/kernel/loss/loss.hpp"
#include "thalweg/model/model.hpp"
#include "thalweg/model/network.hpp"
#include "thalweg/optim/method.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::testing {
namespace {

using nlohmann::json;
using List = CliTest;

// From row `first` on.
template <class Row>
void expect_rows(const json& catalog, std::span<const Row> rows, size_t first = 0) {
  ASSERT_GE(catalog.at("rows").size(), first + rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(catalog["rows"][first + i].at("name"), rows[i].name);
    EXPECT_EQ(catalog["rows"][first + i].at("help"), rows[i].help);
  }
}

TEST_F(List, EveryCatalogIsListedAndReadable) {
  const json all = json::parse(thalweg({"list", "--json"}).out).at("catalogs");
  const std::string text = thalweg({"list"}).out;
  EXPECT_GE(all.size(), 7u);
  for (const json& catalog : all) {
    const std::string name = catalog.at("name");
    EXPECT_NE(text.find(name), std::string::npos);
    const json whole = json::parse(thalweg({"list", name, "--json"}).out);
    EXPECT_EQ(whole.at("name"), name);
    EXPECT_EQ(whole.at("help"), catalog.at("help"));
    for (const json& row : whole.at("rows")) {
      EXPECT_FALSE(row.at("help").get<std::string>().empty()) << row;
      for (const json& option : row.at("options"))
        for (const char* key : {"name", "default", "range", "help"})
          EXPECT_TRUE(option.at(key).is_string()) << row;
    }
  }
}

TEST_F(List, RowsAreThoseOfTheLibrary) {
  const json all = json::parse(thalweg({"list", "models", "--json"}).out);
  expect_rows(all, models());
  expect_rows(all, networks(), models().size());
  EXPECT_EQ(all.at("rows").size(), models().size() + networks().size());
  expect_rows(json::parse(thalweg({"list", "layers", "--json"}).out), layers());
  expect_rows(json::parse(thalweg({"list", "initializers", "--json"}).out), initializers());
  expect_rows(json::parse(thalweg({"list", "losses", "--json"}).out), losses());
  expect_rows(json::parse(thalweg({"list", "methods", "--json"}).out), methods());
  expect_rows(json::parse(thalweg({"list", "options", "--json"}).out), fit_options());
  EXPECT_EQ(json::parse(thalweg({"list", "outcomes", "--json"}).out).at("rows").size(), 11u);
}

TEST_F(List, ARowIsShownWithGuaranteeSourceAndOptions) {
  const std::string text = thalweg({"list", "methods", "lbfgs"}).out;
  for (const char* part : {"lbfgs", "guarantee", "source", "--history-size", "default 10"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  EXPECT_EQ(text, thalweg({"list", "method", "lbfgs"}).out);
  const json row = json::parse(thalweg({"list", "methods", "lbfgs", "--json"}).out);
  EXPECT_EQ(row.at("options").at(0).at("name"), "history_size");
}

TEST_F(List, MisspellingsAreSuggested) {
  expect_refused(thalweg({"list", "mothods"}), {"\"methods\""});
  expect_refused(thalweg({"list", "methods", "lbgfs"}), {"\"lbfgs\""});
}

}  // namespace
}  // namespace thalweg::testing
