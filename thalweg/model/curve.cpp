#include "thalweg/model/curve.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

bool has_column(const Table& table, const std::string& name) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const Column& column) { return column.name == name; });
}

const Column& number_column(const Table& table, const std::string& name) {
  const Column& column = table.columns[table.index(name)];
  if (column.kind != Column::Kind::number)
    fail("{}: column \"{}\" holds text; a formula needs numbers", table.source, name);
  return column;
}

std::map<std::string, double> read_start(const std::string& text) {
  std::map<std::string, double> out;
  if (trim(text).empty()) return out;
  for (const std::string_view part : split(text, ',')) {
    const size_t equal = part.find('=');
    double value = 0;
    if (equal == std::string_view::npos || !parse_number(part.substr(equal + 1), value) ||
        !std::isfinite(value))
      fail("start: found \"{}\"; expected a parameter with its number, such as b1=500",
           part.substr(0, 80));
    const std::string name(trim(part.substr(0, equal)));
    if (!out.emplace(name, value).second) fail("start: \"{}\" is given twice", name);
  }
  return out;
}

void split_formula(Curve& curve) {
  const std::vector<std::string_view> sides = split(curve.formula, '~');
  if (sides.size() != 2)
    fail("formula: found {} of ~ in \"{}\"; expected one, as in 'y ~ b1*exp(-b2*x)'",
         sides.size() - 1, curve.formula.substr(0, 80));
  curve.response = Expression::parse(sides[0]);
  curve.model = Expression::parse(sides[1]);
}

// The column's numbers at those rows.
std::vector<double> numbers_of(const Column& column, const std::vector<size_t>& rows) {
  std::vector<double> out;
  for (const size_t row : rows) out.push_back(column.number(row));
  return out;
}

// Parameters by name as `of` gives them, other names as columns.
Symbol trace_side(const Expression& side, const Curve& curve, const Table& table,
                  const std::vector<size_t>& rows, Graph& graph,
                  const std::function<Symbol(size_t parameter)>& of) {
  return side.trace(graph, DType::float64, [&](size_t index) {
    const std::string& name = side.names()[index];
    const auto found = std::find(curve.parameters.begin(), curve.parameters.end(), name);
    if (found != curve.parameters.end())
      return of(static_cast<size_t>(found - curve.parameters.begin()));
    return graph.constant(numbers_of(number_column(table, name), rows), DType::float64,
                          {rows.size()});
  });
}

Symbol as_rows(Symbol x, size_t count) { return broadcast_to(x, {count}); }

}  // namespace

std::span<const RobustLossRow> robust_losses() {
  static const Option scale =
      Option::real("scale", 1, 1e-300, 1e300, "residual at which it turns from square to robust");
  static const std::vector<RobustLossRow> rows = {
      {"least_squares", "plain least squares", "r^2 / 2", "", {}, [](Symbol r) { return r; }},
      {"huber",
       "linear beyond the scale",
       "r^2 / 2 where |r| <= scale, else scale |r| - scale^2 / 2",
       "Huber 1964",
       {scale},
       [](Symbol r) {
         const Symbol size = absolute(r);
         // What is not selected must not divide by zero.
         return select(less_equal(size, 1), r, sign(r) * sqrt(maximum(2 * size - 1, 1)));
       }},
      {"soft_l1",
       "a smooth approximation of |r|",
       "scale^2 (sqrt(1 + (r / scale)^2) - 1)",
       "Charbonnier et al. 1997",
       {scale},
       [](Symbol r) { return r * sqrt(2 / (sqrt(1 + r * r) + 1)); }},
      {"cauchy",
       "grows like a logarithm; not convex",
       "scale^2 / 2 ln(1 + (r / scale)^2)",
       "Black, Anandan 1996",
       {scale},
       [](Symbol r) {
         // ln(1 + z) / z, by its series where z is lost in 1 + z.
         const Symbol z = r * r, large = maximum(z, 1e-5);
         return r * sqrt(select(less(z, 1e-5), 1 - z * (0.5 - z / 3), log1p(large) / large));
       }},
  };
  return rows;
}

Curve Curve::parse(const std::string& formula, const std::string& start, const Table& table) {
  Curve out;
  out.formula = formula;
  split_formula(out);
  std::map<std::string, double> given = read_start(start);
  for (const std::string& name : out.response.names())
    if (!has_column(table, name))
      fail("formula: no column \"{}\" for the left side of ~{}", name.substr(0, 80),
           given.contains(name) ? "; parameters stand on the right" : "");
  for (const std::string& name : out.model.names()) {
    if (has_column(table, name)) {
      if (given.contains(name))
        fail("start: \"{}\" is a column of the table, and so no parameter; rename one", name);
      continue;
    }
    if (!given.contains(name))
      fail("formula: \"{}\" is no column; where it is a parameter, add --start {}=NUMBER",
           name.substr(0, 80), name.substr(0, 80));
    out.parameters.push_back(name);
    out.values.push_back(given[name]);
    given.erase(name);
  }
  if (!given.empty())
    fail("start: the formula has no parameter \"{}\"{}", given.begin()->first,
         suggestion(given.begin()->first, out.parameters));
  if (out.parameters.empty())
    fail("formula: nothing is to be found; name parameters with --start b1=1,b2=0.5");
  return out;
}

std::vector<size_t> Curve::usable_rows(const Table& table, bool with_response,
                                       const Column* weights) const {
  std::vector<const Column*> read;
  const auto add = [&](const Expression& side) {
    for (const std::string& name : side.names())
      if (std::find(parameters.begin(), parameters.end(), name) == parameters.end())
        read.push_back(&number_column(table, name));
  };
  add(model);
  if (with_response) add(response);
  if (weights != nullptr) read.push_back(weights);
  std::vector<size_t> out;
  for (size_t row = 0; row < table.rows; ++row) {
    const bool whole = std::all_of(read.begin(), read.end(), [&](const Column* column) {
      return !std::isnan(column->number(row));
    });
    if (whole && (weights == nullptr || weights->number(row) > 0)) out.push_back(row);
  }
  return out;
}

FunctionTrace Curve::trace(const Table& table, const std::vector<size_t>& rows,
                           const Column* weights, const RobustLossRow& loss, double scale) const {
  FunctionTrace out;
  const size_t count = rows.size();
  for (const std::string& name : parameters) out.copied(name, count);
  const auto of = [&](size_t k) { return out.copies[k]; };
  const Symbol y = as_rows(trace_side(response, *this, table, rows, *out.graph, of), count);
  const Symbol modeled = as_rows(trace_side(model, *this, table, rows, *out.graph, of), count);
  Symbol r = y - modeled;
  if (&loss != &robust_losses()[0]) r = scale * loss.residual(r / scale);
  if (weights != nullptr) {
    std::vector<double> roots = numbers_of(*weights, rows);
    for (double& weight : roots) weight = std::sqrt(weight);
    r = r * out.graph->constant(std::move(roots), DType::float64, {count});
  }
  out.residuals = {r};
  return out;
}

std::vector<double> Curve::predict(const Table& table) const {
  const std::vector<size_t> rows = usable_rows(table, false, nullptr);
  std::vector<double> out(table.rows, std::nan("")), found(rows.size());
  if (rows.empty()) return out;
  Graph graph;
  const auto of = [&](size_t k) { return graph.constant(values[k], DType::float64); };
  const Symbol modeled = as_rows(trace_side(model, *this, table, rows, graph, of), rows.size());
  Program program = Program::compile(std::vector<Symbol>{modeled});
  void* result = found.data();
  program.run({}, std::span(&result, 1));
  for (size_t i = 0; i < rows.size(); ++i) out[rows[i]] = found[i];
  return out;
}

Safetensors to_safetensors(const Curve& curve) {
  Safetensors file;
  file.add("parameters", {curve.values.size()}, std::span<const double>(curve.values));
  const json about = {
      {"name", "curve"}, {"formula", curve.formula}, {"parameters", curve.parameters}};
  file.metadata = {{"format", "thalweg"}, {"version", "1"}, {"model", about.dump()}};
  return file;
}

bool holds_curve(const Safetensors& file) {
  const auto model = file.metadata.find("model");
  if (model == file.metadata.end()) return false;
  const json about = json::parse(model->second, nullptr, false);
  return about.is_object() && about.contains("formula");
}

Curve curve_from_safetensors(const Safetensors& file, const std::string& source) {
  Curve out;
  try {
    const json about = json::parse(file.text("model"));
    out.formula = about.at("formula").get<std::string>();
    out.parameters = about.at("parameters").get<std::vector<std::string>>();
  } catch (const json::exception&) {
    fail("{}: its description of the model is damaged", source);
  }
  split_formula(out);
  out.values = file.numbers("parameters");
  if (out.values.size() != out.parameters.size())
    fail("{}: found {} numbers for {} parameters; the file is damaged", source, out.values.size(),
         out.parameters.size());
  return out;
}

}  // namespace thalweg
