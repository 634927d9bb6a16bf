"""Mood: what customers hold against the store, or in its favour, shared by everything that pleases or fails them.

0 is neutral. A failure takes 1 off, a slow answer a part of that; each lasts until it is put right or forgotten. A bad
mood raises dropout; a good one does not lower it (recovery restores, it does not bind: de Matos et al. 2007), but takes
the edge off the next failure and shows in surveys.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.population import Floats, Population, Rows, places
from sim.store_knobs import Service

WORST, BEST = -3.0, 2.0
Told = Callable[[Rows, Floats | float, Floats, Floats], None]


class Mood:
    """The mood of a block's customers."""

    def __init__(self, knobs: Service, people: Population) -> None:
        self.knobs = knobs
        self.level = people.column(np.float64, 0.0)
        self.factor = people.factor(people.dropout)
        self.forgets = people.timer(self._forget)
        self.told: Told = lambda rows, time, old, new: None
        """Is called with each change: whose mood, when, what it was, what it is; nothing is left of the mood of the lost."""
        self.woken: Callable[[Rows, Floats, Floats], None] = lambda rows, died, time: None
        """Is called with those who come back from the lost: when they were lost, and when they wake."""

    def move(self, rows: Rows, time: Floats | float, by: Floats | float) -> None:
        """Worsen or better the mood of rows, none of them twice; what is held more strongly for it is remembered from now
        on, what is held less strongly is forgotten when it would have been."""
        old = self.level[rows]
        level = np.minimum(np.maximum(old + by, WORST), BEST)
        self._set(rows, time, old, level)
        self.forgets[rows] = np.where(level * by > 0.0, time + self.knobs.resented_for, self.forgets[rows])

    def soothe(self, rows: Rows, time: Floats | float, by: Floats | float = 1.0) -> None:
        """Put right what was done: better the mood of rows, but not beyond neutral."""
        old = self.level[rows]
        self._set(rows, time, old, np.where(old < 0.0, np.minimum(old + by, 0.0), old))

    def lost(self, rows: Rows, time: Floats) -> None:
        """Customers are about to be lost; they keep their mood, which counts again if they wake."""
        level = self.level[rows]
        moody = places(level)
        if moody.size:
            self.told(rows[moody], time[moody], level[moody], np.zeros(moody.size))

    def wake(self, rows: Rows, died: Floats, time: Floats) -> None:
        """Customers live again who were lost at `died`."""
        self.woken(rows, died, time)
        self.told(rows, time, np.zeros(rows.size), self.level[rows])

    def _set(self, rows: Rows, time: Floats | float, old: Floats, level: Floats) -> None:
        self.told(rows, time, old, level)
        self.level[rows] = level
        # A power of whole numbers most of the time, and 1 exactly where nothing is held against the store.
        self.factor[rows] = self.knobs.failure_dropout ** -np.minimum(level, 0.0)

    def _forget(self, rows: Rows, time: Floats) -> None:
        self._set(rows, time, self.level[rows], np.zeros(rows.size))
