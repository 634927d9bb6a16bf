"""The backtest: the earlier part of a history is fitted, the later part simulated, and the two are laid side by side.

Every customer known at the cut goes on from draws of their own posterior, in the engine; newcomers place their first orders
when they really did, and repeat by the law. The intervals hold 95 % of what the law would make of the later part if it were
right: by the luck of customers, and by that of the estimate, for which some of the histories are simulated once more under
parameters drawn from its covariance.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from sim.base import Base
from sim.fit.arrivals import AsTheyCame
from sim.fit.drawn import drawn_laws
from sim.fit.expectations import further_repeats
from sim.fit.history import History, Known
from sim.fit.maximum import Estimate
from sim.fit.results import Backtest, Line, law_of
from sim.fit.season import Season
from sim.law import DAYS_A_WEEK
from sim.law_knobs import AfterOrder as AfterOrderKnobs
from sim.law_knobs import Lifetime as LifetimeKnobs
from sim.law_knobs import Orders
from sim.log import GROUPS, EventLog
from sim.posterior import AfterOrder, Lifetime
from sim.randomness import Floats
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import StoreKnobs

CLASSES = 8
"""Repeat orders before the cut: 0, 1, ... and 7 or more together."""
BRACKET = 30
"""Days of a bracket of retention."""
ROWS = 300_000
"""Customers simulated side by side."""
FEWEST, MOST, CUSTOMERS = 20, 400, 600_000
"""Bounds of the number of replications, and the customers they add up to between them."""
DRAWS, FEW_DRAWS = 48, 16
"""Draws of the parameters; of a large store fewer, for its estimate is sure."""
LARGE = 50_000
"""Customers from which on a store is large."""


def backtest(
    history: History, cut: float, known: Known, estimate: Estimate, season: Season | None = None,
    *, seed: int = 1, replications: int | None = None,
) -> Backtest:  # fmt: skip
    """Simulate what follows `cut` for the customers `known` there, under a law fitted to what came before."""
    ahead = _Ahead(history, cut, known)
    law = law_of(estimate)
    count = replications or min(max(CUSTOMERS // max(ahead.size, 1), FEWEST), MOST)
    scenario = _scenario(history, cut, known, law, season, ahead.days)
    simulated = _simulated(scenario, seed, range(count), ahead)
    draws = DRAWS if ahead.size < LARGE else FEW_DRAWS
    again = range(max(count // draws, 1))
    drawn = []
    for each in drawn_laws(estimate, seed, draws):
        store = store_knobs(each, season)
        drawn.append(_simulated(dataclasses.replace(scenario, store=store), seed, again, ahead))
    means = {name: np.array([each[name].mean(axis=0) for each in drawn]) for name in simulated}
    shifts = {name: found - simulated[name][: again.stop].mean(axis=0) for name, found in means.items()}
    return _side_by_side(history, cut, ahead, simulated, shifts, law, season, count, seed)


def _simulated(scenario: Scenario, seed: int, replications: range, ahead: _Ahead) -> dict[str, Floats]:
    """The figures of so many simulated histories, by name; a row a history."""
    at_once = max(1, ROWS // max(ahead.size, 1))
    parts = []
    for first in range(0, replications.stop, at_once):
        part = range(first, min(first + at_once, replications.stop))
        store = _store(scenario, seed, part, ahead)
        log = store.run(ranked=False)
        store.close()
        parts.append(_counted(log, ahead))
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return found | {"repeats": found["known"] + found["newcomers"]}


class _Ahead:
    """What really happened after the cut, and how it is counted."""

    def __init__(self, history: History, cut: float, known: Known) -> None:
        self.known = known
        self.days = int(history.end - cut)
        after = history.time > cut if history.whole else history.time >= cut
        first = np.full(int(history.customer.max()) + 1, np.inf)
        np.minimum.at(first, history.customer, history.time)
        late = (first > cut) if history.whole else (first >= cut)
        self.newcomers = np.sort(first[late & np.isfinite(first)]) - cut
        who, time = history.customer[after], history.time[after] - cut
        repeat = time > first[who] - cut
        rows = np.full(first.size, -1)
        rows[known.customer] = np.arange(known.customer.size)
        self.klass = np.minimum(known.x.astype(np.int64), CLASSES - 1)
        self.sizes = np.bincount(self.klass, minlength=CLASSES)
        self.edges = np.append(np.arange(0.0, self.days, DAYS_A_WEEK), self.days)
        self.brackets = np.arange(0.0, self.days - BRACKET + 1, BRACKET)
        old = repeat & (rows[who] >= 0)
        new = repeat & late[who]
        self.actual = self.count(
            np.zeros(int(old.sum()), np.int64), rows[who[old]], time[old], np.zeros(int(new.sum()), np.int64), time[new], 1
        )

    @property
    def size(self) -> int:
        """Customers of a replication."""
        return self.known.customer.size + self.newcomers.size

    def count(
        self, cell: NDArray[np.int64], row: NDArray[np.int64], time: Floats, new_cell: NDArray[np.int64], new_time: Floats,
        cells: int,
    ) -> dict[str, Floats]:  # fmt: skip
        """The figures of so many histories (`cells`): of known customers by row, and of newcomers' repeats."""
        weeks, spans = self.edges.size - 1, self.brackets.size
        # A day's orders lie at its number, or within it: both belong to the week that has begun by then.
        week = np.clip(np.searchsorted(self.edges, time, side="left") - 1, 0, weeks - 1)
        new_week = np.clip(np.searchsorted(self.edges, new_time, side="left") - 1, 0, weeks - 1)
        known = np.bincount(cell * weeks + week, minlength=cells * weeks).reshape(cells, weeks)
        fresh = np.bincount(new_cell * weeks + new_week, minlength=cells * weeks).reshape(cells, weeks)
        classes = np.bincount(cell * CLASSES + self.klass[row], minlength=cells * CLASSES).reshape(cells, CLASSES)
        span = np.ceil(time / BRACKET).astype(np.int64) - 1
        inside = (span >= 0) & (span < spans)
        rows = self.known.customer.size
        visits = np.unique((cell[inside] * max(spans, 1) + span[inside]) * rows + row[inside]) // rows
        held = np.bincount(visits, minlength=cells * spans).reshape(cells, spans) if spans else np.zeros((cells, 0))
        return {
            "known": known.sum(axis=1, dtype=np.float64), "newcomers": fresh.sum(axis=1, dtype=np.float64),
            "weekly": (known + fresh).cumsum(axis=1, dtype=np.float64),
            "classes": classes / np.maximum(self.sizes, 1), "brackets": held / max(rows, 1),
        }  # fmt: skip


def store_knobs(law: Lifetime | AfterOrder, season: Season | None) -> StoreKnobs:
    """A store of this law and season, all else at its default."""
    orders = Orders(law.r, law.alpha)
    factors = None if season is None else season.factors
    if isinstance(law, Lifetime):
        return StoreKnobs(orders=orders, lifetime=LifetimeKnobs(law.s, law.beta), season=factors)
    return StoreKnobs(dropout="after_order", orders=orders, after_order=AfterOrderKnobs(law.a, law.b), season=factors)


def _scenario(
    history: History, cut: float, known: Known, law: Lifetime | AfterOrder, season: Season | None, days: int
) -> Scenario:
    scenario = Scenario(
        name="backtest", start=history.date(cut), months=min(days // 28 + 2, 600), clv_horizon=1,
        pre_history=min(math.ceil(float(known.T.max()) * DAYS_A_WEEK / 28) + 2, 600),
        store=store_knobs(law, season), channels={"all": Channel(paid=False, customers=1.0)},
    )  # fmt: skip
    # No longer than it takes: the months after the end of the history would be simulated for nothing.
    enough = next(m for m in range(1, scenario.months + 1) if (scenario.month_start(m) - scenario.start).days > days)
    return dataclasses.replace(scenario, months=enough)


def _store(scenario: Scenario, seed: int, replications: range, ahead: _Ahead) -> Store:
    store = Store(scenario, seed, replications)
    known = ahead.known
    store.base = Base(known.customer, known.x, known.t_x, known.T, known.mean)
    store.acquisition = AsTheyCame(ahead.newcomers, store.edges, seed, replications)  # type: ignore[assignment]
    return store


def _counted(log: EventLog, ahead: _Ahead) -> dict[str, Floats]:
    """The figures of each replication of a log."""
    orders, customers = log.orders, log.customers
    cell = (customers.cell // GROUPS).astype(np.int64)
    known = customers.acquired < 0
    # Replication by replication, the base stands in the log in its own order.
    row = np.zeros(known.size, np.int64)
    row[known] = np.arange(known.sum()) % max(ahead.known.customer.size, 1)
    # A whole day counts to its end.
    within = (orders.time >= 0) & (orders.number > 1) & (orders.time <= ahead.days)
    who, time = orders.customer[within], orders.time[within]
    old = known[who]
    return ahead.count(
        cell[who[old]], row[who[old]], np.maximum(time[old], 1e-9), cell[who[~old]], np.maximum(time[~old], 1e-9),
        log.replications,
    )  # fmt: skip


def _side_by_side(
    history: History, cut: float, ahead: _Ahead, simulated: dict[str, Floats], shifts: dict[str, Floats],
    law: Lifetime | AfterOrder,
    season: Season | None, count: int, seed: int,
) -> Backtest:  # fmt: skip
    def line(name: str, x: float, customers: int, place: int | None = None, plus: float = 0.0) -> Line:
        happened, made, moved = ahead.actual[name][0], simulated[name], shifts[name]
        if place is not None:
            happened, made, moved = happened[place], made[:, place], moved[:, place]
        low, high = np.quantile(made[:, None] + moved, [0.025, 0.975])
        low = max(float(low), 0.0)  # the shift may lead below nothing
        return Line(x, customers, float(happened) + plus, float(made.mean()) + plus, low + plus, float(high) + plus)

    known, weeks = ahead.known, ahead.edges.size - 1
    earlier = history.until(cut).repeat_days()
    # A date's orders lie at the number of its day, and its week is over when that day is.
    close = cut + history.whole
    before = [(float(week), float((earlier < week * DAYS_A_WEEK).sum())) for week in range(1, int(close // DAYS_A_WEEK) + 1)]
    so_far = float(earlier.size)
    ends = (close + ahead.edges[1:]) / DAYS_A_WEEK
    expected = None
    if season is None:
        expected = float(further_repeats(law, known.x, known.t_x, known.T, ahead.days / DAYS_A_WEEK).sum())
    ahead.actual["repeats"] = ahead.actual["known"] + ahead.actual["newcomers"]
    return Backtest(
        cut=history.date(cut if history.whole else cut - 1),
        end=history.last,
        days=ahead.days,
        replications=count,
        seed=seed,
        parameters=dataclasses.asdict(law),
        known=line("known", 0.0, known.customer.size),
        newcomers=line("newcomers", 0.0, ahead.newcomers.size),
        repeats=line("repeats", 0.0, ahead.size),
        weekly=tuple(line("weekly", float(ends[i]), ahead.size, i, so_far) for i in range(weeks)),
        before=tuple(before),
        classes=tuple(line("classes", float(i), int(ahead.sizes[i]), i) for i in range(CLASSES) if ahead.sizes[i]),
        brackets=tuple(line("brackets", float(day), known.customer.size, i) for i, day in enumerate(ahead.brackets)),
        closed_form=expected,
    )
