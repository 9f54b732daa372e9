// thalweg predict: what a run's model says of other rows, as CSV or JSON.
#include "thalweg/run/predict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "apps/cli/print.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {
namespace {

// The cells of the next line of RFC 4180 text, which is taken off its front.
std::vector<std::string> take_line(std::string_view& text) {
  std::vector<std::string> cells(1);
  bool within = false;
  size_t i = 0;
  for (; i < text.size() && (within || text[i] != '\n'); ++i) {
    if (text[i] == '"') {
      within = !within;
      if (within && i > 0 && text[i - 1] == '"') cells.back() += '"';
    } else if (text[i] == ',' && !within) {
      cells.emplace_back();
    } else if (text[i] != '\r' || within) {
      cells.back() += text[i];
    }
  }
  text.remove_prefix(std::min(text.size(), i + 1));
  return cells;
}

// The table as {"columns": […], "rows": [[…], …]}, numbers as numbers where they are finite.
std::string as_json(std::string_view csv) {
  const std::vector<std::string> header = take_line(csv);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  while (!csv.empty()) {
    nlohmann::ordered_json row = nlohmann::ordered_json::array();
    for (const std::string& cell : take_line(csv)) {
      double number = 0;
      if (parse_number(cell, number) && std::isfinite(number))
        row.push_back(number);
      else
        row.push_back(cell);
    }
    rows.push_back(std::move(row));
  }
  const nlohmann::ordered_json out = {{"columns", header}, {"rows", std::move(rows)}};
  return out.dump() + "\n";
}

int run_predict(const Arguments& arguments) {
  set_limits(arguments);
  const std::string csv = predict_csv(arguments.place(0), arguments.place(1));
  const std::string text = arguments.flag("json") ? as_json(csv) : csv;
  if (arguments.text("output").empty())
    print(text);
  else
    write_file(arguments.text("output"), text);
  return 0;
}

}  // namespace

Command predict_command() {
  return {"predict",
          "apply a run's model to other rows",
          {{"RUN", "the folder of the run"}, {"DATA", "a table with the same columns"}},
          {general_section(
              {Option::text("output", "", "file to write; standard output if not given")})},
          run_predict};
}

}  // namespace thalweg::cli
