// Options declared once. A catalog row carries the options of the thing that it names; command-line
// flags, JSON, help texts and reference pages are all made from these declarations.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thalweg {

enum class OptionKind { real, integer, flag, choice, text, texts };

// One value of an option, as held after parsing.
using OptionValue = std::variant<double, long long, bool, std::string, std::vector<std::string>>;

struct Option {
  std::string name;  // snake_case; the flag is --snake-case with dashes
  OptionKind kind;
  OptionValue initial;  // the default
  std::string help;     // one line
  double low = 0;       // legal range of numbers, both ends included
  double high = 0;
  std::vector<std::string> choices;  // of a choice

  static Option real(std::string name, double initial, double low, double high, std::string help);
  static Option integer(std::string name, long long initial, long long low, long long high,
                        std::string help);
  static Option flag(std::string name, std::string help);
  static Option choice(std::string name, std::string initial, std::vector<std::string> choices,
                       std::string help);
  static Option text(std::string name, std::string initial, std::string help);
  // May be given more than once; each adds one text.
  static Option texts(std::string name, std::string help);

  // The legal range in words, such as "number in [0, 1]".
  std::string range() const;
  // Reads and checks a value. Throws Error that names the option, the text and the range.
  OptionValue parse(std::string_view text) const;
};

std::string to_text(const OptionValue& value);

// The options of one thing with their values: the defaults, then what the user set.
class Settings {
 public:
  Settings() = default;
  // `owner` names the thing in errors, such as "method lbfgs".
  Settings(std::string owner, std::span<const Option> declared);

  // Throws Error for an unknown name (with the nearest one) or a value out of range.
  void set(std::string_view name, std::string_view text);
  bool has(std::string_view name) const;
  // True when the user set it.
  bool given(std::string_view name) const;

  // Asking for a name that is not declared, or as another kind, is a std::logic_error.
  double real(std::string_view name) const;
  long long integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  const std::vector<std::string>& texts(std::string_view name) const;

  const std::string& owner() const { return owner_; }
  const std::vector<Option>& declared() const { return declared_; }
  const OptionValue& value(std::string_view name) const;
  // name(option=value, ...) with what differs from the default.
  std::string call(std::string_view name) const;

 private:
  std::string owner_;
  std::vector<Option> declared_;
  std::map<std::string, OptionValue, std::less<>> values_;
  std::map<std::string, bool, std::less<>> given_;
};

// `lbfgs(history_size=20, tolerance=1e-3)` taken apart.
struct Call {
  std::string name;
  std::vector<std::pair<std::string, std::string>> arguments;
};
// A first argument without a name gets `first`, where that is not empty. Throws Error where the text
// is not of that form.
Call parse_call(std::string_view text, std::string_view first = {});

}  // namespace thalweg
