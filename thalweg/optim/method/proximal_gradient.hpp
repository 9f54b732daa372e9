// Gradient descent, and the proximal gradient method where there is a composite part: one body, as
// the proximal step without a composite part is the gradient step.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Takes a step along the negative gradient, then the proximal step of the composite part.
//
//   x+ = prox_{t r}(x - t grad f(x))
//
// Options: search = fixed (t = step_size, or 1/L where step_size is 0), armijo (t halved until
// f(x+) <= f(x) + grad f'd + |d|^2/(2t), d = x+ - x; starts from twice the last t),
// barzilai_borwein (t = s's/s'y and s'y/y'y in turn, accepted against the largest of the last 10
// values). Cost: one evaluation a step, more where a step is halved. State: 2 vectors for
// barzilai_borwein. Guarantee: f convex with L-Lipschitz gradient, t <= 1/L: value - minimum <= |x0
// - x*|^2 / (2 t k); strongly convex: a factor 1 - mu/L a step. Barzilai-Borwein: convergence, no
// rate. Sources: Beck, Teboulle, SIAM J. Imaging Sci. 2 (2009), eq. (2.2); Barzilai, Borwein, IMA
// J. Numer. Anal. 8 (1988); Grippo, Lampariello, Lucidi, SIAM J. Numer. Anal. 23 (1986); Wright,
// Nowak, Figueiredo, IEEE Trans. Signal Process. 57 (2009).
class ProximalGradient final : public Method {
 public:
  explicit ProximalGradient(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  double theoretical_rate(double smoothness, double convexity) const override;

  static std::vector<Option> options();

 private:
  enum class Search { fixed, armijo, barzilai_borwein };
  Search search_;
  double step_size_;
};

}  // namespace thalweg
