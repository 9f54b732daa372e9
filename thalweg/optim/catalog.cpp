// The methods, one row each.
#include "thalweg/optim/method.hpp"
#include "thalweg/optim/method/bfgs.hpp"
#include "thalweg/optim/method/coordinate_descent.hpp"
#include "thalweg/optim/method/cubic_regularization.hpp"
#include "thalweg/optim/method/fista.hpp"
#include "thalweg/optim/method/lbfgs.hpp"
#include "thalweg/optim/method/levenberg_marquardt.hpp"
#include "thalweg/optim/method/newton.hpp"
#include "thalweg/optim/method/newton_cg.hpp"
#include "thalweg/optim/method/nonlinear_conjugate_gradient.hpp"
#include "thalweg/optim/method/proximal_gradient.hpp"
#include "thalweg/optim/method/proximal_point.hpp"
#include "thalweg/optim/method/sr1.hpp"
#include "thalweg/optim/method/trust_region.hpp"

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
      {"bfgs",
       "quasi-Newton steps with a dense inverse Hessian",
       "convex on a bounded level set: global; positive definite Hessian at the minimizer: "
       "superlinear",
       "Broyden, Fletcher, Goldfarb, Shanno 1970",
       {},
       {},
       make<Bfgs>},
      {"nonlinear_conjugate_gradient",
       "directions made of the gradient and the direction before",
       "Lipschitz gradient, bounded level set: lim inf of the gradient is 0; quadratics: linear, "
       "factor (sqrt(kappa)-1)/(sqrt(kappa)+1)",
       "Fletcher, Reeves 1964; Gilbert, Nocedal 1992; Hager, Zhang 2005",
       {},
       NonlinearConjugateGradient::options(),
       make<NonlinearConjugateGradient>},
      {"newton_cg",
       "Newton steps by conjugate gradient on Hessian products, with a line search",
       "Lipschitz Hessian, bounded level set: the gradient goes to 0; positive definite Hessian at "
       "the minimizer: superlinear",
       "Nocedal, Wright 2006, algorithm 7.1",
       {.curvature = true},
       {},
       make<NewtonCg>},
      {"trust_region",
       "Newton steps no longer than a radius, indefinite Hessians included",
       "Lipschitz Hessian, bounded level set: the gradient goes to 0, solver exact: the limit is "
       "no "
       "saddle; positive definite Hessian at the minimizer: quadratic",
       "Powell 1970; Moré, Sorensen 1983; Steihaug 1983",
       {.curvature = true},
       TrustRegion::options(),
       make<TrustRegion>},
      {"sr1",
       "quasi-Newton steps in a trust region, with a matrix that may be indefinite",
       "Lipschitz Hessian, uniformly independent steps: superlinear in every size + 1 steps",
       "Conn, Gould, Toint 1991",
       {},
       {},
       make<Sr1>},
      {"cubic_regularization",
       "Newton steps held back by a cubic term",
       "Lipschitz Hessian, bounded below: gradient <= eps within O(eps^-3/2) steps, the limit is "
       "no "
       "saddle",
       "Nesterov, Polyak 2006; Cartis, Gould, Toint 2011",
       {.curvature = true},
       {},
       make<CubicRegularization>},
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
