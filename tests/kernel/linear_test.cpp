#include "thalweg/kernel/linear.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "hwy/targets.h"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"

namespace thalweg {
namespace {

using Vector = std::vector<double>;
using Exact = std::vector<long double>;

// A table in all three forms, a loss and a point; targets and weights fit the loss.
struct Problem {
  Design design;
  Vector cells, target, weight, x;
  Samples samples;
};

enum class Form { dense, unaligned, single, sparse };

double draw_target(LossKind kind, size_t outputs, Random& random) {
  switch (kind) {
    case LossKind::logistic:
    case LossKind::hinge:
    case LossKind::squared_hinge:
      return static_cast<double>(random.below(2));
    case LossKind::softmax:
      return static_cast<double>(random.below(outputs));
    case LossKind::poisson:
      return static_cast<double>(random.below(5));
    case LossKind::gamma:
      return 0.1 + random.uniform();
    default:
      return random.normal();
  }
}

std::unique_ptr<Problem> make_problem(Form form, LossKind kind, size_t rows, size_t columns,
                                      size_t outputs, bool weighted, uint64_t seed = 7) {
  Random random(seed, 1);
  auto out = std::make_unique<Problem>();
  Problem& p = *out;
  p.cells.resize(rows * columns);
  for (double& cell : p.cells) {
    cell = static_cast<double>(static_cast<float>(random.normal()));
    if (form == Form::sparse && random.uniform() < 0.7) cell = 0;
  }
  if (form == Form::dense) {
    DenseMatrix<double> m{rows, columns, Buffer<double>(rows * columns)};
    std::copy(p.cells.begin(), p.cells.end(), m.data.begin());
    p.design = std::move(m);
  } else if (form == Form::unaligned) {
    const auto bytes = std::make_shared<Buffer<char>>(rows * columns * sizeof(double) + 3);
    if (!p.cells.empty()) std::memcpy(bytes->data() + 3, p.cells.data(), bytes->size() - 3);
    p.design = DenseMatrix<UnalignedDouble>{
        rows, columns,
        Buffer<UnalignedDouble>::borrow(unaligned(bytes->data() + 3), rows * columns, bytes)};
  } else if (form == Form::single) {
    DenseMatrix<float> m{rows, columns, Buffer<float>(rows * columns)};
    for (size_t i = 0; i < p.cells.size(); ++i) m.data[i] = static_cast<float>(p.cells[i]);
    p.design = std::move(m);
  } else {
    size_t cells = 0;
    for (const double cell : p.cells) cells += cell != 0;
    SparseMatrix m{rows, columns, Buffer<int64_t>(rows + 1, 0), Buffer<int32_t>(cells),
                   Buffer<double>(cells)};
    int64_t at = 0;
    for (size_t i = 0; i < rows; ++i) {
      for (size_t j = 0; j < columns; ++j) {
        if (p.cells[i * columns + j] == 0) continue;
        m.column[static_cast<size_t>(at)] = static_cast<int32_t>(j);
        m.value[static_cast<size_t>(at++)] = p.cells[i * columns + j];
      }
      m.begin[i + 1] = at;
    }
    p.design = std::move(m);
  }
  double total = 0;
  for (size_t i = 0; i < rows; ++i) {
    p.target.push_back(draw_target(kind, outputs, random));
    if (weighted) p.weight.push_back(i > 0 && random.below(5) == 0 ? 0 : random.uniform());
    total += weighted ? p.weight.back() : 1;
  }
  for (size_t j = 0; j < outputs * (columns + 1); ++j)
    p.x.push_back(random.normal() / std::sqrt(static_cast<double>(columns + 1)));
  Loss loss;
  loss.kind = kind;
  loss.level = 0.8;
  p.samples = {&p.design, p.target, p.weight, total, loss, outputs};
  return out;
}

// What the kernels should give, with sums in 64-bit mantissas, and with each the sum of the
// absolute terms, to which the rounding is in proportion.
struct Truth {
  long double value = 0, value_terms = 0;
  Exact gradient, gradient_terms, product, product_terms, hessian, hessian_terms, curvature, z;
};

Truth truth(const Problem& p, const Vector& d) {
  const size_t outputs = p.samples.outputs, n = p.target.size(), size = p.x.size();
  const size_t columns = size / outputs - 1;
  Truth out;
  for (Exact* v : {&out.gradient, &out.gradient_terms, &out.product, &out.product_terms})
    v->assign(size, 0);
  out.hessian.assign(size * size, 0);
  out.hessian_terms.assign(size * size, 0);
  const auto cell = [&](size_t i, size_t j) {
    return j < columns ? p.cells[i * columns + j] : 1.0;
  };
  const auto place = [&](size_t k, size_t j) {
    return j < columns ? k * columns + j : outputs * columns + k;
  };
  for (size_t i = 0; i < n; ++i) {
    const long double s = (p.weight.empty() ? 1 : p.weight[i]) / p.samples.total_weight;
    Vector z(outputs), t(outputs), theta(outputs), probability(outputs);
    for (size_t k = 0; k < outputs; ++k) {
      long double sum = 0, along = 0;
      for (size_t j = 0; j <= columns; ++j) {
        sum += static_cast<long double>(cell(i, j)) * p.x[place(k, j)];
        along += static_cast<long double>(cell(i, j)) * d[place(k, j)];
      }
      z[k] = static_cast<double>(sum);
      t[k] = static_cast<double>(along);
      out.z.push_back(sum);
    }
    double f = 0, curvature = 0;
    if (p.samples.loss.kind == LossKind::softmax) {
      softmax_probabilities(z, probability);
      f = softmax_derivative(z, static_cast<size_t>(p.target[i]), theta);
      out.curvature.insert(out.curvature.end(), probability.begin(), probability.end());
    } else {
      f = loss_value(p.samples.loss, z[0], p.target[i]);
      theta[0] = loss_derivative(p.samples.loss, z[0], p.target[i]);
      curvature = loss_curvature(p.samples.loss, z[0], p.target[i]);
      out.curvature.push_back(curvature);
    }
    out.value += s * f;
    out.value_terms += s * std::abs(f);
    for (size_t k = 0; k < outputs; ++k)
      for (size_t j = 0; j <= columns; ++j) {
        out.gradient[place(k, j)] += s * theta[k] * cell(i, j);
        out.gradient_terms[place(k, j)] += std::abs(s * theta[k] * cell(i, j));
        for (size_t l = 0; l < outputs; ++l) {
          const long double c = p.samples.loss.kind == LossKind::softmax
                                    ? static_cast<long double>(probability[k]) *
                                          ((k == l) - static_cast<long double>(probability[l]))
                                    : static_cast<long double>(curvature);
          const long double term = s * c * t[l] * cell(i, j);
          out.product[place(k, j)] += term;
          out.product_terms[place(k, j)] += std::abs(term);
          for (size_t b = 0; b <= columns; ++b) {
            const long double entry = s * c * cell(i, j) * cell(i, b);
            out.hessian[place(k, j) * size + place(l, b)] += entry;
            out.hessian_terms[place(k, j) * size + place(l, b)] += std::abs(entry);
          }
        }
      }
  }
  return out;
}

// `chain` roundings, and a few of z and of the loss, amplified by their conditions.
void expect_near(const Vector& got, const Exact& want, const Exact& terms, size_t chain) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) {
    const long double bound = 0x1p-53L * static_cast<long double>(chain) * (terms[i] + 1e-3L);
    ASSERT_LE(std::abs(got[i] - want[i]), bound) << "at " << i << ": " << got[i];
  }
}

void check(const Problem& p) {
  const size_t size = p.x.size(), n = p.target.size(), outputs = p.samples.outputs;
  Random random(3, 3);
  Vector d(size);
  for (double& item : d) item = random.normal();
  const Truth want = truth(p, d);
  const size_t chain = addition_chain(n) + 8 * (size / outputs) + 16;

  Vector z(n * outputs), gradient(size), curvature(n * outputs), product(size), h(size * size);
  predict(p.design, outputs, p.x, z);
  for (size_t i = 0; i < z.size(); ++i)
    ASSERT_NEAR(z[i], static_cast<double>(want.z[i]), 1e-13) << "row " << i;

  const double f = value_gradient_curvature(p.samples, p.x, gradient, {}, curvature);
  EXPECT_LE(std::abs(f - want.value),
            0x1p-53L * static_cast<long double>(chain) * (want.value_terms + 1e-3L));
  expect_near(gradient, want.gradient, want.gradient_terms, chain);
  for (size_t i = 0; i < curvature.size(); ++i)
    ASSERT_NEAR(curvature[i], static_cast<double>(want.curvature[i]),
                1e-13 * std::abs(curvature[i]) + 1e-15);
  hessian_product(p.samples, curvature, d, product);
  expect_near(product, want.product, want.product_terms, 2 * chain);
  // In single precision: 2^29 units, of each product's rounding and of sums over at most 128 rows.
  hessian(p.samples, curvature, h, GramPrecision::single);
  expect_near(h, want.hessian, want.hessian_terms, chain + (size_t{132} << 29));
  hessian(p.samples, curvature, h);
  expect_near(h, want.hessian, want.hessian_terms, chain);
  for (size_t i = 0; i < size; ++i)
    for (size_t j = 0; j < i; ++j) ASSERT_EQ(h[i * size + j], h[j * size + i]);

  Vector again(size);
  EXPECT_EQ(value(p.samples, p.x), f);
  EXPECT_EQ(value_and_gradient(p.samples, p.x, again), f);
  EXPECT_EQ(again, gradient);

  Vector r(n * outputs), combined(size);
  for (double& item : r) item = random.normal();
  combine(p.design, outputs, r, combined);
  const size_t columns = size / outputs - 1;
  for (size_t k = 0; k < outputs; ++k)
    for (size_t j = 0; j <= columns; ++j) {
      long double sum = 0, terms = 0;
      for (size_t i = 0; i < n; ++i) {
        const long double term = static_cast<long double>(r[i * outputs + k]) *
                                 (j < columns ? p.cells[i * columns + j] : 1.0);
        sum += term;
        terms += std::abs(term);
      }
      ASSERT_NEAR(combined[j < columns ? k * columns + j : outputs * columns + k],
                  static_cast<double>(sum),
                  static_cast<double>(terms) * 0x1p-53 * static_cast<double>(addition_chain(n)));
    }
}

// Calls body once for each instruction set of this machine.
template <class Body>
void each_target(const Body& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

constexpr Form forms[] = {Form::dense, Form::unaligned, Form::single, Form::sparse};

TEST(Linear, EveryLossAgreesWithLongSumsOnEveryTarget) {
  each_target([] {
    for (const LossRow& row : losses())
      for (const Form form : forms) {
        SCOPED_TRACE(row.name);
        const size_t outputs = row.kind == LossKind::softmax ? 3 : 1;
        check(*make_problem(form, row.kind, 67, 9, outputs, true));
        check(*make_problem(form, row.kind, 300, 4, outputs, false));
      }
  });
}

TEST(Linear, EveryShapeAgreesWithLongSums) {
  each_target([] {
    for (const Form form : forms)
      for (const size_t columns : {0, 1, 7, 8, 15, 16, 33})
        for (const size_t rows : {1, 2, 5, 31, 130}) {
          SCOPED_TRACE(testing::Message() << rows << " x " << columns);
          check(*make_problem(form, LossKind::logistic, rows, columns, 1, true));
          check(*make_problem(form, LossKind::softmax, rows, columns, 4, false));
        }
  });
}

TEST(Linear, BitsDoNotDependOnThreads) {
  for (const Form form : forms)
    for (const LossKind kind : {LossKind::logistic, LossKind::softmax}) {
      const size_t outputs = kind == LossKind::softmax ? 3 : 1;
      const auto p = make_problem(form, kind, 20011, 21, outputs, true);
      const size_t size = p->x.size(), n = p->target.size();
      Vector first;
      for (const int count : {1, 2, 3, 5}) {
        set_threads(count);
        Vector g(size), c(n * outputs), product(size), h(size * size), z(n * outputs), m(size);
        Vector squares(21), maxima(21);
        Vector all = {value_gradient_curvature(p->samples, p->x, g, {}, c),
                      value(p->samples, p->x)};
        hessian_product(p->samples, c, p->x, product);
        hessian(p->samples, c, h);
        predict(p->design, outputs, p->x, z);
        combine(p->design, outputs, z, m);
        column_squares(p->samples, squares);
        column_maxima(p->design, maxima);
        for (const Vector* part : {&g, &c, &product, &h, &z, &m, &squares, &maxima})
          all.insert(all.end(), part->begin(), part->end());
        if (first.empty()) first = all;
        EXPECT_EQ(all, first);
      }
      set_threads(0);
    }
}

TEST(Linear, ColumnStatistics) {
  each_target([] {
    for (const Form form : forms) {
      const size_t columns = 13;
      const auto p = make_problem(form, LossKind::squared, 500, columns, 1, true);
      Vector squares(columns), maxima(columns);
      column_squares(p->samples, squares);
      column_maxima(p->design, maxima);
      for (size_t j = 0; j < columns; ++j) {
        double sum = 0, top = 0;
        for (size_t i = 0; i < 500; ++i) {
          const double cell = p->cells[i * columns + j];
          sum += p->weight[i] * cell * cell;
          top = std::max(top, std::abs(cell));
        }
        EXPECT_NEAR(squares[j], sum / p->samples.total_weight, 1e-13);
        EXPECT_EQ(maxima[j], top);
      }
    }
  });
}

TEST(Linear, RowsOfWeightZeroDoNotCount) {
  for (const Form form : forms) {
    auto p = make_problem(form, LossKind::poisson, 40, 3, 1, true);
    for (double& s : p->weight) s = 1;
    p->weight[11] = 0;
    p->samples.total_weight = 39;
    Vector before(4), after(4), curvature(40);
    const double f = value_gradient_curvature(p->samples, p->x, before, {}, curvature);
    p->target[11] = 1e300;
    EXPECT_EQ(value_and_gradient(p->samples, p->x, after), f);
    EXPECT_EQ(before, after);
  }
}

TEST(Linear, OverflowIsInfiniteAndNanStays) {
  each_target([] {
    for (const Form form : forms) {
      auto p = make_problem(form, LossKind::poisson, 40, 3, 1, false);
      Vector x = p->x, gradient(4);
      x[3] = 1000;
      EXPECT_EQ(value(p->samples, x), HUGE_VAL);
      x[3] = std::nan("");
      EXPECT_TRUE(std::isnan(value_and_gradient(p->samples, x, gradient)));
      EXPECT_TRUE(std::isnan(gradient[3]));
      p->samples.loss.kind = LossKind::logistic;
      for (double& t : p->target) t = t > 0;
      EXPECT_TRUE(std::isnan(value_and_gradient(p->samples, x, gradient)));
      EXPECT_TRUE(std::isnan(gradient[3]));
      x[3] = -800;
      EXPECT_GE(value(p->samples, x), 0);
      x[3] = 1e300;
      EXPECT_TRUE(std::isfinite(value_and_gradient(p->samples, x, gradient)));
    }
  });
}

TEST(Linear, TransposeTwiceIsTheMatrix) {
  const auto p = make_problem(Form::sparse, LossKind::squared, 50, 20, 1, false);
  const auto& m = std::get<SparseMatrix>(p->design);
  const SparseMatrix once = transpose(m);
  EXPECT_EQ(once.rows, 20u);
  for (size_t j = 0; j < 20; ++j)
    for (int64_t at = once.begin[j]; at < once.begin[j + 1]; ++at) {
      const size_t i = static_cast<size_t>(once.column[static_cast<size_t>(at)]);
      EXPECT_EQ(once.value[static_cast<size_t>(at)], p->cells[i * 20 + j]);
      if (at > once.begin[j]) {
        EXPECT_LT(once.column[static_cast<size_t>(at) - 1], once.column[static_cast<size_t>(at)]);
      }
    }
  const SparseMatrix twice = transpose(once);
  EXPECT_TRUE(std::equal(m.value.begin(), m.value.end(), twice.value.begin(), twice.value.end()));
  EXPECT_TRUE(
      std::equal(m.column.begin(), m.column.end(), twice.column.begin(), twice.column.end()));
  EXPECT_TRUE(std::equal(m.begin.begin(), m.begin.end(), twice.begin.begin(), twice.begin.end()));
}

}  // namespace
}  // namespace thalweg
