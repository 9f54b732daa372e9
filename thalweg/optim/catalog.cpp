// The methods, one row each.
#include "thalweg/optim/method.hpp"
#include "thalweg/optim/method/coordinate_descent.hpp"
#include "thalweg/optim/method/fista.hpp"
#include "thalweg/optim/method/lbfgs.hpp"
#include "thalweg/optim/method/levenberg_marquardt.hpp"
#include "thalweg/optim/method/newton.hpp"
#include "thalweg/optim/method/proximal_gradient.hpp"
#include "thalweg/optim/method/proximal_point.hpp"

namespace thalweg {
namespace {

template <class M>
std::unique_ptr<Method> make(const Settings& settings) {
  return std::make_unique<M>(settings);
}

}  // namespace

std::span<const MethodRow> methods() {
  static const std::vector<MethodRow> rows = {
      {"gradient_descent",
       "steps along the negative gradient",
       "convex, L-Lipschitz gradient, step <= 1/L: excess <= |x0-x*|^2/(2tk); strongly convex: "
       "linear, factor 1-mu/L",
       "Cauchy 1847; Armijo 1966; Barzilai, Borwein 1988",
       {},
       ProximalGradient::options(),
       make<ProximalGradient>},
      {"nesterov",
       "accelerated gradient steps with adaptive restart",
       "convex, L-Lipschitz gradient, step_size 1/L: excess <= 2L|x0-x*|^2/(k+1)^2 up to the first "
       "restart",
       "Nesterov 1983; O'Donoghue, Candes 2015",
       {},
       Fista::options(),
       make<Fista>},
      {"lbfgs",
       "quasi-Newton steps from the last changes of the gradient",
       "strongly convex level sets: R-linear",
       "Liu, Nocedal 1989",
       {},
       Lbfgs::options(),
       make<Lbfgs>},
      {"newton",
       "Newton steps with a Cholesky factor of the whole Hessian",
       "strongly convex, self-concordant or with Lipschitz Hessian: global, excess / 100 a step at "
       "the end",
       "Boyd, Vandenberghe 2004, algorithm 9.5",
       {.smooth = true, .curvature = true},
       Newton::options(),
       make<Newton>},
      {"levenberg_marquardt",
       "Gauss-Newton steps for residuals in a trust region scaled by the Jacobian",
       "Lipschitz Jacobian on the level set: the scaled gradient goes to 0; zero residuals, full "
       "rank: quadratic at the end",
       "Moré 1978; Transtrum, Sethna 2012",
       {.least_squares = true},
       LevenbergMarquardt::options(),
       make<LevenbergMarquardt>},
      {"proximal_gradient",
       "gradient steps, each followed by the proximal step of l1 and bounds",
       "as gradient_descent",
       "Beck, Teboulle 2009; Wright, Nowak, Figueiredo 2009",
       {.smooth = false},
       ProximalGradient::options(),
       make<ProximalGradient>},
      {"fista",
       "accelerated proximal gradient steps with adaptive restart",
       "as nesterov",
       "Beck, Teboulle 2009; O'Donoghue, Candes 2015",
       {.smooth = false},
       Fista::options(),
       make<Fista>},
      {"coordinate_descent",
       "proximal Newton steps, each model solved a coordinate at a time",
       "strongly convex, Lipschitz Hessian: global, superlinear at the end",
       "Lee, Sun, Saunders 2014; Friedman, Hastie, Tibshirani 2010",
       {.smooth = false, .curvature = true, .linear_predictor = true},
       {},
       make<CoordinateDescent>},
      {"proximal_point",
       "proximal point steps on the dual of the hinge loss",
       "superlinear as sigma shrinks",
       "Rockafellar 1976; Yan, Li 2020",
       {.smooth = false, .hinge = true, .curvature = true, .linear_predictor = true},
       {},
       make<ProximalPoint>},
  };
  return rows;
}

}  // namespace thalweg
