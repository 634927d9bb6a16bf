"""Mood: what customers hold against the store, or in its favour, shared by everything that pleases or fails them.

0 is neutral. A failure takes 1 off, a slow answer a part of that; each lasts until it is put right or forgotten. A bad
mood raises dropout; a good one does not lower it (recovery restores, it does not bind: de Matos et al. 2007), but takes
the edge off the next failure and shows in surveys.
"""

from __future__ import annotations

import numpy as np

from sim.population import Floats, Population, Rows
from sim.store_knobs import Service

WORST, BEST = -3.0, 2.0


class Mood:
    """The mood of a block's customers."""

    def __init__(self, knobs: Service, people: Population) -> None:
        self.knobs = knobs
        self.level = people.column(np.float64, 0.0)
        self.factor = people.factor(people.dropout)
        self.forgets = people.timer(self._forget)

    def move(self, rows: Rows, time: Floats | float, by: Floats | float) -> None:
        """Worsen or better the mood of rows, none of them twice; what is held more strongly for it is remembered from now
        on, what is held less strongly is forgotten when it would have been."""
        level = np.minimum(np.maximum(self.level[rows] + by, WORST), BEST)
        self._set(rows, level)
        self.forgets[rows] = np.where(level * by > 0.0, time + self.knobs.resented_for, self.forgets[rows])

    def soothe(self, rows: Rows, by: Floats | float = 1.0) -> None:
        """Put right what was done: better the mood of rows, but not beyond neutral."""
        level = self.level[rows]
        self._set(rows, np.where(level < 0.0, np.minimum(level + by, 0.0), level))

    def _set(self, rows: Rows, level: Floats) -> None:
        self.level[rows] = level
        # A power of whole numbers most of the time, and 1 exactly where nothing is held against the store.
        self.factor[rows] = self.knobs.failure_dropout ** -np.minimum(level, 0.0)

    def _forget(self, rows: Rows, time: Floats) -> None:
        self._set(rows, np.zeros(rows.size))
