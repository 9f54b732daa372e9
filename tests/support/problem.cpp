// A problem's data seen as the kernels and as exact arithmetic want them.
#include "tests/support/problem.hpp"

namespace thalweg::testing {

Samples Problem::samples() const {
  Samples out;
  out.design = &design;
  out.target = target;
  out.weight = weight;
  out.total_weight = 0;
  for (size_t i = 0; i < target.size(); ++i) out.total_weight += weight.empty() ? 1 : weight[i];
  out.loss = loss;
  out.outputs = outputs;
  return out;
}

std::vector<double> Problem::cells() const {
  const size_t width = columns(design);
  std::vector<double> out(rows(design) * width, 0.0);
  if (const auto* sparse = std::get_if<SparseMatrix>(&design)) {
    for (size_t i = 0; i < sparse->rows; ++i)
      for (int64_t k = sparse->begin[i]; k < sparse->begin[i + 1]; ++k)
        out[i * width + size_t(sparse->column[k])] = sparse->value[k];
  } else if (const auto* narrow = std::get_if<DenseMatrix<float>>(&design)) {
    for (size_t at = 0; at < out.size(); ++at) out[at] = narrow->data[at];
  } else {
    const auto& dense = std::get<DenseMatrix<double>>(design);
    for (size_t at = 0; at < out.size(); ++at) out[at] = dense.data[at];
  }
  return out;
}

}  // namespace thalweg::testing
