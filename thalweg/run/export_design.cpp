#include "thalweg/run/export_design.hpp"

#include <algorithm>
#include <vector>

#include "thalweg/format/npz_writer.hpp"

namespace thalweg {

void export_design(const std::filesystem::path& path, const Prepared& data,
                   std::span<const std::string> features) {
  const size_t n = rows(data.design), p = columns(data.design);
  NpzWriter file(path);
  std::vector<double> dense;
  std::span<const double> x;
  if (const auto* plain = std::get_if<DenseMatrix<double>>(&data.design)) {
    x = plain->data;
  } else {
    dense.assign(n * p, 0.0);
    if (const auto* narrow = std::get_if<DenseMatrix<float>>(&data.design))
      std::copy(narrow->data.begin(), narrow->data.end(), dense.begin());
    else {
      const auto& sparse = std::get<SparseMatrix>(data.design);
      for (size_t i = 0; i < n; ++i)
        for (int64_t c = sparse.begin[i]; c < sparse.begin[i + 1]; ++c)
          dense[i * p + static_cast<size_t>(sparse.column[static_cast<size_t>(c)])] =
              sparse.value[static_cast<size_t>(c)];
    }
    x = dense;
  }
  file.add("X", {n, p}, x);
  file.add("y", {n}, std::span<const double>(data.target));
  if (!data.weight.empty()) file.add("weights", {n}, std::span<const double>(data.weight));
  file.add("feature_names", features);
  file.commit();
}

}  // namespace thalweg
