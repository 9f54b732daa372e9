#include <cmath>

#include "thalweg/optim/transform/matrix.hpp"
#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

// The last two axes are factored; those before count as many matrices.
size_t last(const TensorPlace& t) { return is_matrix(t) ? t.shape.back() : 0; }
size_t before_last(const TensorPlace& t) { return is_matrix(t) ? t.shape[t.shape.size() - 2] : 0; }

template <class T>
double root_mean_square(std::span<T> a) {
  double sum = 0;
  for (const T v : a) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

// v [size] becomes the estimate of the mean square, from the state.
template <class T>
void estimate(const TensorWork<T>& on, double fresh, double epsilon, std::vector<double>& v) {
  auto mix = [&](T& held, double now) {
    held = static_cast<T>(static_cast<double>(held) + fresh * (now - static_cast<double>(held)));
    return static_cast<double>(held);
  };
  if (!is_matrix(on.at.tensor)) {
    for (size_t i = 0; i < v.size(); ++i) v[i] = mix(on.state[2][i], v[i]);
    return;
  }
  const size_t r = before_last(on.at.tensor), c = last(on.at.tensor);
  for (size_t k = 0; k * r * c < v.size(); ++k) {
    double* square = v.data() + k * r * c;
    std::vector<double> row(r), column(c, 0.0);
    double mean = 0;
    for (size_t i = 0; i < r; ++i) {
      double sum = 0;
      for (size_t j = 0; j < c; ++j) sum += square[i * c + j], column[j] += square[i * c + j];
      row[i] = mix(on.state[0][k * r + i], sum / static_cast<double>(c));
      mean += row[i] / static_cast<double>(r);
    }
    for (size_t j = 0; j < c; ++j)
      column[j] = mix(on.state[1][k * c + j], column[j] / static_cast<double>(r));
    for (size_t i = 0; i < r; ++i)
      for (size_t j = 0; j < c; ++j)
        square[i * c + j] = row[i] * column[j] / std::max(mean, epsilon);
  }
}

template <class T>
void work(const TensorWork<T>& on) {
  const Settings& o = on.at.options;
  const double t = static_cast<double>(on.at.step), rate = on.at.learning_rate;
  const double epsilon =
      o.real("epsilon") > 0 ? o.real("epsilon") : std::numeric_limits<T>::epsilon();
  std::vector<double> v(on.u.size());
  for (size_t i = 0; i < v.size(); ++i)
    v[i] = static_cast<double>(on.u[i]) * static_cast<double>(on.u[i]);
  estimate(on, std::pow(t, o.real("beta2_decay")), epsilon, v);
  for (size_t i = 0; i < v.size(); ++i)
    on.u[i] =
        static_cast<T>(static_cast<double>(on.u[i]) / std::sqrt(std::max(v[i], epsilon * epsilon)));
  const double clip = std::max(1.0, root_mean_square(on.u) / o.real("clip"));
  const double relative = rate > 0 ? std::min(1.0, 1 / (rate * std::sqrt(t))) : 1;
  const double scale = std::max(o.real("least_scale"), root_mean_square(on.x)) * relative / clip;
  const double decay = o.real("weight_decay") * on.at.decay_factor;
  for (size_t i = 0; i < v.size(); ++i)
    on.u[i] =
        static_cast<T>(scale * static_cast<double>(on.u[i]) + decay * static_cast<double>(on.x[i]));
}

}  // namespace

TransformRow adafactor_row() {
  return {
      .name = "adafactor",
      .help = "RMSprop whose mean squares are kept as row and column means",
      .formula =
          "fresh = t^beta2_decay; R, C: means of g^2 over columns, rows, mixed by fresh; V = "
          "R C / mean(R); u = g / sqrt(V); u = max(least_scale, rms(x)) min(1, 1 / "
          "(learning_rate sqrt(t))) u / max(1, rms(u) / clip) + weight_decay x",
      .source = "Shazeer, Stern 2018, algorithms 4 and 5 without momentum; as PyTorch",
      .untouched = Untouched::dense,
      .options = {learning_rate_option(0.01),
                  Option::real("beta2_decay", -0.8, -10, 0, "power of t: weight of new squares"),
                  Option::real("epsilon", 0, 0, 1, "least root of V; 0: the precision"),
                  Option::real("least_scale", 1e-3, 0, 1e6, "least size of a tensor"),
                  Option::real("clip", 1, 1, 1e300, "largest root mean square of u"),
                  weight_decay_option(0), mask_option()},
      .states = {{.name = "row",
                  .size =
                      [](const TensorPlace& tensor, const Settings&) {
                        return is_matrix(tensor) ? tensor.size / last(tensor) : 0;
                      }},
                 {.name = "column",
                  .size =
                      [](const TensorPlace& tensor, const Settings&) {
                        return is_matrix(tensor) ? tensor.size / before_last(tensor) : 0;
                      }},
                 {.name = "v",
                  .size = [](const TensorPlace& tensor,
                             const Settings&) { return is_matrix(tensor) ? 0 : tensor.size; }}},
      .work_float = work<float>,
      .work_double = work<double>};
}

}  // namespace thalweg
