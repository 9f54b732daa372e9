"""Makes losses.csv: the losses, their derivatives, conjugates and Fenchel-Young terms in 800 digits.

Run: python tests/oracle/losses.py > tests/oracle/losses.csv. Needs mpmath.

f and its conjugate are the textbook forms, the derivatives closed forms, and the Fenchel-Young term is
f(z) + f*(theta) - theta z as it stands, in 800 digits, where its cancellation costs nothing. The inputs
are exact doubles, the outputs are rounded to 20 digits.

Columns: loss, parameter a, parameter b, z, y, theta, f, f', f'', f*, inf f, FY.
"""
from mpmath import exp, expm1, inf, log, log1p, mp, mpf, nstr

mp.dps = 800  # exp(-800) beside 1 needs 350 digits


def xlogx(x):
    return mpf(0) if x == 0 else x * log(x)


def sigmoid(z):
    return 1 / (1 + exp(-z))


def clip(x, low, high):
    return low if x < low else high if x > high else x


def logistic(z, t, a, b, theta):
    p = sigmoid(z)
    d = t + theta
    conjugate = xlogx(d) + xlogx(1 - d) if 0 <= d <= 1 else inf
    return log(1 + exp(z)) - t * z, p - t, p * (1 - p), conjugate, -xlogx(t) - xlogx(1 - t)


def squared(z, y, a, b, theta):
    return (z - y) ** 2 / 2, z - y, mpf(1), theta**2 / 2 + theta * y, mpf(0)


def poisson(z, y, a, b, theta):
    s = y + theta
    return exp(z) - y * z, exp(z) - y, exp(z), xlogx(s) - s if s >= 0 else inf, y - xlogx(y)


def gamma(z, y, a, b, theta):
    s = 1 - theta
    c = y * exp(-z)
    conjugate = (xlogx(s) - s * log(y) if s > 0 else mpf(0)) - s if s >= 0 else inf
    return z + c, 1 - c, c, conjugate, 1 + log(y)


def huber(z, y, delta, b, theta):
    r = z - y
    f = r**2 / 2 if abs(r) <= delta else delta * (abs(r) - delta / 2)
    q = clip(r, -delta, delta)
    conjugate = theta**2 / 2 + theta * y if abs(theta) <= delta else inf
    return f, q, mpf(1 if abs(r) <= delta else 0), conjugate, mpf(0)


def quantile(z, y, level, h, theta):
    # Its ends are the doubles -level and 1 - level.
    low, high = -level, mpf(float(1 - float(level)))
    r = z - y
    q = clip(r / h, low, high)
    inside = low <= theta <= high
    conjugate = theta * y + h * theta**2 / 2 if inside else inf
    return q * r - h * q**2 / 2, q, 1 / h if q == r / h else mpf(0), conjugate, mpf(0)


def hinge(z, t, a, b, theta):
    y = 2 * t - 1
    m = 1 - y * z
    slack = -y * theta
    return max(m, mpf(0)), -y if m > 0 else mpf(0), mpf(0), -slack if 0 <= slack <= 1 else inf, mpf(0)


def squared_hinge(z, t, a, b, theta):
    y = 2 * t - 1
    m = max(1 - y * z, mpf(0))
    slack = -y * theta
    conjugate = slack**2 / 4 - slack if slack >= 0 else inf
    return m**2, -2 * y * m, mpf(2 if m > 0 else 0), conjugate, mpf(0)


def rows():
    ordinary = [-30.5, -3.25, -1e-9, 0.0, 0.015625, 0.7, 1.0, 17.25, 36.7]
    extreme = [-1e308, -800.0, -745.0, 709.5, 800.0, 1e308]
    cases = [
        (logistic, 0, 0, [0.0, 1.0], ordinary + extreme),
        (squared, 0, 0, [0.0, -3.5, 1e5, 0.1], ordinary + [-1e150, 1e150]),
        (poisson, 0, 0, [0.0, 1.0, 7.0, 1e6], ordinary + [-1e308, -800.0, 300.0]),
        (gamma, 0, 0, [0.3, 1.0, 1e-3, 1e5], ordinary + [1e308, 800.0, -690.0]),
        (huber, 1.345, 0, [0.0, -3.5, 0.1], ordinary + [-1e308, 1e308]),
        (huber, 1e-3, 0, [0.0, 0.7], ordinary),
        (quantile, 0.75, 0.125, [0.0, -3.5, 0.1], ordinary + [-1e307, 1e307]),
        (quantile, 0.1, 0.1, [0.0, 0.7], ordinary),
        (hinge, 0, 0, [0.0, 1.0], ordinary + [-1e308, 1e308]),
        (squared_hinge, 0, 0, [0.0, 1.0], ordinary + [-1e150, 1e150]),
    ]
    for body, a, b, targets, points in cases:
        for y in targets:
            for z in points:
                args = mpf(z), mpf(y), mpf(a), mpf(b)
                slope = body(*args, mpf(0))[1]
                # At f', near it on both sides, far from it, and at the ends of the domain.
                thetas = [float(slope) * (1 + e) for e in (0, 1e-9, -1e-4, 0.05)]
                thetas += {
                    logistic: [-y, 1 - y, 0.5 - y, (1 - 2 * y) * 1e-12],
                    poisson: [-y, 0.0, 3.0],
                    gamma: [1.0, 0.0, -4.0],
                    huber: [-a, a, 0.3 * a],
                    quantile: [-a, 1 - a, 0.0, 0.05],
                    hinge: [0.0, 1 - 2 * y, 0.5 * (1 - 2 * y)],
                    squared_hinge: [0.0, 1 - 2 * y, 1e3 * (1 - 2 * y)],
                    squared: [0.0, 1.0],
                }[body]
                for theta in dict.fromkeys(thetas):
                    f, f1, f2, conjugate, low = body(*args, mpf(theta))
                    fy = f + conjugate - mpf(theta) * args[0]
                    yield [body.__name__, a, b, z, y, theta, f, f1, f2, conjugate, low, fy]


def text(item):
    if isinstance(item, str):
        return item
    if isinstance(item, mpf):
        return "inf" if item == inf else nstr(item, 20, strip_zeros=True)
    return repr(float(item))


if __name__ == "__main__":
    for row in rows():
        print(",".join(text(item) for item in row))
