#include <cmath>

#include "thalweg/optim/transform/matrix.hpp"
#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

// Five steps of an odd polynomial drive the singular values of x / |x| to about 1.
template <class T>
Matrix<T> orthogonalize(Matrix<T> x) {
  const T a = T(3.4445), b = T(-4.775), c = T(2.0315);
  const bool tall = x.rows() > x.cols();
  if (tall) x.transposeInPlace();
  x /= std::max(x.norm(), T(1e-7));
  for (int k = 0; k < 5; ++k) {
    const Matrix<T> gram = product<T>(x, false, x, true);
    const Matrix<T> factor = b * gram + c * product<T>(gram, false, gram, false);
    x = a * x + product<T>(factor, false, x, false);
  }
  if (tall) x.transposeInPlace();
  return x;
}

template <class T>
void work(const TensorWork<T>& on) {
  const Settings& o = on.at.options;
  const TensorPlace& tensor = on.at.tensor;
  if (!is_matrix(tensor)) {
    double s[7];
    adam_scalars(on.at, s);
    const double rate = o.real("vector_rate");
    for (size_t i = 0; i < on.u.size(); ++i) {
      const double g = static_cast<double>(on.u[i]);
      const double m = s[0] * static_cast<double>(on.state[0][i]) + s[1] * g;
      const double v = s[2] * static_cast<double>(on.state[1][i]) + s[3] * (g * g);
      on.state[0][i] = static_cast<T>(m), on.state[1][i] = static_cast<T>(v);
      on.u[i] = static_cast<T>(rate * (s[4] * m / (s[5] * std::sqrt(v) + s[6])));
    }
    return;
  }
  const size_t r = rows(tensor), c = columns(tensor);
  const T keep = static_cast<T>(o.real("momentum"));
  auto u = view(on.u, r, c), b = view(on.state[0], r, c);
  b += (T(1) - keep) * (u - b);
  const double height = static_cast<double>(r), width = static_cast<double>(c);
  const double scale = o.text("scale") == "spectral" ? std::sqrt(std::max(1.0, height / width))
                                                     : 0.2 * std::sqrt(std::max(height, width));
  u = static_cast<T>(scale) * orthogonalize<T>(u + keep * (b - u));
}

}  // namespace

TransformRow muon_row() {
  return {.name = "muon",
          .help = "momentum of each matrix with its singular values drawn to 1; Adam for vectors",
          .formula =
              "b+ = b + (1 - momentum)(g - b); u = s NS5(g + momentum (b+ - g)), NS5 five steps "
              "X <- a X + (b A + c A^2) X, A = X X'; s = sqrt(max(1, rows / columns)) or 0.2 "
              "sqrt(max(rows, columns))",
          .source =
              "Jordan et al. 2024; as PyTorch, whose NS5 is in bfloat16 and here in the "
              "parameters' precision; tensors of more axes by their first",
          .untouched = Untouched::dense,
          .options = {learning_rate_option(0.02),
                      beta_option("momentum", 0.95, "share of the old direction"),
                      Option::choice("scale", "spectral", {"spectral", "adam"},
                                     "of the step: by the spectral norm, or as large as Adam's"),
                      Option::real("vector_rate", 0.015, 0, 1e6,
                                   "factor of the learning rate for vectors"),
                      beta_option("beta1", 0.9, "Adam's, for vectors"),
                      beta_option("beta2", 0.95, "Adam's, for vectors"), epsilon_option(1e-10)},
          .states = {{"b"},
                     {.name = "v",
                      .size = [](const TensorPlace& t,
                                 const Settings&) { return is_matrix(t) ? 0 : t.size; }}},
          .multiplies = true,
          .work_float = work<float>,
          .work_double = work<double>};
}

}  // namespace thalweg
