#include "thalweg/data/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {

using Json = nlohmann::ordered_json;

Json parse_json(std::string_view text, const std::string& where) {
  constexpr int deepest = 8;
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > deepest) fail("{}: nested too deeply; the file is damaged", where);
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      fail("{}: {} stands twice; the file is damaged", where, excerpt(parsed.get<std::string>()));
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const Json::exception&) {
    fail("{}: not valid JSON; the file is damaged", where);
  }
}

JsonReader::JsonReader(const Json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object.is_object()) fail("{}: an object was expected; the file is damaged", where_);
}

void JsonReader::expect(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : object_.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      fail("{}: {} is not known here; the file is damaged", where_, excerpt(key));
}

const Json& JsonReader::at(const char* key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) fail("{}: \"{}\" is missing; the file is damaged", where_, key);
  return *found;
}

std::string JsonReader::text(const char* key) const { return text(at(key), key); }

bool JsonReader::flag(const char* key) const {
  if (!at(key).is_boolean()) fail_type(key, "true or false");
  return at(key).get<bool>();
}

double JsonReader::number(const char* key) const { return number(at(key), key); }
double JsonReader::scale(const char* key) const { return scale(at(key), key); }

size_t JsonReader::count(const char* key) const {
  const Json& item = at(key);
  if (!item.is_number_unsigned() || item.get<uint64_t>() == 0)
    fail_type(key, "a whole number above zero");
  return item.get<size_t>();
}

std::vector<std::string> JsonReader::texts(const char* key) const {
  std::vector<std::string> out;
  for (const Json& item : array(key)) out.push_back(text(item, key));
  if (std::set<std::string_view>(out.begin(), out.end()).size() < out.size())
    fail_type(key, "a list without repetitions");
  return out;
}

std::vector<double> JsonReader::numbers(const char* key) const {
  std::vector<double> out;
  for (const Json& item : array(key)) out.push_back(number(item, key));
  return out;
}

std::vector<double> JsonReader::scales(const char* key) const {
  std::vector<double> out;
  for (const Json& item : array(key)) out.push_back(scale(item, key));
  return out;
}

const Json& JsonReader::array(const char* key) const {
  if (!at(key).is_array()) fail_type(key, "a list");
  return at(key);
}

void JsonReader::fail_type(const char* key, std::string_view expected) const {
  fail("{}: \"{}\" must be {}; the file is damaged", where_, key, expected);
}

std::string JsonReader::text(const Json& item, const char* key) const {
  if (!item.is_string()) fail_type(key, "text");
  return item.get<std::string>();
}

double JsonReader::number(const Json& item, const char* key) const {
  if (!item.is_number() || !std::isfinite(item.get<double>())) fail_type(key, "a finite number");
  return item.get<double>();
}

double JsonReader::scale(const Json& item, const char* key) const {
  if (!(number(item, key) > 0)) fail_type(key, "above zero");
  return item.get<double>();
}

}  // namespace thalweg
