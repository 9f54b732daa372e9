"""Prints the polynomial coefficients of thalweg/kernel/tile/math-inl.hpp: near-minimax fits by
mpmath.chebyfit, rounded to the type they are used in. Usage: python tile_math.py"""

import numpy as np
from mpmath import atanh, chebyfit, cos, erf, erfc, exp, log, mp, mpf, sin, sqrt, tanh

mp.dps = 60
LN2 = log(2)
S2 = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.0001")


def limit(f, at, width=mpf("1e-12")):
    """f with its removable singularity at 0 filled in by its neighbors."""
    return lambda x: f(x) if abs(x) > width else (f(x + 2 * width) + f(x - 2 * width)) / 2


def fore(x):
    return (mpf(x) - 2) / (mpf(x) + 2)


def back(t):
    return 2 * (1 + t) / (1 - t)


FITS = [
    ("exponential", limit(lambda r: (exp(r) - 1 - r) / r**2, 0),
     [-LN2 / 2 * mpf("1.001"), LN2 / 2 * mpf("1.001")], 10, 5),
    ("logarithm", limit(lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, 0), [0, S2], 6, 3),
    ("logarithm_tail", limit(lambda z: ((atanh(sqrt(z)) / sqrt(z) - 1) / z - mpf(1) / 3) / z, 0),
     [0, S2], 7, None),
    ("tanh", limit(lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z, 0), [0, mpf("0.391")], 10, 5),
    ("erf", limit(lambda z: erf(sqrt(z)) / sqrt(z) - 1, 0), [0, 1], 12, 6),
    ("erfc", lambda t: erfc(back(t)) * exp(back(t) ** 2), [fore(1), fore(6)], 15, None),
    ("erfc", lambda t: erfc(back(t)) * exp(back(t) ** 2), [fore(1), fore(4)], None, 6),
    ("sine", limit(lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, 0), [0, mpf("0.6169")], 6, None),
    ("cosine", limit(lambda z: ((cos(sqrt(z)) - 1) / z + mpf(1) / 2) / z, 0), [0, mpf("0.6169")], 6, None),
]


def hexadecimal(x, kind):
    return float(kind(str(mp.nstr(x, 40)))).hex()


for name, function, interval, double, single in FITS:
    for degree, kind in ((double, np.float64), (single, np.float32)):
        if degree is None:
            continue
        fit, error = chebyfit(function, interval, degree + 1, error=True)
        print(f"// {name}, {kind.__name__}: off by {mp.nstr(error, 2)}")
        print("{" + ", ".join(hexadecimal(c, kind) for c in reversed(fit)) + "}")
