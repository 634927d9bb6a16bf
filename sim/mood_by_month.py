"""The mood of the living by month, so that it can be drawn over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population import Floats, Rows
from sim.shop import Shop

THOUSANDTHS = 1000.0
MANY = 1000
"""So many handfuls of changes are added up together."""


class MoodByMonth:
    """How many live at the end of each observed month, and the sum of their moods in thousandths of a failure.

    Counts `mood.people` and `mood.level`, each with a place for each observed month. Both are added up from what changes
    them: a look at everybody would stop the crowd at the end of every month.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.people = shop.counter("mood.people", shop.months.count)
        self.level = shop.counter("mood.level", shop.months.count)
        self._changes: list[tuple[NDArray[np.int32], NDArray[np.bool_], Floats, Floats, Floats]] = []
        """Changes that have not been added up: cells, who of them lives, when, and the moods before and after."""
        self._woken: list[tuple[NDArray[np.int32], Floats, Floats]] = []
        """Cells of customers who came back, when they had been lost, and when they woke."""
        shop.mood.told, shop.mood.woken = self._change, self._wake

    def _change(self, rows: Rows, time: Floats | float, old: Floats, new: Floats) -> None:
        people = self.shop.people
        times = np.full(rows.size, time) if isinstance(time, float) else time
        self._changes.append((people.cell[rows], people.alive[rows], times, old, new))
        if len(self._changes) > MANY:
            self._add_up()

    def _wake(self, rows: Rows, died: Floats, time: Floats) -> None:
        self._woken.append((self.shop.people.cell[rows], died, time))

    def _add_up(self) -> None:
        if self._changes:
            cells, alive, times, old, new = (np.concatenate(column) for column in zip(*self._changes, strict=True))
            self._changes.clear()
            changes = np.rint(new * THOUSANDTHS) - np.rint(old * THOUSANDTHS)
            self.level.flow_cells(cells[alive], changes[alive].astype(np.int64), self.shop.months.of(times[alive]))

    def count(self) -> None:
        """All months are over."""
        self._add_up()
        ledger, months = self.shop.ledger, self.shop.months
        cells, died = ledger.people["cell"], ledger.people["died"]
        gone = np.isfinite(died)
        self.people.flow_cells(cells, 1, months.of(ledger.people["acquired"]))
        self.people.flow_cells(cells[gone], -1, months.of(died[gone]))
        for cell, before, time in self._woken:
            self.people.flow_cells(cell, -1, months.of(before))
            self.people.flow_cells(cell, 1, months.of(time))
