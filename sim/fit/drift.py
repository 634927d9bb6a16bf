"""Drift: whether later customers are like earlier ones, cohort by cohort against the one law fitted to all."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import numpy as np

from sim.fit.expectations import new_repeats
from sim.fit.extra import stats
from sim.fit.history import History, Known
from sim.posterior import AfterOrder, Lifetime
from sim.randomness import Floats

FEWEST = 20
"""Customers that a cohort needs to be shown on its own."""


@dataclass(frozen=True)
class Cohort:
    """The customers of one stretch of time, and the law beside them."""

    name: str
    """The month or quarter of the first order."""
    customers: int
    first_amount: float
    """Their mean first order in the currency."""
    repeats: float
    """Repeat orders a customer in the time they were seen."""
    expected: float
    """The same by the law."""
    error: float
    """The standard error of `repeats`."""

    @property
    def off(self) -> float:
        """How many standard errors the cohort lies above the law."""
        return (self.repeats - self.expected) / self.error if self.error > 0 else 0.0


@dataclass(frozen=True)
class Drift:
    """The cohorts, and whether they differ by more than chance."""

    cohorts: tuple[Cohort, ...]
    p_value: float
    """Of cohorts as different as these if one law held for all; nan where there are fewer than two."""
    trend: float
    """Change of repeats against the law from the first cohort to the last, as a share; nan where there is none."""


def find_drift(history: History, known: Known, law: Lifetime | AfterOrder, T: Floats | None = None) -> Drift:
    """The cohorts by month of the first order where these are few, else by quarter; `T` replaces the customers' own
    where a clock other than the calendar's counts."""
    seen = known.T if T is None else T
    dates = np.datetime64(history.start, "D") + np.floor(known.first).astype(np.int64)
    months = dates.astype("datetime64[M]").astype(np.int64)
    quarterly = len(np.unique(months)) > 12
    label = months // 3 if quarterly else months
    expected = _means(law, seen)
    cohorts = []
    for each in np.unique(label):
        inside = label == each
        count = int(inside.sum())
        if count < FEWEST:
            continue
        x = known.x[inside]
        cohorts.append(
            Cohort(
                _name(int(each), quarterly), count, float(known.first_amount[inside].mean()), float(x.mean()),
                float(expected[inside].mean()), float(x.std(ddof=1) / math.sqrt(count)),
            )
        )  # fmt: skip
    return Drift(tuple(cohorts), *_judged(cohorts))


def _means(law: Lifetime | AfterOrder, T: Floats) -> Floats:
    times, place = np.unique(T.round(2), return_inverse=True)
    return new_repeats(law, times)[place.ravel()]


def _name(number: int, quarterly: bool) -> str:
    if quarterly:
        return f"{1970 + number // 4} Q{number % 4 + 1}"
    return datetime.date(1970 + number // 12, number % 12 + 1, 1).strftime("%Y-%m")


def _judged(cohorts: list[Cohort]) -> tuple[float, float]:
    sound = [each for each in cohorts if each.error > 0 and each.expected > 0]
    if len(sound) < 2:
        return math.nan, math.nan
    p = float(stats().chi2.sf(sum(each.off**2 for each in sound), len(sound) - 1))
    ratio = np.array([each.repeats / each.expected for each in sound])
    weight = np.array([(each.expected / each.error) ** 2 for each in sound])
    place = np.linspace(0.0, 1.0, len(sound))
    centre = float(weight @ place / weight.sum())
    slope = float(weight @ ((place - centre) * ratio) / (weight @ (place - centre) ** 2))
    return p, slope
