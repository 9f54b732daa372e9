"""Makes softmax.csv: the softmax loss of rows of three classes in 800 digits.

Run: python tests/oracle/softmax.py > tests/oracle/softmax.csv. Needs mpmath.

Where theta, a row of doubles, does not sum to 0 exactly, the Fenchel-Young term is that of the sum of
p' ln(p'/p) - p' + p, p' = e_y + theta, which is f(z) + f*(theta) - theta'z + (lse - 1) sum(theta).

Columns: z (3), y, theta (3), f, p (3), f*, FY.
"""
from mpmath import exp, fsum, log, mp, mpf, nstr

mp.dps = 800


def rows():
    points = [(0.0, 0.0, 0.0), (1.0, -2.0, 0.5), (40.0, 0.0, -3.0), (0.0, 800.0, -800.0),
              (1e5, 1e5 + 0.25, -1e5), (-1e300, 1e300, 3.0), (-745.0, -746.5, -744.0)]
    for z in points:
        exact = [mpf(item) for item in z]
        top = max(exact)
        lse = top + log(fsum(exp(item - top) for item in exact))
        p = [exp(item - lse) for item in exact]
        for y in range(3):
            f = lse - exact[y]
            slope = [float(p[k] - (k == y)) for k in range(3)]
            mixed = [0.9 * slope[k] + 0.1 * (0.25 + 0.25 * (k == 2) - (k == y)) for k in range(3)]
            near = [slope[k] * (1 - 1e-7) for k in range(3)]
            vertex = [0.0, 0.0, 0.0]
            for theta in (slope, mixed, near, vertex):
                dual = [mpf(theta[k]) + (k == y) for k in range(3)]
                conjugate = fsum(d * log(d) if d > 0 else mpf(0) for d in dual)
                fy = f + conjugate - fsum(mpf(t) * item for t, item in zip(theta, exact))
                fy += (lse - 1) * fsum(mpf(t) for t in theta)
                yield [*z, float(y), *theta, f, *p, conjugate, fy]


if __name__ == "__main__":
    for row in rows():
        print(",".join(nstr(x, 20) if isinstance(x, mpf) else repr(x) for x in row))
