// The one exception type for what a user can cause: bad usage or bad input.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace thalweg {

// What was asked, what was found, what to do: one line, no trailing period.
// Everything else that is thrown (std::logic_error, std::bad_alloc) is a fault of the program.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws Error with the formatted line.
template <class... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  throw Error(fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace thalweg
