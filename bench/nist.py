"""The 27 non-linear problems of NIST's StRD from both starts, by `thalweg fit --formula`.

    python3 bench/nist.py --program build/bin/thalweg --data ../shared/data/nist_strd

Digits are -log10 of the relative error of the worst parameter, at most the 11 that are certified;
of a standard deviation likewise. SciPy's least_squares (trf, x_scale='jac', tolerances of 1e-15,
the same exact Jacobian by complex steps) runs beside, where it is installed.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent


def read(path):
    """(formula, columns, rows, starts, certified, deviations, rss) of one .dat file."""
    lines = path.read_text().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("Model:"))
    end = next(i for i, line in enumerate(lines) if "Starting" in line and i > begin)
    text = []
    for line in lines[begin + 1:end]:
        if re.match(r"\s*(y|log\[y\])\s*=", line) or text:
            if not line.strip() and text:
                break
            text.append(line.strip())
    model = re.sub(r"\s*\+\s*e\s*$", "", " ".join(text))
    formula = model.replace("=", "~", 1)
    parameters = [re.match(r"\s*(b\d+)\s*=\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", line) for line in lines[end:]]
    parameters = [match.groups() for match in parameters if match]
    data = max(i for i, line in enumerate(lines) if line.startswith("Data:"))
    columns = lines[data].split()[1:]
    rows = [line.split() for line in lines[data + 1:] if line.strip()]
    rss = next(float(line.split(":")[1]) for line in lines if line.startswith("Residual Sum"))
    names = [p[0] for p in parameters]
    starts = [{n: p[k] for n, p in zip(names, parameters)} for k in (1, 2)]
    certified = {p[0]: (float(p[3]), float(p[4])) for p in parameters}
    return formula, columns, rows, starts, certified, rss


def digits(found, true):
    if found == true:
        return 11.0
    if not np.isfinite(found):
        return 0.0
    return float(min(11.0, max(0.0, -np.log10(abs(found - true) / abs(true)))))


def ours(program, table, formula, start, folder):
    command = [program, "fit", str(table), "--formula", formula, "--start",
               ",".join(f"{n}={v}" for n, v in start.items()), "--run", str(folder), "--overwrite",
               "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    verdict = json.loads(done.stdout)
    estimates = verdict["parameters"]["estimates"]
    return verdict, {n: (float(e["value"]), float(e["standard_error"])) for n, e in estimates.items()}


def scipys(formula, columns, rows, start):
    from scipy.optimize import least_squares
    left, right = formula.replace("[", "(").replace("]", ")").split("~")
    values = {c: np.array([float(row[i]) for row in rows]) for i, c in enumerate(columns)}
    space = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "pi": np.pi,
             "arctan": np.arctan, **values}
    names, code = list(start), compile(right.strip(), "model", "eval")
    y = eval(left.strip(), space)  # the formula of the file

    def model(b):
        return eval(code, {**space, **dict(zip(names, b))}) - y

    def jacobian(b):
        columns = []
        for k in range(len(b)):
            there = np.array(b, complex)
            there[k] += 1e-30j
            columns.append(model(there).imag / 1e-30)
        return np.array(columns).T

    x0 = np.array([float(v) for v in start.values()])
    with np.errstate(all="ignore"):
        try:
            found = least_squares(model, x0, jac=jacobian, x_scale="jac", xtol=1e-15, ftol=1e-15,
                                  gtol=1e-15, max_nfev=10000)
        except ValueError:
            return dict.fromkeys(names, np.nan)
    return dict(zip(names, found.x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=str(ROOT / "build/bin/thalweg"))
    parser.add_argument("--data", default=str(ROOT.parent / "shared/data/nist_strd"))
    arguments = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(Path(arguments.data).glob("*.dat")):
            formula, columns, rows, starts, certified, _ = read(path)
            table = Path(folder) / f"{path.stem}.csv"
            table.write_text("\n".join(",".join(row) for row in [columns, *rows]) + "\n")
            for k, start in enumerate(starts, 1):
                verdict, estimates = ours(arguments.program, table, formula, start, Path(folder) / "run")
                row = {"problem": path.stem, "start": k, "outcome": verdict["outcome"],
                       "iterations": verdict["iterations"],
                       "digits": min(digits(estimates[n][0], c[0]) for n, c in certified.items()),
                       "deviation_digits": min(digits(estimates[n][1], c[1]) for n, c in certified.items())}
                try:
                    peer = scipys(formula, columns, rows, start)
                    row["scipy_digits"] = min(digits(peer[n], c[0]) for n, c in certified.items())
                except ImportError:
                    pass
                found.append(row)
                print(f"{path.stem:10} {k} {row['outcome']:12} {row['iterations']:4} steps  "
                      f"{row['digits']:5.2f} digits, deviations {row['deviation_digits']:5.2f}, "
                      f"SciPy {row.get('scipy_digits', float('nan')):5.2f}")
    def mean(key):
        return sum(row.get(key, float("nan")) for row in found) / len(found)
    summary = {"solved": sum(row["digits"] >= 4 for row in found), "runs": len(found),
               "mean_digits": mean("digits"),
               "least_deviation_digits": min(r["deviation_digits"] for r in found if r["problem"] != "Lanczos1"),
               "scipy_solved": sum(row.get("scipy_digits", 0) >= 4 for row in found),
               "scipy_mean_digits": mean("scipy_digits")}
    print(json.dumps(summary))
    (ROOT / "bench/results/nist.json").write_text(json.dumps({"summary": summary, "runs": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
