// JSON from a file that nobody vouches for, read field by field.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg::verifier {

using Json = nlohmann::json;

// Throws Error for text that is not JSON, nests deeper than 16, or gives a key twice. `where` names
// the text in messages.
Json parse_json(std::string_view text, const std::string& where);

// An object with its name for messages. Each getter throws Error in one line where the field is not
// there or of another kind.
class Fields {
 public:
  // Both outlive this.
  Fields(const Json& object, std::string where);

  bool has(const char* key) const;         // and is not null
  const Json* raw(const char* key) const;  // null where it is not there
  Fields object(const char* key) const;
  const Json& array(const char* key) const;
  std::string text(const char* key) const;
  std::string text(const char* key, std::string otherwise) const;
  bool flag(const char* key) const;
  bool flag(const char* key, bool otherwise) const;
  double number(const char* key) const;                    // finite
  double number(const char* key, double otherwise) const;  // null, or absent: `otherwise`
  long long integer(const char* key) const;
  std::vector<std::string> texts(const char* key) const;

  const std::string& where() const { return where_; }
  // Throws Error: the field is not what was expected.
  [[noreturn]] void refuse(const char* key, std::string_view expected) const;

 private:
  const Json& at(const char* key) const;

  const Json& object_;
  std::string where_;
};

// Throws Error where the file's `version` is above 1, or missing.
void check_version(const Fields& fields);
void check_version(long long version, const std::string& where);

}  // namespace thalweg::verifier
