"""Student's t distribution, as far as intervals and p-values need it, without SciPy."""

from __future__ import annotations

import math
from functools import lru_cache

_TINY = 1e-300


def two_sided_p(t: float, df: float) -> float:
    """Probability of a |T| of at least |t| with `df` degrees of freedom. Raises ValueError if df is not positive.

    P = I_{df / (df + t^2)}(df / 2, 1 / 2): Abramowitz & Stegun 26.7.1.
    """
    if not df > 0:
        raise ValueError(f"degrees of freedom must be positive: {df}")
    if math.isinf(t):
        return 0.0
    return incomplete_beta(df / (df + t * t), t * t / (df + t * t), df / 2, 0.5)


def cdf(t: float, df: float) -> float:
    """Probability of a T of at most t."""
    tail = two_sided_p(t, df) / 2
    return 1.0 - tail if t > 0 else tail


@lru_cache(maxsize=1024)
def quantile(probability: float, df: float) -> float:
    """The t below which T falls with this probability. Raises ValueError outside (0, 1).

    Bisection on the tail: some sixty evaluations, once for each number of cells.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability between 0 and 1 is needed: {probability}")
    if probability < 0.5:
        return -quantile(1 - probability, df)
    tail = 2 * (1 - probability)
    low, high = 0.0, 1.0
    while two_sided_p(high, df) > tail:
        low, high = high, 2 * high
    while high - low > 1e-15 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if two_sided_p(middle, df) > tail else (low, middle)
    return (low + high) / 2


def incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b); `rest` is 1 - x, given apart so that it keeps its digits.

    Continued fraction: Press et al., Numerical Recipes, 6.4, by Lentz's method.
    """
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest)
    front = math.exp(log_front)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(rest, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
