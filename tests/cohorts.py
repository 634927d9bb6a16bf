"""A store that wins all its customers in its first month, so that ages and dates go together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sim.acquisition import Acquisition, Arrivals
from sim.log import EventLog
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import StoreKnobs
from sim.strategies import Strategy

CUSTOMERS = 50_000


class OneCohort:
    """Runs stores of about so many customers in the first month and nobody after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __call__(
        self, store: StoreKnobs, seed: int, strategies: Mapping[str, Strategy] | None = None, customers: float = CUSTOMERS,
        **values: Any,
    ) -> EventLog:  # fmt: skip
        month = Acquisition.month

        def only_the_first(self: Acquisition, i: int, pulls: object = None) -> Arrivals:
            arrivals = month(self, i)
            if i == 0:
                return arrivals
            return Arrivals(arrivals.key[:0], arrivals.replication[:0], arrivals.channel[:0], arrivals.time[:0])

        settings: dict[str, Any] = {"months": 26, "store": store, "channels": {"organic": Channel(customers=customers)}}
        with self.monkeypatch.context() as patch:
            patch.setattr(Acquisition, "month", only_the_first)
            return Store(Scenario(strategies=strategies or {}, **(settings | values)), seed).run()
