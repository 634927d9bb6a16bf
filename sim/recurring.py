"""Recurring revenue: who begins, changes and ends a paid relation, and what it is worth a month.

A membership and a subscription store count alike, so that MRR and revenue churn mean the same in both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting import Months
from sim.log import MICROS_PER_CENT
from sim.population import Floats, Rows
from sim.shop import Shop

DAYS_A_MONTH = 365.25 / 12
STARTED, LOST, EXPANDED, CONTRACTED = range(4)
WHAT = 4
"""What is counted in each month: relations, and the MRR, started; lost; grown; shrunk."""


class Recurring:
    """The recurring revenue of one block; counts `recurring.people` and `recurring.mrr` (micros a month), each of
    months x WHAT places."""

    def __init__(self, shop: Shop) -> None:
        self.months: Months = shop.months
        self.people = shop.counter("recurring.people", shop.months.count * WHAT)
        self.mrr = shop.counter("recurring.mrr", shop.months.count * WHAT)

    def started(self, rows: Rows, time: Floats | float, cents: NDArray[np.int64] | int, period: float) -> None:
        """These pay so many cents every `period` days from now on."""
        self._count(rows, time, STARTED, cents, period)

    def lost(self, rows: Rows, time: Floats | float, cents: NDArray[np.int64] | int, period: float) -> None:
        """These pay no more."""
        self._count(rows, time, LOST, cents, period)

    def changed(
        self, rows: Rows, time: Floats | float, before: NDArray[np.int64], after: NDArray[np.int64], period: float
    ) -> None:
        """These pay more than before, or less."""
        for what, change in ((EXPANDED, after - before), (CONTRACTED, before - after)):
            which = change > 0
            if which.any():
                self._count(rows[which], time if isinstance(time, float) else time[which], what, change[which], period)

    def _count(
        self, rows: Rows, time: Floats | float, what: int, cents: NDArray[np.int64] | int, period: float
    ) -> None:
        place = self.months.of(time) * WHAT + what
        self.people.add(rows, 1, place)
        micros = np.rint(np.asarray(cents) * (MICROS_PER_CENT * DAYS_A_MONTH / period)).astype(np.int64)
        self.mrr.add(rows, micros, place)
