"""Makes lasso.json: minima along paths, as scikit-learn finds them, and its cross-validation.

Problems: tall (60 x 8, columns off center), wide (30 x 80) and sparse (40 x 50), all with numbers of
three decimals, so that they read back as they are. The tolerances are the tightest that the solvers
take; the tests compare values to 1e-8 of them. FOLDS are those of k_folds(60, one class, 5, seed 0).
Run: python tests/oracle/lasso.py > tests/oracle/lasso.json
"""

import json
import warnings

import numpy as np
from sklearn.linear_model import ElasticNet, LassoCV, LogisticRegression

warnings.simplefilter("ignore")
FOLDS = [int(c) for c in "333413314024120123132420022344414240023134013420240130010112"]


def problem(rows, columns, seed, offset=0.0, filled=1.0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, columns))
    X[:, 1::2] += X[:, ::2][:, : X[:, 1::2].shape[1]]
    X = np.round(X * (random.random(X.shape) < filled) + offset, 3)
    w = np.concatenate([[1, -0.7, 0.5, 0, 0, 0.3], np.zeros(columns - 6)])
    z = X @ w
    return X, np.round(z + 0.8 * random.normal(size=rows), 3), \
        (z - np.median(z) + random.normal(size=rows) > 0).astype(float)


def squared_value(X, y, w, b, l1, l2):
    r = y - X @ w - b
    return r @ r / 2 / len(y) + l1 * abs(w).sum() + l2 / 2 * w @ w


def squared(X, y, positive=False, share=1.0):
    centered = X - X.mean(0)
    slopes = centered.T @ (y - y.mean()) / len(y)
    largest = slopes.max() if positive else abs(slopes).max()
    points = []
    for factor in [0.7, 0.3, 0.1, 0.03, 0.01]:
        l1, l2 = factor * largest, factor * largest * (1 - share) / share
        m = ElasticNet(alpha=l1 + l2, l1_ratio=l1 / (l1 + l2), positive=positive, tol=1e-15,
                       max_iter=3_000_000).fit(X, y)
        points.append({"l1": l1, "l2": l2, "nonzeros": int(np.count_nonzero(m.coef_)),
                       "value": squared_value(X, y, m.coef_, m.intercept_, l1, l2)})
    return {"largest": largest, "positive": positive, "points": points}


def logistic(X, y, share=1.0):
    largest = abs((X - X.mean(0)).T @ (y - y.mean())).max() / len(y)
    points = []
    for factor in [0.6, 0.2, 0.06]:
        l1, l2 = factor * largest, factor * largest * (1 - share) / share
        m = LogisticRegression(C=1 / (len(y) * (l1 + l2)), l1_ratio=l1 / (l1 + l2),
                               penalty="elasticnet", solver="saga", tol=1e-13,
                               max_iter=2_000_000).fit(X, y)
        z = X @ m.coef_[0] + m.intercept_[0]
        w = m.coef_[0]
        points.append({"l1": l1, "l2": l2, "nonzeros": int(np.count_nonzero(w)),
                       "value": np.mean(np.logaddexp(0, z) - y * z) + l1 * abs(w).sum()
                       + l2 / 2 * w @ w})
    return {"largest": largest, "positive": False, "points": points}


def cross_validation(X, y):
    folds = np.array(FOLDS)
    splits = [(np.flatnonzero(folds != f), np.flatnonzero(folds == f)) for f in range(5)]
    largest = abs((X - X.mean(0)).T @ (y - y.mean())).max() / len(y)
    grid = largest * 1e-3 ** (np.arange(20) / 19)
    m = LassoCV(alphas=grid, cv=splits, tol=1e-13, max_iter=1_000_000).fit(X, y)
    return {"folds": FOLDS, "l1": m.alphas_.tolist(), "best": m.alpha_,
            "mean": (m.mse_path_.mean(1) / 2).tolist(),
            "error": (m.mse_path_.std(1, ddof=1) / 2 / np.sqrt(5)).tolist()}


out = {}
for name, (X, y, label) in {"tall": problem(60, 8, 1, offset=2.0), "wide": problem(30, 80, 2),
                            "sparse": problem(40, 50, 3, filled=0.2)}.items():
    out[name] = {"rows": len(y), "X": X.ravel().tolist(), "number": y.tolist(),
                 "label": label.tolist(), "lasso": squared(X, y), "net": squared(X, y, share=0.6),
                 "positive": squared(X, y, positive=True), "logistic": logistic(X, label),
                 "logistic_net": logistic(X, label, share=0.6)}
X, y, _ = problem(60, 20, 4)
out["cross_validation"] = {"rows": 60, "X": X.ravel().tolist(), "number": y.tolist(),
                           **cross_validation(X, y)}
print(json.dumps(out))
