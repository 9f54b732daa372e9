// The cases of tests/oracle/certificates.json as the solver's own certificates see them, with the
// true excess of each point in 50 digits.
#pragma once

#include "tests/certify/verifier/proof_cases.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg::testing {

// A dense problem that owns its data. Not to be moved: `predictor` points into it.
struct Dense {
  Design design;
  std::vector<double> target, weight, x, z, maxima;
  LinearPredictor predictor;

  Dense(size_t n, size_t p, const std::vector<double>& cells, std::vector<double> y, LossKind kind,
        size_t outputs = 1, std::vector<double> s = {})
      : target(std::move(y)), weight(std::move(s)), maxima(p) {
    DenseMatrix<double> matrix{n, p, Buffer<double>(n * p)};
    std::copy(cells.begin(), cells.end(), matrix.data.begin());
    design = std::move(matrix);
    Samples& samples = predictor.samples;
    samples.design = &design;
    samples.target = target;
    samples.weight = weight;
    samples.total_weight = weight.empty() ? static_cast<double>(n) : 0;
    for (double w : weight) samples.total_weight += w;
    samples.loss.kind = kind;
    samples.outputs = outputs;
    column_maxima(design, maxima);
    at(std::vector<double>(outputs * (p + 1), 0.0));
  }
  Dense(const Dense&) = delete;

  // Moves to a point.
  void at(std::vector<double> point) {
    x = std::move(point);
    z.resize(rows(design) * predictor.samples.outputs);
    predict(design, predictor.samples.outputs, x, z);
  }
};

inline std::unique_ptr<Dense> dense_of(const verifier::Case& c) {
  const verifier::Problem& from = c.problem;
  auto out =
      std::make_unique<Dense>(from.rows(), from.features, from.value, from.target,
                              static_cast<LossKind>(from.loss.kind), from.outputs, from.weight);
  Loss& loss = out->predictor.samples.loss;
  loss.delta = from.loss.delta;
  loss.level = from.loss.level;
  loss.smoothing = from.loss.smoothing;
  out->predictor.penalty = {from.l1, from.l2, from.lower, from.upper};
  std::vector<double> x = c.point.weight;
  x.insert(x.end(), c.point.intercept.begin(), c.point.intercept.end());
  out->at(std::move(x));
  return out;
}

// Calls check(case, problem) for each.
template <class Check>
void for_each_case(const Check& check) {
  for (const verifier::Case& c : verifier::proof_cases()) {
    const auto problem = dense_of(c);
    check(c, *problem);
  }
}

}  // namespace thalweg::testing
