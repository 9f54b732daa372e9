"""Logistic regression, dense 200,000 x 100, from a NumPy file to a relative gap of 1e-8, beside
scikit-learn's solvers.

The same objective for all: mean loss + l2/2 |w|^2, intercept free (C = 1/(n l2)), float64, no scaling
(thalweg with --no-scale), the same threads. Each peer runs at the loosest tolerance of a grid at which
its excess over the minimum, measured here in float64, is at most 1e-8 of the value, which is what
thalweg's certificate proves. A peer is timed from np.load to the end of fit in a process that has
already imported it; thalweg from its start to the proved gap, and as the whole process, start to exit,
with the digest of the file and everything that it writes. All in turns; minima and medians. Prints a table and writes bench/results/logistic.json.
Run: python bench/logistic.py [--program build/bin/thalweg] [--rounds 7] [--threads 2]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS, COLUMNS, L2, GAP = 200_000, 100, 1e-4, 1e-8
TOLERANCES = [10.0**-k for k in range(1, 13)]
SOLVERS = ["lbfgs", "newton-cholesky", "newton-cg", "liblinear", "saga"]
SLOW = 10.0  # seconds; slower ones run twice


def make_data(path):
    import numpy as np

    random = np.random.default_rng(7)
    X = random.standard_normal((ROWS, COLUMNS))
    X[:, 1::2] = 0.6 * X[:, ::2] + 0.8 * X[:, 1::2]  # pairs correlated by 0.6
    w = random.standard_normal(COLUMNS) / np.sqrt(COLUMNS)
    y = (random.random(ROWS) < 1 / (1 + np.exp(-(X @ w * 2 - 0.5)))).astype(np.float64)
    np.savez(path, X=X, y=y)


def value(X, y, w, b):
    import numpy as np

    margin = (2 * y - 1) * (X @ w + b)
    return np.mean(np.logaddexp(0, -margin)) + L2 / 2 * w @ w


def minimum(X, y):
    """By Newton steps to the last digits."""
    import numpy as np

    design = np.column_stack([X, np.ones(len(X))])
    x, ridge = np.zeros(design.shape[1]), np.append(np.full(X.shape[1], L2), 0)
    for _ in range(30):
        p = 1 / (1 + np.exp(-(design @ x)))
        gradient = design.T @ (p - y) / len(y) + ridge * x
        hessian = design.T @ (design * (p * (1 - p) / len(y))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        x -= step
        if gradient @ step < 1e-26:
            break
    return value(X, y, x[:-1], x[-1])


def peer(path, solver, tolerance):
    """Loads and fits, timed; the value that was reached."""
    import warnings

    import numpy as np
    from sklearn.linear_model import LogisticRegression

    warnings.simplefilter("ignore")
    options = {"liblinear": {"intercept_scaling": 100.0}}.get(solver, {})
    began = time.perf_counter()
    with np.load(path) as arrays:
        X, y = arrays["X"], arrays["y"]
    loaded = time.perf_counter()
    model = LogisticRegression(C=1 / (len(y) * L2), solver=solver, tol=tolerance, max_iter=2000,
                               **options).fit(X, y)
    done = time.perf_counter()
    return {"seconds": done - began, "fit_seconds": done - loaded, "tolerance": tolerance,
            "iterations": int(np.max(model.n_iter_)),
            "value": value(X, y, model.coef_[0], model.intercept_[0])}


def in_process(threads, *arguments):
    """One call of this script in a process of its own with `threads` threads."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, str(threads))
    done = subprocess.run([sys.executable, __file__, "--child", *map(str, arguments)], text=True,
                          env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def loosest(path, solver, best, threads):
    """The cheapest tolerance that reaches the gap, or None."""
    for tolerance in TOLERANCES:
        found = in_process(threads, path, solver, tolerance)
        if found["value"] - best <= GAP * best:
            return found
        if found["seconds"] > 20 * SLOW:
            break
    return None


def starting(program):
    """Seconds of a call that does nothing else."""
    began = time.perf_counter()
    subprocess.run([program, "version"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def ours(program, path, work, threads, *options):
    run = Path(work) / "run"
    call = [program, "fit", path, "--model", "logistic", "--l2", repr(L2), "--tolerance", repr(GAP),
            "--threads", str(threads), "--run", run, "--overwrite", "--quiet", *options]
    began = time.perf_counter()
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"thalweg fit: exit {done.returncode}: {done.stderr.strip()}")
    verdict = json.loads((run / "verdict.json").read_text())
    parts = verdict.get("seconds", {})
    to_gap = starting(program) + parts["read"] + parts["prepare"] + parts["descent"]
    return {"seconds": seconds, "parts": parts, "to_gap": to_gap, "fit_seconds": parts["descent"],
            "method": verdict.get("method"), "outcome": verdict["outcome"],
            "relative_gap": verdict["certificate"]["relative"], "value": verdict["certificate"]["value"]}


def machine():
    name = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        for line in cpus.read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
    return {"processor": name, "processors": os.cpu_count(), "load": os.getloadavg()[0]}


def summary(times):
    return {"minimum": min(times), "median": statistics.median(times), "all": times}


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        path, solver, tolerance = sys.argv[2:]
        if solver == "minimum":
            import numpy as np

            with np.load(path) as arrays:
                print(json.dumps(minimum(arrays["X"], arrays["y"])))
        else:
            print(json.dumps(peer(path, solver, float(tolerance))))
        return 0

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "bin" / "thalweg")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    import sklearn

    with tempfile.TemporaryDirectory() as work:
        path = str(Path(work) / "logistic.npz")
        make_data(path)
        best = in_process(given.threads, path, "minimum", 0)
        peers = {solver: loosest(path, solver, best, given.threads) for solver in SOLVERS}
        times = {name: [] for name in ["thalweg", "to gap", "thalweg, scaled", *SOLVERS]}
        fits = {solver: [] for solver in SOLVERS}
        for round_ in range(given.rounds):
            last = ours(given.program, path, work, given.threads, "--no-scale")
            times["thalweg"].append(last["seconds"])
            times["to gap"].append(last["to_gap"])
            scaled = ours(given.program, path, work, given.threads)
            times["thalweg, scaled"].append(scaled["seconds"])
            for solver, found in peers.items():
                if found is None or (round_ > 1 and found["seconds"] > SLOW):
                    continue
                timed = in_process(given.threads, path, solver, found["tolerance"])
                times[solver].append(timed["seconds"])
                fits[solver].append(timed["fit_seconds"])

    reached = {s: summary(times[s]) for s in SOLVERS if times[s]}
    fastest = min(reached, key=lambda s: reached[s]["minimum"])
    mine = summary(times["thalweg"])
    print(f"dense {ROWS:,} x {COLUMNS}, l2 {L2}, {given.threads} threads, relative gap {GAP}: seconds\n")
    print(f"{'':<22}{'minimum':>9}{'median':>9}{'fit only':>10}{'excess/value':>14}  setting")
    gap = summary(times["to gap"])
    print(f"{'thalweg, to the gap':<22}{gap['minimum']:>9.3f}{gap['median']:>9.3f}")
    print(f"{'thalweg (process)':<22}{mine['minimum']:>9.3f}{mine['median']:>9.3f}"
          f"{last['fit_seconds']:>10.3f}{last['value'] / best - 1:>14.1e}  "
          f"{last['method']}, {last['outcome']}, proved {last['relative_gap']:.1e}")
    other = summary(times["thalweg, scaled"])
    print(f"{'thalweg, standardized':<22}{other['minimum']:>9.3f}{other['median']:>9.3f}"
          f"{scaled['fit_seconds']:>10.3f}{'':>14}  its default; another l2")
    for solver in SOLVERS:
        if solver not in reached:
            print(f"{solver:<22}{'does not reach the gap':>42}")
            continue
        line, found = reached[solver], peers[solver]
        print(f"{solver:<22}{line['minimum']:>9.3f}{line['median']:>9.3f}{min(fits[solver]):>10.3f}"
              f"{found['value'] / best - 1:>14.1e}  tol={found['tolerance']:g}, "
              f"{found['iterations']} iterations")
    ratios = {what: {kind: reached[fastest][kind] / line[kind] for kind in ("minimum", "median")}
              for what, line in (("to_gap", gap), ("process", mine))}
    print(f"\nfastest peer {fastest}: " + "; ".join(
        f"{ratio['minimum']:.2f} times {what.replace('_', ' ')}, by medians {ratio['median']:.2f}"
        for what, ratio in ratios.items()))
    result = {
        "machine": machine(), "threads": given.threads, "rows": ROWS, "columns": COLUMNS, "l2": L2,
        "relative_gap": GAP, "scikit-learn": sklearn.__version__, "minimum": best,
        "thalweg": {**mine, "last": last}, "thalweg_to_gap": gap, "thalweg_standardized": {**other, "last": scaled},
        "peers": {s: {**reached[s], "fit_only": fits[s], "setting": peers[s]} for s in reached},
        "not_reached": [s for s in SOLVERS if s not in reached], "fastest": fastest,
        "ratios": ratios,
    }
    out = ROOT / "bench" / "results" / "logistic.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {out.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
