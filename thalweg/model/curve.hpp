// A curve through the rows of a table: `y ~ b1*(1 - exp(-b2*x))`, a formula with parameters to be
// found by least squares, plain or robust.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/format/table.hpp"
#include "thalweg/graph/expression.hpp"
#include "thalweg/objective/traced_function.hpp"

namespace thalweg {

// Losses of residuals r = y - model, each as a residual whose half square it is, so that every
// method of least squares takes it: rho(r^2) / 2 = s(r)^2 / 2. Those of SciPy's least_squares.
struct RobustLossRow {
  std::string name;
  std::string help;
  std::string formula;
  std::string source;
  std::vector<Option> options;
  Symbol (*residual)(Symbol r);  // s(r), r already over the scale
};
std::span<const RobustLossRow> robust_losses();

struct Curve {
  std::string formula;
  Expression response, model;
  std::vector<std::string> parameters;  // names, in order of appearance
  std::vector<double> values;           // [parameters]

  // `start`: b1=500,b2=0.0001. Throws Error where one of the texts cannot be read, where a parameter
  // has no start or a start no parameter, or a name is both a parameter and a column.
  static Curve parse(const std::string& formula, const std::string& start, const Table& table);

  // Rows [rows] whose columns and `weights` (none: null) hold numbers, and no weight below zero.
  std::vector<size_t> usable_rows(const Table& table, bool with_response,
                                  const Column* weights) const;
  // Residuals sqrt(weight) s((y - model) / scale) scale over those rows.
  FunctionTrace trace(const Table& table, const std::vector<size_t>& rows, const Column* weights,
                      const RobustLossRow& loss, double scale) const;
  // The model at the parameters' values, one for each row; NaN where a column it reads is missing.
  std::vector<double> predict(const Table& table) const;
};

Safetensors to_safetensors(const Curve& curve);
bool holds_curve(const Safetensors& file);
// Throws Error in one line where the file is damaged.
Curve curve_from_safetensors(const Safetensors& file, const std::string& source);

}  // namespace thalweg
