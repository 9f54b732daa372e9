#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
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

// An object read key by key: a key that is absent, of another type, or not expected is an error.
class Reader {
 public:
  Reader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) fail("{}: an object was expected; the file is damaged", where_);
  }

  void expect(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, value] : object_.items())
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        fail("{}: {} is not known here; the file is damaged", where_, excerpt(key));
  }

  const Json& at(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) fail("{}: \"{}\" is missing; the file is damaged", where_, key);
    return *found;
  }

  std::string text(const char* key) const { return text(at(key), key); }
  bool flag(const char* key) const {
    if (!at(key).is_boolean()) fail_type(key, "true or false");
    return at(key).get<bool>();
  }
  double number(const char* key) const { return number(at(key), key); }
  double scale(const char* key) const { return scale(at(key), key); }

  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> out;
    for (const Json& item : array(key)) out.push_back(text(item, key));
    if (std::set<std::string_view>(out.begin(), out.end()).size() < out.size())
      fail_type(key, "a list without repetitions");
    return out;
  }
  std::vector<double> scales(const char* key) const {
    std::vector<double> out;
    for (const Json& item : array(key)) out.push_back(scale(item, key));
    return out;
  }
  const Json& array(const char* key) const {
    if (!at(key).is_array()) fail_type(key, "a list");
    return at(key);
  }

  const std::string& where() const { return where_; }

  [[noreturn]] void fail_type(const char* key, std::string_view expected) const {
    fail("{}: \"{}\" must be {}; the file is damaged", where_, key, expected);
  }

 private:
  std::string text(const Json& item, const char* key) const {
    if (!item.is_string()) fail_type(key, "text");
    return item.get<std::string>();
  }
  double number(const Json& item, const char* key) const {
    if (!item.is_number() || !std::isfinite(item.get<double>())) fail_type(key, "a finite number");
    return item.get<double>();
  }
  double scale(const Json& item, const char* key) const {
    if (!(number(item, key) > 0)) fail_type(key, "above zero");
    return item.get<double>();
  }

  const Json& object_;
  std::string where_;
};

TargetRecipe read_target(const Reader& reader) {
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

DateColumn read_date(const Reader& reader) {
  constexpr std::string_view parts[] = {"year", "month", "day", "weekday", "hour", "days"};
  if (reader.array("parts").empty()) reader.fail_type("parts", "a list that is not empty");
  DateColumn date{reader.text("format"), {}, reader.flag("indicator")};
  for (const Json& item : reader.array("parts")) {
    const Reader part(item, reader.where() + ", parts");
    part.expect({"part", "center", "scale", "impute"});
    const std::string name = part.text("part");
    if (std::find(std::begin(parts), std::end(parts), name) == std::end(parts))
      part.fail_type("part", "one of year, month, day, weekday, hour, days");
    date.parts.push_back({name, part.number("center"), part.scale("scale"), part.number("impute")});
  }
  return date;
}

ColumnRecipe read_column(const Json& item, const std::string& where) {
  const std::string name = Reader(item, where).text("column");
  const Reader reader(item, fmt::format("{} {}", where, excerpt(name)));
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

// Refuses what nlohmann::json takes silently: keys that repeat, and nesting deeper than a recipe's.
Json parse(std::string_view text, std::string_view source) {
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > 8) fail("{}: recipe: nested too deeply; the file is damaged", source);
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      fail("{}: recipe: {} stands twice; the file is damaged", source,
           excerpt(parsed.get<std::string>()));
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const Json::exception&) {
    fail("{}: recipe: not valid JSON; the file is damaged", source);
  }
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
  const Json json = parse(text, source);
  const Reader reader(json, fmt::format("{}: recipe", source));
  if (const double found = reader.number("version"); found != version)
    fail("{}: recipe: version {}, made by a {} version of thalweg; this one reads version {}",
         source, shortest(found), found > version ? "newer" : "different", version);
  Recipe recipe;
  recipe.float32 = reader.flag("float32");
  recipe.target = read_target(Reader(reader.at("target"), reader.where() + ", target"));
  if (!reader.at("weights").is_null()) {
    const Reader weights(reader.at("weights"), reader.where() + ", weights");
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
