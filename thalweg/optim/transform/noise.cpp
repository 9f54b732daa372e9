#include <cmath>

#include "thalweg/base/random.hpp"
#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

// The noise of a number depends on its place and the step alone.
template <class T>
void work(const TensorWork<T>& on) {
  const Settings& o = on.at.options;
  const double deviation =
      std::sqrt(o.real("variance") / std::pow(static_cast<double>(on.at.step), o.real("decay")));
  Random random(static_cast<uint64_t>(o.integer("seed")), static_cast<uint64_t>(on.at.step),
                2 * on.at.tensor.offset);
  for (T& v : on.u) v += static_cast<T>(deviation * random.normal());
}

}  // namespace

TransformRow gradient_noise_row() {
  return {.name = "gradient_noise",
          .help = "adds normal noise that fades",
          .formula = "u+ = u + N(0, variance / t^decay)",
          .source = "Neelakantan et al. 2015",
          .untouched = Untouched::dense,
          .options = {Option::real("variance", 0.01, 0, 1e300, "of the first step"),
                      Option::real("decay", 0.55, 0, 100, "power of the step"),
                      Option::integer("seed", 0, 0, 1000000000, "of the noise")},
          .work_float = work<float>,
          .work_double = work<double>};
}

}  // namespace thalweg
