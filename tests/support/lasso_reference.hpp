// Problems on which scikit-learn has found minima along a path: tests/oracle/lasso.json, made by
// tests/oracle/lasso.py.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/problem.hpp"

namespace thalweg::testing {

inline nlohmann::json lasso_reference(const std::string& name) {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/lasso.json");
  return nlohmann::json::parse(file).at(name);
}

// Logistic problems have labels, others numbers; "sparse" is stored so.
inline Problem lasso_problem(const std::string& name, LossKind loss) {
  const nlohmann::json about = lasso_reference(name);
  Problem out;
  out.loss.kind = loss;
  const auto cells = about.at("X").get<std::vector<double>>();
  out.target = about.at(loss == LossKind::logistic ? "label" : "number").get<std::vector<double>>();
  const size_t n = out.target.size(), p = cells.size() / n;
  if (name != "sparse") {
    DenseMatrix<double> dense{n, p, Buffer<double>(n * p)};
    std::copy(cells.begin(), cells.end(), dense.data.begin());
    out.design = std::move(dense);
    return out;
  }
  SparseMatrix sparse{n, p, Buffer<int64_t>(n + 1, 0), {}, {}};
  std::vector<int32_t> column;
  std::vector<double> value;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < p; ++j)
      if (cells[i * p + j] != 0)
        column.push_back(static_cast<int32_t>(j)), value.push_back(cells[i * p + j]);
    sparse.begin[i + 1] = static_cast<int64_t>(value.size());
  }
  sparse.column = Buffer<int32_t>(value.size());
  sparse.value = Buffer<double>(value.size());
  std::copy(column.begin(), column.end(), sparse.column.begin());
  std::copy(value.begin(), value.end(), sparse.value.begin());
  out.design = std::move(sparse);
  return out;
}

}  // namespace thalweg::testing
