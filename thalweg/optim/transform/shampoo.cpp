// Shampoo, and SOAP, which is Adam in Shampoo's eigenvectors.
#include <cmath>

#include "thalweg/optim/transform/matrix.hpp"
#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

// The side of a preconditioner, 0 where the tensor's side has none.
size_t side(size_t length, const Settings& o) {
  return length <= static_cast<size_t>(o.integer("largest")) ? length : 0;
}
size_t left(const TensorPlace& t, const Settings& o) { return side(rows(t), o) * side(rows(t), o); }
size_t right(const TensorPlace& t, const Settings& o) {
  return side(columns(t), o) * side(columns(t), o);
}
size_t vector_size(const TensorPlace& t, const Settings&) { return is_matrix(t) ? 0 : t.size; }

// (a + epsilon I)^(-1/4).
template <class T>
Matrix<T> inverse_fourth_root(const Eigen::Map<Matrix<T>>& a, double epsilon) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> of(a.template cast<double>());
  const Eigen::VectorXd roots = (of.eigenvalues().array().max(0.0) + epsilon).pow(-0.25).matrix();
  const Matrix<double> vectors = of.eigenvectors(), scaled = vectors * roots.asDiagonal();
  return product<double>(scaled, false, vectors, true).template cast<T>();
}

template <class T>
void shampoo(const TensorWork<T>& on) {
  const Settings& o = on.at.options;
  const double epsilon = o.real("epsilon");
  if (!is_matrix(on.at.tensor)) {
    for (size_t i = 0; i < on.u.size(); ++i) {
      T& sum = on.state[4][i];
      sum += on.u[i] * on.u[i];
      on.u[i] /= static_cast<T>(std::sqrt(static_cast<double>(sum) + epsilon));
    }
    return;
  }
  const size_t r = rows(on.at.tensor), c = columns(on.at.tensor);
  auto u = view(on.u, r, c);
  const size_t m = side(r, o), n = side(c, o);
  auto l = view(on.state[0], m, m), l_root = view(on.state[1], m, m);
  auto s = view(on.state[2], n, n), s_root = view(on.state[3], n, n);
  if (m > 0) l += product<T>(u, false, u, true);
  if (n > 0) s += product<T>(u, true, u, false);
  if ((on.at.step - 1) % o.integer("every") == 0) {
    if (m > 0) l_root = inverse_fourth_root(l, epsilon);
    if (n > 0) s_root = inverse_fourth_root(s, epsilon);
  }
  if (m > 0) u = product<T>(l_root, false, u, false);
  if (n > 0) u = product<T>(u, false, s_root, false);
}

// One side of SOAP: the running mean of g g' and its eigenvectors, largest first.
template <class T>
struct Basis {
  Eigen::Map<Matrix<T>> mean, q;

  void start() {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> of(mean.template cast<double>());
    q = of.eigenvectors().rowwise().reverse().template cast<T>();
  }
  // One step of the power iteration, its columns sorted first; `order` says how.
  std::vector<long> turn() {
    const Matrix<T> turned = product<T>(mean, false, q, false);
    const Eigen::Matrix<T, Eigen::Dynamic, 1> values =
        (q.array() * turned.array()).colwise().sum().transpose().matrix();
    std::vector<long> order(static_cast<size_t>(q.cols()));
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<long>(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](long a, long b) { return values[a] > values[b]; });
    Eigen::MatrixXd sorted(q.rows(), q.cols());
    for (size_t j = 0; j < order.size(); ++j)
      sorted.col(static_cast<long>(j)) = turned.col(order[j]).template cast<double>();
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(sorted);
    q = Eigen::MatrixXd(qr.householderQ()).template cast<T>();
    return order;
  }
};

// m, v, then the means and eigenvectors of both sides. The first step only fills the means.
template <class T>
void soap(const TensorWork<T>& on) {
  const Settings& o = on.at.options;
  const long long t = on.at.step - 1;
  const bool flat = !is_matrix(on.at.tensor);
  const size_t r = flat ? 1 : rows(on.at.tensor), c = flat ? on.u.size() : columns(on.at.tensor);
  const size_t a = flat ? 0 : side(r, o), b = flat ? 0 : side(c, o);
  auto u = view(on.u, r, c), m = view(on.state[0], r, c), v = view(on.state[1], r, c);
  Basis<T> left{view(on.state[2], a, a), view(on.state[3], a, a)};
  Basis<T> right{view(on.state[4], b, b), view(on.state[5], b, b)};
  const Matrix<T> g = u;
  const double beta1 = o.real("beta1"), beta2 = o.real("beta2");
  const T fresh1 = static_cast<T>(1 - beta1), fresh2 = static_cast<T>(1 - beta2);
  const bool first = t == 0;
  if (first) {
    u.setZero();
  } else {
    auto project = [&](Matrix<T> x) {
      if (a > 0) x = product<T>(left.q, true, x, false);
      if (b > 0) x = product<T>(x, false, right.q, false);
      return x;
    };
    m += fresh1 * (g - m);
    v += fresh2 * (project(g).array().square().matrix() - v);
    Matrix<T> d =
        project(m).cwiseQuotient((v.array().sqrt() + static_cast<T>(o.real("epsilon"))).matrix());
    if (a > 0) d = product<T>(left.q, false, d, false);
    if (b > 0) d = product<T>(d, false, right.q, true);
    u = static_cast<T>(std::sqrt(bias(beta2, t)) / bias(beta1, t)) * d;
  }
  if (a > 0) left.mean += fresh2 * (product<T>(g, false, g, true) - left.mean);
  if (b > 0) right.mean += fresh2 * (product<T>(g, true, g, false) - right.mean);
  if (first) {
    if (a > 0) left.start();
    if (b > 0) right.start();
  } else if (t % o.integer("every") == 0) {
    const Matrix<T> old = v;
    const std::vector<long> by_row = a > 0 ? left.turn() : std::vector<long>();
    const std::vector<long> by_column = b > 0 ? right.turn() : std::vector<long>();
    for (long i = 0; i < v.rows(); ++i)
      for (long j = 0; j < v.cols(); ++j)
        v(i, j) = old(a > 0 ? by_row[static_cast<size_t>(i)] : i,
                      b > 0 ? by_column[static_cast<size_t>(j)] : j);
  }
}

Option largest_option() {
  return Option::integer("largest", 4096, 1, 100000, "longest side that is preconditioned");
}

}  // namespace

TransformRow shampoo_row() {
  return {.name = "shampoo",
          .help = "each matrix between inverse roots of the sums of its gradients' products",
          .formula =
              "L+ = L + G G'; R+ = R + G' G; U = (L + epsilon I)^(-1/4) G (R + epsilon "
              "I)^(-1/4); vectors g / sqrt(epsilon + sum of g^2)",
          .source =
              "Gupta, Koren, Singer 2018, algorithm 1; the paper's full matrix of a vector is "
              "diagonal here, tensors of more axes go by their first",
          .untouched = Untouched::exact,
          .options = {learning_rate_option(0.1),
                      Option::real("epsilon", 1e-6, 1e-300, 1e6, "on the diagonals"),
                      Option::integer("every", 1, 1, 1000000, "steps between two roots"),
                      largest_option()},
          .states = {{.name = "left", .size = left},
                     {.name = "left_root", .size = left},
                     {.name = "right", .size = right},
                     {.name = "right_root", .size = right},
                     {.name = "sum", .size = vector_size}},
          .multiplies = true,
          .work_float = shampoo<float>,
          .work_double = shampoo<double>};
}

TransformRow soap_row() {
  return {
      .name = "soap",
      .help = "Adam in the eigenvectors of Shampoo's preconditioners; Adam for vectors",
      .formula =
          "L+ = beta2 L + (1 - beta2) G G', R likewise; Q of their eigenvectors, turned every "
          "k steps by a QR step; M+ = beta1 M + (1 - beta1) G; V+ = beta2 V + (1 - beta2) "
          "(QL' G QR)^2; U = QL (QL' M+ QR / (sqrt(V+) + epsilon)) QR', bias corrected",
      .source =
          "Vyas et al. 2024, algorithm 3; as its authors' code: the first step only fills "
          "L and R, QR here in float64",
      .untouched = Untouched::dense,
      .options = {learning_rate_option(3e-3), beta_option("beta1", 0.95, "share of the old mean"),
                  beta_option("beta2", 0.95, "share of the old squares and products"),
                  epsilon_option(1e-8),
                  Option::integer("every", 10, 1, 1000000, "steps between two turns"),
                  largest_option()},
      .states = {{"m"},
                 {"v"},
                 {.name = "left", .size = left},
                 {.name = "left_basis", .size = left},
                 {.name = "right", .size = right},
                 {.name = "right_basis", .size = right}},
      .multiplies = true,
      .work_float = soap<float>,
      .work_double = soap<double>};
}

}  // namespace thalweg
