// Tables built by hand for the tests of this folder.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "thalweg/format/table.hpp"

namespace thalweg::testing {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// For EXPECT_PRED2: prints both texts when it fails.
inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class TableMaker {
 public:
  TableMaker() {
    table_.source = "made.csv";
    table_.has_header = true;
    table_.storage = storage_;
  }

  TableMaker& numbers(const std::string& name, const std::vector<double>& values) {
    storage_->push_back(values);
    Column column;
    column.name = name;
    column.numbers = unaligned(storage_->back().data());
    column.integral = true;
    for (const double v : values) {
      if (std::isnan(v)) {
        ++column.missing;
      } else if (v != std::floor(v)) {
        column.integral = false;
      }
    }
    return add(std::move(column), values.size());
  }

  // An empty text is a missing cell.
  TableMaker& texts(const std::string& name, const std::vector<std::string>& values) {
    Column column;
    column.name = name;
    column.kind = Column::Kind::text;
    for (const std::string& text : values) {
      if (text.empty()) {
        ++column.missing;
        column.codes.push_back(-1);
        continue;
      }
      const auto at = std::find(column.levels.begin(), column.levels.end(), text);
      column.codes.push_back(static_cast<int32_t>(at - column.levels.begin()));
      if (at == column.levels.end()) column.levels.push_back(text);
    }
    return add(std::move(column), values.size());
  }

  // Columns x0, x1, … of one row-major matrix [rows, width].
  TableMaker& matrix(const std::vector<double>& values, size_t width) {
    storage_->push_back(values);
    for (size_t j = 0; j < width; ++j) {
      Column column;
      column.name = fmt::format("x{}", j);
      column.numbers = unaligned(storage_->back().data() + j);
      column.stride = width;
      for (size_t i = j; i < values.size(); i += width) column.missing += std::isnan(values[i]);
      add(std::move(column), values.size() / width);
    }
    return *this;
  }

  TableMaker& sparse(SparseRows rows) {
    table_.rows = rows.rows;
    table_.sparse = std::move(rows);
    return *this;
  }

  Table make() { return table_; }

 private:
  TableMaker& add(Column column, size_t rows) {
    table_.rows = rows;
    table_.columns.push_back(std::move(column));
    return *this;
  }

  std::shared_ptr<std::vector<std::vector<double>>> storage_ =
      std::make_shared<std::vector<std::vector<double>>>();
  Table table_;
};

}  // namespace thalweg::testing
