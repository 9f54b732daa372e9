"""Real tables: each fitted by `thalweg fit`, checked, and compared with a minimum found by others.

For every table: the outcome and the relative gap that verdict.json states; the minimum of the same
objective on the exported design (--export-design: training rows, as fitted) by scikit-learn, polished
by Newton steps in extended precision, and how far thalweg's value is from it; whether `thalweg verify`
accepts; what `thalweg evaluate` says of the validation rows. Exits 1 where a value is further than
1e-10 (relative) away, a gap is above 1e-9 or verify does not accept. Prints a table and writes
bench/results/real.json. Options: --program, --data (the folder of data sets), and names of tables.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import linear_model

ROOT = Path(__file__).resolve().parent.parent
L2 = 1e-3
TABLES = {
    "telco_churn": ("telco_churn/Telco-Customer-Churn.csv", "logistic", ["--target", "Churn"]),
    "adult": ("adult/adult-train.csv", "logistic",
              ["--no-header", "--target", "@-1", "--missing", "?"]),
    "wine_quality": ("wine_quality/winequality-white.csv", "linear",
                     ["--no-header", "--target", "@-1", "--model", "linear"]),
    "bike_sharing": ("bike_sharing/hour.csv", "poisson",
                     ["--target", "cnt", "--model", "poisson", "--drop", "casual", "--drop",
                      "registered"]),
    "california_housing": ("california_housing/housing.csv", "linear",
                           ["--target", "median_house_value", "--model", "linear"]),
    "titanic": ("titanic/train.csv", "logistic", ["--target", "Survived"]),
    "a9a": ("a9a/a9a", "logistic", []),
}


def sample_part(model, z, y):
    """Losses, first and second derivatives at predictions z."""
    if model == "linear":
        return (z - y) ** 2 / 2, z - y, np.ones_like(z)
    if model == "poisson":
        rate = np.exp(z)
        return rate - y * z, rate - y, rate
    margin = np.where(y > 0, z, -z)
    small = np.exp(-abs(margin))
    miss = np.where(margin > 0, small, 1) / (1 + small)
    return (np.maximum(-margin, 0) + np.log1p(small), np.where(y > 0, -miss, miss),
            small / (1 + small) ** 2)


def start(model, X, y, s):
    """Weights and intercept by scikit-learn at its tightest tolerance."""
    if model == "linear":
        peer = linear_model.Ridge(alpha=L2 * s.sum())
    elif model == "poisson":
        peer = linear_model.PoissonRegressor(alpha=L2, solver="newton-cholesky", tol=1e-10,
                                             max_iter=1000)
    else:
        peer = linear_model.LogisticRegression(C=1 / (L2 * s.sum()), solver="newton-cholesky",
                                               tol=1e-10, max_iter=1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer.fit(X, y, sample_weight=s)
    return np.append(np.ravel(peer.coef_), peer.intercept_)


def minimum(model, X, y, s):
    """The least value of the objective, and the Newton decrement / 2 left at the end."""
    design = np.column_stack([X, np.ones(len(X))]).astype(np.longdouble)
    share = (s / s.sum()).astype(np.longdouble)
    target = y.astype(np.longdouble)
    ridge = np.append(np.full(X.shape[1], L2), 0)
    x = start(model, X, y, s).astype(np.longdouble)
    for _ in range(12):
        f, first, second = sample_part(model, design @ x, target)
        value = share @ f + (ridge * x * x).sum() / 2
        gradient = design.T @ (share * first) + ridge * x
        plain = design.astype(float)
        hessian = plain.T @ (plain * (share * second).astype(float)[:, None]) + np.diag(ridge)
        step = np.linalg.lstsq(hessian, -gradient.astype(float), rcond=1e-15)[0]
        left = float(-(gradient @ step)) / 2
        if left < 1e-22 * abs(float(value)):
            break
        x = x + step
    return float(value), left


def run(program, *arguments, accept=(0, 3)):
    """Exit status and standard output of one call."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in accept:
        sys.exit(f"{' '.join([str(program), *arguments])}: exit {done.returncode}: {done.stderr.strip()}")
    return done.returncode, done.stdout


def table_row(program, folder, name, work):
    path, model, options = TABLES[name]
    data, directory, exported = str(folder / path), str(work / name), str(work / f"{name}.npz")
    began = time.perf_counter()
    run(program, "fit", data, *options, "--l2", repr(L2), "--validation", "0.2", "--run", directory,
        "--export-design", exported, "--quiet")
    seconds = time.perf_counter() - began
    verdict = json.loads((work / name / "verdict.json").read_text())
    with np.load(exported, allow_pickle=False) as arrays:
        X, y = arrays["X"].astype(float), arrays["y"].astype(float)
        s = arrays["weights"].astype(float) if "weights" in arrays else np.ones(len(y))
    best, left = minimum(model, X, y, s)
    value = verdict["certificate"]["value"]
    verified, _ = run(program, "verify", directory, data, "--quiet", accept=(0, 2, 3))
    _, metrics = run(program, "evaluate", directory, data, "--json")
    return {
        "table": name, "rows": len(y), "columns": X.shape[1], "model": model, "l2": L2,
        "outcome": verdict["outcome"], "relative_gap": verdict["certificate"]["relative"],
        "certificate": verdict["certificate"]["kind"], "value": value, "minimum": best,
        "minimum_newton_decrement": left, "relative_difference": abs(value - best) / abs(best),
        "seconds": seconds, "verify": {0: "accepts", 3: "rejects"}.get(verified, "cannot read"),
        "evaluate": json.loads(metrics),
    }


def headline(metrics):
    """The metric of the table's last column, wherever evaluate's JSON has it."""
    flat = {}

    def walk(node):
        for key, item in node.items():
            if isinstance(item, dict):
                walk(item)
            else:
                flat[key] = item

    walk(metrics)
    for key, label in (("roc_auc", "ROC AUC"), ("r2", "R2")):
        if isinstance(flat.get(key), (int, float)):
            return f"{label} {flat[key]:.4f}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", choices=[[], *TABLES], default=[])
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "bin" / "thalweg")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    given = parser.parse_args()
    rows = []
    print(f"{'table':<19}{'rows':>7}{'cols':>5}  {'outcome':<11}{'relative gap':>13}{'from minimum':>14}"
          f"{'seconds':>9}  {'verify':<12}evaluate")
    with tempfile.TemporaryDirectory() as work:
        for name in given.tables or TABLES:
            row = table_row(given.program, given.data, name, Path(work))
            rows.append(row)
            gap = row["relative_gap"] if row["relative_gap"] is not None else float("nan")
            print(f"{name:<19}{row['rows']:>7}{row['columns']:>5}  {row['outcome']:<11}{gap:>13.1e}"
                  f"{row['relative_difference']:>14.1e}{row['seconds']:>9.2f}  {row['verify']:<12}"
                  f"{headline(row['evaluate'])}", flush=True)
    if not given.tables:
        result = {"machine": platform.processor() or platform.machine(), "scikit-learn": sklearn.__version__,
                  "l2": L2, "validation": 0.2, "tables": rows}
        out = ROOT / "bench" / "results" / "real.json"
        out.write_text(json.dumps(result, indent=1) + "\n")
        print(f"written to {out.relative_to(ROOT)}")
    good = all(row["outcome"] == "certified" and row["relative_gap"] <= 1e-9 and
               row["relative_difference"] <= 1e-10 and row["verify"] == "accepts" for row in rows)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
