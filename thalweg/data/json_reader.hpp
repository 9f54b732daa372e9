// Strict reading of the JSON that models carry: each error one line that says where.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

// Refuses what nlohmann::json takes silently: keys that repeat, and nesting deeper than a recipe's.
nlohmann::ordered_json parse_json(std::string_view text, const std::string& where);

// An object read key by key: a key that is absent, of another type, or not expected is an Error.
class JsonReader {
 public:
  using Json = nlohmann::ordered_json;

  // `object` must outlive the reader; `where` begins the errors.
  JsonReader(const Json& object, std::string where);

  // These keys and no others may be there.
  void expect(std::initializer_list<std::string_view> keys) const;

  const Json& at(const char* key) const;
  std::string text(const char* key) const;
  bool flag(const char* key) const;
  double number(const char* key) const;                   // finite
  double scale(const char* key) const;                    // above zero
  size_t count(const char* key) const;                    // whole, at least 1
  std::vector<std::string> texts(const char* key) const;  // without repetitions
  std::vector<double> numbers(const char* key) const;
  std::vector<double> scales(const char* key) const;
  const Json& array(const char* key) const;

  const std::string& where() const { return where_; }

  [[noreturn]] void fail_type(const char* key, std::string_view expected) const;

 private:
  std::string text(const Json& item, const char* key) const;
  double number(const Json& item, const char* key) const;
  double scale(const Json& item, const char* key) const;

  const Json& object_;
  std::string where_;
};

}  // namespace thalweg
