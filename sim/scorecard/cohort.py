"""Customers let loose in the engine: when each came, when they ordered again, when they were lost."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.base import Base
from sim.fit.arrivals import AsTheyCame
from sim.law import DAYS_A_WEEK
from sim.law_knobs import AfterOrder, Lifetime, Orders
from sim.log import EventLog
from sim.randomness import Floats
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import StoreKnobs


@dataclass(frozen=True)
class Cohort:
    """The repeat orders of customers, times in weeks."""

    customers: int
    who: NDArray[np.int64]
    time: Floats
    """Of each repeat order, from day 0."""
    age: Floats
    """Of each repeat order, from the customer's first."""
    lost: Floats
    """Age at which each customer was lost; inf for the living."""
    baskets: Floats
    """The first order after day 0 of each customer who has one, in the currency."""

    def counts(self, chosen: NDArray[np.bool_]) -> Floats:
        """How many of the chosen repeat orders each customer has."""
        return np.bincount(self.who[chosen], minlength=self.customers).astype(np.float64)


def lifetime_store(r: float, alpha: float, s: float, beta: float) -> StoreKnobs:
    """A store of the Pareto/NBD."""
    return StoreKnobs(orders=Orders(r, alpha), lifetime=Lifetime(s, beta))


def coin_store(r: float, alpha: float, a: float, b: float) -> StoreKnobs:
    """A store of the BG/NBD."""
    return StoreKnobs(dropout="after_order", orders=Orders(r, alpha), after_order=AfterOrder(a, b))


def newcomers(store: StoreKnobs, came: Floats, weeks: float, seed: int) -> Cohort:
    """Customers who place their first orders on these days, followed to so many weeks from day 0."""
    made = Store(_scenario(store, weeks), seed)
    made.acquisition = AsTheyCame(np.sort(came), made.edges, seed, range(1))  # type: ignore[assignment]
    return _cohort(made.run(ranked=False), weeks)


def known(store: StoreKnobs, base: Base, weeks: float, seed: int) -> Cohort:
    """Existing customers, followed for so many weeks from day 0; `age` counts from there."""
    scenario = replace(_scenario(store, weeks), pre_history=math.ceil(base.days / 28) + 1)
    made = Store(scenario, seed)
    made.base = base
    made.acquisition = AsTheyCame(np.zeros(0), made.edges, seed, range(1))  # type: ignore[assignment]
    return _cohort(made.run(ranked=False), weeks)


def _scenario(store: StoreKnobs, weeks: float) -> Scenario:
    months = min(math.ceil(weeks * DAYS_A_WEEK / 30.4) + 2, 600)
    return Scenario(
        name="scorecard", start=datetime.date(2025, 1, 1), months=months, clv_horizon=1, store=store,
        channels={"all": Channel(paid=False, customers=1.0)},
    )  # fmt: skip


def _cohort(log: EventLog, weeks: float) -> Cohort:
    orders, customers = log.orders, log.customers
    later = (orders.number > 1) & (orders.time >= 0) & (orders.time <= weeks * DAYS_A_WEEK)
    who = orders.customer[later].astype(np.int64)
    begin = np.maximum(customers.acquired, 0.0)
    first = np.flatnonzero(np.diff(orders.customer[orders.time >= 0], prepend=-1))
    cents = orders.list_price[orders.time >= 0][first]
    return Cohort(
        customers.acquired.size, who, orders.time[later] / DAYS_A_WEEK, (orders.time[later] - begin[who]) / DAYS_A_WEEK,
        (customers.died - customers.acquired) / DAYS_A_WEEK, cents / 100.0,
    )  # fmt: skip
