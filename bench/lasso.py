"""Lasso paths of 100 points beside scikit-learn, celer and skglm, in process, at equal measured gap.

Problems: tall (100,000 x 100, correlated columns, down to 1e-3 of the first l1), wide (2,000 x 5,000, the
same) and sparse (20,000 x 50,000, 60 cells a row, columns as frequent as words), both down to 1e-2, which
is where glmnet ends for more columns than rows. Dense columns and targets are centered, so that an intercept
changes nothing; on the sparse problem the peers fit none and thalweg does.

The gap of every point is measured afterwards, by one formula for all: P - D at the residual scaled to be
feasible. Each peer runs at the loosest tolerance of a grid at which the largest is at most 1e-6 of P(0);
scikit-learn with its Gram matrix (tall) or Fortran-ordered columns (wide), which is its best. Everyone has
its data in memory as it likes them, and is timed on its second run and later ones; the runs are made in
turns. Prints minima and medians, and writes bench/results/lasso.json.
Run: python bench/lasso.py [--program build-bench/bin/bench_lasso] [--rounds 7] [--threads 2] [problems]
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
import warnings
from pathlib import Path

import numpy as np
import scipy.sparse as sp

ROOT = Path(__file__).resolve().parent.parent
POINTS, GAP = 100, 1e-6
RATIO = {"tall": 1e-3, "wide": 1e-2, "sparse": 1e-2}
PEERS = ["scikit-learn", "celer", "skglm"]
TOLERANCES = [10 ** (-k / 2) for k in range(6, 20)]
SLOW = 20.0  # seconds; slower ones run twice


def dense(rows, columns, used, signal, seed):
    random = np.random.default_rng(seed)
    X = random.standard_normal((rows, columns))
    for j in range(1, columns):
        X[:, j] = 0.5 * X[:, j - 1] + np.sqrt(0.75) * X[:, j]
    w = np.zeros(columns)
    w[random.choice(columns, used, replace=False)] = random.standard_normal(used)
    z = X @ w
    y = z + random.standard_normal(rows) * z.std() / np.sqrt(signal)
    return X - X.mean(0), y - y.mean()


def sparse(rows, columns, cells, used, signal, seed):
    random = np.random.default_rng(seed)
    often = 1 / np.arange(1, columns + 1) ** 0.8
    at = random.choice(columns, size=(rows, cells), p=often / often.sum())
    X = sp.csr_matrix((random.random(rows * cells) + 0.5,
                       (np.repeat(np.arange(rows), cells), at.ravel())), shape=(rows, columns))
    X.sum_duplicates()
    w = np.zeros(columns)
    w[random.choice(columns // 4, used, replace=False)] = random.standard_normal(used)
    z = X @ w
    y = z + random.standard_normal(rows) * z.std() / np.sqrt(signal)
    return X, y - y.mean()


def problem(name):
    if name == "tall":
        return dense(100_000, 100, 30, 3, 0)
    return dense(2_000, 5_000, 100, 5, 0) if name == "wide" else sparse(20_000, 50_000, 60, 300, 5, 0)


def grid_of(X, y, ratio):
    return abs(X.T @ y).max() / len(y) * ratio ** (np.arange(POINTS) / (POINTS - 1))


def largest_gap(X, y, weights, intercepts, grid):
    """Over the points, as a share of P(0); weights [columns, points]."""
    worst, n = 0, len(y)
    for k, l1 in enumerate(grid):
        w = weights[:, k]
        r = y - X @ w - intercepts[k]
        s = min(1, l1 / (abs(X.T @ r).max() / n))
        primal = r @ r / 2 / n + l1 * abs(w).sum()
        worst = max(worst, primal - s * (r @ y) / n + s * s * (r @ r) / 2 / n)
    return worst / (y @ y / 2 / n)


def solver(peer, name, X, y, grid):
    """A function of the tolerance that returns weights [columns, points]."""
    warnings.simplefilter("ignore")
    columns = np.asfortranarray(X) if isinstance(X, np.ndarray) else X.tocsc()
    if peer == "scikit-learn":
        from sklearn.linear_model import lasso_path

        return lambda tolerance: lasso_path(columns, y, alphas=grid, precompute=name == "tall",
                                            tol=tolerance, max_iter=100_000)[1]
    if peer == "celer":
        from celer import celer_path

        return lambda tolerance: celer_path(columns, y, "lasso", alphas=grid, tol=tolerance,
                                            max_iter=100, max_epochs=100_000)[1]
    from skglm.datafits import Quadratic
    from skglm.penalties import L1
    from skglm.solvers import AndersonCD

    # Its tolerance is of a subgradient: in units of the last l1.
    return lambda tolerance: AndersonCD(tol=tolerance * grid[-1] * 10, fit_intercept=False,
                                        warm_start=True).path(
                                            columns, y, Quadratic(), L1(1.0), alphas=grid)[1]


def serve(peer, name):
    """One process of a peer: a tolerance a line, answered by seconds and gap."""
    X, y = problem(name)
    grid = grid_of(X, y, RATIO[name])
    run = solver(peer, name, X, y, grid)
    for line in sys.stdin:
        began = time.perf_counter()
        weights = run(float(line))
        seconds = time.perf_counter() - began
        gap = largest_gap(X, y, weights, np.zeros(POINTS), grid)
        print(json.dumps({"seconds": seconds, "gap": gap}), flush=True)


class Peer:
    def __init__(self, peer, name, threads):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
        self.process = subprocess.Popen([sys.executable, __file__, "--serve", peer, name], text=True,
                                        env=os.environ | dict.fromkeys(names, str(threads)),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, tolerance):
        self.process.stdin.write(f"{tolerance!r}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def loosest(self):
        """The largest tolerance that reaches the gap; its first run compiles."""
        for tolerance in TOLERANCES:
            found = self.run(tolerance)
            if found["gap"] <= GAP:
                return tolerance, found
        return None, found


class Ours:
    def __init__(self, program, name, threads, folder):
        self.X, self.y = problem(name)
        self.name, self.folder = name, folder
        self.call = [program, folder, POINTS, RATIO[name], GAP, 2, threads]
        np.array(self.X.shape, dtype=np.int64).tofile(folder / "shape")
        self.y.tofile(folder / "y")
        if isinstance(self.X, np.ndarray):
            self.X.tofile(folder / "X")
        else:
            self.X.indptr.astype(np.int64).tofile(folder / "begin")
            self.X.indices.astype(np.int32).tofile(folder / "column")
            self.X.data.tofile(folder / "value")

    def run(self):
        done = subprocess.run([*map(str, self.call)], text=True, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        return float(done.stdout.split()[-1]), done.stderr.strip()

    def gap(self):
        found = np.fromfile(self.folder / "path").reshape(POINTS, -1)
        return largest_gap(self.X, self.y, found[:, 2:-1].T, found[:, -1], found[:, 0])


def compare(name, arguments):
    with tempfile.TemporaryDirectory() as work:
        ours = Ours(arguments.program, name, arguments.threads, Path(work))
        first, how = ours.run()
        seconds, rows = {"thalweg": [first]}, {"thalweg": {"gap": ours.gap(), "how": how}}
        peers = {peer: Peer(peer, name, arguments.threads) for peer in PEERS}
        for peer, process in peers.items():
            tolerance, found = process.loosest()
            rows[peer] = {"gap": found["gap"], "tolerance": tolerance}
            seconds[peer] = []
            if tolerance is None:
                rows[peer]["missed"] = True
                seconds[peer] = [found["seconds"]]
        for turn in range(arguments.rounds):
            seconds["thalweg"].append(ours.run()[0])
            for peer, process in peers.items():
                slow = seconds[peer] and seconds[peer][0] > SLOW
                if rows[peer]["tolerance"] is not None and (turn < 2 or not slow):
                    seconds[peer].append(process.run(rows[peer]["tolerance"])["seconds"])
    reached = [min(seconds[peer]) for peer in PEERS if not rows[peer].get("missed")]
    print(f"\n{name}: {how}")
    for who, row in rows.items():
        row |= {"minimum": min(seconds[who]), "median": statistics.median(seconds[who])}
        print(f"  {who:13} minimum {row['minimum']:8.3f} s  median {row['median']:8.3f} s  gap "
              f"{row['gap']:.1e}{'  (missed)' if row.get('missed') else ''}")
    best = min(statistics.median(seconds[p]) for p in PEERS if not rows[p].get("missed")) if reached else None
    if reached:
        ours_row = rows["thalweg"]
        print(f"  best peer / thalweg: {min(reached) / ours_row['minimum']:.2f} by minima, "
              f"{best / ours_row['median']:.2f} by medians")
    return rows


def main():
    programs = [ROOT / folder / "bin/bench_lasso" for folder in ("build-bench", "build")]
    parser = argparse.ArgumentParser()
    parser.add_argument("problems", nargs="*", default=list(RATIO))
    parser.add_argument("--program", default=next((p for p in programs if p.exists()), programs[-1]))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--serve", nargs=2)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(*arguments.serve)
    path = ROOT / "bench/results/lasso.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    for name in arguments.problems:
        results[name] = compare(name, arguments)
        results["machine"] = {"processor": platform.processor() or platform.machine(),
                              "threads": arguments.threads, "python": platform.python_version()}
        path.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
