// thalweg list: everything that can be named, with its options.
#include <nlohmann/json.hpp>

#include "apps/cli/catalogs.hpp"
#include "apps/cli/commands.hpp"
#include "apps/cli/print.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {
namespace {

using Json = nlohmann::ordered_json;

Json as_json(const Entry& row) {
  Json options = Json::array();
  for (const Option& option : row.options)
    options.push_back({{"name", option.name},
                       {"default", to_text(option.initial)},
                       {"range", option.range()},
                       {"help", option.help}});
  Json out = {{"name", row.name}, {"help", row.help}};
  if (!row.formula.empty()) out["formula"] = row.formula;
  if (!row.guarantee.empty()) out["guarantee"] = row.guarantee;
  if (!row.source.empty()) out["source"] = row.source;
  out["options"] = std::move(options);
  return out;
}

const Entry& find_row(const Catalog& catalog, const std::vector<Entry>& rows,
                      const std::string& wanted) {
  std::vector<std::string> names;
  for (const Entry& row : rows) {
    if (row.name == wanted) return row;
    names.push_back(row.name);
  }
  fail("list {}: no \"{}\"{}; there are {}", catalog.name, wanted, suggestion(wanted, names),
       join(names, ", "));
}

std::string all_text() {
  std::string out;
  for (const Catalog& catalog : catalogs()) {
    out += (out.empty() ? "" : "\n") + emphasized(catalog.name, Emphasis::bold) + ": " +
           catalog.help + "\n";
    std::vector<std::string> names;
    for (const Entry& row : catalog.rows()) names.push_back(row.name);
    out += "  " + wrapped(join(names, " "), 2) + "\n";
  }
  return out + "\nthalweg list CATALOG and thalweg list CATALOG NAME say more\n";
}

std::string catalog_text(const Catalog& catalog) {
  std::string out = emphasized(catalog.name, Emphasis::bold) + ": " + catalog.help + "\n";
  for (const Entry& row : catalog.rows()) out += entry("  " + row.name, row.help, 24);
  return out;
}

std::string row_text(const Entry& row) {
  std::string out = emphasized(row.name, Emphasis::bold) + ": " + row.help + "\n";
  auto line = [&](const char* label, const std::string& text) {
    if (!text.empty()) out += entry(fmt::format("  {}", label), text, 14);
  };
  line("formula", row.formula);
  line("guarantee", row.guarantee);
  line("source", row.source);
  for (const Option& option : row.options)
    out += entry("  " + flag_name(option.name),
                 fmt::format("{} ({}; default {})", option.help, option.range(),
                             to_text(option.initial).empty() ? "none" : to_text(option.initial)),
                 24);
  return out;
}

int run_list(const Arguments& arguments) {
  const bool json = arguments.flag("json");
  if (arguments.place(0).empty()) {
    Json all = Json::array();
    for (const Catalog& catalog : catalogs())
      all.push_back({{"name", catalog.name}, {"help", catalog.help}});
    print(json ? Json{{"catalogs", all}}.dump(1) + "\n" : all_text());
    return 0;
  }
  const Catalog& catalog = find_catalog(arguments.place(0));
  const std::vector<Entry> rows = catalog.rows();
  if (arguments.place(1).empty()) {
    Json all = Json::array();
    for (const Entry& row : rows) all.push_back(as_json(row));
    const Json out = {{"name", catalog.name}, {"help", catalog.help}, {"rows", all}};
    print(json ? out.dump(1) + "\n" : catalog_text(catalog));
    return 0;
  }
  const Entry& row = find_row(catalog, rows, arguments.place(1));
  print(json ? as_json(row).dump(1) + "\n" : row_text(row));
  return 0;
}

}  // namespace

Command list_command() {
  return {"list",
          "print everything that can be named, with its options",
          {{"CATALOG", "one of them", false}, {"NAME", "one of its rows", false}},
          {general_section()},
          run_list};
}

}  // namespace thalweg::cli
