"""What the peers tell about convergence besides coefficients: the table in README.md, asked of them.

Not a race: a small lasso, and a logistic regression whose classes a plane separates, where no
minimizer exists.
"""

import inspect
import warnings

import celer
import celer.homotopy
import numpy as np
import sklearn
import sklearn.linear_model as linear
import statsmodels
import statsmodels.api


def caught(fit):
    """The result of a fit, and what it warned of."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        result = fit()
    said = dict.fromkeys(str(warning.message).split("\n")[0] for warning in seen)
    return result, "; ".join(said) or "no warning"


def fitted(model):
    """Names of what a scikit-learn estimator has learned, apart from coefficients and shapes."""
    plain = {"coef_", "intercept_", "classes_", "n_features_in_"}
    return ", ".join(sorted(n for n in vars(model) if n.endswith("_") and n not in plain)) or "nothing"


def main():
    random = np.random.default_rng(0)
    x = random.normal(size=(50, 3))
    y = x[:, 0] + 0.1 * random.normal(size=50)
    separable = (x[:, 0] > 0).astype(int)
    print(f"scikit-learn {sklearn.__version__}, celer {celer.__version__}, "
          f"statsmodels {statsmodels.__version__}\n")
    for name, model in (("scikit-learn Lasso", linear.Lasso(alpha=0.1)),
                        ("scikit-learn ElasticNet", linear.ElasticNet(alpha=0.1)),
                        ("celer Lasso", celer.Lasso(alpha=0.1))):
        print(f"{name}: {fitted(model.fit(x, y))}")
    parameters = inspect.signature(celer.homotopy.celer_path).parameters
    print(f"celer celer_path: return_thetas {'is' if 'return_thetas' in parameters else 'is not'} there")

    print("\nclasses that a plane separates, no penalty:")
    for solver in ("lbfgs", "newton-cholesky"):
        model, said = caught(lambda: linear.LogisticRegression(C=np.inf, solver=solver).fit(x, separable))
        print(f"scikit-learn {solver}: |w| = {np.linalg.norm(model.coef_):.3g}, {fitted(model)}, {said}")
    design = statsmodels.api.add_constant(x)
    result, said = caught(lambda: statsmodels.api.Logit(separable, design).fit(disp=0))
    print(f"statsmodels Logit: |w| = {np.linalg.norm(result.params[1:]):.3g}, "
          f"converged {result.mle_retvals['converged']}, {said}")


if __name__ == "__main__":
    main()
