"""Service: the orders that fail, because things go wrong or because there are more than the store can serve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.behaviour import Basket
from sim.log import GROUPS
from sim.population import Floats, Rows, places
from sim.randomness import purpose, uniform
from sim.shop import Shop

_FAILS = purpose("service.failure")
DAYS_A_WEEK = 7.0


class Failures:
    """Which orders fail. Counts `service.orders` and `service.failed`."""

    def __init__(self, shop: Shop, lessened: Callable[[Basket, Floats], None]) -> None:
        self.shop = shop
        self.lessened = lessened
        """Lets the strategies multiply each order's chance of failing."""
        self.mood = shop.mood
        self.knobs = shop.scenario.store.service
        self.beyond = np.zeros(shop.replications)
        """Share of the orders that the store could not serve at the last review's pace, by replication."""
        self.position = 0
        self.reviewed = 0.0
        self.orders = shop.counter("service.orders")
        self.failures = shop.counter("service.failed")

    def review(self, now: float) -> None:
        """Set the pace of orders since the last review against the capacity; it tells for the coming ones."""
        if self.knobs.capacity is None:
            return
        ledger = self.shop.ledger
        cell = ledger.people["cell"][ledger.orders["customer"][self.position :]]
        self.position = ledger.orders.length
        if now > self.reviewed:
            served = self.knobs.capacity * (now - self.reviewed) / DAYS_A_WEEK
            counts = np.bincount(cell // GROUPS, minlength=self.shop.replications)
            self.beyond = np.maximum(1.0 - served / np.maximum(counts, 1), 0.0)
        self.reviewed = now

    def strike(self, basket: Basket) -> Rows:
        """The positions of the orders that fail; their customers resent it."""
        chance = np.full(basket.rows.size, self.knobs.failures)
        self.lessened(basket, chance)
        if self.knobs.capacity is not None:
            beyond = self.beyond[self.shop.people.cell[basket.rows] // GROUPS]
            chance = 1.0 - (1.0 - chance) * (1.0 - beyond)
        failed = places(uniform(basket.place, _FAILS) < chance)
        self._count(basket, failed)
        if failed.size:
            self.mood.move(basket.rows[failed], basket.time[failed], -1.0)
        return failed

    def _count(self, basket: Basket, failed: Rows) -> None:
        seen = places(basket.time >= 0.0)
        self.orders.add(basket.rows[seen])
        self.failures.add(basket.rows[failed[basket.time[failed] >= 0.0]])
