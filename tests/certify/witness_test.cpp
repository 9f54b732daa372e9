#include "thalweg/certify/witness.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"

namespace thalweg {
namespace {

using testing::Dense;
using Vector = std::vector<double>;

TEST(Witness, SignsAreExact) {
  Dense problem(4, 1, {-2, -1, 1, 2}, {0, 0, 1, 1}, LossKind::logistic);
  auto is = [&](Vector d) { return is_witness(problem.predictor, d); };
  EXPECT_TRUE(is({1, 0}));
  EXPECT_TRUE(is({1, 1}));  // a row of 0 stands still
  EXPECT_TRUE(is({1, -1}));
  EXPECT_FALSE(is({1, std::nextafter(1, 2)}));
  EXPECT_FALSE(is({1, -std::nextafter(1, 2)}));
  EXPECT_FALSE(is({-1, 0}));
  EXPECT_FALSE(is({0, 0}));
  EXPECT_FALSE(is({NAN, 0}));
  EXPECT_FALSE(is({INFINITY, 0}));
  // 0.1 + 0.2 - 0.3 is not 0 in doubles: only exact sums see that the row moves the wrong way.
  Dense sum(2, 3, {0.1, 0.2, -0.3, 1, 1, 1}, {0, 1}, LossKind::logistic);
  EXPECT_FALSE(is_witness(sum.predictor, Vector{1, 1, 1, 0}));
  sum.target[0] = 1;
  EXPECT_TRUE(is_witness(sum.predictor, Vector{1, 1, 1, 0}));
  // 1e16 + 1 - 1e16 is 1, whatever the order.
  Dense large(2, 3, {1e16, 1, -1e16, 1, 1, 1}, {1, 1}, LossKind::logistic);
  EXPECT_TRUE(is_witness(large.predictor, Vector{1, 1, 1, 0}));
  large.target[0] = 0;
  EXPECT_FALSE(is_witness(large.predictor, Vector{1, 1, 1, 0}));
}

// Cells of 1e-300 against one of 1e-300: a product below the normal numbers claims nothing.
TEST(Witness, TiesAt1eMinus300) {
  Dense problem(3, 2, {1e-300, -1e-300, 1, 0, 0, 1}, {0, 1, 1}, LossKind::logistic);
  EXPECT_FALSE(is_witness(problem.predictor, Vector{1, 1, 1e-320}));
  EXPECT_FALSE(is_witness(problem.predictor, Vector{1, std::nextafter(1.0, 0), 0}));
  EXPECT_TRUE(find_witness(problem.predictor, Vector{0, 0, 0}).size() != 1);
  Dense tiny(2, 1, {1e-300, -1e-300}, {1, 0}, LossKind::logistic);
  EXPECT_FALSE(is_witness(tiny.predictor, Vector{1e-20, 0}));  // true, but underflows: fails closed
  // The sum of 1e-300 and its own negative is a tie; a last bit more is not.
  Dense tie(2, 2, {1e-280, -1e-280, 3, 3}, {0, 1}, LossKind::logistic);
  EXPECT_TRUE(is_witness(tie.predictor, Vector{1, 1, 0}));
  Dense off(2, 2, {std::nextafter(1e-280, 1), -1e-280, 3, 3}, {0, 1}, LossKind::logistic);
  EXPECT_FALSE(is_witness(off.predictor, Vector{1, 1, 0}));
}

TEST(Witness, PenaltiesBoundsAndWeightsDecide) {
  Dense problem(4, 1, {-2, -1, 1, 2}, {0, 0, 1, 1}, LossKind::logistic);
  Penalty& r = problem.predictor.penalty;
  const Vector d = {1, 0};
  r.l2 = 1e-300;
  EXPECT_FALSE(is_witness(problem.predictor, d));
  EXPECT_TRUE(find_witness(problem.predictor, d).empty());
  r = {};
  r.lower = 0;
  EXPECT_TRUE(is_witness(problem.predictor, d));
  r.upper = 1e9;
  EXPECT_FALSE(is_witness(problem.predictor, d));
  // A row of weight 0 has no say.
  Dense weighted(4, 1, {-2, 5, 1, 2}, {0, 0, 1, 1}, LossKind::logistic, 1, {1, 0, 1, 1});
  EXPECT_TRUE(is_witness(weighted.predictor, d));
  weighted.weight[1] = 1e-300;
  EXPECT_FALSE(is_witness(weighted.predictor, d));
  // Nor is there a witness where the loss attains its minimum.
  Dense squared(4, 1, {-2, -1, 1, 2}, {0, 0, 1, 1}, LossKind::squared);
  EXPECT_FALSE(is_witness(squared.predictor, d));
  EXPECT_TRUE(find_witness(squared.predictor, d).empty());
}

TEST(Witness, ASoftTargetNeverRunsOff) {
  Dense problem(2, 1, {1, -1}, {0.7, 0}, LossKind::logistic);
  EXPECT_FALSE(is_witness(problem.predictor, Vector{1, 0}));
  EXPECT_TRUE(is_witness(problem.predictor, Vector{1, -1}));  // it stands still
  problem.target[0] = 1;
  EXPECT_TRUE(is_witness(problem.predictor, Vector{1, 0}));
  problem.target = {0.7, 0.2};
  EXPECT_TRUE(find_witness(problem.predictor, Vector{1, 0}).empty());
}

TEST(Witness, Poisson) {
  Dense problem(4, 1, {0, 0, 1, 2}, {3, 1, 0, 0}, LossKind::poisson);
  EXPECT_TRUE(is_witness(problem.predictor, Vector{-1, 0}));
  EXPECT_FALSE(is_witness(problem.predictor, Vector{1, 0}));
  EXPECT_FALSE(is_witness(problem.predictor, Vector{-1, -1}));
  EXPECT_EQ(find_witness(problem.predictor, Vector{0, 0}), (Vector{-1, 0}));
  Dense zero(3, 1, {1, 2, 3}, {0, 0, 0}, LossKind::poisson);
  EXPECT_EQ(find_witness(zero.predictor, Vector{0, 0}), (Vector{0, -1}));
  Dense mixed(4, 1, {0, 1, 1, 2}, {3, 1, 0, 0}, LossKind::poisson);
  EXPECT_TRUE(find_witness(mixed.predictor, Vector{-1, 0}).empty());
}

TEST(Witness, OneClassIsTheInterceptWhateverThePenalty) {
  Dense problem(3, 1, {1, -2, 3}, {1, 1, 1}, LossKind::logistic);
  problem.predictor.penalty.l2 = 1;
  EXPECT_EQ(find_witness(problem.predictor, Vector{0, 0}), (Vector{0, 1}));
  // Softmax: a class without rows.
  Dense classes(4, 1, {1, 2, 3, 4}, {0, 2, 2, 0}, LossKind::softmax, 3);
  const Vector d = find_witness(classes.predictor, Vector(6, 0.0));
  ASSERT_EQ(d.size(), 6u);
  EXPECT_EQ(Vector(d.begin(), d.begin() + 3), Vector(3, 0.0));
  EXPECT_TRUE(is_witness(classes.predictor, d));
}

// Columns: a number, then three categories as 0 and 1 (the fourth is the reference).
Vector categories(const std::vector<int>& level) {
  Vector cells;
  for (size_t i = 0; i < level.size(); ++i) {
    cells.push_back(std::sin(static_cast<double>(i)));
    for (int c = 1; c <= 3; ++c) cells.push_back(level[i] == c ? 1 : 0);
  }
  return cells;
}

TEST(Witness, ACategoryOfOneLabelIsFound) {
  const std::vector<int> level = {0, 0, 1, 1, 2, 2, 3, 3, 0, 1};
  // Category 1 has only ones; the others have both labels.
  Dense one(10, 4, categories(level), {0, 1, 1, 1, 0, 1, 1, 0, 1, 1}, LossKind::logistic);
  EXPECT_EQ(find_witness(one.predictor, Vector(5, 0.0)), (Vector{0, 1, 0, 0, 0}));
  // Two at once, of opposite labels: either will do.
  Dense two(10, 4, categories(level), {0, 1, 1, 1, 0, 0, 1, 0, 1, 1}, LossKind::logistic);
  const Vector d = find_witness(two.predictor, Vector(5, 0.0));
  EXPECT_TRUE(d == (Vector{0, 1, 0, 0, 0}) || d == (Vector{0, 0, -1, 0, 0}));
  // None.
  Dense none(10, 4, categories(level), {0, 1, 0, 1, 0, 1, 1, 0, 1, 1}, LossKind::logistic);
  EXPECT_TRUE(find_witness(none.predictor, Vector(5, 0.0)).empty());
  // More columns than are worth trying by how fast they move.
  Vector cells;
  Vector target;
  for (int i = 0; i < 60; ++i) {
    for (int j = 0; j < 30; ++j) cells.push_back(i / 2 == j ? 1 : 0);
    target.push_back(i / 2 == 29 ? 1 : i % 2);
  }
  Dense many(60, 30, cells, target, LossKind::logistic);
  Vector moved(31, 1.0);
  moved[29] = 0.1;
  const Vector found = find_witness(many.predictor, moved);
  ASSERT_EQ(found.size(), 31u);
  EXPECT_EQ(found[29], 1);
}

// Standardized, the threshold is no longer at 0, and nothing about it is a short fraction.
TEST(Witness, AStandardizedColumnIsFoundWithItsThreshold) {
  Vector cells;
  for (double v : {0, 0, 0, 1, 0, 2, 0, 1}) cells.push_back((v - 0.5) / 0.7071);
  // All rows above the least value are ones: quasi-separation, rows of both labels on the
  // threshold.
  Dense problem(8, 1, cells, {0, 1, 0, 1, 0, 1, 1, 1}, LossKind::logistic);
  const Vector d = find_witness(problem.predictor, Vector{1, 0});
  ASSERT_EQ(d.size(), 2u);
  EXPECT_EQ(d[1], -d[0] * cells[0]);
  problem.target[3] = 0;
  EXPECT_TRUE(find_witness(problem.predictor, Vector{1, 0}).empty());
  // Softmax: the column tells class 2 from the others.
  Dense classes(8, 1, cells, {0, 1, 0, 2, 0, 2, 1, 2}, LossKind::softmax, 3);
  EXPECT_EQ(find_witness(classes.predictor, Vector(6, 0.0)).size(), 6u);
}

TEST(Witness, SparseRowsLeaveZeros) {
  SparseMatrix sparse{4, 2, Buffer<int64_t>(5), Buffer<int32_t>(4), Buffer<double>(4)};
  // Rows {1: 1}, {}, {0: 2}, {0: 1, 1: 3}; of column 1 only the cells above 0 are ones.
  const int64_t begin[] = {0, 1, 1, 2, 4};
  const int32_t column[] = {1, 0, 0, 1};
  const double value[] = {1, 2, 1, 3};
  std::copy(begin, begin + 5, sparse.begin.begin());
  std::copy(column, column + 4, sparse.column.begin());
  std::copy(value, value + 4, sparse.value.begin());
  const Design design = std::move(sparse);
  const Vector target = {1, 0, 0, 1};
  LinearPredictor predictor;
  predictor.samples = {&design, target, {}, 4, {LossKind::logistic}, 1};
  const Vector d = find_witness(predictor, Vector(3, 0.0));
  ASSERT_EQ(d.size(), 3u);
  EXPECT_TRUE(is_witness(predictor, d));
  EXPECT_EQ(d[0], 0);
}

}  // namespace
}  // namespace thalweg
