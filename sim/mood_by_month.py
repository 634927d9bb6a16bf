"""The mood of the living by month, so that it can be drawn over time."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.population import places
from sim.shop import Shop

THOUSANDTHS = 1000.0


class MoodByMonth:
    """How many live at the end of each observed month, and the sum of their moods in thousandths of a failure.

    Counts `mood.people` and `mood.level`, each with a place for each observed month.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.edges = shop.edges[-shop.months.count : -1]
        self.month = 0
        self.people = shop.counter("mood.people", shop.months.count)
        self.level = shop.counter("mood.level", shop.months.count)

    def months(self) -> Generator[Any, Any, None]:
        """A SimPy process: a count at the end of every observed month but the last, which ends with the store."""
        for edge in self.edges:
            yield self.shop.env.timeout(edge - self.shop.env.now)
            self.count()

    def count(self) -> None:
        """One more month is over."""
        rows = places(self.shop.people.alive[:])
        self.people.add(rows, 1, self.month)
        self.level.add(rows, np.rint(self.shop.mood.level[rows] * THOUSANDTHS).astype(np.int64), self.month)
        self.month += 1
