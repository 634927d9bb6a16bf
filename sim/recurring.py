"""Recurring revenue: who begins, changes and ends a paid relation, and what it is worth a month.

A membership and a subscription store count alike, so that MRR and revenue churn mean the same in both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting import Months
from sim.log import MICROS_PER_CENT
from sim.population import Floats, Rows, places
from sim.scenario import DAYS_A_MONTH
from sim.shop import Shop

Cents = NDArray[np.int64] | int
STARTED, LOST, EXPANDED, CONTRACTED = range(4)
WHAT = 4
"""What is counted in each month: relations, and the MRR, started; lost; grown; shrunk."""
OPENING, SIGN = (1, -1, 0, 0), (1, -1, 1, -1)
"""What each of them does to the number of relations, and to the MRR."""


class Recurring:
    """The recurring revenue of one block; counts `recurring.people` and `recurring.mrr` (micros a month), each of
    months x WHAT places, and `recurring.opening`: the relations and the MRR at day 0.

    The opening, all that started and grew, less all that was lost and shrank, is what there is: to the micro.
    """

    def __init__(self, shop: Shop) -> None:
        self.months: Months = shop.months
        self.people = shop.counter("recurring.people", shop.months.count * WHAT)
        self.mrr = shop.counter("recurring.mrr", shop.months.count * WHAT)
        self.opening = shop.counter("recurring.opening", 2)

    def started(self, rows: Rows, time: Floats, cents: Cents, period: float) -> None:
        """These pay so many cents every `period` days from now on."""
        self._count(rows, time, STARTED, 1, _monthly(cents, period))

    def lost(self, rows: Rows, time: Floats, cents: Cents, period: float) -> None:
        """These pay no more."""
        self._count(rows, time, LOST, 1, _monthly(cents, period))

    def changed(self, rows: Rows, time: Floats, before: Cents, after: Cents, period: float) -> None:
        """These pay more than before, or less."""
        change = _monthly(after, period) - _monthly(before, period)
        for what, which in ((EXPANDED, change > 0), (CONTRACTED, change < 0)):
            if which.any():
                self._count(rows[which], time[which], what, 1, np.abs(change[which]))

    def _count(self, rows: Rows, time: Floats, what: int, people: int, micros: NDArray[np.int64]) -> None:
        micros = np.broadcast_to(micros, rows.shape)
        seen, before = places(time >= 0.0), places(time < 0.0)
        if seen.size:
            place = self.months.of(time[seen]) * WHAT + what
            self.people.add(rows[seen], people, place)
            self.mrr.add(rows[seen], micros[seen], place)
        if before.size:
            self.opening.add(rows[before], OPENING[what], 0)
            self.opening.add(rows[before], micros[before] * SIGN[what], 1)


def _monthly(cents: Cents, period: float) -> NDArray[np.int64]:
    """Micros a month, rounded for each amount, so that changes add up."""
    return np.rint(np.asarray(cents) * (MICROS_PER_CENT * DAYS_A_MONTH / period)).astype(np.int64)
