"""The season of a history: month factors on the order rate, where there are years enough to tell it from drift.

Orders of a month are set against those that the law expects from the customers there were. The law is then fitted again
by a clock that runs faster in strong months, and so on until both agree. Dropout is counted by the same clock, which over
whole years is the calendar's.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.fit.expectations import order_rate
from sim.fit.extra import stats
from sim.fit.history import History, Known
from sim.fit.laws import PARETO_NBD
from sim.fit.maximum import Estimate, fit
from sim.law import DAYS_A_WEEK
from sim.posterior import Lifetime
from sim.randomness import Floats

Ints = NDArray[np.int64]

YEARS = 2
"""Whole years that a season needs: once is no season."""
FEWEST = 360
"""Repeat orders that it needs, thirty a month."""
SURE = 0.001
"""The probability of so uneven months without a season, below which there is one."""
ALIKE = 0.3
"""Correlation of the months' factors in the earlier and the later years below which they are not a season."""
ROUNDS = 4
LIMITS = (0.05, 20.0)


@dataclass(frozen=True)
class Season:
    """Month factors from January to December, with mean 1 over the year."""

    factors: tuple[float, ...]
    errors: tuple[float, ...]
    """Standard errors that allow for customers who order in bunches."""
    p_value: float
    """Of months as uneven as these if there were no season."""

    @property
    def span(self) -> float:
        """The strongest month against the weakest."""
        return max(self.factors) / min(self.factors)


@dataclass(frozen=True)
class SeasonFinding:
    """The season, or why there is none."""

    season: Season | None
    reason: str
    """Empty where there is one."""
    estimate: Estimate
    """The Pareto/NBD as fitted by the season's clock, or by the calendar's where there is none."""


def months_of(start: datetime.date, days: int) -> Ints:
    """The calendar month, from 0, of each day."""
    dates = np.datetime64(start, "D") + np.arange(days)
    months: Ints = dates.astype("datetime64[M]").astype(np.int64) % 12
    return months


def clock(season: Season, start: datetime.date, days: int) -> Floats:
    """The season's clock in weeks at the beginning of each of so many days, and at the end of the last."""
    steps = np.array(season.factors)[months_of(start, days)] / DAYS_A_WEEK
    return np.concatenate([[0.0], steps.cumsum()])


def find_season(history: History, known: Known, plain: Estimate) -> SeasonFinding:
    """The season of a history whose Pareto/NBD by the calendar is `plain`; only `known` customers count."""
    days = history.days
    if days < YEARS * 365:
        return SeasonFinding(None, f"a season takes {YEARS} years of orders to see, these are {days / 365.25:.1f}", plain)
    counted = np.isin(history.customer, known.customer)
    repeats = (np.diff(history.customer, prepend=-1) == 0) & counted
    if repeats.sum() < FEWEST:
        return SeasonFinding(None, f"a season takes {FEWEST} repeat orders to see, these are {repeats.sum():,}", plain)
    day = np.floor(history.time[repeats]).astype(np.int64)
    month = months_of(history.start, days)
    began = np.bincount(np.floor(known.first).astype(np.int64), minlength=days).astype(np.float64)
    estimate, found = plain, None
    for _ in range(ROUNDS):
        expected = _expected(estimate, began)
        found = _factors(history.customer[repeats], day, month, expected)
        if found.p_value >= SURE:
            return SeasonFinding(None, "no month differs from the others by more than chance", plain)
        again = fit(PARETO_NBD, known.counts(clock(found, history.start, days)), start=estimate.parameters)
        moved = max(abs(again.parameters[name] / estimate.parameters[name] - 1.0) for name in again.parameters)
        estimate = again
        if moved < 1e-3:
            break
    assert found is not None
    alike = _recurs(day, month, _expected(estimate, began))
    if alike < ALIKE:
        return SeasonFinding(
            None, f"months differ, but not in the same way from year to year (correlation {alike:.2f}): no season", plain
        )
    return SeasonFinding(found, "", estimate)


def _expected(estimate: Estimate, began: Floats) -> Floats:
    """Expected repeat orders of each day without a season, from who came when."""
    law = Lifetime(**estimate.parameters)
    # In the middle of the day after their own, and so on; one's own day has no repeat.
    rates = order_rate(law, (np.arange(began.size) - 0.5).clip(0.0) / DAYS_A_WEEK) / DAYS_A_WEEK
    rates[0] = 0.0
    size = 1 << (2 * began.size - 1).bit_length()
    both = np.fft.irfft(np.fft.rfft(began, size) * np.fft.rfft(rates, size), size)
    return np.maximum(both[: began.size], 0.0)


def _factors(customer: Ints, day: Ints, month: Ints, expected: Floats) -> Season:
    """Orders of each calendar month over what was expected of it, scaled to mean 1 over the year."""
    mine = month[day]
    seen = np.bincount(mine, minlength=12).astype(np.float64)
    awaited = np.bincount(month, expected, minlength=12)
    lengths = np.bincount(months_of(datetime.date(2001, 1, 1), 365), minlength=12) / 365.0
    raw = np.maximum(seen, 0.5) / np.maximum(awaited, 1e-9)
    mean = float(raw @ lengths)
    factors = np.clip(raw / mean, *LIMITS)
    # The orders of one customer in one month come together: their squares are the variance of the month's sum.
    _, bunch = np.unique(customer * 12 + mine, return_counts=True)
    owner = np.unique(customer * 12 + mine) % 12
    spread = np.sqrt(np.bincount(owner, bunch.astype(np.float64) ** 2, minlength=12).clip(1.0))
    errors = factors * spread / np.maximum(seen, 1.0)
    off = (factors - 1.0) / np.maximum(errors, 1e-9)
    p = float(stats().chi2.sf(float((off**2).sum()), 11))
    return Season(tuple(map(float, factors)), tuple(map(float, errors)), p)


def _recurs(day: Ints, month: Ints, expected: Floats) -> float:
    """The correlation of the months' factors in the earlier and the later half of the whole years, counted backwards."""
    days, years = expected.size, expected.size // 365
    cut, begin = days - 365 * (years // 2), days - 365 * years
    halves = []
    for first, last in ((begin, cut), (cut, days)):
        inside = (day >= first) & (day < last)
        seen = np.bincount(month[day[inside]], minlength=12)
        awaited = np.bincount(month[first:last], expected[first:last], minlength=12)
        halves.append(np.log(np.maximum(seen, 0.5) / np.maximum(awaited, 1e-9)))
    return float(np.corrcoef(halves[0], halves[1])[0, 1])
