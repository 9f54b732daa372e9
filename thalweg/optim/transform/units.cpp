// Transforms that work on the rows of a matrix or kernel: what one output takes its inputs with.
#include <algorithm>
#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

// Numbers of one unit: all axes but the first; a vector is one unit.
size_t unit_size(const TensorPlace& tensor) {
  return tensor.shape.size() < 2 ? tensor.size : tensor.size / tensor.shape[0];
}

template <class T>
double norm(std::span<T> a) {
  double sum = 0;
  for (const T v : a) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum);
}

template <class T>
void clip_adaptive(const TensorWork<T>& on) {
  const double bound = on.at.options.real("bound"), epsilon = on.at.options.real("epsilon");
  const size_t size = unit_size(on.at.tensor);
  for (size_t i = 0; i < on.u.size(); i += size) {
    const std::span<T> u = on.u.subspan(i, size);
    const double length = norm(u), most = bound * std::max(norm(on.x.subspan(i, size)), epsilon);
    if (length < most) continue;
    const double factor = most / std::max(length, 1e-6);
    for (T& v : u) v = static_cast<T>(factor * static_cast<double>(v));
  }
}

template <class T>
void centralize(const TensorWork<T>& on) {
  if (on.at.tensor.shape.size() < 2) return;
  const size_t size = unit_size(on.at.tensor);
  for (size_t i = 0; i < on.u.size(); i += size) {
    const std::span<T> u = on.u.subspan(i, size);
    double sum = 0;
    for (const T v : u) sum += static_cast<double>(v);
    const T mean = static_cast<T>(sum / static_cast<double>(size));
    for (T& v : u) v -= mean;
  }
}

}  // namespace

TransformRow clip_adaptive_row() {
  return {.name = "clip_adaptive",
          .help = "no unit's direction longer than a share of its point",
          .formula = "u+ = u min(1, bound max(|x|, epsilon) / |u|) of each unit",
          .source = "Brock et al. 2021; as optax, with units along the first axis",
          .options = {Option::real("bound", 0.01, 0, 1e300, "largest norm over the point's"),
                      Option::real("epsilon", 1e-3, 0, 1e300, "least norm of a point")},
          .work_float = clip_adaptive<float>,
          .work_double = clip_adaptive<double>};
}

TransformRow centralize_row() {
  return {.name = "centralize",
          .help = "takes each unit's mean from its gradient; vectors stay",
          .formula = "u+ = u - mean(u) of each unit",
          .source = "Yong et al. 2020; as optax, with units along the first axis",
          .work_float = centralize<float>,
          .work_double = centralize<double>};
}

}  // namespace thalweg
