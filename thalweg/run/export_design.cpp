#include "thalweg/run/export_design.hpp"

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
    std::visit(
        [&](const auto& m) {
          for (size_t i = 0; i < n; ++i)
            each_cell(m, i, [&](size_t j, double cell) { dense[i * p + j] = cell; });
        },
        data.design);
    x = dense;
  }
  file.add("X", {n, p}, x);
  file.add("y", {n}, std::span<const double>(data.target));
  if (!data.weight.empty()) file.add("weights", {n}, std::span<const double>(data.weight));
  file.add("feature_names", features);
  file.commit();
}

}  // namespace thalweg
