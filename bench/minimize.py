"""thalweg's choice against SciPy on test functions: a performance profile and times.

    python3 bench/minimize.py [--library build/bin/bench_minimize.so]

The 35 problems of Moré, Garbow and Hillstrom from 1, 10 and 100 times their standard starts, and the
usual functions, all compiled by thalweg and handed to SciPy with their exact derivatives. Solved is
a value f with f - f_best <= 1e-6 (f_0 - f_best), or the same of a listed local or infinite minimum
that the run ended in; counted are the gradients (or Jacobians) asked for until then, once alone and
once with each Hessian product as a gradient. Nelder-Mead and Powell count their values.
"""

import argparse
import ctypes
import json
import platform
import time
import warnings
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import least_squares, minimize

ROOT = Path(__file__).resolve().parent.parent
METHODS = ["BFGS", "L-BFGS-B", "CG", "Newton-CG", "trust-exact", "trust-krylov", "trust-ncg", "dogleg", "TNC",
           "SLSQP", "Nelder-Mead", "Powell"]
SQUARES = ["ls-lm", "ls-trf", "ls-dogbox"]
MOST_DENSE = 200
TAUS = [1, 1.2, 1.5, 2, 3, 5, 10, 30, 100, 1000]


class OutOfTime(Exception):
    pass


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(path)
        self.c.thalweg_name.restype = ctypes.c_char_p
        self.c.thalweg_open.restype = ctypes.c_void_p
        for name in ("functions", "dimension", "minima", "residual_count", "run"):
            getattr(self.c, f"thalweg_{name}").restype = ctypes.c_size_t
        for name in ("value", "gradient"):
            getattr(self.c, f"thalweg_{name}").restype = ctypes.c_double
        self.c.thalweg_name.argtypes = self.c.thalweg_dimension.argtypes = [ctypes.c_size_t]
        self.names = [self.c.thalweg_name(i).decode() for i in range(self.c.thalweg_functions())]
        self.dimensions = {n: self.c.thalweg_dimension(i) for i, n in enumerate(self.names)}


def pointer(array):
    return ctypes.c_void_p(array.ctypes.data)


class Function:
    def __init__(self, library, name, n, factor):
        self.c, self.name, self.n, self.factor = library.c, name, n, factor
        self.handle = ctypes.c_void_p(self.c.thalweg_open(name.encode(), ctypes.c_size_t(n)))
        self.start = np.empty(n)
        self.c.thalweg_start(name.encode(), ctypes.c_size_t(n), pointer(self.start))
        self.start *= factor
        self.m = self.c.thalweg_residual_count(self.handle)
        values, kinds = np.empty(16), np.empty(16, np.int32)
        count = self.c.thalweg_minima(name.encode(), ctypes.c_size_t(n), pointer(values), pointer(kinds))
        self.known = list(zip(values[:count], kinds[:count]))

    def value(self, x):
        x = np.ascontiguousarray(x, float)
        return self.c.thalweg_value(self.handle, pointer(x))

    def gradient(self, x):
        x, out = np.ascontiguousarray(x, float), np.empty(self.n)
        self.c.thalweg_gradient(self.handle, pointer(x), pointer(out))
        return out

    def hessian(self, x):
        x, out = np.ascontiguousarray(x, float), np.empty((self.n, self.n))
        self.c.thalweg_hessian(self.handle, pointer(x), pointer(out))
        return out

    def product(self, x, d):
        x, d, out = np.ascontiguousarray(x, float), np.ascontiguousarray(d, float), np.empty(self.n)
        self.c.thalweg_product(self.handle, pointer(x), pointer(d), pointer(out))
        return out

    def residuals(self, x):
        x, out = np.ascontiguousarray(x, float), np.empty(self.m)
        self.c.thalweg_residuals(self.handle, pointer(x), pointer(out))
        return out

    def jacobian(self, x):
        x, out = np.ascontiguousarray(x, float), np.empty((self.n, self.m))
        self.c.thalweg_jacobian(self.handle, pointer(x), pointer(out))
        return out.T

    def run(self, method, repeats):
        x, trace, seconds = self.start.copy(), np.empty((200_000, 4)), ctypes.c_double()
        outcome, called = ctypes.create_string_buffer(64), ctypes.create_string_buffer(64)
        count = self.c.thalweg_run(self.handle, pointer(x), method.encode(), pointer(trace), ctypes.c_size_t(200_000),
                                   ctypes.c_size_t(repeats), ctypes.byref(seconds), outcome, called)
        return {"trace": trace[:count].copy(), "seconds": seconds.value, "end": self.value(x),
                "outcome": outcome.value.decode(), "called": called.value.decode()}


def applies(method, f):
    if method.startswith("ls-"):
        return f.m > 0 and f.n <= MOST_DENSE and not (method == "ls-lm" and f.m < f.n)
    if method in ("BFGS", "SLSQP", "dogleg", "trust-exact"):
        return f.n <= MOST_DENSE
    return f.n <= 50 if method in ("Nelder-Mead", "Powell") else True


def call(method, f, fun, jac, hess, hessp, res, jacres, most):
    if method.startswith("ls-"):
        return least_squares(res, f.start, jac=jacres, method=method[3:], x_scale="jac", xtol=1e-15, ftol=1e-15,
                             gtol=1e-15, max_nfev=most)
    options = {"maxiter": most}
    arguments = {}
    if method not in ("Nelder-Mead", "Powell"):
        arguments["jac"] = jac
    if method in ("Newton-CG", "trust-krylov", "trust-ncg"):
        arguments["hessp"] = hessp
    if method in ("trust-exact", "dogleg"):
        arguments["hess"] = hess
    if method in ("L-BFGS-B", "TNC"):
        options["maxfun"] = 10 * most
    if method == "TNC":
        options.pop("maxiter")
    tolerances = {"BFGS": {"gtol": 1e-10}, "CG": {"gtol": 1e-10}, "L-BFGS-B": {"ftol": 1e-15, "gtol": 1e-10},
                  "TNC": {"ftol": 1e-15, "gtol": 1e-10}, "SLSQP": {"ftol": 1e-15}, "Newton-CG": {"xtol": 1e-12},
                  "trust-exact": {"gtol": 1e-10}, "trust-krylov": {"gtol": 1e-10}, "trust-ncg": {"gtol": 1e-10},
                  "dogleg": {"gtol": 1e-10}, "Nelder-Mead": {"fatol": 1e-15, "xatol": 1e-12, "maxfev": 20000},
                  "Powell": {"ftol": 1e-15, "xtol": 1e-12}}
    return minimize(fun, f.start, method=method, options={**options, **tolerances[method]}, **arguments)


def scipy_run(method, f, most=2000, limit=5.0):
    counts, trace, began = [0, 0, 0], [], time.perf_counter()
    by_values = method in ("Nelder-Mead", "Powell")

    def fun(x):
        counts[0] += 1
        if time.perf_counter() - began > limit:
            raise OutOfTime
        value = f.value(x)
        trace.append((value, counts[0], counts[0] if by_values else counts[1], counts[2]))
        return value

    def jac(x):
        counts[1] += 1
        return f.gradient(x)

    def hess(x):
        counts[2] += f.n
        return f.hessian(x)

    def hessp(x, d):
        counts[2] += 1
        return f.product(x, d)

    def res(x):
        counts[0] += 1
        if time.perf_counter() - began > limit:
            raise OutOfTime
        r = f.residuals(x)
        trace.append((r @ r / 2, counts[0], counts[1], counts[2]))
        return r

    def jacres(x):
        counts[1] += 1
        return f.jacobian(x)

    end = np.inf
    try:
        end = f.value(call(method, f, fun, jac, hess, hessp, res, jacres, most).x)
    except Exception:  # SciPy's own refusals (an indefinite Hessian, not finite) end a run
        pass
    seconds = time.perf_counter() - began
    for _ in range(3 if seconds < 0.3 else 0):
        began = time.perf_counter()
        try:
            call(method, f, f.value, f.gradient, f.hessian, f.product, f.residuals, f.jacobian, most)
        except Exception:
            pass
        seconds = min(seconds, time.perf_counter() - began)
    return {"trace": np.array(trace) if trace else np.empty((0, 4)), "seconds": seconds, "end": end}


def cost(run, f, first, best):
    """(gradients, gradients and products) until solved; infinity where it is not."""
    trace = run["trace"]
    if not len(trace):
        return np.inf, np.inf
    targets = [best]
    for value, is_global in f.known:
        if not is_global and abs(run["end"] - value) <= 1e-5 * abs(value) + 1e-12:
            targets.append(run["end"])
    out = (np.inf, np.inf)
    for target in targets:
        hit = np.flatnonzero(trace[:, 0] - target <= 1e-6 * (first - target))
        if len(hit):
            row = trace[hit[0]]
            out = min(out, (max(1, row[2]), max(1, row[2]) + row[3]))
    return out


def problems(library):
    mgh = [n for n in library.names if n not in USUAL]
    left_out = []
    for name in mgh:
        n = library.dimensions[name]
        seen = []
        for factor in (1, 10, 100):
            f = Function(library, name, n, factor)
            value = f.value(f.start)
            if not np.isfinite(value) or not np.isfinite(f.gradient(f.start)).all():
                left_out.append(f"{name} x{factor}: overflows")
            elif any(np.array_equal(f.start, s) for s in seen):
                left_out.append(f"{name} x{factor}: coincides")
            else:
                seen.append(f.start)
                yield f, left_out
    for name in USUAL:
        yield Function(library, name, library.dimensions[name], 1), left_out
    for n in (10, 100, 1000, 10000):
        yield Function(library, "rosenbrock", n, 1), left_out


USUAL = ["himmelblau", "booth", "sphere", "dixon_price", "zakharov", "rastrigin", "ackley", "styblinski_tang", "levy",
         "griewank", "matyas", "goldstein_price", "three_hump_camel", "six_hump_camel", "easom", "mccormick",
         "branin", "trid", "bohachevsky"]


def profile(costs, names):
    """{name: share solved within tau of the best, for each tau}."""
    out = {}
    least = [min(c.values(), default=np.inf) for c in costs]
    for name in names:
        out[name] = [sum(np.isfinite(l) and c.get(name, np.inf) <= tau * l for c, l in zip(costs, least)) / len(costs)
                     for tau in TAUS]
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", default=str(ROOT / "build/bin/bench_minimize.so"))
    parser.add_argument("--ours", default="auto", help="methods of thalweg, separated by spaces")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--no-scipy", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    library = Library(arguments.library)
    ours = arguments.ours.split()
    peers = [] if arguments.no_scipy else METHODS + SQUARES
    rows, left_out = [], []
    for f, left_out in problems(library):
        if arguments.only not in f.name:
            continue
        first = f.value(f.start)
        runs = {m: f.run(m, 5 if f.n <= MOST_DENSE else 1) for m in ours}
        runs |= {m: scipy_run(m, f) for m in peers if applies(m, f)}
        best = min([r["trace"][:, 0][np.isfinite(r["trace"][:, 0])].min() for r in runs.values() if len(r["trace"])]
                   + [v for v, is_global in f.known if is_global])
        costs = {m: cost(r, f, first, best) for m, r in runs.items()}
        row = {"problem": f.name, "n": f.n, "factor": f.factor, "gradients": {m: c[0] for m, c in costs.items()},
               "charged": {m: c[1] for m, c in costs.items()}, "seconds": {m: r["seconds"] for m, r in runs.items()}}
        rows.append(row)
        if arguments.verbose:
            print(f"{f.name} n={f.n} x{f.factor} best {best:.6g}: "
                  + ", ".join(f"{m}{'(' + runs[m]['called'] + ')' if 'called' in runs[m] else ''} {c[0]:g}/{c[1]:g}"
                              for m, c in costs.items()), flush=True)
    names = ours + peers
    for key in ("gradients", "charged"):
        shares = profile([r[key] for r in rows], names)
        print(f"\nshare solved within tau x the fewest, of {len(rows)} problems, {key}:")
        print(f"{'':14}" + "".join(f"{t:>8g}" for t in TAUS))
        for name in names:
            print(f"{name:14}" + "".join(f"{s:8.3f}" for s in shares[name]))
        for name in names:
            print(f"{name}: never solved {sum(not np.isfinite(r[key].get(name, np.inf)) for r in rows)}", end="; ")
        print()
    if peers:
        ratios = {m: [r["seconds"][m] / r["seconds"][ours[0]] for r in rows
                      if m in r["seconds"] and np.isfinite(r["gradients"][m]) and np.isfinite(r["gradients"][ours[0]])]
                  for m in peers}
        print("\nSciPy's seconds over ours, on problems that both solve: least, median")
        for m, ratio in ratios.items():
            if ratio:
                print(f"{m:14} {min(ratio):8.1f} {np.median(ratio):8.1f}   below 10: "
                      f"{sum(x < 10 for x in ratio)} of {len(ratio)}")
        (ROOT / "bench/results/minimize.json").write_text(json.dumps(
            {"machine": platform.processor() or platform.machine(), "scipy": scipy.__version__, "left_out": left_out,
             "taus": TAUS, "profile": {k: profile([r[k] for r in rows], names) for k in ("gradients", "charged")},
             "problems": rows}, indent=1, default=float) + "\n")
    print("left out: " + "; ".join(left_out))


if __name__ == "__main__":
    main()
