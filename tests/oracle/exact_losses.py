"""The losses in 50 digits: value, slope, curvature, conjugate. Shared by certificates.py."""
import mpmath as mp

mp.mp.dps = 50
INF = float("inf")
DELTA, LEVEL, SMOOTHING = 0.7, 0.3, 0.4
HIGH = 1 - LEVEL  # as the double nearest to it


def lse(z):
    m = max(z)
    return m + mp.log(mp.fsum(mp.exp(a - m) for a in z))


def xlogx(a):
    return a * mp.log(a) if a > 0 else mp.mpf(0)


class Scalar:
    """value, slope, curvature, conjugate (inf outside its domain), interior of theta, targets."""

    def __init__(self, value, slope, curvature, conjugate, inner, targets):
        self.value, self.slope, self.curvature = value, slope, curvature
        self.conjugate, self.inner, self.targets = conjugate, inner, targets


def sigma(z):
    return 1 / (1 + mp.exp(-z))


def clip(a, low, high):
    return min(max(a, low), high)


def sign(t):
    return 2 * t - 1


def quantile_q(r):
    return clip(r / SMOOTHING, mp.mpf(-LEVEL), mp.mpf(HIGH))


LOSSES = {
    "squared": Scalar(lambda z, y: (z - y) ** 2 / 2, lambda z, y: z - y, lambda z, y: mp.mpf(1),
                      lambda t, y: t * t / 2 + t * y, lambda t, y: 1, "real"),
    "logistic": Scalar(lambda z, y: lse([0, z]) - y * z, lambda z, y: sigma(z) - y,
                       lambda z, y: sigma(z) * sigma(-z),
                       lambda t, y: xlogx(y + t) + xlogx(1 - y - t) if 0 <= y + t <= 1 else mp.inf,
                       lambda t, y: min(y + t, 1 - y - t), "binary"),
    "poisson": Scalar(lambda z, y: mp.exp(z) - y * z, lambda z, y: mp.exp(z) - y,
                      lambda z, y: mp.exp(z),
                      lambda t, y: xlogx(y + t) - y - t if y + t >= 0 else mp.inf,
                      lambda t, y: y + t, "count"),
    "gamma": Scalar(lambda z, y: z + y * mp.exp(-z), lambda z, y: 1 - y * mp.exp(-z),
                    lambda z, y: y * mp.exp(-z),
                    lambda t, y: xlogx(1 - t) - (1 - t) * mp.log(y) - (1 - t) if t <= 1 else mp.inf,
                    lambda t, y: 1 - t, "positive"),
    "huber": Scalar(lambda z, y: (z - y) ** 2 / 2 if abs(z - y) <= DELTA
                    else DELTA * (abs(z - y) - mp.mpf(DELTA) / 2),
                    lambda z, y: clip(z - y, mp.mpf(-DELTA), mp.mpf(DELTA)),
                    lambda z, y: mp.mpf(1 if abs(z - y) <= DELTA else 0),
                    lambda t, y: t * t / 2 + t * y if abs(t) <= DELTA else mp.inf,
                    lambda t, y: DELTA - abs(t), "real"),
    "quantile": Scalar(lambda z, y: quantile_q(z - y) * (z - y) - SMOOTHING * quantile_q(z - y) ** 2 / mp.mpf(2),
                       lambda z, y: quantile_q(z - y),
                       lambda z, y: 1 / mp.mpf(SMOOTHING) if -LEVEL < (z - y) / SMOOTHING < HIGH else mp.mpf(0),
                       lambda t, y: t * y + SMOOTHING * t * t / mp.mpf(2) if -LEVEL <= t <= HIGH else mp.inf,
                       lambda t, y: min(t + LEVEL, HIGH - t), "real"),
    "squared_hinge": Scalar(lambda z, y: max(1 - sign(y) * z, 0) ** 2,
                            lambda z, y: -2 * sign(y) * max(1 - sign(y) * z, mp.mpf(0)),
                            lambda z, y: mp.mpf(2 if sign(y) * z < 1 else 0),
                            lambda t, y: t * t / 4 + sign(y) * t if -sign(y) * t >= 0 else mp.inf,
                            lambda t, y: -sign(y) * t, "binary"),
    "hinge": Scalar(lambda z, y: max(1 - sign(y) * z, mp.mpf(0)), None, None,
                    lambda t, y: sign(y) * t if 0 <= -sign(y) * t <= 1 else mp.inf,
                    lambda t, y: min(-sign(y) * t, 1 + sign(y) * t), "binary"),
}
