#include "apps/cli/flags.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <stdexcept>

#include "apps/cli/print.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/memory_limit.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::cli {
namespace {

// The option as its flag, so that messages name what was typed.
Option as_flag(Option option) {
  option.name = flag_name(option.name);
  return option;
}

std::vector<std::string> flag_names(const Command& command) {
  std::vector<std::string> names;
  for (const Section& section : command.sections)
    for (const Option& option : section.options) names.push_back(flag_name(option.name));
  return names;
}

std::string placeholder(const Option& option) {
  switch (option.kind) {
    case OptionKind::real:
      return " NUMBER";
    case OptionKind::integer:
      return " N";
    case OptionKind::choice:
      return " NAME";
    case OptionKind::flag:
      return "";
    default:
      return " TEXT";
  }
}

// Range and default in words, where they say something.
std::string limits(const Option& option, const std::string& otherwise) {
  if (option.kind == OptionKind::flag) return "";
  if (option.kind == OptionKind::texts) return " (may be repeated)";
  const std::string initial = otherwise.empty() ? to_text(option.initial) : otherwise;
  std::string range = option.kind == OptionKind::text ? "" : option.range();
  if (option.high >= 1e15) range = option.low <= -1e15 ? "" : "at least " + shortest(option.low);
  if (initial.empty()) return range.empty() ? "" : fmt::format(" ({})", range);
  return fmt::format(" ({}{}default {})", range, range.empty() ? "" : "; ", initial);
}

}  // namespace

std::string flag_name(std::string_view option) {
  std::string name = "--" + std::string(option);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

Arguments::Arguments(const Command& command, const std::vector<std::string>& words)
    : command_(command) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::pair<const Option*, CLI::Option*>> flags;
  for (const Section& section : command.sections)
    for (const Option& option : section.options) {
      const std::string name = (option.name == "help" ? "-h," : "") + flag_name(option.name);
      flags.emplace_back(
          &option, option.kind == OptionKind::flag ? app.add_flag(name) : app.add_option(name));
      flags.back().second->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      if (option.kind != OptionKind::flag) flags.back().second->expected(1);
    }
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view what = error.what();
    fail("{}: {} needs a value; see thalweg {} --help", command.name,
         what.substr(0, what.find(':')), command.name);
  } catch (const CLI::ParseError& error) {
    fail("{}: {}; see thalweg {} --help", command.name, error.what(), command.name);
  }
  bool only_places = false;
  for (const std::string& word : app.remaining()) {
    if (word == "--" && !only_places) {
      only_places = true;
    } else if (word.size() > 1 && word[0] == '-' && !only_places) {
      const std::string name = word.substr(0, word.find('='));
      const std::vector<std::string> names = flag_names(command);
      fail("{}: no flag {}{}; thalweg {} --help lists them", command.name, name,
           suggestion(name, names), command.name);
    } else {
      places_.push_back(word);
    }
  }
  for (const auto& [option, flag] : flags) {
    if (flag->count() > 1 && option->kind != OptionKind::texts)
      fail("{}: {} is given {} times; give it once", command.name, flag_name(option->name),
           flag->count());
    for (const std::string& text : flag->results()) {
      if (option->kind != OptionKind::texts) as_flag(*option).parse(text);
      given_.emplace_back(option->name, text);
    }
  }
  if (flag("help")) return;
  if (places_.size() > command.places.size())
    fail("{}: \"{}\" is one word too many; usage: {}", command.name, places_[command.places.size()],
         usage(command));
  if (places_.size() < command.places.size() && command.places[places_.size()].required)
    fail("{}: {} is missing; usage: {}", command.name, command.places[places_.size()].name,
         usage(command));
  for (size_t i = 0; i < places_.size(); ++i)
    if (places_[i].empty())
      fail("{}: {} is an empty word; usage: {}", command.name, command.places[i].name,
           usage(command));
}

std::string Arguments::place(size_t index) const {
  return index < places_.size() ? places_[index] : "";
}

const Option& Arguments::declared(std::string_view option) const {
  for (const Section& section : command_.sections)
    for (const Option& candidate : section.options)
      if (candidate.name == option) return candidate;
  throw std::logic_error(fmt::format("{} takes no {}", command_.name, option));
}

bool Arguments::given(std::string_view option) const {
  declared(option);
  return std::any_of(given_.begin(), given_.end(),
                     [&](const auto& pair) { return pair.first == option; });
}

std::string Arguments::text(std::string_view option) const {
  for (const auto& [name, text] : given_)
    if (name == option) return text;
  return to_text(declared(option).initial);
}

bool Arguments::flag(std::string_view option) const {
  return std::get<bool>(declared(option).parse(text(option)));
}

long long Arguments::integer(std::string_view option) const {
  return std::get<long long>(declared(option).parse(text(option)));
}

void Arguments::apply(Settings& settings) const {
  for (const auto& [name, text] : given_)
    if (settings.has(name)) settings.set(name, text);
}

std::string usage(const Command& command) {
  std::string out = "thalweg " + command.name;
  for (const Place& place : command.places)
    out += place.required ? " " + place.name : " [" + place.name + "]";
  return out + " [flags]";
}

std::string help_text(const Command& command) {
  std::string out = "usage: " + usage(command) + "\n\n" + wrapped(command.help, 0) + "\n";
  constexpr size_t column = 28;
  if (!command.places.empty()) out += "\n";
  for (const Place& place : command.places) out += entry("  " + place.name, place.help, column);
  for (const Section& section : command.sections) {
    out += "\n" + section.heading + "\n";
    for (const Option& option : section.options)
      out += entry(
          (option.name == "help" ? "  -h, " : "  ") + flag_name(option.name) + placeholder(option),
          option.help + limits(option, command.otherwise), column);
  }
  return out;
}

std::vector<Option> common_options() {
  return {Option::flag("json", "print the result as JSON, and nothing else, on standard output"),
          Option::flag("quiet", "print nothing but errors, and JSON where --json asks for it"),
          Option::flag("help", "print this text")};
}

Section general_section(std::vector<Option> own, const std::string& seed_help) {
  for (const Option& option : fit_options()) {
    if (option.name != "seed" && option.name != "threads" && option.name != "memory") continue;
    own.push_back(option);
    if (option.name == "seed") own.back().help = seed_help;
  }
  for (Option& option : common_options()) own.push_back(std::move(option));
  return {"general", std::move(own)};
}

void set_limits(const Arguments& arguments) {
  set_threads(static_cast<int>(arguments.integer("threads")));
  limit_memory_beside(arguments.text("memory"), arguments.place(0));
}

}  // namespace thalweg::cli
