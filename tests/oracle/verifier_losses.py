"""Makes verifier_losses.json: excess, slope, curvature and Fenchel-Young terms of every loss at
ordinary and extreme arguments, to 50 digits with mpmath. Numbers beyond float64 are left out.

    python verifier_losses.py > verifier_losses.json
"""
import json
import random

import mpmath as mp

mp.mp.dps = 60
DELTA, LEVEL, SMOOTHING = 0.7, 0.3, 0.4
HIGH = 1 - LEVEL
random.seed(5)
Z = [0.0, 1e-9, 0.3, -2.7, 35.5, -35.5, -300.25, 690.0, 720.0, -720.0, -1e4, 3e8]


def phi(a, c):
    return (a * mp.log(a / c) if a > 0 else 0) - a + c


def clip(v, low, high):
    return min(max(v, low), high)


def near(low, high, slope, z):
    """thetas: the ends of the domain, near the slope, anywhere."""
    out = [low, high, float(slope), float(slope) * (1 + 1e-9), float(slope) * 0.97, float(slope) + 1e-7]
    left, right = max(low, -3.0), min(high, 3.0)
    out.append(random.uniform(left, right))
    return sorted({t for t in out if low <= t <= high and abs(t) < 1e300})


def rows():
    for z in Z:
        e = mp.exp(mp.mpf(z))
        p, q = e / (1 + e), 1 / (1 + e)
        for t in (0.0, 1.0):
            slope = p if t == 0 else -q
            for theta in near(-t, 1 - t, slope, z):
                a = theta + mp.mpf(t)
                yield "logistic", z, t, theta, phi(a, p) + phi(1 - a, q), mp.log1p(e if t == 0 else 1 / e), slope, p * q
        for y in (0.0, 1.0, 7.25, 1e6):
            for theta in near(-y, float("inf"), e - y, z):
                yield "poisson", z, y, theta, phi(y + mp.mpf(theta), e), phi(mp.mpf(y), e), e - y, e
        for y in (1.0, 0.01, 12.5):
            c = y / e
            for theta in near(float("-inf"), 1.0, 1 - c, z):
                yield "gamma", z, y, theta, phi(1 - mp.mpf(theta), c), phi(mp.mpf(1), c), 1 - c, c
        for y in (-1.5, z, z + 0.7, z - 0.28, 1e8):
            r = mp.mpf(z) - mp.mpf(y)
            for theta in near(float("-inf"), float("inf"), r, z):
                yield "squared", z, y, theta, (r - theta) ** 2 / 2, r * r / 2, r, mp.mpf(1)
            q = clip(r, mp.mpf(-DELTA), mp.mpf(DELTA))
            value = r * r / 2 if abs(r) <= DELTA else DELTA * (abs(r) - mp.mpf(DELTA) / 2)
            for theta in near(-DELTA, DELTA, q, z):
                yield "huber", z, y, theta, (theta - q) ** 2 / 2 + (q - theta) * (r - q), value, None, None
            q = clip(r / SMOOTHING, mp.mpf(-LEVEL), mp.mpf(HIGH))
            value = q * r - SMOOTHING * q * q / 2
            for theta in near(-LEVEL, HIGH, q, z):
                yield ("quantile", z, y, theta, SMOOTHING * (theta - q) ** 2 / 2 + (q - theta) * (r - SMOOTHING * q),
                       value, None, None)
        for t in (0.0, 1.0):
            y = 2 * t - 1
            m = 1 - mp.mpf(y) * z
            up, down = max(m, 0), max(-m, 0)
            for a in near(0.0, 1.0, 0.4, z):
                yield "hinge", z, t, -y * a, (1 - mp.mpf(a)) * up + a * down, up, None, None
            for a in near(0.0, float("inf"), 2 * up, z):
                yield "squared_hinge", z, t, -y * a, (a - 2 * up) ** 2 / 4 + a * down, up * up, None, None


def number(v):
    return None if v is None or abs(v) > mp.mpf("1e300") else float(v)


out = []
for loss, z, y, theta, fy, excess, slope, bend in rows():
    if abs(fy) > mp.mpf("1e290") or abs(excess) > mp.mpf("1e290"):
        continue
    out.append([loss, z, y, theta, float(fy), float(excess), number(slope), number(bend)])
soft = []
for z in ([0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [800.0, 0.0, -800.0], [-3e4, -3e4, 1.0], [40.0, 39.0, -5.0]):
    top = max(z)
    total = mp.fsum(mp.exp(mp.mpf(v) - top) for v in z)
    p = [mp.exp(mp.mpf(v) - top) / total for v in z]
    for y in range(3):
        for shift in (0.0, 1e-9, 0.3, 1.0):
            a = [(1 - mp.mpf(shift)) * v + mp.mpf(shift) / 3 for v in p]
            a = [mp.mpf(float(a[0])), mp.mpf(float(a[1]))]
            a.append(1 - a[0] - a[1])
            if a[2] < 0:
                continue
            soft.append([z, y, [float(a[0]), float(a[1])], float(mp.fsum(phi(s, c) for s, c in zip(a, p))),
                         float(mp.log(total) + top - z[y])])
print('{"made_by": "tests/oracle/verifier_losses.py", "scalar": [\n' + ",\n".join(json.dumps(r) for r in out)
      + '\n], "softmax": [\n' + ",\n".join(json.dumps(r) for r in soft) + "\n]}")
