"""A small busy store for tests of strategies, and paired intervals of what they change in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from histories import Columns
from numpy.typing import NDArray

from sim.jackknife import Estimate
from sim.law_knobs import Lifetime, Orders
from sim.log import GROUPS, EventLog
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import Contact, StoreKnobs
from sim.strategies import Strategy, catalogue

catalogue()  # gives the strategies their names
LIVELY = {"orders": Orders(r=0.8, alpha=6.0), "lifetime": Lifetime(s=0.6, beta=20.0)}
SHOP = StoreKnobs(**LIVELY, contact=Contact(consent=0.8))
"""More orders a customer than the default store, and deaths enough, so that few customers show everything."""
Sums = NDArray[np.float64]


def shop(**contact: Any) -> StoreKnobs:
    """The store with other settings for its contacts."""
    return StoreKnobs(**LIVELY, contact=Contact(**({"consent": 0.8} | contact)))


def scenario(strategies: Mapping[str, Strategy], customers: float = 500.0, **values: Any) -> Scenario:
    """About so many customers in a year and a third as many before it."""
    channels = {"organic": Channel(customers=customers / 12)}
    settings: dict[str, Any] = {"months": 12, "pre_history": 4, "store": SHOP, "channels": channels}
    return Scenario(strategies=strategies, **(settings | values))


def store(strategies: Mapping[str, Strategy], seed: int = 1, **values: Any) -> Store:
    """The store, still to be run."""
    return Store(scenario(strategies, **values), seed)


def run(strategies: Mapping[str, Strategy], seed: int = 1, **values: Any) -> EventLog:
    """The store's history."""
    return store(strategies, seed, **values).run()


def by_group(log: EventLog, customer: NDArray[np.integer], amounts: Any = None) -> Sums:
    """Sums of amounts (or counts) of customers by jackknife group."""
    weights = None if amounts is None else np.broadcast_to(amounts, customer.shape)
    return np.bincount(log.customers.cell[customer], weights=weights, minlength=GROUPS).astype(np.float64)


def orders(log: EventLog, which: NDArray[np.bool_] | None = None) -> Sums:
    """Observed orders by group; `which` chooses among all orders."""
    seen = log.orders.time >= 0.0
    return by_group(log, log.orders.customer[seen if which is None else seen & which])


def profit(log: EventLog) -> Sums:
    """Margin less what strategies cost beside the orders, by group, in the currency."""
    seen = log.orders.time >= 0.0
    margin = by_group(log, log.orders.customer[seen], log.orders.margin[seen] / 100.0)
    costs = by_group(log, log.costs.customer, log.costs.amount / 1e6)
    for bulk in log.bulk_costs:
        costs += by_group(log, bulk.customer, bulk.amount / 1e6)
    return margin - costs - log.overheads.sum() / 1e6 / GROUPS


def interval(*sums: Sums, of: Callable[..., Any]) -> tuple[float, float]:
    """The 95 % interval of a figure made of sums by group: the delete-one jackknife of the comparison."""
    totals = [np.concatenate(([each.sum()], each.sum() - each)) for each in sums]
    low, high = Estimate.of(np.asarray(of(*totals), dtype=np.float64)).interval()
    return float(low), float(high)


def gain(mine: Sums, theirs: Sums) -> tuple[float, float]:
    """The interval of a paired difference."""
    return interval(mine, theirs, of=lambda a, b: a - b)


def sent(log: EventLog) -> int:
    """Messages sent."""
    assert log.messages is not None
    return int(log.messages.sent.sum())


def moments(log: EventLog, name: str) -> list[tuple[int, float]]:
    """Customer and time of all payments of a strategy, in the order of time."""
    code = log.cost_kinds.index(name)
    mine = log.costs.kind == code
    found = list(zip(log.costs.customer[mine].tolist(), log.costs.time[mine].tolist(), strict=True))
    for bulk in log.bulk_costs:
        if bulk.kind == code:
            found += [(customer, bulk.time) for customer in bulk.customer.tolist()]
    return sorted(found, key=lambda each: each[1])


def without_cause(history: dict[str, Columns]) -> dict[str, Columns]:
    """A history less the credit for orders, whose numbers depend on which strategies there are."""
    del history["orders"]["cause"]
    return history
