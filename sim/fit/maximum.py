"""Maximum likelihood: from many starts to the highest point, with what it is worth.

The parameters are positive, so the search runs in their logarithms, within the bounds that a scenario file takes. The
starts are tried on a few of the histories; the best goes on with more, and with all of them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.errors import RegularsError
from sim.fit.counts import Counts
from sim.fit.laws import Law
from sim.posterior import Bools
from sim.randomness import Floats

FEW = 300
"""Histories on which the starts are tried."""
SAMPLE = 3_000
"""Histories on which the best of them goes on, before all are looked at."""
STEPS = 300
STILL = 1e-7
"""A step in a logarithm that is none."""
FURTHEST = 1.5
"""The longest step in a logarithm."""
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
    bounds = np.log(np.array(law.bounds))
    few, sample = data.sample(FEW), data.sample(SAMPLE)

    def on(part: Counts) -> Function:
        return lambda point: law.likelihood(point, part)

    given = None if start is None else np.log([start[name] for name in law.parameters])
    begun = best(on(few), _starts(law, data), bounds) if given is None else given
    if sample is not data:
        begun = climb(on(sample), begun, bounds)[1]
    return finish(law.name, law.title, law.parameters, bounds, on(data), begun, data.customers, on(sample))


def finish(
    name: str, title: str, parameters: tuple[str, ...], bounds: Floats, likelihood: Function, start: Floats,
    customers: float, rough: Function,
) -> Estimate:  # fmt: skip
    """The estimate at the summit near the start; `bounds` are of the logarithms, a row a parameter.

    `rough` is a likelihood of like shape that may cost less: the search begins with its curvature.
    """
    guess = _covariance(curvature(rough, start), _free(start, bounds))
    held = np.isnan(np.diag(guess))
    guess[held, :] = guess[:, held] = 0.0
    guess[held, held] = 1.0
    value, point = climb(likelihood, start, bounds, guess, 1e-12)
    free = _free(point, bounds)
    covariance = _covariance(curvature(likelihood, point), free)
    found = np.exp(point)
    errors = found * np.sqrt(np.where(np.diag(covariance) > 0, np.diag(covariance), np.nan))
    return Estimate(
        name, title, dict(zip(parameters, map(float, found), strict=True)),
        dict(zip(parameters, map(float, errors), strict=True)), covariance, value, customers,
        tuple(each for each, inside in zip(parameters, free, strict=True) if not inside),
    )  # fmt: skip


def _free(point: Floats, bounds: Floats) -> Bools:
    inside: Bools = (point > bounds[:, 0] + CLOSE) & (point < bounds[:, 1] - CLOSE)
    return inside


def best(likelihood: Function, starts: list[Floats], bounds: Floats) -> Floats:
    """Where the highest of the searches from the starts ends: all are begun, the two that come highest are finished.

    Raises RegularsError where none ends.
    """
    begun = [climb(likelihood, start, bounds, enough=1e-4) for start in starts]
    begun = sorted((each for each in begun if np.isfinite(each[0])), key=lambda each: -each[0])
    if not begun:
        raise RegularsError("the likelihood has no finite value anywhere near the data")
    ends = [climb(likelihood, point, bounds, enough=1e-7) for _, point in begun[:2]]
    return max(ends, key=lambda end: end[0])[1]


def climb(
    likelihood: Function, start: Floats, bounds: Floats, inverse: Floats | None = None, enough: float = 1e-11
) -> tuple[float, Floats]:
    """The summit reached from a start, and the likelihood there, by Broyden, Fletcher, Goldfarb & Shanno's steps
    (Nocedal & Wright 2006, Numerical Optimization, chapter 6), held within the bounds.

    `inverse` is a guess of the inverse curvature. It ends where two steps in turn gain less than the share `enough`.
    Written here because a library's search spends several times the likelihood's own time in threads that wait.
    """
    low, high = bounds.T
    point = np.clip(start, low, high)
    value, slope = likelihood(point)
    guessed = inverse is not None and bool(np.isfinite(inverse).all())
    metric = inverse if guessed and inverse is not None else np.eye(point.size) / max(float(np.abs(slope).max()), 1e-9)
    small = 0
    for _ in range(STEPS):
        open_ = ~(((point <= low) & (slope < 0)) | ((point >= high) & (slope > 0)))
        pull = np.where(open_, slope, 0.0)
        move = _uphill(metric, pull, open_)
        if not move @ pull > 0:
            move = pull / max(float(np.abs(pull).max()), 1e-300)
        move *= min(1.0, FURTHEST / max(float(np.abs(move).max()), 1e-300))
        found = _along(likelihood, point, value, slope, move, bounds)
        if found is None:
            break
        there, new, steeper = found
        step, fall = there - point, slope - steeper
        if not guessed and step @ fall > 0:
            # The first step has shown how steeply the slope falls.
            metric, guessed = np.eye(point.size) * float(step @ fall) / float(fall @ fall), True
        metric = _updated(metric, step, fall)
        small = small + 1 if new - value <= enough * abs(value) or float(np.abs(step).max()) < STILL else 0
        point, value, slope = there, new, steeper
        if small == 2:
            break
    return value, point


def _uphill(metric: Floats, pull: Floats, open_: Bools) -> Floats:
    """The step that the curvature asks for along the parameters that are not held by a bound."""
    if open_.all():
        return metric @ pull
    inside = np.ix_(open_, open_)
    move = np.zeros(pull.size)
    move[open_] = np.linalg.solve(np.linalg.inv(metric)[inside], pull[open_])
    return move


def _along(
    likelihood: Function, point: Floats, value: float, slope: Floats, move: Floats, bounds: Floats
) -> tuple[Floats, float, Floats] | None:
    """The first point on the way that is high enough (Armijo), with its value and slope; None where there is none."""
    for _ in range(30):
        there = np.clip(point + move, *bounds.T)
        new, steeper = likelihood(there)
        # Near the summit the gain drowns in the rounding of the sum.
        enough = value + 1e-4 * (slope @ (there - point)) - 1e-14 * abs(value)
        if new >= enough and np.isfinite(steeper).all() and (there != point).any():
            return there, new, steeper
        move = move * 0.4
    return None


def _updated(metric: Floats, step: Floats, fall: Floats) -> Floats:
    """The inverse curvature after a step in which the slope fell by `fall`."""
    along = float(step @ fall)
    if along <= 1e-12 * float(np.linalg.norm(step) * np.linalg.norm(fall)):
        return metric
    left = np.eye(step.size) - np.outer(step, fall) / along
    updated: Floats = left @ metric @ left.T + np.outer(step, step) / along
    return updated


def curvature(likelihood: Function, point: Floats, h: float = 1e-4) -> Floats:
    """The second derivatives, by central differences of the gradient."""
    rows = [(likelihood(point + step)[1] - likelihood(point - step)[1]) / (2.0 * h) for step in h * np.eye(point.size)]
    matrix = np.array(rows)
    symmetric: Floats = (matrix + matrix.T) / 2.0
    return symmetric


def _covariance(curve: Floats, free: Bools) -> Floats:
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
