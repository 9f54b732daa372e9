// Arithmetic as people write it, read into a graph: `b1*(1 - exp(-b2*x))`.
//
//   sum     = product { (+|-) product }
//   product = signed { (*|/) signed }
//   signed  = (+|-) signed | power
//   power   = atom [ (^|**) signed ]
//   atom    = number | pi | name | function ( sum ) | ( sum )
//
// Brackets may be square. A name is letters, digits, _ and . or any text in `backticks`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

class Expression {
 public:
  // Throws Error with the place where the text cannot be read, or is longer than 100,000 characters,
  // or nested deeper than 200.
  static Expression parse(std::string_view text);

  // Each name once, in order of appearance; pi is none.
  const std::vector<std::string>& names() const { return names_; }
  // Arithmetic in the graph on what `of` gives for each of names(), all of one floating dtype.
  Symbol trace(Graph& graph, DType dtype, const std::function<Symbol(size_t name)>& of) const;

 private:
  friend class ExpressionParser;
  enum class Kind { number, name, negate, add, subtract, multiply, divide, power, function };
  // In the order of a calculator with a stack.
  struct Step {
    Kind kind;
    double number = 0;
    size_t index = 0;  // of a name, or of a function in its table
  };
  std::vector<Step> steps_;
  std::vector<std::string> names_;
};

}  // namespace thalweg
