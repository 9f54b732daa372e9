"""Makes data/linear_LOSS.json: problems of 200 rows with their minima, for tests/oracle/linear_test.cpp.

P(w, b) = (1/S) sum s_i f(x_i'w + b, y_i) + l1 |w|_1 + l2/2 |w|^2 on the bounds, intercept free.
Every minimum is had twice: by scikit-learn where it solves the same problem, else by CVXPY; and by
a Newton iteration in 70 digits on the pieces that the first one shows, with the optimality conditions
of everything held at a kink or bound checked (exact.py). The two agree to 1e-9 of P - I (what a
solver of double precision reaches); the second, which is exact, is stored. Cells are multiples of
1/64, so that float32 and sparse storage hold the same problem.
Run: python tests/oracle/linear.py
"""

import json
import warnings
from pathlib import Path

import mpmath as mp
import numpy as np
from exact import DELTA, LEVEL, LOSSES, SMOOTHING, approximate, pieces, polish, predict, value
from scipy import optimize
from sklearn import linear_model

ROWS, COLUMNS = 200, 6
PENALTIES = {
    "none": {},
    "l2": {"l2": 0.03125},
    "weak_l2": {"l2": 2.0**-20},
    "l1": {"l1": 0.03125},
    "elastic_net": {"l1": 0.015625, "l2": 0.03125},
    "non_negative": {"lower": 0.0},
    "box": {"lower": -0.25, "upper": 0.25},
    "box_elastic_net": {"l1": 0.0078125, "l2": 0.015625, "lower": -0.25, "upper": 0.5},
}


def data(loss, rng):
    n, p = ROWS, COLUMNS
    X = np.round(rng.normal(size=(n, p)) * np.array([1, 1, 0.5, 2, 1, 1]) * 64) / 64
    X[:, 4] = (X[:, 4] > 0.3) * 1.0
    X[:, 5] = np.round((0.8 * X[:, 0] + 0.6 * X[:, 5]) * 64) / 64
    z = X @ [1.0, -0.75, 0.1, 0.0, 0.5, 0.0] + 0.3
    if loss in ("logistic", "hinge", "squared_hinge"):
        y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    elif loss == "softmax":
        scores = np.column_stack([z, -z + X[:, 2], X[:, 1]])
        y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1).astype(float)
    elif loss == "poisson":
        y = rng.poisson(np.exp(0.5 * z)).astype(float)
    elif loss == "gamma":
        y = np.ceil(np.exp(0.5 * z) * rng.gamma(2, 0.5, n) * 64) / 64
    else:
        y = np.round((z + rng.standard_t(3, size=n)) * 64) / 64
    return X, y, np.round(rng.random(n) * 8 + 1) / 8


def scikit(loss, X, y, s, pen):
    """Weights and intercepts by scikit-learn, or None where it does not solve this problem."""
    l1, l2 = pen.get("l1", 0), pen.get("l2", 0)
    if "upper" in pen or pen.get("lower", 0) != 0 or ("lower" in pen and loss != "squared"):
        return None
    total = s.sum()
    if loss == "squared":
        if l1 == 0 and l2 == 0:
            model = linear_model.LinearRegression(positive="lower" in pen)
        elif l1 == 0:
            model = linear_model.Ridge(alpha=l2 * total, tol=1e-14)
        else:
            model = linear_model.ElasticNet(alpha=l1 + l2, l1_ratio=l1 / (l1 + l2), tol=1e-15,
                                            max_iter=10**6)
    elif loss in ("logistic", "softmax"):
        if l1 == 0 and l2 == 0:
            model = linear_model.LogisticRegression(C=np.inf, solver="newton-cg", tol=1e-12)
        elif l1 == 0:
            model = linear_model.LogisticRegression(C=1 / (l2 * total), solver="newton-cg", tol=1e-12,
                                                    max_iter=10000)
        else:
            return None  # saga only, which does not reach 1e-10
    elif loss in ("poisson", "gamma") and l1 == 0:
        kind = linear_model.PoissonRegressor if loss == "poisson" else linear_model.GammaRegressor
        model = kind(alpha=l2, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    else:
        return None
    model.fit(X, y, sample_weight=s)
    return np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_)


def polish_hinge(X, y, s, pen, W0, b0):
    """The vertex or face of the hinge problem: active margins as equalities, their multipliers."""
    lower, upper = pen.get("lower", -np.inf), pen.get("upper", np.inf)
    l1, l2 = mp.mpf(pen.get("l1", 0)), mp.mpf(pen.get("l2", 0))
    sign, total, p = 2 * y - 1, mp.fsum(mp.mpf(v) for v in s), X.shape[1]
    w0, near = W0[0], 1e-5
    free = [j for j in range(p) if not ((l1 > 0 and abs(w0[j]) < near) or w0[j] < lower + near
                                        or w0[j] > upper - near)]
    w = [mp.mpf(float(v)) if j in free else
         mp.mpf(0) if l1 > 0 and abs(v) < near else mp.mpf(lower if v < lower + near else upper)
         for j, v in enumerate(w0)]
    margin = 1 - sign * (X @ w0 + b0[0])
    kinks = [i for i in range(len(y)) if abs(margin[i]) < near]
    above = [i for i in range(len(y)) if margin[i] >= near]
    x1 = [[mp.mpf(v) for v in row] + [mp.mpf(1)] for row in X]
    o = [mp.mpf(float(v)) / total for v in s]
    slots = free + [p]
    size = len(slots) + len(kinks)
    A, r = mp.zeros(size), mp.zeros(size, 1)
    for m, j in enumerate(slots):
        if j < p:
            A[m, m] = l2
            r[m] -= l1 * mp.sign(w[j])
        r[m] += mp.fsum(o[i] * int(sign[i]) * x1[i][j] for i in above)
        for q, i in enumerate(kinks):
            A[m, len(slots) + q] = -o[i] * int(sign[i]) * x1[i][j]
    for q, i in enumerate(kinks):
        for m, j in enumerate(slots):
            A[len(slots) + q, m] = x1[i][j]
        r[len(slots) + q] = int(sign[i]) - mp.fsum(x1[i][j] * w[j] for j in range(p) if j not in free)
    solution = mp.lu_solve(A, r)
    for m, j in enumerate(free):
        w[j] = solution[m]
    b = solution[len(free)]
    a = {i: solution[len(slots) + q] for q, i in enumerate(kinks)}
    assert all(0 <= v <= 1 for v in a.values()), a
    a.update({i: mp.mpf(1) for i in above})
    for j in range(p):  # the optimality conditions of what was held
        if j in free:
            continue
        slope = l2 * w[j] - mp.fsum(o[i] * v * int(sign[i]) * x1[i][j] for i, v in a.items())
        if l1 > 0 and w[j] == 0:
            assert abs(slope) <= l1
        elif w[j] == lower:
            assert slope + l1 * mp.sign(w[j]) >= 0
        else:
            assert slope + l1 * mp.sign(w[j]) <= 0
    return value("hinge", X, y, s, pen, [w], [b])


def vertex(X, y, s, pen):
    """A vertex of the hinge's linear program (l2 = 0), by the dual simplex method."""
    n, p = X.shape
    sign, l1 = 2 * y - 1, pen.get("l1", 0)
    lower, upper = pen.get("lower", -np.inf), pen.get("upper", np.inf)
    # w = u - v: columns u, v, b, losses
    margins = -np.column_stack([sign[:, None] * X, -sign[:, None] * X, sign, np.eye(n)])
    bounds = ([(max(lower, 0), max(upper, 0))] * p + [(max(-upper, 0), max(-lower, 0))] * p +
              [(None, None)] + [(0, None)] * n)
    cost = np.concatenate([np.full(2 * p, l1), [0], s / s.sum()])
    x = optimize.linprog(cost, margins, -np.ones(n), bounds=bounds, method="highs-ds").x
    return (x[:p] - x[p:2 * p])[None, :], x[2 * p:2 * p + 1]


def infimum(loss, y, s):
    """I: the mean of the losses' own infima."""
    own = {"poisson": lambda v: v - v * mp.log(v) if v > 0 else mp.mpf(0),
           "gamma": lambda v: 1 + mp.log(v)}.get(loss, lambda v: mp.mpf(0))
    return mp.fsum(mp.mpf(float(w)) * own(mp.mpf(float(v))) for v, w in zip(y, s)) / mp.fsum(
        mp.mpf(float(w)) for w in s)


def main():
    rng = np.random.default_rng(11)
    here = Path(__file__).parent
    for loss in LOSSES:
        X, y, s = data(loss, rng)
        cases, worst = [], 0.0
        for name, pen in PENALTIES.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                W, b = approximate(loss, X, y, s, pen)
                first = scikit(loss, X, y, s, pen)
            by = "CVXPY" if first is None else "scikit-learn"
            W1, b1 = (W, b) if first is None else first
            if loss == "hinge" and "l2" not in pen:
                W, b = vertex(X, y, s, pen)
            exact = polish_hinge(X, y, s, pen, W, b) if loss == "hinge" else polish(
                loss, X, y, s, pen, W, b)
            clip = np.clip(W1, pen.get("lower", -np.inf), pen.get("upper", np.inf))
            other = value(loss, X, y, s, pen, [[mp.mpf(float(w)) for w in row] for row in clip],
                          [mp.mpf(float(v)) for v in b1])
            scale = exact - infimum(loss, y, s)
            excess = float((other - exact) / scale)
            assert -1e-30 < excess < 1e-9, (loss, name, by, excess)
            worst = max(worst, excess)
            cases.append({"penalty": name, **pen, "by": by, "minimum": mp.nstr(exact, 40),
                          "scale": mp.nstr(scale, 20)})
        out = {"loss": loss, "outputs": 3 if loss == "softmax" else 1, "delta": DELTA, "level": LEVEL,
               "smoothing": SMOOTHING, "X": X.tolist(), "y": y.tolist(), "weights": s.tolist(),
               "cases": cases}
        path = here / "data" / f"linear_{loss}.json"
        path.write_text(json.dumps(out) + "\n")
        print(f"{path.name}: {len(cases)} minima, twice to {worst:.1e}, "
              f"{path.stat().st_size / 1e3:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
