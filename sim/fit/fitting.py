"""From orders to a store: every law is fitted, the season, the newcomers and the drift are read, and the backtest is run."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import BadInput, Problem, RegularsError
from sim.fit.backtest import backtest
from sim.fit.drift import find_drift
from sim.fit.gamma_gamma import Spending, fit_spending
from sim.fit.history import History, Known
from sim.fit.laws import BG_NBD, LAWS, PARETO_NBD, Law
from sim.fit.maximum import Estimate, fit
from sim.fit.results import Backtest, Newcomers, Returned, StoreFit, law_of
from sim.fit.season import Season, SeasonFinding, clock, find_season
from sim.fit.verdict import warnings_of
from sim.law import DAYS_A_WEEK
from sim.law_knobs import DEAREST
from sim.scenario import DAYS_A_MONTH, DAYS_A_YEAR

FEWEST = 10
"""Customers with a repeat order that a fit needs; a backtest needs as many in its earlier part."""


@dataclass(frozen=True)
class Wishes:
    """What a user may ask of a fit."""

    law: str = "lifetime"
    """`lifetime` or `after_order`: the law of the written store."""
    cut: datetime.date | None = None
    """The last date of the backtest's earlier part; None: the middle of the history."""
    backtest: bool = True
    look_back: int = 0
    """Months at the beginning whose customers are left out of the fit."""
    seed: int = 1
    replications: int | None = None


def fit_store(history: History, source: str, wishes: Wishes | None = None) -> StoreFit:
    """The store of a history. Raises BadInput where there is too little to fit anything, or the wishes cannot be met."""
    wishes = wishes or Wishes()
    known = fitted_customers(history, wishes.look_back)
    repeaters = int((known.x > 0).sum())
    if repeaters < FEWEST:
        raise BadInput(Problem(
            f"only {repeaters} of {known.x.size:,} customers {'has' if repeaters == 1 else 'have'} ordered a second time: "
            "too few to fit a law" + (f"; without those of the first {wishes.look_back} months" if wishes.look_back else ""),
            source, allowed=f"at least {FEWEST}",
        ))  # fmt: skip
    mean_order = _mean_order(history, source)
    cut = _cut(history, wishes, source)
    estimates, found = _estimates(history, known)
    chosen = estimates[PARETO_NBD.name if wishes.law == "lifetime" else BG_NBD.name]
    spending, reason = _spending(known)
    tested, untested = _tested(history, cut, wishes, found.season)
    span = _clocked(history, known, found)
    result = StoreFit(
        source=source,
        first=history.start,
        last=history.last,
        look_back=wishes.look_back,
        currency=history.currency,
        orders=history.orders,
        customers=np.unique(history.customer).size,
        fitted=known.x.size,
        repeats=int(known.x.sum()),
        repeaters=repeaters,
        law=wishes.law,
        estimates=estimates,
        spending=spending,
        spending_reason=reason,
        mean_order=mean_order,
        season=found.season,
        season_reason=found.reason,
        drift=find_drift(history, known, law_of(chosen), span),
        newcomers=newcomers(history, known),
        returned=returned(history),
        gap_days=float(np.quantile(history.gaps(), 0.9)),
        backtest=tested,
        backtest_reason=untested,
    )
    return replace(result, warnings=warnings_of(result, history, known))


def fitted_customers(history: History, look_back: int) -> Known:
    """The customers of a history without those who were first seen in its first months."""
    known = history.known()
    return known.those(known.first >= look_back * DAYS_A_MONTH) if look_back else known


def newcomers(history: History, known: Known) -> Newcomers:
    """New customers a month: of the last twelve months, or of the time in which any came, where that has ended."""
    first = np.sort(known.first)
    stretch = max(float(first[-1] - first[0]) + 1.0, 1.0)
    quarter = (history.days - float(first[0])) / 4.0
    lately = float((first >= history.days - quarter).sum())
    if lately / max(quarter, 1.0) < 0.1 * first.size / stretch:
        return Newcomers(first.size / stretch * DAYS_A_MONTH, stretch / DAYS_A_MONTH, True)
    span = min(history.days - float(first[0]), DAYS_A_YEAR)
    recent = float((first >= history.days - span).sum())
    return Newcomers(recent / max(span, 1.0) * DAYS_A_MONTH, span / DAYS_A_MONTH, False)


def returned(history: History) -> Returned | None:
    """The share of the value ordered that was paid back, as a ratio of sums over customers; None where nothing was."""
    orders = int((history.refund > 0).sum())
    if not orders or not history.cents.sum():
        return None
    back = np.bincount(history.customer, history.refund)
    spent = np.bincount(history.customer, history.cents)
    share = float(back.sum() / spent.sum())
    error = float(np.sqrt(((back - share * spent) ** 2).sum()) / spent.sum())
    return Returned(min(share, 1.0), error, orders)


def _cut(history: History, wishes: Wishes, source: str) -> float:
    if wishes.cut is None:
        return float(math.floor(history.end / 2))
    day = history.day(wishes.cut)
    if not 0 < day < history.end:
        raise BadInput(Problem(
            f"{wishes.cut} does not divide the history of {source}", "--calibration-end",
            allowed=f"a date after {history.start} and before {history.last}",
        ))  # fmt: skip
    return day


def _estimates(history: History, known: Known) -> tuple[dict[str, Estimate], SeasonFinding]:
    """All laws, by the clock of the season where there is one."""
    found = find_season(history, known, fit(PARETO_NBD, known.counts()))
    estimates = {PARETO_NBD.name: found.estimate}
    data = known.counts() if found.season is None else known.counts(clock(found.season, history.start, history.days))
    return estimates | {law.name: fit(law, data) for law in LAWS if law is not PARETO_NBD}, found


def _clocked(history: History, known: Known, found: SeasonFinding) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Each customer's T by the season's clock; None without a season."""
    if found.season is None:
        return None
    table = clock(found.season, history.start, history.days)
    days = np.arange(table.size)
    ends: np.ndarray[tuple[int], np.dtype[np.float64]] = np.interp(known.first + known.T * DAYS_A_WEEK, days, table)
    return ends - np.interp(known.first, days, table)


def _mean_order(history: History, source: str) -> float:
    paid = history.cents[history.cents > 0]
    mean = float(paid.mean()) / 100.0 if paid.size else 0.0
    if mean > DEAREST:
        raise BadInput(Problem(
            f"an order is worth {mean:,.0f} {history.currency} in the mean, and a scenario's at most {DEAREST:,.0f}", source,
            allowed="amounts in thousands: divide them, and read the figures so",
        ))  # fmt: skip
    return mean


def _spending(known: Known) -> tuple[Spending | None, str]:
    try:
        return fit_spending(known.x, known.mean, known.first_amount), ""
    except RegularsError as error:
        return None, str(error)


def _tested(history: History, cut: float, wishes: Wishes, whole: Season | None) -> tuple[Backtest | None, str]:
    if not wishes.backtest:
        return None, "not asked for"
    earlier = history.until(cut)
    if not earlier.orders:
        return None, f"there are no orders until {history.date(cut)}"
    known = fitted_customers(earlier, wishes.look_back)
    if (known.x > 0).sum() < FEWEST:
        return None, (
            f"until {history.date(cut)} only {int((known.x > 0).sum())} customers have a repeat order, and it takes {FEWEST}"
        )
    law: Law = PARETO_NBD if wishes.law == "lifetime" else BG_NBD
    found = find_season(earlier, known, fit(PARETO_NBD, known.counts()))
    # A season that the earlier part is too short to show would be told as an error of the law.
    season = found.season or whole
    estimate = found.estimate
    if law is not PARETO_NBD or season is not found.season:
        seen = known.counts() if season is None else known.counts(clock(season, earlier.start, earlier.days))
        estimate = fit(law, seen)
    tested = backtest(history, cut, known, estimate, season, seed=wishes.seed, replications=wishes.replications)
    return replace(tested, season_of_all=season is not found.season), ""
