"""Values and gradients of the test functions, for tests/objective/function/catalog_test.cpp.

    python3 tests/oracle/functions.py > tests/oracle/functions.json

Written from the papers' formulas, a residual at a time; derivatives by complex steps, which are exact
to rounding. The point is the standard start moved by a tenth of a sine. Where SciPy has the function
(scipy.optimize.rosen) it is compared.
"""

import json

import numpy as np
from scipy.optimize import rosen, rosen_der

E, C, S, SQ, PI = np.exp, np.cos, np.sin, np.sqrt, np.pi


def fits():
    i15, i16 = np.arange(1, 16), np.arange(1, 17)
    bard = np.array([.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.10, 4.39])
    half = [.0009, .0044, .0175, .0540, .1295, .2420, .3521]
    gauss = np.array(half + [.3989] + half[::-1])
    meyer = np.array([34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307,
                      2872.])
    ky = np.array([.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246])
    ku = np.array([4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625])
    o1 = np.array([844, 908, 932, 936, 925, 908, 881, 850, 818, 784, 751, 718, 685, 658, 628, 603, 580, 558, 538, 522,
                   506, 490, 478, 467, 457, 448, 438, 431, 424, 420, 414, 411, 406]) / 1000
    o2 = np.array([1366, 1191, 1112, 1013, 991, 885, 831, 847, 786, 725, 746, 679, 608, 655, 616, 606, 602, 626, 651,
                   724, 649, 649, 694, 644, 624, 661, 612, 558, 533, 495, 500, 423, 395, 375, 372, 391, 396, 405, 428,
                   429, 523, 562, 607, 653, 672, 708, 633, 668, 645, 632, 591, 559, 597, 625, 739, 710, 729, 720, 636,
                   581, 428, 292, 162, 98, 54]) / 1000
    t10, t13, t20 = np.arange(1, 11) / 10, np.arange(1, 14) / 10, np.arange(1, 21) / 5
    p99 = np.arange(1, 100) / 100
    y99 = 25 + (-50 * np.log(p99)) ** (2 / 3)
    t33, t65 = 10.0 * np.arange(33), np.arange(65) / 10
    i10 = np.arange(1, 11)
    return {
        "jennrich_sampson": lambda x: 2 + 2 * i10 - E(i10 * x[0]) - E(i10 * x[1]),
        "bard": lambda x: bard - x[0] - i15 / ((16 - i15) * x[1] + np.minimum(i15, 16 - i15) * x[2]),
        "gaussian": lambda x: x[0] * E(-x[1] * ((8 - i15) / 2 - x[2]) ** 2 / 2) - gauss,
        "meyer": lambda x: x[0] * E(x[1] / (45 + 5 * i16 + x[2])) - meyer,
        "gulf": lambda x: E(-SQ((y99 - x[1]) ** 2) ** x[2] / x[0]) - p99,
        "box_3d": lambda x: E(-t10 * x[0]) - E(-t10 * x[1]) - x[2] * (E(-t10) - E(-10 * t10)),
        "kowalik_osborne": lambda x: ky - x[0] * (ku ** 2 + ku * x[1]) / (ku ** 2 + ku * x[2] + x[3]),
        "brown_dennis": lambda x: (x[0] + t20 * x[1] - E(t20)) ** 2 + (x[2] + x[3] * S(t20) - C(t20)) ** 2,
        "osborne_1": lambda x: o1 - x[0] - x[1] * E(-t33 * x[3]) - x[2] * E(-t33 * x[4]),
        "biggs_exp6": lambda x: (x[2] * E(-t13 * x[0]) - x[3] * E(-t13 * x[1]) + x[5] * E(-t13 * x[4])
                                 - (E(-t13) - 5 * E(-10 * t13) + 3 * E(-4 * t13))),
        "osborne_2": lambda x: (o2 - x[0] * E(-t65 * x[4]) - x[1] * E(-(t65 - x[8]) ** 2 * x[5])
                                - x[2] * E(-(t65 - x[9]) ** 2 * x[6]) - x[3] * E(-(t65 - x[10]) ** 2 * x[7])),
    }


def beale(x):
    return [1.5 - x[0] * (1 - x[1]), 2.25 - x[0] * (1 - x[1] ** 2), 2.625 - x[0] * (1 - x[1] ** 3)]


def helical(x):
    theta = np.arctan(x[1] / x[0]) / (2 * PI) + (.5 if x[0].real < 0 else 0)
    return [10 * (x[2] - 10 * theta), 10 * (SQ(x[0] ** 2 + x[1] ** 2) - 1), x[2]]


def brown_linear(x):
    n = len(x)
    return [x[i] + sum(x) - n - 1 for i in range(n - 1)] + [np.prod(x) - 1]


def watson(x):
    f = []
    for i in range(1, 30):
        t = i / 29
        f.append(sum(j * x[j] * t ** (j - 1) for j in range(1, len(x))) - sum(x[j] * t ** j for j in range(len(x))) ** 2 - 1)
    return f + [x[0], x[1] - x[0] ** 2 - 1]


def penalty_2(x):
    n, a = len(x), 1e-5 ** .5
    f = [x[0] - .2]
    f += [a * (E(x[i] / 10) + E(x[i - 1] / 10) - np.exp((i + 1) / 10) - np.exp(i / 10)) for i in range(1, n)]
    f += [a * (E(x[i] / 10) - np.exp(-.1)) for i in range(1, n)]
    return f + [sum((n - j) * x[j] ** 2 for j in range(n)) - 1]


def variably(x):
    s = sum((j + 1) * (x[j] - 1) for j in range(len(x)))
    return [c - 1 for c in x] + [s, s ** 2]


def trigonometric(x):
    n = len(x)
    return [n - sum(C(x)) + (i + 1) * (1 - C(x[i])) - S(x[i]) for i in range(n)]


def padded(x, i):
    return x[i] if 0 <= i < len(x) else 0


def boundary(x):
    h = 1 / (len(x) + 1)
    return [2 * x[i] - padded(x, i - 1) - padded(x, i + 1) + h ** 2 * (x[i] + (i + 1) * h + 1) ** 3 / 2
            for i in range(len(x))]


def integral(x):
    n, h, f = len(x), 1 / (len(x) + 1), []
    t = [(i + 1) * h for i in range(n)]
    for i in range(n):
        low = sum(t[j] * (x[j] + t[j] + 1) ** 3 for j in range(i + 1))
        high = sum((1 - t[j]) * (x[j] + t[j] + 1) ** 3 for j in range(i + 1, n))
        f.append(x[i] + h * ((1 - t[i]) * low + t[i] * high) / 2)
    return f


def banded(x):
    n = len(x)
    return [x[i] * (2 + 5 * x[i] ** 2) + 1 - sum(x[j] * (1 + x[j]) for j in range(max(0, i - 5), min(n, i + 2)) if j != i)
            for i in range(n)]


def chebyquad(x):
    n, f = len(x), []
    for i in range(1, n + 1):
        polynomial = np.polynomial.Chebyshev.basis(i).convert(kind=np.polynomial.Polynomial).coef
        value = sum(sum(c * (2 * z - 1) ** k for k, c in enumerate(polynomial)) for z in x)
        f.append(value / n + (1 / (i * i - 1) if i % 2 == 0 else 0))
    return f


RESIDUALS = {
    **fits(),
    "freudenstein_roth": lambda x: [-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1],
                                    -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]],
    "powell_badly_scaled": lambda x: [1e4 * x[0] * x[1] - 1, E(-x[0]) + E(-x[1]) - 1.0001],
    "brown_badly_scaled": lambda x: [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2],
    "beale": beale,
    "helical_valley": helical,
    "wood": lambda x: [10 * (x[1] - x[0] ** 2), 1 - x[0], 90 ** .5 * (x[3] - x[2] ** 2), 1 - x[2],
                       10 ** .5 * (x[1] + x[3] - 2), 10 ** -.5 * (x[1] - x[3])],
    "brown_almost_linear": brown_linear,
    "himmelblau": lambda x: [x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7],
    "booth": lambda x: [x[0] + 2 * x[1] - 7, 2 * x[0] + x[1] - 5],
    "rosenbrock": lambda x: [10 * (x[i + 1] - x[i] ** 2) for i in range(len(x) - 1)] + [1 - c for c in x[:-1]],
    "powell_singular": lambda x: [x[0] + 10 * x[1], 5 ** .5 * (x[2] - x[3]), (x[1] - 2 * x[2]) ** 2,
                                  10 ** .5 * (x[0] - x[3]) ** 2],
    "watson": watson,
    "extended_rosenbrock": lambda x: [g for i in range(0, len(x), 2) for g in (10 * (x[i + 1] - x[i] ** 2), 1 - x[i])],
    "penalty_1": lambda x: [1e-5 ** .5 * (c - 1) for c in x] + [sum(x ** 2) - .25],
    "penalty_2": penalty_2,
    "variably_dimensioned": variably,
    "trigonometric": trigonometric,
    "discrete_boundary_value": boundary,
    "discrete_integral_equation": integral,
    "broyden_tridiagonal": lambda x: [(3 - 2 * x[i]) * x[i] - padded(x, i - 1) - 2 * padded(x, i + 1) + 1
                                      for i in range(len(x))],
    "broyden_banded": banded,
    "linear_full_rank": lambda x: [(x[i] if i < len(x) else 0) - sum(x) / len(x) - 1 for i in range(2 * len(x))],
    "linear_rank_1": lambda x: [(i + 1) * sum((j + 1) * c for j, c in enumerate(x)) - 1 for i in range(2 * len(x))],
    "linear_rank_1_zeros": lambda x: [-1] + [i * sum((j + 1) * x[j] for j in range(1, len(x) - 1)) - 1
                                             for i in range(1, 2 * len(x) - 1)] + [-1],
    "chebyquad": chebyquad,
    "sphere": lambda x: list(x),
    "dixon_price": lambda x: [x[0] - 1] + [(i + 1) ** .5 * (2 * x[i] ** 2 - x[i - 1]) for i in range(1, len(x))],
    "zakharov": lambda x: [*x, sum((i + 1) * c for i, c in enumerate(x)) / 2,
                           (sum((i + 1) * c for i, c in enumerate(x)) / 2) ** 2],
}


def levy(x):
    w = 1 + (x - 1) / 4
    return (S(PI * w[0]) ** 2 + sum((c - 1) ** 2 * (1 + 10 * S(PI * c + 1) ** 2) for c in w[:-1])
            + (w[-1] - 1) ** 2 * (1 + S(2 * PI * w[-1]) ** 2))


def goldstein(x):
    a, b = x
    return ((1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a ** 2 - 14 * b + 6 * a * b + 3 * b ** 2))
            * (30 + (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a ** 2 + 48 * b - 36 * a * b + 27 * b ** 2)))


VALUES = {
    "rastrigin": lambda x: 10 * len(x) + sum(x ** 2 - 10 * C(2 * PI * x)),
    "ackley": lambda x: 20 + np.e - 20 * E(-.2 * SQ(sum(x ** 2) / len(x))) - E(sum(C(2 * PI * x)) / len(x)),
    "styblinski_tang": lambda x: sum(x ** 4 - 16 * x ** 2 + 5 * x) / 2,
    "levy": levy,
    "griewank": lambda x: 1 + sum(x ** 2) / 4000 - np.prod([C(c / SQ(i + 1.)) for i, c in enumerate(x)]),
    "matyas": lambda x: .26 * (x[0] ** 2 + x[1] ** 2) - .48 * x[0] * x[1],
    "goldstein_price": goldstein,
    "three_hump_camel": lambda x: 2 * x[0] ** 2 - 1.05 * x[0] ** 4 + x[0] ** 6 / 6 + x[0] * x[1] + x[1] ** 2,
    "six_hump_camel": lambda x: (4 - 2.1 * x[0] ** 2 + x[0] ** 4 / 3) * x[0] ** 2 + x[0] * x[1] + (4 * x[1] ** 2 - 4) * x[1] ** 2,
    "easom": lambda x: -C(x[0]) * C(x[1]) * E(-(x[0] - PI) ** 2 - (x[1] - PI) ** 2),
    "mccormick": lambda x: S(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1,
    "branin": lambda x: (x[1] - 5.1 / (4 * PI ** 2) * x[0] ** 2 + 5 / PI * x[0] - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * C(x[0]) + 10,
    "trid": lambda x: sum((x - 1) ** 2) - sum(x[1:] * x[:-1]),
    "bohachevsky": lambda x: x[0] ** 2 + 2 * x[1] ** 2 - .3 * C(3 * PI * x[0]) - .4 * C(4 * PI * x[1]) + .7,
    "double_well": lambda x: x[0] ** 4 / 4 - x[0] ** 2 / 2 + x[1] ** 2 / 2,
}

STARTS = {
    "jennrich_sampson": [.3, .4], "bard": [1, 1, 1], "gaussian": [.4, 1, 0], "meyer": [.02, 4000, 250],
    "gulf": [5, 2.5, .15], "box_3d": [0, 10, 20], "kowalik_osborne": [.25, .39, .415, .39],
    "brown_dennis": [25, 5, -5, -1], "osborne_1": [.5, 1.5, -1, .01, .02], "biggs_exp6": [1, 2, 1, 1, 1, 1],
    "osborne_2": [1.3, .65, .65, .7, .6, 3, 5, 7, 2, 4.5, 5.5], "freudenstein_roth": [.5, -2],
    "powell_badly_scaled": [0, 1], "brown_badly_scaled": [1, 1], "beale": [1, 1], "helical_valley": [-1, 0, 0],
    "wood": [-3, -1, -3, -1], "brown_almost_linear": [.5] * 10, "himmelblau": [0, 0], "booth": [0, 0],
    "rosenbrock": [-1.2, 1], "powell_singular": [3, -1, 0, 1], "watson": [0] * 6,
    "extended_rosenbrock": [-1.2, 1] * 5, "penalty_1": [1, 2, 3, 4], "penalty_2": [.5] * 4,
    "variably_dimensioned": [1 - j / 10 for j in range(1, 11)], "trigonometric": [.1] * 10,
    "discrete_boundary_value": [i / 11 * (i / 11 - 1) for i in range(1, 11)],
    "discrete_integral_equation": [i / 11 * (i / 11 - 1) for i in range(1, 11)],
    "broyden_tridiagonal": [-1] * 10, "broyden_banded": [-1] * 10, "linear_full_rank": [1] * 10,
    "linear_rank_1": [1] * 10, "linear_rank_1_zeros": [1] * 10, "chebyquad": [j / 9 for j in range(1, 9)],
    "sphere": [1, 1], "dixon_price": [1] * 10, "zakharov": [1] * 10, "rastrigin": [2.2] * 2, "ackley": [.6] * 2,
    "styblinski_tang": [0, 0], "levy": [2, 2], "griewank": [1, 1], "matyas": [10, -5], "goldstein_price": [.5, -.5],
    "three_hump_camel": [.5, .5], "six_hump_camel": [1, 1], "easom": [2.5, 2.5], "mccormick": [0, 0],
    "branin": [2.5, 7.5], "trid": [0] * 10, "bohachevsky": [.2, .2], "double_well": [0, 1],
}


def main():
    out = {}
    for name, start in STARTS.items():
        value = VALUES.get(name) or (lambda x, f=RESIDUALS[name]: np.sum(np.array(f(x)) ** 2))
        x = np.array(start, float) + .1 * np.sin(1 + np.arange(len(start)))
        gradient = []
        for k in range(len(x)):
            there = x.astype(complex)
            there[k] += 1e-30j
            gradient.append(float(value(there).imag / 1e-30))
        out[name] = {"start": start, "x": list(x), "value": float(value(x)), "gradient": gradient,
                     "value_at_start": float(value(np.array(start, float)))}
    x = np.array(out["rosenbrock"]["x"])
    assert np.isclose(out["rosenbrock"]["value"], rosen(x), rtol=1e-13)
    assert np.allclose(out["rosenbrock"]["gradient"], rosen_der(x), rtol=1e-12)
    print(json.dumps(out))


if __name__ == "__main__":
    main()
