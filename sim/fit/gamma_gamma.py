"""What customers spend on an order: the Gamma-Gamma law (Fader & Hardie, note 025) and its one assumption, tested.

A customer's orders vary around a mean of their own, and the means vary between customers; how much one spends is taken
to say nothing about how often one orders.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.errors import RegularsError
from sim.fit.extra import special
from sim.fit.maximum import Estimate, best, finish
from sim.law_knobs import DEAREST
from sim.randomness import Floats

PARAMETERS = ("p", "q", "gamma")
BOUNDS = ((0.1, 1000.0), (1.01, 1000.0), (0.01, 1e9))
FEWEST = 30
"""Customers with a mean of their own below which nothing can be said of how means differ."""


@dataclass(frozen=True)
class Spending:
    """The law of baskets as it was fitted, and what its fit rests on."""

    estimate: Estimate
    customers: int
    """With at least one repeat order, whose means were fitted."""
    correlation: float
    """Of a customer's repeat orders with their mean basket; the law takes it for 0."""
    low: float
    high: float
    """The correlation's 95 % interval (Fisher)."""
    first_mean: float
    """The mean first order, in units of the currency."""
    repeat_mean: float
    """The mean repeat order."""
    model_mean: float
    """The mean over customers under the law, p gamma / (q - 1)."""

    @property
    def independent(self) -> bool:
        """Whether frequency and basket are unrelated, for practice: no more than a tenth, or not surely so; also where all
        baskets, or all frequencies, are the same."""
        return math.isnan(self.correlation) or abs(self.correlation) < 0.1 or self.low <= 0.0 <= self.high


def likelihood(point: Floats, x: Floats, mean: Floats, weight: Floats) -> tuple[float, Floats]:
    """The log-likelihood at (log p, log q, log gamma) and its gradient; `mean` is that of a customer's `x` orders."""
    gammaln, psi = special().gammaln, special().psi
    p, q, gamma = np.exp(point)
    spent = gamma + x * mean
    shape = p * x + q
    value = gammaln(shape) - gammaln(p * x) - gammaln(q) + q * np.log(gamma / spent)
    value += p * x * np.log(x * mean / spent) - np.log(mean)
    slopes = np.array(
        [
            x * (psi(shape) - psi(p * x) + np.log(x * mean / spent)),
            psi(shape) - psi(q) + np.log(gamma / spent),
            q / gamma - shape / spent,
        ]
    )
    return float(weight @ value), (slopes @ weight) * np.exp(point)


def fit_spending(x: Floats, mean: Floats, first: Floats) -> Spending:
    """The law of baskets from each customer's number of repeat orders, their mean, and the first order's amount.

    Means of nothing (x = 0) and of 0 are left out. Raises RegularsError where fewer than 30 customers are left, and where
    the law's mean is more than a store's orders may be worth.
    """
    kept = (x > 0) & (mean > 0)
    x, mean, firsts = x[kept].astype(np.float64), mean[kept], first[first > 0]
    if x.size < FEWEST:
        raise RegularsError(
            f"only {x.size} customers have a repeat order with an amount: too few to fit baskets (at least {FEWEST})"
        )
    scale = float(np.median(mean))
    pairs, inverse = np.unique(np.array([x, mean]), axis=1, return_inverse=True)
    weight = np.bincount(inverse.ravel()).astype(np.float64)
    orders, means = pairs[0], pairs[1] / scale
    bounds = np.log(np.array([*BOUNDS[:2], [bound / scale for bound in BOUNDS[2]]]))
    starts = [np.log([p, q, q / p]) for p in (1.0, 6.0) for q in (1.5, 4.0, 15.0)]

    def value(point: Floats) -> tuple[float, Floats]:
        return likelihood(point, orders, means, weight)

    found = finish(
        "gamma_gamma", "Gamma-Gamma", PARAMETERS, bounds, value, best(value, starts, bounds), float(x.size), value
    )
    estimate = _scaled(found, scale)
    p, q, gamma = (estimate.parameters[name] for name in PARAMETERS)
    if p * gamma / (q - 1.0) > DEAREST:
        raise RegularsError(f"the law that fits best has a mean order of {p * gamma / (q - 1.0):,.0f}")
    correlation, low, high = _correlation(x, mean)
    return Spending(
        estimate, int(x.size), correlation, low, high, float(firsts.mean()) if firsts.size else math.nan,
        float((x * mean).sum() / x.sum()), p * gamma / (q - 1.0),
    )  # fmt: skip


def _scaled(found: Estimate, scale: float) -> Estimate:
    """The estimate in the currency: amounts were divided by `scale` so that the search does not depend on it."""
    parameters = {**found.parameters, "gamma": found.parameters["gamma"] * scale}
    errors = {**found.errors, "gamma": found.errors["gamma"] * scale}
    value = found.log_likelihood - found.customers * math.log(scale)
    return Estimate(found.law, found.title, parameters, errors, found.covariance, value, found.customers, found.on_bound)


def _correlation(x: Floats, mean: Floats) -> tuple[float, float, float]:
    if np.ptp(x) == 0 or np.ptp(mean) == 0 or x.size < 4:
        return math.nan, math.nan, math.nan
    found = float(np.corrcoef(x, mean)[0, 1])
    width = 1.959964 / math.sqrt(x.size - 3)
    z = math.atanh(max(min(found, 1.0 - 1e-12), -1.0 + 1e-12))
    return found, math.tanh(z - width), math.tanh(z + width)
