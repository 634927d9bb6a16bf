"""A store in which orders fail and customers mind, in several replications, and intervals over these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.law_knobs import Lifetime, Orders
from sim.log import GROUPS, EventLog
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import Contact, Service, StoreKnobs
from sim.strategies import Strategy, catalogue
from sim.student import quantile

REPLICATIONS = 10
FAILING = StoreKnobs(
    orders=Orders(r=0.8, alpha=6.0), lifetime=Lifetime(s=0.6, beta=20.0), contact=Contact(consent=0.8),
    service=Service(failures=0.15, failure_dropout=3.0),
)  # fmt: skip


def make(name: str, **values: Any) -> Strategy:
    return catalogue()[name](**values)


def scenario(strategies: Mapping[str, Strategy], customers: float = 400.0, **values: Any) -> Scenario:
    """So many customers in a year, and a third as many before it."""
    channels = {"organic": Channel(customers=customers / 12)}
    settings: dict[str, Any] = {"months": 12, "pre_history": 4, "store": FAILING, "channels": channels}
    return Scenario(strategies=strategies, **(settings | values))


def run(strategies: Mapping[str, Strategy], replications: int = REPLICATIONS, seed: int = 1, **values: Any) -> EventLog:
    return Store(scenario(strategies, **values), seed, range(replications)).run()


def lost(log: EventLog, of: NDArray[np.bool_] | None = None, replications: int = REPLICATIONS) -> NDArray[np.int64]:
    """Customers lost in the observed time, by replication."""
    people = log.customers
    gone = (people.died >= 0.0) & (people.died < log.end) & (True if of is None else of)
    return np.bincount(people.cell[gone] // GROUPS, minlength=replications)


def counted(log: EventLog, name: str, replications: int = REPLICATIONS) -> NDArray[np.int64]:
    """A count by replication and place."""
    counts = log.counts[name]
    return counts.reshape(replications, GROUPS, -1).sum(axis=1)


def interval(values: NDArray[Any]) -> tuple[float, float]:
    """The 95 % interval of a mean over replications."""
    half = quantile(0.975, values.size - 1) * values.std(ddof=1) / values.size**0.5
    return float(values.mean() - half), float(values.mean() + half)
