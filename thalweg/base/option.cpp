#include "thalweg/base/option.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {

Option Option::real(std::string name, double initial, double low, double high, std::string help) {
  return {std::move(name), OptionKind::real, initial, std::move(help), low, high, {}};
}

Option Option::integer(std::string name, long long initial, long long low, long long high,
                       std::string help) {
  return {std::move(name),          OptionKind::integer,       initial, std::move(help),
          static_cast<double>(low), static_cast<double>(high), {}};
}

Option Option::flag(std::string name, std::string help) {
  return {std::move(name), OptionKind::flag, false, std::move(help), 0, 0, {}};
}

Option Option::choice(std::string name, std::string initial, std::vector<std::string> choices,
                      std::string help) {
  return {std::move(name),   OptionKind::choice, std::move(initial), std::move(help), 0, 0,
          std::move(choices)};
}

Option Option::text(std::string name, std::string initial, std::string help) {
  return {std::move(name), OptionKind::text, std::move(initial), std::move(help), 0, 0, {}};
}

Option Option::texts(std::string name, std::string help) {
  return {
      std::move(name), OptionKind::texts, std::vector<std::string>(), std::move(help), 0, 0, {}};
}

std::string Option::range() const {
  switch (kind) {
    case OptionKind::real:
      return fmt::format("number in [{}, {}]", low, high);
    case OptionKind::integer:
      return fmt::format("integer in [{}, {}]", low, high);
    case OptionKind::flag:
      return "true or false";
    case OptionKind::choice:
      return "one of " + join(choices, ", ");
    case OptionKind::text:
      return "text";
    case OptionKind::texts:
      return "text, may be given more than once";
  }
  throw std::logic_error("option kind");
}

OptionValue Option::parse(std::string_view text) const {
  auto refuse = [&]() -> OptionValue {
    const std::string hint = kind == OptionKind::choice ? suggestion(text, choices) : "";
    fail("{}: \"{}\" is not allowed; expected {}{}", name, text.substr(0, 80), range(), hint);
  };
  switch (kind) {
    case OptionKind::real: {
      double value = 0;
      if (!parse_number(text, value) || !(value >= low && value <= high)) return refuse();
      return value;
    }
    case OptionKind::integer: {
      long long value = 0;
      if (!parse_integer(text, value)) {
        // 1e6 is how people write a million.
        double number = 0;
        if (!parse_number(text, number) || number != std::floor(number) || std::abs(number) > 9e15)
          return refuse();
        value = static_cast<long long>(number);
      }
      if (!(static_cast<double>(value) >= low && static_cast<double>(value) <= high))
        return refuse();
      return value;
    }
    case OptionKind::flag:
      if (text == "true" || text == "1" || text == "yes") return true;
      if (text == "false" || text == "0" || text == "no") return false;
      return refuse();
    case OptionKind::choice:
      if (std::find(choices.begin(), choices.end(), text) == choices.end()) return refuse();
      return std::string(text);
    case OptionKind::text:
      return std::string(text);
    case OptionKind::texts:
      return std::vector<std::string>{std::string(text)};
  }
  throw std::logic_error("option kind");
}

std::string to_text(const OptionValue& value) {
  if (const double* real = std::get_if<double>(&value)) return shortest(*real);
  if (const long long* integer = std::get_if<long long>(&value)) return fmt::format("{}", *integer);
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return join(*texts, ",");
  return std::get<std::string>(value);
}

Settings::Settings(std::string owner, std::span<const Option> declared)
    : owner_(std::move(owner)), declared_(declared.begin(), declared.end()) {
  for (const Option& option : declared_) values_[option.name] = option.initial;
}

void Settings::set(std::string_view name, std::string_view text) {
  for (const Option& option : declared_) {
    if (option.name != name) continue;
    OptionValue parsed = option.parse(text);
    if (option.kind == OptionKind::texts) {
      auto& held = std::get<std::vector<std::string>>(values_[option.name]);
      held.push_back(std::get<std::vector<std::string>>(parsed).front());
    } else {
      values_[option.name] = std::move(parsed);
    }
    given_[option.name] = true;
    return;
  }
  std::vector<std::string> names;
  for (const Option& option : declared_) names.push_back(option.name);
  fail("{}: no option \"{}\"{}; it has {}", owner_, name.substr(0, 80), suggestion(name, names),
       names.empty() ? "none" : join(names, ", "));
}

bool Settings::has(std::string_view name) const { return values_.find(name) != values_.end(); }

bool Settings::given(std::string_view name) const { return given_.find(name) != given_.end(); }

const OptionValue& Settings::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end())
    throw std::logic_error(fmt::format("{} does not declare {}", owner_, name));
  return found->second;
}

double Settings::real(std::string_view name) const { return std::get<double>(value(name)); }

long long Settings::integer(std::string_view name) const {
  return std::get<long long>(value(name));
}

bool Settings::flag(std::string_view name) const { return std::get<bool>(value(name)); }

const std::string& Settings::text(std::string_view name) const {
  return std::get<std::string>(value(name));
}

const std::vector<std::string>& Settings::texts(std::string_view name) const {
  return std::get<std::vector<std::string>>(value(name));
}

std::string Settings::call(std::string_view name) const {
  std::vector<std::string> parts;
  for (const Option& option : declared_) {
    const OptionValue& held = value(option.name);
    if (held != option.initial) parts.push_back(option.name + "=" + to_text(held));
  }
  return parts.empty() ? std::string(name) : fmt::format("{}({})", name, join(parts, ", "));
}

Call parse_call(std::string_view text, std::string_view first) {
  const std::string_view whole = trim(text);
  Call call;
  const size_t open = whole.find('(');
  call.name = std::string(trim(whole.substr(0, open)));
  if (call.name.empty()) fail("\"{}\": a name was expected, such as lbfgs(history_size=20)", text);
  if (open == std::string_view::npos) return call;
  if (whole.back() != ')') fail("\"{}\": the parenthesis is not closed", text);
  const std::string_view inside = trim(whole.substr(open + 1, whole.size() - open - 2));
  if (inside.empty()) return call;
  // Commas within inner parentheses belong to a value, and so does what has no option of its own:
  // mlp(hidden=512,512, initializer=normal(mean=0, deviation=0.1)).
  size_t depth = 0, begin = 0;
  for (size_t i = 0; i <= inside.size(); ++i) {
    const char c = i < inside.size() ? inside[i] : ',';
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
    if (c != ',' || (depth > 0 && i < inside.size())) continue;
    const std::string_view part = inside.substr(begin, i - begin);
    begin = i + 1;
    const size_t equals = part.find('=');
    if (equals != std::string_view::npos)
      call.arguments.emplace_back(std::string(trim(part.substr(0, equals))),
                                  std::string(trim(part.substr(equals + 1))));
    else if (call.arguments.empty() && !first.empty())
      call.arguments.emplace_back(std::string(first), std::string(trim(part)));
    else if (!call.arguments.empty() && !trim(part).empty())
      call.arguments.back().second.append(",").append(trim(part));
    else
      fail("\"{}\": \"{}\" is not of the form option=value", text, trim(part));
  }
  return call;
}

}  // namespace thalweg
