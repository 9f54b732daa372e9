// The message of the Error that a call throws; "" where it throws none.
#pragma once

#include <functional>
#include <string>

#include "thalweg/base/error.hpp"

namespace thalweg {

inline std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace thalweg
