// The seeded generator of small problems.
#include "tests/support/problems.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "thalweg/base/random.hpp"

namespace thalweg::testing {

namespace {

const std::array<ProblemKind, 22> kinds{{
    {"plain", "normal cells, a target that follows the model"},
    {"separable", "classes on two sides of a plane; counts that vanish on one side"},
    {"quasi_separable", "as separable, with rows of both classes on the plane"},
    {"one_class", "one class only; an empty class; counts all zero"},
    {"duplicated_columns", "columns that repeat others"},
    {"dependent_columns", "columns that are sums of others, to the last bit"},
    {"constant_column", "columns of ones and of zeros"},
    {"constant_target", "the same target in every row"},
    {"one_row", "a single row"},
    {"wide", "more columns than rows"},
    {"zero_weights", "sample weights, a third of them zero"},
    {"spread_weights", "sample weights from 1e-6 to 1e6"},
    {"offset_columns", "cells around 1e4 with spread 1"},
    {"huge_columns", "columns times 1e150"},
    {"tiny_columns", "columns times 1e-150"},
    {"mixed_columns", "columns times 1e150 and 1e-150"},
    {"huge_target", "targets times 1e150, of counts 1e6"},
    {"tiny_target", "targets times 1e-150"},
    {"extreme_cells", "single cells of 1e150 and 1e-150"},
    {"integers", "small whole cells: ties, kinks and repeated rows"},
    {"contradiction", "every row twice, with opposite targets"},
    {"no_columns", "an intercept and nothing else"},
}};

constexpr std::array<LossKind, 9> loss_kinds{
    LossKind::squared,  LossKind::logistic, LossKind::softmax,
    LossKind::poisson,  LossKind::gamma,    LossKind::huber,
    LossKind::quantile, LossKind::hinge,    LossKind::squared_hinge};

bool classifies(LossKind kind) {
  return kind == LossKind::logistic || kind == LossKind::softmax || kind == LossKind::hinge ||
         kind == LossKind::squared_hinge;
}

Penalty random_penalty(Random& random) {
  Penalty out;
  const auto strength = [&] { return std::pow(10.0, -4 + 4.5 * random.uniform()); };
  switch (random.below(8)) {
    case 0:
    case 1:
      break;
    case 2:
      out.l2 = strength();
      break;
    case 3:
      out.l2 = std::pow(10.0, -14 + 10 * random.uniform());
      break;
    case 4:
      out.l1 = strength();
      break;
    case 5:
      out.l1 = strength();
      out.l2 = strength();
      break;
    case 6:
      out.lower = 0;
      if (random.below(3) == 0) out.l2 = strength();
      break;
    default:
      out.lower = random.below(3) == 0 ? 0.125 : -0.5;
      out.upper = 0.5;
      if (random.below(3) == 0) out.l1 = strength();
  }
  return out;
}

double random_target(const Loss& loss, size_t outputs, double z, Random& random) {
  switch (loss.kind) {
    case LossKind::logistic:
    case LossKind::hinge:
    case LossKind::squared_hinge:
      return random.uniform() < 1 / (1 + std::exp(-z)) ? 1 : 0;
    case LossKind::softmax:
      return double(random.uniform() < 0.5 ? random.below(outputs)
                                           : size_t(std::abs(z) * 2) % outputs);
    case LossKind::poisson:
      return std::floor(std::exp(std::clamp(z, -4.0, 4.0)) * 2 * random.uniform());
    case LossKind::gamma:
      return std::exp(std::clamp(z, -4.0, 4.0) + 0.5 * random.normal());
    default:
      return z + 0.5 * random.normal() + (random.below(8) == 0 ? 5 * random.normal() : 0);
  }
}

// The target that puts the row on the side of the sign of `margin`.
double sided_target(const Loss& loss, size_t outputs, double margin, double otherwise) {
  if (loss.kind == LossKind::softmax) return margin > 0 ? double(outputs - 1) : 0;
  if (classifies(loss.kind)) return margin > 0 ? 1 : 0;
  if (loss.kind == LossKind::poisson) return margin > 0 ? std::max(1.0, otherwise) : 0;
  return otherwise;
}

Design as_design(const std::vector<double>& cells, size_t rows, size_t columns, size_t storage) {
  if (storage == 1) {
    SparseMatrix out;
    out.rows = rows;
    out.columns = columns;
    const size_t count = size_t(
        std::count_if(cells.begin(), cells.end(), [](double number) { return number != 0; }));
    out.begin = Buffer<int64_t>(rows + 1, 0);
    out.column = Buffer<int32_t>(count);
    out.value = Buffer<double>(count);
    int64_t next = 0;
    for (size_t i = 0; i < rows; ++i) {
      for (size_t j = 0; j < columns; ++j) {
        if (cells[i * columns + j] == 0) continue;
        out.column[size_t(next)] = int32_t(j);
        out.value[size_t(next++)] = cells[i * columns + j];
      }
      out.begin[i + 1] = next;
    }
    return out;
  }
  const auto fill = [&]<class T>(DenseMatrix<T> out) -> Design {
    out.rows = rows;
    out.columns = columns;
    out.data = Buffer<T>(cells.size());
    for (size_t at = 0; at < cells.size(); ++at) out.data[at] = T(cells[at]);
    return out;
  };
  return storage == 2 ? fill(DenseMatrix<float>{}) : fill(DenseMatrix<double>{});
}

}  // namespace

std::span<const ProblemKind> problem_kinds() { return kinds; }

Problem random_problem(uint64_t seed) {
  Random random(seed, 0x70726f62);
  Problem out;
  out.seed = seed;
  out.kind = kinds[random.below(kinds.size())].name;
  const auto is = [&](std::string_view name) { return out.kind == name; };
  out.loss.kind = loss_kinds[random.below(loss_kinds.size())];
  out.loss.delta = std::array<double, 3>{1, 0.25, 1.345}[random.below(3)];
  out.loss.level = std::array<double, 3>{0.5, 0.9, 0.1}[random.below(3)];
  out.loss.smoothing = std::array<double, 3>{0.1, 1, 1e-3}[random.below(3)];
  if (out.loss.kind == LossKind::softmax) out.outputs = 2 + random.below(3);
  out.penalty = random_penalty(random);

  const bool small = out.loss.kind == LossKind::softmax;
  size_t rows = 3 + random.below(small ? 18 : 28);
  size_t columns = 1 + random.below(small ? 4 : 6);
  if (is("one_row")) rows = 1;
  if (is("wide")) {
    columns = small ? 5 : 8;
    rows = 2 + random.below(columns - 2);
  }
  if (is("no_columns")) columns = 0;
  if (is("contradiction")) rows = 2 * (rows / 2 + 1);

  std::vector<double> cells(rows * columns);
  const bool whole = is("integers") || random.below(6) == 0;
  for (double& cell : cells)
    cell = whole ? double(random.below(5)) - 2 : random.normal() * (random.below(9) == 0 ? 0 : 1);
  const auto cell = [&](size_t i, size_t j) -> double& { return cells[i * columns + j]; };
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < columns; ++j) {
      if (is("duplicated_columns") && j > 0 && j % 2 == 1) cell(i, j) = cell(i, j - 1);
      if (is("dependent_columns"))
        cell(i, j) = std::ldexp(std::round(std::ldexp(cell(i, j), 20)), -20);
      if (is("dependent_columns") && j > 1) cell(i, j) = cell(i, j - 1) - cell(i, j - 2);
      if (is("constant_column") && j % 2 == 0) cell(i, j) = j % 4 == 0 ? 1 : 0;
    }
    if (is("contradiction") && i % 2 == 1)
      for (size_t j = 0; j < columns; ++j) cell(i, j) = cell(i - 1, j);
  }

  std::vector<double> truth(columns);
  for (double& weight : truth) weight = random.normal() * (random.below(3) == 0 ? 0 : 1);
  const double intercept = random.normal();
  if (columns > 0) truth[0] = 1;
  for (size_t i = 0; i < rows; ++i) {
    double z = intercept;
    for (size_t j = 0; j < columns; ++j) z += truth[j] * cell(i, j);
    double y = random_target(out.loss, out.outputs, z, random);
    if (is("separable")) y = sided_target(out.loss, out.outputs, z, y);
    if (is("quasi_separable") && columns > 0) {
      const bool on_plane = random.below(3) == 0;
      if (on_plane) cell(i, 0) = 0;
      if (!on_plane) y = sided_target(out.loss, out.outputs, cell(i, 0), y);
      if (!on_plane && cell(i, 0) == 0) y = sided_target(out.loss, out.outputs, -1, y);
    }
    if (is("one_class"))
      y = out.loss.kind == LossKind::softmax ? double(random.below(out.outputs - 1))
                                             : sided_target(out.loss, out.outputs, -1, y);
    if (is("contradiction") && i % 2 == 1) {
      const double before = out.target.back();
      y = classifies(out.loss.kind)
              ? double(out.outputs == 1 ? 1 - size_t(before) : (size_t(before) + 1) % out.outputs)
              : y;
    }
    if (is("constant_target") && i > 0) y = out.target.back();
    if (!classifies(out.loss.kind)) {
      if (is("huge_target")) y = out.loss.kind == LossKind::poisson ? y * 1e6 : y * 1e150;
      if (is("tiny_target") && out.loss.kind != LossKind::poisson) y *= 1e-150;
    }
    out.target.push_back(y);
  }

  for (size_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < columns; ++j) {
      if (is("offset_columns")) cell(i, j) += 1e4;
      if (is("huge_columns") && j % 2 == 0) cell(i, j) *= 1e150;
      if (is("tiny_columns") && j % 2 == 0) cell(i, j) *= 1e-150;
      if (is("mixed_columns")) cell(i, j) *= j % 3 == 0 ? 1e150 : j % 3 == 1 ? 1e-150 : 1;
      if (is("extreme_cells") && random.below(6) == 0)
        cell(i, j) = (random.below(2) == 0 ? 1e150 : 1e-150) * (random.below(2) == 0 ? 1 : -1);
    }
  if (is("zero_weights") || is("spread_weights") || random.below(5) == 0)
    for (size_t i = 0; i < rows; ++i) {
      double weight = 0.25 + random.uniform();
      if (is("zero_weights") && i > 0 && random.below(3) == 0) weight = 0;
      if (is("spread_weights")) weight = std::pow(10.0, -6 + 12 * random.uniform());
      out.weight.push_back(weight);
    }

  size_t storage = random.below(10) < 2 ? 1 : 0;
  const auto narrow = [](double number) {
    return number == 0 || std::abs(std::log10(std::abs(number))) < 30;
  };
  if (storage == 0 && random.below(8) == 0 && std::all_of(cells.begin(), cells.end(), narrow))
    storage = 2;
  out.design = as_design(cells, rows, columns, storage);
  return out;
}

}  // namespace thalweg::testing
