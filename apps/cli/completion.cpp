// thalweg completion: scripts for shells, made from the commands and catalogs.
#include <algorithm>

#include "apps/cli/catalogs.hpp"
#include "apps/cli/commands.hpp"
#include "apps/cli/print.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {
namespace {

std::vector<std::string> row_names(const std::string& catalog) {
  std::vector<std::string> names;
  for (const Entry& row : find_catalog(catalog).rows()) names.push_back(row.name);
  return names;
}

// What may follow a flag, where that can be said.
std::vector<std::string> values(const Option& option) {
  if (option.name == "model" || option.name == "method") {
    std::vector<std::string> names = row_names(option.name);
    names.insert(names.begin(), "auto");
    return names;
  }
  return option.choices;
}

// What may stand at the first place of a command, where that can be said.
std::vector<std::string> words(const Command& command) {
  std::vector<std::string> names;
  if (command.name == "list")
    for (const Catalog& catalog : catalogs()) names.push_back(catalog.name);
  if (command.name == "help")
    for (const Command& other : commands()) names.push_back(other.name);
  if (command.name == "completion") names = {"bash", "zsh", "fish"};
  return names;
}

bool takes_files(const Command& command) {
  return !command.places.empty() && words(command).empty();
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.name);
  return names;
}

template <class Body>
void each_flag(const Command& command, const Body& body) {
  for (const Section& section : command.sections)
    for (const Option& option : section.options) body(option);
}

std::string bash_script() {
  std::string after, flags, places;
  for (const Command& command : commands()) {
    std::vector<std::string> names;
    each_flag(command, [&](const Option& option) {
      names.push_back(flag_name(option.name));
      const std::vector<std::string> known = values(option);
      if (!known.empty())
        after += fmt::format("    \"{} {}\") words=\"{}\" ;;\n", command.name, names.back(),
                             join(known, " "));
      else if (option.kind != OptionKind::flag)
        after += fmt::format("    \"{} {}\") files=1 ;;\n", command.name, names.back());
    });
    flags += fmt::format("      {}) words=\"{}\" ;;\n", command.name, join(names, " "));
    places += takes_files(command) ? fmt::format("      {}) files=1 ;;\n", command.name)
                                   : fmt::format("      {}) words=\"{}\" ;;\n", command.name,
                                                 join(words(command), " "));
  }
  return fmt::format(R"(# bash completion of thalweg: source <(thalweg completion bash)
_thalweg() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command=${{COMP_WORDS[1]}} words= files=
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "{}" -- "$current"))
    return
  fi
  case "$command $previous" in
{}    *) if [[ $current == -* ]]; then case $command in
{}    esac; else case $command in
{}    esac; fi ;;
  esac
  if [[ $files ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}}
complete -o filenames -F _thalweg thalweg
)",
                     join(command_names(), " "), after, flags, places);
}

// Text inside '…:…[…]' of zsh's _arguments, or between single quotes of fish.
std::string escaped(std::string text, std::string_view special) {
  std::string out;
  for (char c : text) {
    if (c == '\'') {
      out += "’";
      continue;
    }
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_script() {
  std::string all, cases;
  for (const Command& command : commands()) {
    all += fmt::format("    '{}:{}'\n", command.name, escaped(command.help, ":\\"));
    std::string specs;
    each_flag(command, [&](const Option& option) {
      const std::string help = escaped(option.help, "[]:\\");
      std::string value;
      if (option.kind != OptionKind::flag) {
        const std::vector<std::string> known = values(option);
        value = ":value:" + (known.empty() ? "_files" : "(" + join(known, " ") + ")");
      }
      specs += fmt::format(" \\\n        '{}{}[{}]{}'", option.kind == OptionKind::texts ? "*" : "",
                           flag_name(option.name), help, value);
    });
    specs += takes_files(command)
                 ? " \\\n        '*:file:_files'"
                 : fmt::format(" \\\n        '1:word:({})'", join(words(command), " "));
    cases += fmt::format("    {}) _arguments{} ;;\n", command.name, specs);
  }
  return fmt::format(R"(#compdef thalweg
# zsh completion of thalweg: source <(thalweg completion zsh)
_thalweg() {{
  local -a commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{}  esac
}}
compdef _thalweg thalweg
)",
                     all, cases);
}

std::string fish_script() {
  std::string out =
      "# fish completion of thalweg: thalweg completion fish | source\n"
      "complete -c thalweg -f\n";
  for (const Command& command : commands()) {
    out += fmt::format("complete -c thalweg -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                       escaped(command.help, "\\"));
    const std::string when =
        fmt::format("complete -c thalweg -n '__fish_seen_subcommand_from {}'", command.name);
    if (takes_files(command)) out += when + " -F\n";
    if (!words(command).empty())
      out += fmt::format("{} -a '{}'\n", when, join(words(command), " "));
    each_flag(command, [&](const Option& option) {
      const std::vector<std::string> known = values(option);
      const std::string value = option.kind == OptionKind::flag ? ""
                                : known.empty()                 ? " -r -F"
                                                : fmt::format(" -x -a '{}'", join(known, " "));
      out += fmt::format("{} -l {}{} -d '{}'\n", when, flag_name(option.name).substr(2), value,
                         escaped(option.help, "\\"));
    });
  }
  return out;
}

int run_completion(const Arguments& arguments) {
  const std::string shell = arguments.place(0);
  const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  if (shell == "bash") return print(bash_script()), 0;
  if (shell == "zsh") return print(zsh_script()), 0;
  if (shell == "fish") return print(fish_script()), 0;
  fail("completion: no shell \"{}\"{}; there are {}", shell, suggestion(shell, shells),
       join(shells, ", "));
}

}  // namespace

Command completion_command() {
  return {"completion",
          "print a script that completes words in a shell",
          {{"SHELL", "bash, zsh or fish"}},
          {{"general", {common_options().back()}}},
          run_completion};
}

}  // namespace thalweg::cli
