"""Customers who have come to the same kind of event and wait for others to come to it, so that it strikes all at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.population import Floats, Rows


class Waiting:
    """Those who wait for one kind of event; `strike` is called with the rows and times of all of them."""

    def __init__(self, strike: Callable[[Rows, Floats], None]) -> None:
        self._strike = strike
        self.count = 0
        self._rows: list[Rows] = []
        self._times: list[Floats] = []

    def add(self, rows: Rows, time: Floats) -> None:
        """These join; `time` is when their event is due."""
        if rows.size:
            self._rows.append(rows)
            self._times.append(time)
            self.count += rows.size

    def strike(self) -> Rows:
        """Let it strike all who wait. Returns their rows."""
        rows, times = self._rows, self._times
        self._rows, self._times, self.count = [], [], 0
        together = rows[0] if len(rows) == 1 else np.concatenate(rows)
        self._strike(together, times[0] if len(rows) == 1 else np.concatenate(times))
        return together
