"""Makes metrics.json: scores of small random predictions by scikit-learn 1.9.

The tolerance in tests/model/metrics_test.cpp is 1e-12 relative: both sides sum at most 60 terms of
float64, in different orders.
"""
import json
import pathlib

import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(11)


def calibration(right, p, w, bins=10):
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], p)
    out = 0.0
    for b in range(bins):
        at = place == b
        if at.any():
            out += abs(np.average(right[at], weights=w[at]) - np.average(p[at], weights=w[at])) * w[at].sum()
    if np.all(w == 1):  # the shares and means of bins are scikit-learn's
        share, mean = calibration_curve(right, p, n_bins=bins)
        count = np.bincount(place, minlength=bins)
        assert np.isclose(out, np.sum(np.abs(share - mean) * count[count > 0]))
    return out / w.sum()


def binary(rows, weighted):
    # Two digits: ties among the scores.
    y, p = rng.integers(0, 2, rows), np.round(rng.uniform(0.005, 0.995, rows), 2) + 0.001
    w = rng.uniform(0, 2, rows) if weighted else np.ones(rows)
    hat = (p > 0.5).astype(int)
    return {
        "target": y.tolist(), "probability": p.tolist(), "classes": 1,
        "weight": w.tolist() if weighted else [],
        "accuracy": m.accuracy_score(y, hat, sample_weight=w),
        "balanced_accuracy": m.balanced_accuracy_score(y, hat, sample_weight=w),
        "confusion": m.confusion_matrix(y, hat, sample_weight=w).ravel().tolist(),
        "roc_auc": m.roc_auc_score(y, p, sample_weight=w),
        "log_loss": m.log_loss(y, p, sample_weight=w),
        "brier": m.brier_score_loss(y, p, sample_weight=w),
        "calibration_error": calibration(y, p, w),
    }


def multiclass(rows, classes, weighted):
    y = np.concatenate([np.arange(classes), rng.integers(0, classes, rows - classes)])
    p = rng.dirichlet(np.ones(classes), rows)
    w = rng.uniform(0, 2, rows) if weighted else np.ones(rows)
    hat = p.argmax(1)
    one_vs_rest = [m.roc_auc_score(y == k, p[:, k], sample_weight=w) for k in range(classes)]
    if not weighted:
        assert np.isclose(np.mean(one_vs_rest), m.roc_auc_score(y, p, multi_class="ovr"))
    return {
        "target": y.tolist(), "probability": p.ravel().tolist(), "classes": classes,
        "weight": w.tolist() if weighted else [],
        "accuracy": m.accuracy_score(y, hat, sample_weight=w),
        "balanced_accuracy": m.balanced_accuracy_score(y, hat, sample_weight=w),
        "confusion": m.confusion_matrix(y, hat, sample_weight=w).ravel().tolist(),
        "roc_auc": float(np.mean(one_vs_rest)),
        "log_loss": m.log_loss(y, p, sample_weight=w),
        "brier": m.brier_score_loss(y, p, sample_weight=w),
        "calibration_error": calibration((hat == y).astype(float), p.max(1), w),
    }


def regression(rows, weighted):
    y, hat = rng.gamma(2, 3, rows), rng.gamma(2, 3, rows)
    counts = rng.poisson(1.5, rows)
    w = rng.uniform(0, 2, rows) if weighted else np.ones(rows)
    return {
        "target": y.tolist(), "predicted": hat.tolist(), "counts": counts.tolist(),
        "weight": w.tolist() if weighted else [],
        "root_mean_squared_error": m.root_mean_squared_error(y, hat, sample_weight=w),
        "mean_absolute_error": m.mean_absolute_error(y, hat, sample_weight=w),
        "r_squared": m.r2_score(y, hat, sample_weight=w),
        "poisson_deviance": m.mean_poisson_deviance(counts, hat, sample_weight=w),
        "gamma_deviance": m.mean_gamma_deviance(y, hat, sample_weight=w),
    }


cases = {
    "classes": [binary(60, False), binary(60, True), multiclass(40, 3, False),
                multiclass(40, 4, True)],
    "numbers": [regression(30, False), regression(30, True)],
}
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(cases) + "\n")
