// Which method a run takes when nobody asked for one, and why.
#pragma once

#include <string>

#include "thalweg/optim/method.hpp"

namespace thalweg {

struct ChosenMethod {
  const MethodRow* row;
  Settings settings;
  std::string call;    // such as lbfgs(history_size=20), or a chain
  std::string reason;  // "" where it was asked for
};

// `asked` is auto, a call, or a chain of transforms. Throws Error for an unknown name or option, or a method that the
// objective does not suit.
ChosenMethod choose_method(Objective& objective, const std::string& asked);

}  // namespace thalweg
