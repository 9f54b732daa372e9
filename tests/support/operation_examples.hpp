// An example of every operation, of random shapes, to judge derivatives and compiled programs by.
#pragma once

#include <functional>
#include <map>

#include "tests/support/derivative_check.hpp"

namespace thalweg {

using MakeExample = std::function<Symbol(Trace&)>;

// A maker for every row of the table; a row without one fails its test.
const std::map<Operation, MakeExample>& operation_examples();

}  // namespace thalweg
