// What a command takes: places and flags, read from words, and the help text made from the same
// declarations.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "thalweg/base/option.hpp"

namespace thalweg::cli {

// A word by its place, such as DATA.
struct Place {
  std::string name, help;
  bool required = true;
};

struct Section {
  std::string heading;
  std::vector<Option> options;
};

class Arguments;

struct Command {
  std::string name, help;  // help: one line
  std::vector<Place> places;
  std::vector<Section> sections;
  int (*run)(const Arguments&);  // returns the exit code
  // What numbers, choices and texts are when they are not given, in words; "": their defaults.
  std::string otherwise = "";
};

// The words of one call, checked against the command's declarations.
class Arguments {
 public:
  Arguments(const Command& command, const std::vector<std::string>& words);

  // By index among the command's places; "" where it was not given.
  std::string place(size_t index) const;
  // By name of an option of the command; asking for another is a std::logic_error.
  bool given(std::string_view option) const;
  bool flag(std::string_view option) const;
  std::string text(std::string_view option) const;  // the default where it was not given
  long long integer(std::string_view option) const;

  // Sets those of `settings` that were given.
  void apply(Settings& settings) const;

 private:
  const Option& declared(std::string_view option) const;

  const Command& command_;
  std::vector<std::string> places_;
  std::vector<std::pair<std::string, std::string>> given_;  // option, text
};

// "--step-size" of step_size.
std::string flag_name(std::string_view option);
// "thalweg fit DATA [flags]"
std::string usage(const Command& command);
// The whole text of --help.
std::string help_text(const Command& command);

// --json, --quiet, --help.
std::vector<Option> common_options();
// The section "general" of a command that does not take all options of fit: `own`, then --seed
// with help of its own, --threads and --memory as of fit, and the common ones.
Section general_section(std::vector<Option> own = {},
                        const std::string& seed_help = "no effect: nothing here is random");

// Does as --threads and --memory say, in a command whose first place is the run.
void set_limits(const Arguments& arguments);

}  // namespace thalweg::cli
