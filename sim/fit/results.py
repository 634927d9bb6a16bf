"""What a fit comes to: the law, what it rests on, how it does in the backtest, and what should be known of it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from sim.fit.drift import Drift
from sim.fit.gamma_gamma import Spending
from sim.fit.maximum import Estimate
from sim.fit.season import Season
from sim.posterior import AfterOrder, Lifetime


@dataclass(frozen=True)
class Line:
    """One figure of the later part: what happened, and what the law makes of it."""

    x: float
    """Week, class or bracket."""
    customers: int
    """Whom it counts."""
    actual: float
    mean: float
    low: float
    high: float
    """Mean and 95 % interval of the simulated histories."""

    @property
    def inside(self) -> bool:
        """Whether what happened lies within the interval."""
        return self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Backtest:
    """What the law makes of the later part of a history, beside what happened."""

    cut: datetime.date
    """The last date of the earlier part."""
    end: datetime.date
    days: int
    """Whole days of the later part."""
    replications: int
    seed: int
    parameters: dict[str, float]
    """The law as fitted to the earlier part."""
    known: Line
    """Orders in the later part of those known at the cut."""
    newcomers: Line
    """Repeat orders in the later part of those who came in it."""
    repeats: Line
    """All repeat orders of the later part."""
    weekly: tuple[Line, ...]
    """Repeat orders from the beginning of the history, cumulated to the end of each week of the later part."""
    before: tuple[tuple[float, float], ...]
    """The same of the earlier part as it was: week and repeat orders so far."""
    classes: tuple[Line, ...]
    """Orders a head in the later part, by repeat orders before the cut; `x` is their number, 7 stands for 7 and more."""
    brackets: tuple[Line, ...]
    """The share of those known at the cut who ordered in each 30 days after it; `x` is the day it begins."""
    closed_form: float | None
    """Expected orders of those known at the cut by the published conditional expectation; None with a season."""
    season_of_all: bool = False
    """Whether the season is that of the whole history, because the earlier part is too short to show it."""

    @property
    def off(self) -> float:
        """By what share the law falls short of, or exceeds, the repeats that happened."""
        return self.repeats.mean / self.repeats.actual - 1.0 if self.repeats.actual else math.nan


@dataclass(frozen=True)
class Warned:
    """Something that does not fit, and what it means for the what-ifs."""

    what: str
    """One word for machines: `no_dropout`, `season`, `wholesale` ..."""
    found: str
    """What was found, in a sentence."""
    means: str
    """What that means for what is simulated with this store, in a sentence."""


@dataclass(frozen=True)
class Newcomers:
    """How many customers come."""

    a_month: float
    months: float
    """Over how many months that is the mean."""
    ended: bool
    """Whether nobody has come lately: the history is that of one cohort."""


@dataclass(frozen=True)
class Returned:
    """What goes back."""

    share: float
    """Of what is ordered, by value: the engine's returns are of whole orders, and come to the same sum."""
    error: float
    """Its standard error."""
    orders: int
    """Orders of which anything was paid back."""


@dataclass(frozen=True)
class StoreFit:
    """A store as it was read from its orders."""

    source: str
    """The name of the source file, without its folder."""
    first: datetime.date
    last: datetime.date
    """The last date of the history."""
    look_back: int
    """Months at the beginning whose customers were not fitted, because they may have come before the history began."""
    currency: str
    orders: int
    customers: int
    fitted: int
    """Customers whose histories were fitted."""
    repeats: int
    """Repeat orders of those."""
    repeaters: int
    """Those of them with a repeat order."""
    law: str
    """The law of the written store: `lifetime` or `after_order`."""
    estimates: Mapping[str, Estimate]
    """By the name of the law: pareto_nbd, bg_nbd, mbg_nbd, nbd."""
    spending: Spending | None
    spending_reason: str
    """Why there is no law of baskets; empty where there is one."""
    mean_order: float
    """What an order with an amount was worth in the mean, before anything went back; 0 where none had any."""
    season: Season | None
    season_reason: str
    drift: Drift
    newcomers: Newcomers
    returned: Returned | None
    """None where the file tells of no refund: there were none, or it does not say."""
    gap_days: float
    """Nine in ten repeat orders follow the one before within so many days."""
    backtest: Backtest | None
    backtest_reason: str
    warnings: tuple[Warned, ...] = ()

    @property
    def estimate(self) -> Estimate:
        """The law of the written store."""
        return self.estimates["pareto_nbd" if self.law == "lifetime" else "bg_nbd"]

    @property
    def chosen(self) -> Lifetime | AfterOrder:
        """Its parameters."""
        return law_of(self.estimate)


def law_of(estimate: Estimate) -> Lifetime | AfterOrder:
    """The parameters of a Pareto/NBD or BG/NBD."""
    return (Lifetime if estimate.law == "pareto_nbd" else AfterOrder)(**estimate.parameters)
