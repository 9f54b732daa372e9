#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/data/json_reader.hpp"
#include "thalweg/data/recipe.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;

Json write(const DroppedColumn& form) { return {{"kind", "dropped"}, {"reason", form.reason}}; }

Json write(const NumberColumn& form) {
  return {{"kind", "number"},
          {"center", form.center},
          {"scale", form.scale},
          {"impute", form.impute},
          {"indicator", form.indicator}};
}

Json write(const CategoriesColumn& form) {
  return {{"kind", "categories"},
          {"reference", form.reference},
          {"levels", form.levels},
          {"other", form.other},
          {"missing", form.missing}};
}

Json write(const DateColumn& form) {
  Json parts = Json::array();
  for (const DatePart& part : form.parts)
    parts.push_back({{"part", part.part},
                     {"center", part.center},
                     {"scale", part.scale},
                     {"impute", part.impute}});
  return {{"kind", "date"},
          {"format", form.format},
          {"parts", std::move(parts)},
          {"indicator", form.indicator}};
}

Json write(const TargetRecipe& target) {
  Json out = {{"column", target.column}, {"kind", target.labeled ? "labels" : "number"}};
  if (target.labeled) out["labels"] = target.labels;
  return out;
}

TargetRecipe read_target(const JsonReader& reader) {
  TargetRecipe target;
  target.column = reader.text("column");
  const std::string kind = reader.text("kind");
  if (kind == "labels") {
    reader.expect({"column", "kind", "labels"});
    target.labeled = true;
    target.labels = reader.texts("labels");
    if (target.labels.size() < 2) reader.fail_type("labels", "at least two texts");
  } else if (kind == "number") {
    reader.expect({"column", "kind"});
  } else {
    reader.fail_type("kind", "\"number\" or \"labels\"");
  }
  return target;
}

DateColumn read_date(const JsonReader& reader) {
  constexpr std::string_view parts[] = {"year", "month", "day", "weekday", "hour", "days"};
  if (reader.array("parts").empty()) reader.fail_type("parts", "a list that is not empty");
  DateColumn date{reader.text("format"), {}, reader.flag("indicator")};
  for (const Json& item : reader.array("parts")) {
    const JsonReader part(item, reader.where() + ", parts");
    part.expect({"part", "center", "scale", "impute"});
    const std::string name = part.text("part");
    if (std::find(std::begin(parts), std::end(parts), name) == std::end(parts))
      part.fail_type("part", "one of year, month, day, weekday, hour, days");
    date.parts.push_back({name, part.number("center"), part.scale("scale"), part.number("impute")});
  }
  return date;
}

ColumnRecipe read_column(const Json& item, const std::string& where) {
  const std::string name = JsonReader(item, where).text("column");
  const JsonReader reader(item, fmt::format("{} {}", where, excerpt(name)));
  const std::string kind = reader.text("kind");
  if (kind == "dropped") {
    reader.expect({"column", "kind", "reason"});
    return {name, DroppedColumn{reader.text("reason")}};
  }
  if (kind == "number") {
    reader.expect({"column", "kind", "center", "scale", "impute", "indicator"});
    return {name, NumberColumn{reader.number("center"), reader.scale("scale"),
                               reader.number("impute"), reader.flag("indicator")}};
  }
  if (kind == "categories") {
    reader.expect({"column", "kind", "reference", "levels", "other", "missing"});
    CategoriesColumn form{reader.text("reference"), reader.texts("levels"), reader.flag("other"),
                          reader.flag("missing")};
    if (std::find(form.levels.begin(), form.levels.end(), form.reference) != form.levels.end())
      reader.fail_type("levels", "without the reference");
    return {name, std::move(form)};
  }
  if (kind == "date") {
    reader.expect({"column", "kind", "format", "parts", "indicator"});
    return {name, read_date(reader)};
  }
  reader.fail_type("kind", "dropped, number, categories or date");
}

}  // namespace

std::string to_json(const Recipe& recipe) {
  Json out = {{"version", version},
              {"kind", recipe.sparse ? "sparse" : "table"},
              {"float32", recipe.float32},
              {"target", write(recipe.target)},
              {"weights", nullptr}};
  if (!recipe.weights.empty()) out["weights"] = {{"column", recipe.weights}};
  if (recipe.sparse) {
    out["features"] = recipe.scale.size();
    out["scale"] = recipe.scale;
  } else {
    out["columns"] = Json::array();
    for (const ColumnRecipe& column : recipe.columns) {
      Json item = {{"column", column.column}};
      item.update(std::visit([](const auto& form) { return write(form); }, column.form));
      out["columns"].push_back(std::move(item));
    }
  }
  try {
    return out.dump();
  } catch (const Json::type_error&) {
    fail(
        "recipe: a column name or a text in the data is not UTF-8; convert the file, such as with "
        "iconv -f latin1 -t utf-8");
  }
}

Recipe recipe_from_json(std::string_view text, std::string_view source) {
  const Json json = parse_json(text, fmt::format("{}: recipe", source));
  const JsonReader reader(json, fmt::format("{}: recipe", source));
  if (const double found = reader.number("version"); found != version)
    fail("{}: recipe: version {}, made by a {} version of thalweg; this one reads version {}",
         source, shortest(found), found > version ? "newer" : "different", version);
  Recipe recipe;
  recipe.float32 = reader.flag("float32");
  recipe.target = read_target(JsonReader(reader.at("target"), reader.where() + ", target"));
  if (!reader.at("weights").is_null()) {
    const JsonReader weights(reader.at("weights"), reader.where() + ", weights");
    weights.expect({"column"});
    recipe.weights = weights.text("column");
  }
  const std::string kind = reader.text("kind");
  if (kind == "sparse") {
    reader.expect({"version", "kind", "float32", "target", "weights", "features", "scale"});
    recipe.sparse = true;
    recipe.scale = reader.scales("scale");
    if (reader.number("features") != static_cast<double>(recipe.scale.size()))
      reader.fail_type("features", "the length of \"scale\"");
  } else if (kind == "table") {
    reader.expect({"version", "kind", "float32", "target", "weights", "columns"});
    for (const Json& item : reader.array("columns"))
      recipe.columns.push_back(read_column(item, reader.where() + ", column"));
  } else {
    reader.fail_type("kind", "\"table\" or \"sparse\"");
  }
  return recipe;
}

}  // namespace thalweg
