"""Maximum likelihood: from many starts to the highest point, with what it is worth.

The parameters are positive, so the search runs in their logarithms, within the bounds that a scenario file takes. The
starts are tried on a sample of the histories; the best goes on with all of them and is finished by Newton's method.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.errors import RegularsError
from sim.fit.counts import Counts
from sim.fit.extra import optimize
from sim.fit.laws import Law
from sim.randomness import Floats

SAMPLE = 3_000
"""Histories on which the starts are tried."""
OPEN = 1.0
"""A standard error of a logarithm beyond which a parameter is not determined by the data."""
CLOSE = 1e-3
"""A logarithm so near its bound lies on it."""

Function = Callable[[Floats], tuple[float, Floats]]


@dataclass(frozen=True)
class Estimate:
    """The most likely parameters of a law."""

    law: str
    title: str
    parameters: Mapping[str, float]
    errors: Mapping[str, float]
    """Standard errors; nan where the likelihood is flat or the parameter lies on its bound."""
    covariance: Floats
    """Of the parameters' logarithms, in their order; nan where the likelihood is flat."""
    log_likelihood: float
    customers: float
    on_bound: tuple[str, ...] = ()
    """Parameters that lie on the bound of what is allowed: the estimate has collapsed."""

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return 2.0 * len(self.parameters) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """The Bayesian information criterion, by the number of customers."""
        return len(self.parameters) * math.log(self.customers) - 2.0 * self.log_likelihood

    @property
    def undetermined(self) -> tuple[str, ...]:
        """Parameters that lie on their bound or that the data leave open by more than a factor of e either way."""
        spread = np.sqrt(np.where(np.diag(self.covariance) > 0, np.diag(self.covariance), np.inf))
        return tuple(name for name, width in zip(self.parameters, spread, strict=True) if not width <= OPEN)

    def interval(self, name: str) -> tuple[float, float]:
        """The 95 % interval of a parameter, symmetric in its logarithm; nan where there is none."""
        place = list(self.parameters).index(name)
        variance = self.covariance[place, place]
        if not variance > 0:
            return math.nan, math.nan
        width = math.exp(min(1.959964 * math.sqrt(variance), 600.0))
        return self.parameters[name] / width, self.parameters[name] * width


def fit(law: Law, data: Counts, start: Mapping[str, float] | None = None) -> Estimate:
    """The most likely parameters of a law; with `start` only from there.

    Raises RegularsError where no search ends.
    """
    starts = _starts(law, data) if start is None else [np.log([start[name] for name in law.parameters])]
    sample = data.sample(SAMPLE)
    bounds = [(math.log(low), math.log(high)) for low, high in law.bounds]
    return finish(
        law.name, law.title, law.parameters, bounds, lambda point: law.likelihood(point, data),
        [best(lambda point: law.likelihood(point, sample), starts, bounds)], data.customers,
    )  # fmt: skip


def finish(
    name: str, title: str, parameters: tuple[str, ...], bounds: list[tuple[float, float]], likelihood: Function,
    starts: list[Floats], customers: float,
) -> Estimate:  # fmt: skip
    """The estimate at the highest point that is reached from the starts; bounds are of the logarithms."""
    point = best(likelihood, starts, bounds)
    low, high = np.array(bounds).T
    free = (point > low + CLOSE) & (point < high - CLOSE)
    for _ in range(8):
        slope, curve = likelihood(point)[1], curvature(likelihood, point)
        move = _newton(slope, curve, free)
        if move is None or likelihood(np.clip(point + move, low, high))[0] < likelihood(point)[0] - 1e-9:
            break
        point = np.clip(point + move, low, high)
        if np.abs(move).max() < 1e-9:
            break
    value = likelihood(point)[0]
    covariance = _covariance(curvature(likelihood, point), free)
    found = np.exp(point)
    errors = found * np.sqrt(np.where(np.diag(covariance) > 0, np.diag(covariance), np.nan))
    return Estimate(
        name, title, dict(zip(parameters, map(float, found), strict=True)),
        dict(zip(parameters, map(float, errors), strict=True)), covariance, value, customers,
        tuple(each for each, inside in zip(parameters, free, strict=True) if not inside),
    )  # fmt: skip


def best(likelihood: Function, starts: list[Floats], bounds: list[tuple[float, float]]) -> Floats:
    """Where the highest of the searches from the starts ends."""
    minimize = optimize().minimize
    low, high = np.array(bounds).T
    ends: list[tuple[float, Floats]] = []

    def descent(point: Floats) -> tuple[float, Floats]:
        value, slope = likelihood(point)
        return -value, -slope

    for start in starts:
        begun = np.clip(start, low + CLOSE, high - CLOSE)
        found = minimize(
            descent, begun, jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": 1000, "maxcor": 20, "ftol": 1e-13, "gtol": 1e-7},
        )  # fmt: skip
        if np.isfinite(found.fun) and np.isfinite(found.x).all():
            ends.append((float(found.fun), np.asarray(found.x, dtype=np.float64)))
    if not ends:
        raise RegularsError("the likelihood has no finite value anywhere near the data")
    return min(ends, key=lambda end: end[0])[1]


def curvature(likelihood: Function, point: Floats, h: float = 1e-4) -> Floats:
    """The second derivatives, by central differences of the gradient."""
    rows = [(likelihood(point + step)[1] - likelihood(point - step)[1]) / (2.0 * h) for step in h * np.eye(point.size)]
    matrix = np.array(rows)
    symmetric: Floats = (matrix + matrix.T) / 2.0
    return symmetric


def _newton(slope: Floats, curve: Floats, free: Floats) -> Floats | None:
    """A step uphill in the free directions; None where the surface is not that of a summit."""
    inside = np.ix_(free, free)
    if not free.any() or not np.isfinite(curve).all() or np.linalg.eigvalsh(curve[inside]).max() >= 0:
        return None
    move = np.zeros(slope.size)
    move[free] = -np.linalg.solve(curve[inside], slope[free])
    return move if np.abs(move).max() < 1.0 else None


def _covariance(curve: Floats, free: Floats) -> Floats:
    found = np.full(curve.shape, np.nan)
    inside = np.ix_(free, free)
    if free.any() and np.isfinite(curve).all() and np.linalg.eigvalsh(-curve[inside]).min() > 1e-8:
        found[inside] = np.linalg.inv(-curve[inside])
    return found


def _starts(law: Law, data: Counts) -> list[Floats]:
    """Points around what the means say: few or many heavy buyers, early or late dropout."""
    weeks = float(data.weight @ data.T)
    rate = max(data.repeats, 0.5) / max(weeks, 1e-9)
    span = max(weeks / data.customers, 1e-3)
    found = []
    for r, s in itertools.product((0.3, 1.5), (0.4, 2.0) if law.dropout else (1.0,)):
        for late in (0.5, 4.0) if law.dropout else (1.0,):
            tail = {"s": s, "beta": s * late * span, "a": s / late, "b": 2.5 * s, "r": r, "alpha": r / (2.0 * rate)}
            found.append(np.log([tail[name] for name in law.parameters]))
    return found
