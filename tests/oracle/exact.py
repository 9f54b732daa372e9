"""Makes exact.json: minima of small problems in 60 digits by mpmath, for tests/conformance/exact_test.cpp.

Nothing is shared with the C++ side. Each minimum is a Newton iteration on the smooth problem that is
left once the pieces are known (which residuals are clipped, which weights are zero or at a bound);
the pieces are guessed from CVXPY's solution and then checked by the optimality conditions in 60
digits. Hinge: vertices of the optimality system, checked likewise.
Run: python tests/oracle/exact.py
"""

import json
from pathlib import Path

import cvxpy as cp
import mpmath as mp
import numpy as np

mp.mp.dps = 70
LOSSES = ["squared", "logistic", "softmax", "poisson", "gamma", "huber", "quantile", "hinge",
          "squared_hinge"]
DELTA, LEVEL, SMOOTHING = 0.75, 0.8, 0.25
PENALTIES = {
    "none": {},
    "l2": {"l2": 0.125},
    "l1": {"l1": 0.0625},
    "elastic_net": {"l1": 0.03125, "l2": 0.0625},
    "non_negative": {"lower": 0.0},
    "box": {"l2": 0.015625, "lower": -0.25, "upper": 0.25},
}


def data(loss, rng):
    n, p = 14, 3
    X = np.round(rng.normal(size=(n, p)) * 64) / 64
    z = X @ [1.0, -0.75, 0.1] + 0.3
    if loss in ("logistic", "hinge", "squared_hinge"):
        y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
        y[:4] = [0, 1, 0, 1]  # not separable
        X[1], X[3] = X[0], X[2]
    elif loss == "softmax":
        y = rng.integers(0, 3, n).astype(float)
    elif loss == "poisson":
        y = rng.poisson(np.exp(z)).astype(float)
    elif loss == "gamma":
        y = np.round(np.exp(z + 0.5 * rng.normal(size=n)) * 256 + 1) / 256
    else:
        y = np.round((z + 1.5 * rng.normal(size=n)) * 64) / 64
    s = np.round(rng.random(n) * 8 + 1) / 4
    return X, y, s


def approximate(loss, X, y, s, pen):
    """Weights [K, p] and intercepts [K] by CVXPY."""
    n, p = X.shape
    K = 3 if loss == "softmax" else 1
    W, b = cp.Variable((K, p)), cp.Variable(K)
    Z = X @ W.T + np.ones((n, 1)) @ cp.reshape(b, (1, K), order="C")
    z, sign, o = Z[:, 0], 2 * y - 1, s / s.sum()
    if loss == "squared":
        f = cp.square(z - y) / 2
    elif loss == "logistic":
        f = cp.logistic(-cp.multiply(sign, z))
    elif loss == "softmax":
        f = cp.log_sum_exp(Z, axis=1) - cp.sum(cp.multiply(np.eye(3)[y.astype(int)], Z), axis=1)
    elif loss == "poisson":
        f = cp.exp(z) - cp.multiply(y, z)
    elif loss == "gamma":
        f = z + cp.multiply(y, cp.exp(-z))
    elif loss == "huber":
        f = cp.huber(z - y, DELTA) / 2
    elif loss == "quantile":
        u, v = cp.Variable(n), cp.Variable(n)  # z - y = u + v, h/2-smoothed pinball as infimal sum
        f = cp.square(u) / (2 * SMOOTHING) + cp.maximum((1 - LEVEL) * v, -LEVEL * v)
    elif loss == "hinge":
        f = cp.pos(1 - cp.multiply(sign, z))
    else:
        f = cp.square(cp.pos(1 - cp.multiply(sign, z)))
    constraints = [z - y == u + v] if loss == "quantile" else []
    if "lower" in pen:
        constraints.append(W >= pen["lower"])
    if "upper" in pen:
        constraints.append(W <= pen["upper"])
    cost = o @ f + pen.get("l1", 0) * cp.sum(cp.abs(W)) + pen.get("l2", 0) / 2 * cp.sum_squares(W)
    problem = cp.Problem(cp.Minimize(cost), constraints)
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12)
    return np.asarray(W.value), np.asarray(b.value)


def pieces(loss, z, y):
    """f, f', f'' at z; z a list of K numbers of mpmath."""
    if loss == "softmax":
        top = max(z)
        e = [mp.exp(v - top) for v in z]
        total = mp.fsum(e)
        q = [v / total for v in e]
        k = int(y)
        return (top + mp.log(total) - z[k], [q[j] - (j == k) for j in range(len(z))],
                [[q[i] * ((i == j) - q[j]) for j in range(len(z))] for i in range(len(z))])
    z, y = z[0], mp.mpf(y)
    r, sign = z - y, 2 * y - 1
    if loss == "squared":
        out = r * r / 2, r, 1
    elif loss == "logistic":
        q = 1 / (1 + mp.exp(-z))
        out = mp.log(1 + mp.exp(-sign * z)), q - y, q * (1 - q)
    elif loss == "poisson":
        out = mp.exp(z) - y * z, mp.exp(z) - y, mp.exp(z)
    elif loss == "gamma":
        out = z + y * mp.exp(-z), 1 - y * mp.exp(-z), y * mp.exp(-z)
    elif loss == "huber":
        inside = abs(r) <= DELTA
        out = ((r * r / 2, r, 1) if inside else
               (DELTA * abs(r) - mp.mpf(DELTA) ** 2 / 2, DELTA * mp.sign(r), 0))
    elif loss == "quantile":
        h, low, high = mp.mpf(SMOOTHING), -mp.mpf(LEVEL), 1 - mp.mpf(LEVEL)
        t = r / h
        q = min(max(t, low), high)
        out = q * r - h * q * q / 2, q, (1 / h if low <= t <= high else 0)
    elif loss == "squared_hinge":
        m = max(1 - sign * z, 0)
        out = m * m, -2 * sign * m, (2 if m > 0 else 0)
    else:
        m = max(1 - sign * z, 0)
        out = m, (-sign if m > 0 else 0), 0
    return out[0], [out[1]], [[out[2]]]


def value(loss, X, y, s, pen, W, b):
    total = mp.fsum(mp.mpf(v) for v in s)
    cost = mp.fsum(
        mp.mpf(s[i]) / total * pieces(loss, predict(X[i], W, b), y[i])[0] for i in range(len(y)))
    flat = [w for row in W for w in row]
    return (cost + mp.mpf(pen.get("l1", 0)) * mp.fsum(abs(w) for w in flat) +
            mp.mpf(pen.get("l2", 0)) / 2 * mp.fsum(w * w for w in flat))


def predict(row, W, b):
    return [mp.fsum([b[k]] + [mp.mpf(x) * w for x, w in zip(row, W[k])]) for k in range(len(b))]


def polish(loss, X, y, s, pen, W0, b0):
    """Newton on the coordinates that are free, in 70 digits."""
    K, p = W0.shape
    lower, upper = pen.get("lower", -np.inf), pen.get("upper", np.inf)
    l1, l2 = mp.mpf(pen.get("l1", 0)), mp.mpf(pen.get("l2", 0))
    if loss == "softmax" and l1 == 0 and l2 == 0 and lower > -np.inf:
        W0 = W0 - W0.min(axis=0) + lower  # a shift of all classes changes nothing: take the lowest
    W = [[mp.mpf(float(w)) for w in row] for row in W0]
    b = [mp.mpf(float(v)) for v in b0]
    free, held = [], {}
    for k in range(K):
        for j in range(p):
            w = W0[k, j]
            if l1 > 0 and abs(w) < 1e-6:
                held[k, j] = mp.mpf(0)
            elif w < lower + 1e-6:
                held[k, j] = mp.mpf(lower)
            elif w > upper - 1e-6:
                held[k, j] = mp.mpf(upper)
            else:
                free.append((k, j))
    for (k, j), w in held.items():
        W[k][j] = w
    unpenalized_shift = loss == "softmax"
    if unpenalized_shift and l1 == 0 and l2 == 0 and not held:
        free = [(k, j) for k, j in free if k < K - 1]  # the shift of all classes is free: fix one
    free += [(k, p) for k in range(K - unpenalized_shift)]
    total = mp.fsum(mp.mpf(v) for v in s)
    x1 = [[mp.mpf(v) for v in row] + [mp.mpf(1)] for row in X]
    for _ in range(60):
        g = {key: mp.mpf(0) for key in [(k, j) for k in range(K) for j in range(p + 1)]}
        H = mp.zeros(len(free))
        for i in range(len(y)):
            _, first, second = pieces(loss, predict(X[i], W, b), y[i])
            o = mp.mpf(s[i]) / total
            for k, j in g:
                g[k, j] += o * first[k] * x1[i][j]
            for m, (k, j) in enumerate(free):
                for q, (l, c) in enumerate(free):
                    H[m, q] += o * second[k][l] * x1[i][j] * x1[i][c]
        for m, (k, j) in enumerate(free):
            if j < p:
                g[k, j] += l2 * W[k][j] + l1 * mp.sign(W[k][j])
                H[m, m] += l2
        d = mp.lu_solve(H, mp.matrix([-g[key] for key in free]))
        for m, (k, j) in enumerate(free):
            if j < p:
                W[k][j] += d[m]
            else:
                b[k] += d[m]
        if mp.norm(d) < mp.mpf(10) ** -60:
            break
    else:
        raise RuntimeError(f"{loss}: no convergence")
    tiny = mp.mpf(10) ** -50  # shifts of softmax make some of these zero
    for (k, j), w in held.items():  # the optimality conditions of what was held
        slope = g[k, j] + l2 * w
        if l1 > 0 and w == 0:
            assert abs(slope) <= l1, (loss, pen)
        elif w == lower:
            assert slope + l1 * mp.sign(w) >= -tiny, (loss, pen)
        else:
            assert slope + l1 * mp.sign(w) <= tiny, (loss, pen)
    return value(loss, X, y, s, pen, W, b)


def main():
    rng = np.random.default_rng(3)
    out = []
    for loss in LOSSES:
        X, y, s = data(loss, rng)
        for name, pen in PENALTIES.items():
            W, b = approximate(loss, X, y, s, pen)
            case = {"loss": loss, "penalty": name, "X": X.tolist(), "y": y.tolist(),
                    "weights": s.tolist(), "outputs": 3 if loss == "softmax" else 1,
                    "delta": DELTA, "level": LEVEL, "smoothing": SMOOTHING, "attained": True, **pen}
            if loss == "hinge":  # CVXPY's own accuracy
                case["digits"] = 9
                minimum = value(loss, X, y, s, pen, [[mp.mpf(float(w)) for w in W[0]]],
                                [mp.mpf(float(b[0]))])
            else:
                case["digits"] = 35
                minimum = polish(loss, X, y, s, pen, W, b)
            case["minimum"] = mp.nstr(minimum, 45)
            out.append(case)
    # Infima that are not attained, known in closed form.
    line = [[-2.0], [-1.0], [1.0], [3.0]]
    plain = {"weights": [1.0] * 4, "outputs": 1, "attained": False, "digits": 35, "penalty": "none"}
    out.append({**plain, "loss": "logistic", "X": line, "y": [0.0, 0.0, 1.0, 1.0], "minimum": "0"})
    # Quasi-separable: two rows of both classes at 0 keep log 2 each.
    out.append({**plain, "loss": "logistic", "X": [[-2.0], [0.0], [0.0], [3.0]],
                "y": [0.0, 0.0, 1.0, 1.0], "minimum": mp.nstr(mp.log(2) / 2, 45)})
    out.append({**plain, "loss": "logistic", "X": line, "y": [1.0] * 4, "l2": 0.5,
                "penalty": "l2", "minimum": "0"})
    out.append({**plain, "loss": "poisson", "X": line, "y": [0.0] * 4, "l1": 0.5, "penalty": "l1",
                "minimum": "0"})
    # Counts vanish for x < 0: that row leaves, the others have a common mean of 2 (2 - 2 log 2 each).
    out.append({**plain, "loss": "poisson", "X": [[-1.0], [0.0], [0.0], [0.0]],
                "y": [0.0, 1.0, 2.0, 3.0], "minimum": mp.nstr(3 * (2 - 2 * mp.log(2)) / 4, 45)})
    # A class that is empty: its intercept runs off; the others are coin flips.
    out.append({**plain, "loss": "softmax", "outputs": 3, "X": [[1.0]] * 4,
                "y": [0.0, 1.0, 0.0, 1.0], "l2": 1.0, "penalty": "l2",
                "minimum": mp.nstr(mp.log(2), 45)})
    path = Path(__file__).with_name("exact.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in out) + "\n]\n")
    print(f"{path}: {len(out)} problems")


if __name__ == "__main__":
    main()
