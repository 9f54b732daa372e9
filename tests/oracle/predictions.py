"""Makes predictions.json: what scikit-learn's models say at given coefficients and rows."""

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import GammaRegressor, LinearRegression, LogisticRegression, PoissonRegressor
from sklearn.svm import LinearSVC

random = np.random.default_rng(5)
x = np.round(random.normal(size=(9, 3)), 3)
x[0] *= 300  # probabilities of 0 and 1
cases = []
for name, outputs in [("linear", 1), ("logistic", 1), ("softmax", 3), ("poisson", 1), ("gamma", 1),
                      ("svm", 1)]:
    weight = np.round(random.normal(size=(outputs, 3)), 3)
    if name in ("poisson", "gamma"):
        weight /= 100
    intercept = np.round(random.normal(size=outputs), 3)
    case = {"model": name, "weight": weight.ravel().tolist(), "intercept": intercept.tolist()}
    if name in ("logistic", "softmax"):
        model = LogisticRegression()
        model.classes_ = np.arange(max(2, outputs))
        model.coef_, model.intercept_ = weight, intercept
        case["probabilities"] = model.predict_proba(x).ravel().tolist()
    elif name == "svm":
        model = LinearSVC()
        model.classes_ = np.arange(2)
        model.coef_, model.intercept_ = weight, intercept
        case["scores"] = model.decision_function(x).tolist()
    else:
        model = {"linear": LinearRegression, "poisson": PoissonRegressor, "gamma": GammaRegressor}[name]()
        model.coef_, model.intercept_ = weight[0], intercept[0]
        if name != "linear":
            model._base_loss = model._get_loss()
    case["values"] = model.predict(x).tolist()
    cases.append(case)
out = {"x": x.ravel().tolist(), "rows": 9, "columns": 3, "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
