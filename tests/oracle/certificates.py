"""Makes certificates.json: small problems with nearly optimal points, their excess over the minimum
and the plain bound of each certificate, computed with mpmath to 50 digits.

    python certificates.py > certificates.json
"""
import json

import mpmath as mp
import numpy as np
from scipy.optimize import minimize

from exact_losses import (lse, xlogx, clip, sign, INF, DELTA, LEVEL, SMOOTHING, LOSSES)

mp.mp.dps = 50


class Problem:
    """Parameters x lie as weights [outputs, features], then intercepts [outputs]."""

    def __init__(self, loss, l1, l2, lower, upper, seed, weighted):
        random = np.random.default_rng(seed)
        self.loss, self.l1, self.l2, self.lower, self.upper = loss, l1, l2, lower, upper
        self.K = 3 if loss == "softmax" else 1
        self.n, self.p = 14, 3
        self.X = np.round(random.normal(size=(self.n, self.p)) * [1, 3, 0.2] + [0, 5, 0], 3)
        eta = (self.X - [0, 5, 0]) @ [0.8, -0.3, 1.0] + 0.3 + random.normal(size=self.n)
        kind = "classes" if loss == "softmax" else LOSSES[loss].targets
        self.y = {"real": np.round(eta, 3), "binary": (eta > 0).astype(float),
                  "count": random.poisson(np.exp(np.clip(eta, -2, 2))).astype(float),
                  "positive": np.round(np.exp(eta), 3) + 0.01,
                  "classes": random.integers(0, 3, self.n).astype(float)}[kind]
        self.s = np.round(random.uniform(0.3, 3, self.n), 1) if weighted else np.ones(self.n)
        self.S = mp.fsum(mp.mpf(v) for v in self.s)
        self.rows = [[mp.mpf(v) for v in row] for row in self.X]

    def split(self, x):
        K, p = self.K, self.p
        return [x[k * p:(k + 1) * p] for k in range(K)], x[K * p:]

    def z(self, x):
        w, b = self.split(x)
        return [[mp.fsum(a * c for a, c in zip(row, w[k])) + b[k] for k in range(self.K)]
                for row in self.rows]

    def f(self, z, y):
        return lse(z) - z[int(y)] if self.K > 1 else LOSSES[self.loss].value(z[0], mp.mpf(y))

    def slope(self, z, y):
        if self.K == 1:
            return [LOSSES[self.loss].slope(z[0], mp.mpf(y))]
        total = lse(z)
        return [mp.exp(v - total) - (k == int(y)) for k, v in enumerate(z)]

    def curvature(self, z, y):
        if self.K == 1:
            return [[LOSSES[self.loss].curvature(z[0], mp.mpf(y))]]
        total = lse(z)
        q = [mp.exp(v - total) for v in z]
        return [[q[k] * ((k == l) - q[l]) for l in range(self.K)] for k in range(self.K)]

    def penalty(self, w):
        return self.l1 * abs(w) + self.l2 * w * w / mp.mpf(2)

    def value(self, x):
        terms = [mp.mpf(s) * self.f(z, y) for s, z, y in zip(self.s, self.z(x), self.y)]
        return mp.fsum(terms) / self.S + mp.fsum(self.penalty(w) for w in x[:self.K * self.p])

    def index(self, k, j):
        return self.K * self.p + k if j == self.p else k * self.p + j

    def gradient(self, x):
        g = [mp.mpf(0)] * len(x)
        for s, row, z, y in zip(self.s, self.rows, self.z(x), self.y):
            for k, a in enumerate(self.slope(z, y)):
                for j, c in enumerate(row + [mp.mpf(1)]):
                    g[self.index(k, j)] += mp.mpf(s) * a * c / self.S
        for i in range(self.K * self.p):
            g[i] += self.l2 * x[i]
        return g

    def hessian(self, x):
        h = mp.zeros(len(x))
        for s, row, z, y in zip(self.s, self.rows, self.z(x), self.y):
            c, full = self.curvature(z, y), row + [mp.mpf(1)]
            for k in range(self.K):
                for l in range(self.K):
                    for i, a in enumerate(full):
                        for j, b in enumerate(full):
                            h[self.index(k, i), self.index(l, j)] += mp.mpf(s) * c[k][l] * a * b / self.S
        for i in range(self.K * self.p):
            h[i, i] += self.l2
        return h

    def held(self):
        """Coordinates that softmax's free shift leaves undetermined, put at 0."""
        if self.K == 1:
            return []
        last = self.K - 1
        free = self.l1 == 0 and self.l2 == 0 and self.lower == -INF and self.upper == INF
        return [self.index(last, j) for j in (range(self.p + 1) if free else [self.p])]

    def start(self):
        """A float64 solution by L-BFGS-B on w = u - v, u, v >= 0."""
        m, weights, held = self.K * (self.p + 1), self.K * self.p, set(self.held())

        def both(uv):
            x = uv[:m] - np.concatenate([uv[m:], np.zeros(self.K)])
            mp.mp.dps = 16
            value, g = float(self.value([mp.mpf(v) for v in x])), self.gradient([mp.mpf(v) for v in x])
            mp.mp.dps = 50
            g = np.array([float(v) for v in g])
            value += self.l1 * (uv[:weights].sum() + uv[m:].sum() - np.abs(x[:weights]).sum())
            return value, np.concatenate([g + self.l1 * (np.arange(m) < weights), -g[:weights] + self.l1])

        bounds = [(0, 0) if i in held else (-INF, INF) if i >= weights else
                  (max(0, self.lower) if self.lower > -INF else 0, max(self.upper, 0)) for i in range(m)]
        bounds += [(0, 0) if i in held or self.lower >= 0 else (0, -self.lower) for i in range(weights)]
        uv = np.zeros(m + weights)
        for _ in range(3):
            uv = minimize(both, uv, jac=True, method="L-BFGS-B", bounds=bounds,
                          options={"maxiter": 3000, "maxfun": 6000, "ftol": 1e-16, "gtol": 1e-11}).x
        return uv[:m] - np.concatenate([uv[m:], np.zeros(self.K)])

    def optimum(self):
        """(x, free coordinates): Newton in 50 digits on the coordinates that are not at a kink."""
        x = [mp.mpf(v) for v in self.start()]
        weights, fixed = self.K * self.p, set(self.held())
        for i in range(weights):
            for border in ([0.0] if self.l1 else []) + [self.lower, self.upper]:
                if abs(border) < INF and abs(x[i] - border) < 1e-6:
                    x[i] = mp.mpf(border)
                    fixed.add(i)
        free = [i for i in range(len(x)) if i not in fixed]
        for _ in range(60):
            g, h = self.gradient(x), self.hessian(x)
            g = [g[i] + (self.l1 * mp.sign(x[i]) if i < weights else 0) for i in range(len(x))]
            d = mp.lu_solve(mp.matrix([[h[i, j] for j in free] for i in free]), mp.matrix([-g[i] for i in free]))
            for i, step in zip(free, d):
                x[i] += step
            if max(abs(v) for v in d) < mp.mpf(10) ** -45:
                break
        else:
            raise ArithmeticError("Newton did not converge")
        for i in fixed - set(self.held()):  # zero lies in the subdifferential
            low = -self.l1 if x[i] <= 0 else self.l1
            high = self.l1 if x[i] >= 0 else -self.l1
            low, high = (-mp.inf if x[i] == self.lower else low), (mp.inf if x[i] == self.upper else high)
            assert g_in(self.gradient(x)[i], low, high), "wrong active set"
        return x, free

    def plain_gap(self, x, theta):
        """P - D for theta (50 digits, already feasible for the intercept)."""
        v = [[mp.fsum(mp.mpf(s) * t[k] * row[j] for s, t, row in zip(self.s, theta, self.rows)) / self.S
              for j in range(self.p)] for k in range(self.K)]
        d = mp.mpf(0)
        for s, t, y in zip(self.s, theta, self.y):
            if self.K == 1:
                d -= mp.mpf(s) * LOSSES[self.loss].conjugate(t[0], mp.mpf(y)) / self.S
            else:
                q = [t[k] + (k == int(y)) for k in range(self.K)]
                d -= mp.mpf(s) * mp.fsum(xlogx(a) if a >= 0 else mp.inf for a in q) / self.S
        for k in range(self.K):
            for a in v[k]:
                d -= self.penalty_conjugate(-a)
        return self.value(x) - d

    def penalty_conjugate(self, a):
        if self.l2 > 0:
            u = mp.sign(a) * max(abs(a) - self.l1, mp.mpf(0)) / self.l2
            u = clip(u, mp.mpf(self.lower), mp.mpf(self.upper))
        else:
            u = mp.mpf(0)
            if abs(a) > self.l1:
                u = mp.mpf(self.upper if a > 0 else self.lower)
            if abs(u) == mp.inf:
                return mp.inf
            u = clip(u, mp.mpf(self.lower), mp.mpf(self.upper))
        return a * u - self.penalty(u)


def g_in(g, low, high):
    return -high <= g <= -low


def feasible(problem, theta):
    """Rounds theta to float64, chooses a defining row; (dual, row, exact theta it stands for)."""
    K = problem.K

    def inner(i):
        if K == 1:
            return LOSSES[problem.loss].inner(theta[i][0], mp.mpf(problem.y[i]))
        return min(theta[i][k] + (k == int(problem.y[i])) for k in range(K))

    row = max(range(problem.n), key=lambda i: inner(i))
    for _ in range(2):
        dual = [[float(v) for v in t] for t in theta]
        exact = [[mp.mpf(v) for v in t] for t in dual]
        if K > 1:
            for t, y in zip(exact, problem.y):
                q = [float(t[k]) + (k == int(y)) for k in range(K)]
                most = q.index(max(q))
                t[most] = -mp.fsum(t[k] for k in range(K) if k != most)
        for k in range(K):
            exact[row][k] = -mp.fsum(mp.mpf(problem.s[i]) * exact[i][k] for i in range(problem.n)
                                     if i != row) / mp.mpf(problem.s[row])
        if problem.l2 > 0 or problem.l1 == 0:
            break
        most = max(abs(mp.fsum(mp.mpf(s) * t[k] * r[j] for s, t, r in zip(problem.s, exact, problem.rows)) / problem.S)
                   for k in range(K) for j in range(problem.p))
        scale = min(mp.mpf(1), problem.l1 / most) * (1 - mp.mpf(10) ** -13)
        theta = [[scale * v for v in t] for t in exact]
    return dual, row, exact


def hinge_optimum(problem):
    """Ridge hinge: the margin set from a float64 dual, then its linear system in 50 digits."""
    n, y, s = problem.n, sign(problem.y), problem.s
    A = (s * y / float(problem.S))[:, None] * problem.X

    def dual(a):
        w = A.T @ a / problem.l2
        return problem.l2 * w @ w / 2 - (s / float(problem.S)) @ a, A @ w - s / float(problem.S)

    constraint = {"type": "eq", "fun": lambda a: (s * y) @ a, "jac": lambda a: s * y}
    a = minimize(dual, np.full(n, 0.5), jac=True, method="SLSQP", bounds=[(0, 1)] * n,
                 constraints=[constraint], options={"ftol": 1e-15, "maxiter": 1000}).x
    on = [i for i in range(n) if 1e-5 < a[i] < 1 - 1e-5]
    a = [mp.mpf(1) if v > 0.5 else mp.mpf(0) for v in a]
    p, m = problem.p, len(on)
    size = p + 1 + m  # unknowns w, b, a_on
    M, r = mp.zeros(size), mp.zeros(size, 1)
    for j in range(p):  # l2 w_j = sum s y a x_j / S
        M[j, j] = mp.mpf(problem.l2)
        r[j] = mp.fsum(mp.mpf(s[i]) * int(y[i]) * a[i] * problem.rows[i][j] for i in range(n) if i not in on) / problem.S
        for c, i in enumerate(on):
            M[j, p + 1 + c] = -mp.mpf(s[i]) * int(y[i]) * problem.rows[i][j] / problem.S
    for c, i in enumerate(on):  # x_i w + b = y_i
        for j in range(p):
            M[p + c, j] = problem.rows[i][j]
        M[p + c, p] = mp.mpf(1)
        r[p + c] = mp.mpf(int(y[i]))
    for c, i in enumerate(on):
        M[size - 1, p + 1 + c] = mp.mpf(s[i]) * int(y[i])
    r[size - 1] = -mp.fsum(mp.mpf(s[i]) * int(y[i]) * a[i] for i in range(n) if i not in on)
    solution = mp.lu_solve(M, r)
    for c, i in enumerate(on):
        a[i] = solution[p + 1 + c]
    theta = [[-int(y[i]) * a[i]] for i in range(n)]
    x = [solution[j] for j in range(p + 1)]
    assert abs(problem.plain_gap(x, theta)) < mp.mpf(10) ** -40, "wrong margin set"
    return x, theta


def case(loss, penalty, l1, l2, lower, upper, seed, weighted, size):
    problem = Problem(loss, l1, l2, lower, upper, seed, weighted)
    random = np.random.default_rng(seed + 1000)
    if loss == "hinge":
        best, best_theta = hinge_optimum(problem)
        free = list(range(len(best)))
    else:
        best, free = problem.optimum()
        best_theta = [problem.slope(z, y) for z, y in zip(problem.z(best), problem.y)]
    x = [float(v) for v in best]
    for i in free:
        moved = x[i] * (1 + size * random.normal()) + size * random.normal()
        x[i] = float(min(max(moved, lower), upper)) if i < problem.K * problem.p else float(moved)
    x = [mp.mpf(v) for v in x]
    excess = problem.value(x) - problem.value(best)
    out = {"name": f"{loss}, {penalty}, {size:g}" + (", weighted" if weighted else ""),
           "loss": loss, "outputs": problem.K, "features": problem.p, "l1": l1, "l2": l2,
           "lower": None if lower == -INF else lower, "upper": None if upper == INF else upper,
           "delta": DELTA, "level": LEVEL, "smoothing": SMOOTHING,
           "x": [float(v) for v in problem.X.ravel()], "target": list(problem.y),
           "weights": list(problem.s) if weighted else [],
           "weight": [float(v) for v in x[:problem.K * problem.p]],
           "intercept": [float(v) for v in x[problem.K * problem.p:]],
           "excess": float(excess), "value": float(problem.value(x))}
    if l1 > 0 or l2 > 0:
        theta = best_theta
        if loss != "hinge":  # part of the way to the slopes at x, as a solver's would be
            slopes = [problem.slope(z, y) for z, y in zip(problem.z(x), problem.y)]
            theta = [[a + 0.3 * (b - a) for a, b in zip(t, g)] for t, g in zip(theta, slopes)]
        dual, row, exact = feasible(problem, theta)
        gap = problem.plain_gap(x, exact)
        assert gap < mp.inf and gap >= excess, (out["name"], gap, excess)
        out["dual"] = [v for t in dual for v in t]
        out["defining_row"], out["gap"] = row, float(gap)
    if loss in ("squared", "logistic", "softmax", "poisson", "gamma") and not (loss == "softmax" and l2 == 0 and l1 > 0):
        newton(problem, x, out)
    return out


def newton(problem, x, out):
    """Direction, shift and the bound that they give."""
    weights = problem.K * problem.p
    held = set(problem.held())
    keep = [i for i in range(len(x)) if i not in held]
    h, g = problem.hessian(x), problem.gradient(x)
    D = [mp.sqrt(h[i, i]) for i in keep]
    scaled = mp.matrix([[h[i, j] / a / b for j, b in zip(keep, D)] for i, a in zip(keep, D)])
    mu = float(min(mp.eigsy(scaled, eigvals_only=True)) * mp.mpf("0.9"))
    low = [(-problem.l1 if x[i] <= 0 else problem.l1) if i < weights else 0 for i in range(len(x))]
    high = [(problem.l1 if x[i] >= 0 else -problem.l1) if i < weights else 0 for i in range(len(x))]
    low = [-mp.inf if i < weights and x[i] <= problem.lower else low[i] for i in range(len(x))]
    high = [mp.inf if i < weights and x[i] >= problem.upper else high[i] for i in range(len(x))]
    q = [g[i] + clip(-g[i], mp.mpf(low[i]), mp.mpf(high[i])) for i in range(len(x))]
    d = mp.lu_solve(mp.matrix([[h[i, j] for j in keep] for i in keep]), mp.matrix([-q[i] for i in keep]))
    nu = mp.sqrt(-mp.fsum(q[i] * v for i, v in zip(keep, d)))
    if problem.loss == "squared":
        bound = nu * nu / 2
    else:
        widest = mp.mpf(0)
        for row in problem.rows:
            full, norms = row + [mp.mpf(1)], []
            for k in range(problem.K):
                norms.append(mp.fsum((full[j] / D[keep.index(problem.index(k, j))]) ** 2
                                     for j in range(problem.p + 1) if problem.index(k, j) not in held))
            widest = max(widest, mp.fsum(sorted(norms)[-2:]))
        rho = mp.sqrt(widest / mu)
        delta = rho * nu
        if delta >= 1:
            return
        bound = (delta + (1 - delta) * mp.log(1 - delta)) / rho ** 2
    direction = [0.0] * len(x)
    for i, v in zip(keep, d):
        direction[i] = float(v)
    out.update(direction=direction, shift=mu, newton_bound=float(bound))


def main():
    penalties = [("none", 0, 0, -INF, INF), ("l2", 0, 0.1, -INF, INF), ("l1", 0.05, 0, -INF, INF),
                 ("elastic", 0.05, 0.1, -INF, INF), ("nonnegative", 0, 0.05, 0.0, INF),
                 ("box", 0.02, 0.05, -0.25, 0.25)]
    smooth = ["squared", "logistic", "softmax", "poisson", "gamma"]
    cases, number = [], 0
    for loss in smooth + ["huber", "quantile", "squared_hinge", "hinge"]:
        for penalty in penalties:
            if loss == "hinge" and penalty[0] != "l2":
                continue
            if loss not in smooth and penalty[2] == 0:
                continue
            number += 1
            for size, weighted in ((1e-3, number % 2 == 0), (1e-7, number % 2 == 1)):
                for attempt in range(20):
                    try:
                        cases.append(case(loss, *penalty, 100 * number + attempt, weighted, size))
                        break
                    except (ArithmeticError, AssertionError, ZeroDivisionError) as reason:
                        last = reason
                else:
                    raise RuntimeError(f"{loss}, {penalty[0]}: {last}")
    print('{"made_by": "tests/oracle/certificates.py", "cases": [\n'
          + ",\n".join(json.dumps(c) for c in cases) + "\n]}")


main()
