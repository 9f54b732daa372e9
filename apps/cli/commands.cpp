#include "apps/cli/commands.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <new>

#include "apps/cli/print.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/base/version.hpp"

namespace thalweg::cli {
namespace {

std::string overview() {
  std::string out =
      "usage: thalweg COMMAND …\n\n"
      "Gradient descent whose runs end in a verdict on convergence, with the evidence.\n\n";
  for (const Command& command : commands()) out += entry("  " + command.name, command.help, 16);
  return out +
         "\n  thalweg COMMAND --help says what it takes; thalweg list, what can be named.\n"
         "  exit codes: 0 reliable or accepted, 1 a fault of the program, 2 bad usage or\n"
         "  input, 3 not to be relied on, rejected, or ended by a signal\n";
}

int print_version(const Arguments& arguments) {
  print(arguments.flag("json") ? fmt::format("{{\"version\": \"{}\"}}\n", version())
                               : fmt::format("thalweg {}\n", version()));
  return 0;
}

int print_help(const Arguments& arguments) {
  print(arguments.place(0).empty() ? overview() : help_text(find_command(arguments.place(0))));
  return 0;
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty()) fail("a command is missing; thalweg help lists them");
  std::string name = words[0];
  if (name == "--help" || name == "-h") name = "help";
  if (name == "--version") name = "version";
  const Command& command = find_command(name);
  const Arguments arguments(command, {words.begin() + 1, words.end()});
  if (arguments.flag("help")) {
    print(help_text(command));
    return 0;
  }
  return command.run(arguments);
}

int complain(std::string_view what, int code) {
  std::cerr << "thalweg: " << one_line(what) << std::endl;
  return code;
}

}  // namespace

std::span<const Command> commands() {
  static const std::vector<Command> all = {
      fit_command(),
      predict_command(),
      evaluate_command(),
      verify_command(),
      resume_command(),
      minimize_command(),
      list_command(),
      demo_command(),
      completion_command(),
      {"version", "print the version", {}, {{"general", common_options()}}, print_version},
      {"help",
       "print what a command takes",
       {{"COMMAND", "its name", false}},
       {{"general", {common_options().back()}}},
       print_help}};
  return all;
}

const Command& find_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  fail("no command \"{}\"{}; there are {}", name, suggestion(name, names), join(names, ", "));
}

int run(const std::vector<std::string>& words) {
  try {
    return dispatch(words);
  } catch (const Error& error) {
    return complain(error.what(), 2);
  } catch (const std::filesystem::filesystem_error& error) {
    return complain(error.path1().string() + ": " + error.code().message(), 2);
  } catch (const std::bad_alloc&) {
    return complain("out of memory", 1);
  } catch (const std::exception& error) {
    return complain(fmt::format("internal failure: {}", error.what()), 1);
  } catch (...) {
    return complain("internal failure", 1);
  }
}

}  // namespace thalweg::cli
