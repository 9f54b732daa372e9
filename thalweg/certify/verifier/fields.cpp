// Strict access to untrusted JSON.
#include "thalweg/certify/verifier/fields.hpp"

#include <cmath>
#include <set>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg::verifier {
namespace {

constexpr int deepest = 16;

}  // namespace

Json parse_json(std::string_view text, const std::string& where) {
  std::vector<std::set<std::string>> keys;
  auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > deepest) fail("{}: nests deeper than {}; the file is damaged", where, deepest);
    if (event == Json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const auto [at, first] = keys.back().insert(parsed.get<std::string>());
      if (!first) fail("{}: the field {} stands twice; the file is damaged", where, excerpt(*at));
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::exception&) {
    // nlohmann's message quotes the text, whatever it holds.
    fail("{}: is not valid JSON; the file is damaged", where);
  }
}

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.is_object()) fail("{}: an object was expected; the file is damaged", where_);
}

void Fields::refuse(const char* key, std::string_view expected) const {
  fail("{}: the field \"{}\" must be {}; the file is damaged", where_, key, expected);
}

const Json* Fields::raw(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

bool Fields::has(const char* key) const { return raw(key) != nullptr && !raw(key)->is_null(); }

const Json& Fields::at(const char* key) const {
  const Json* found = raw(key);
  if (found == nullptr) fail("{}: the field \"{}\" is missing; the file is damaged", where_, key);
  return *found;
}

Fields Fields::object(const char* key) const { return {at(key), where_ + ", " + key}; }

const Json& Fields::array(const char* key) const {
  if (!at(key).is_array()) refuse(key, "a list");
  return at(key);
}

std::string Fields::text(const char* key) const {
  if (!at(key).is_string()) refuse(key, "a text");
  return at(key).get<std::string>();
}

std::string Fields::text(const char* key, std::string otherwise) const {
  return has(key) ? text(key) : std::move(otherwise);
}

bool Fields::flag(const char* key) const {
  if (!at(key).is_boolean()) refuse(key, "true or false");
  return at(key).get<bool>();
}

bool Fields::flag(const char* key, bool otherwise) const {
  return has(key) ? flag(key) : otherwise;
}

double Fields::number(const char* key) const {
  if (!at(key).is_number() || !std::isfinite(at(key).get<double>())) refuse(key, "a finite number");
  return at(key).get<double>();
}

double Fields::number(const char* key, double otherwise) const {
  return has(key) ? number(key) : otherwise;
}

long long Fields::integer(const char* key) const {
  const Json& value = at(key);
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t{1} << 62))
    refuse(key, "a whole number");
  return value.get<long long>();
}

std::vector<std::string> Fields::texts(const char* key) const {
  std::vector<std::string> out;
  for (const Json& item : array(key)) {
    if (!item.is_string()) refuse(key, "a list of texts");
    out.push_back(item.get<std::string>());
  }
  return out;
}

void check_version(long long version, const std::string& where) {
  if (version > 1)
    fail("{}: is of version {}, made by a newer version of thalweg; version 1 is read here", where,
         version);
  if (version < 1) fail("{}: is of version {}; the file is damaged", where, version);
}

void check_version(const Fields& fields) {
  check_version(fields.integer("version"), fields.where());
}

}  // namespace thalweg::verifier
