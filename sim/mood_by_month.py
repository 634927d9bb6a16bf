"""The mood of the living by month, so that it can be drawn over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population import Floats, Rows, places
from sim.shop import Shop

THOUSANDTHS = 1000.0


class MoodByMonth:
    """How many live at the end of each observed month, and the sum of their moods in thousandths of a failure.

    Counts `mood.people` and `mood.level`, each with a place for each observed month. Both are stocks, told by what comes to
    them and goes, so that nobody has to stop at the end of a month: who comes and goes for good stands in the ledger, and
    the few moods that are not neutral are followed as they change.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.mood = shop.mood
        self.people = shop.counter("mood.people", shop.months.count)
        self.level = shop.counter("mood.level", shop.months.count)
        self.mood.watched = self._moved

    def _moved(self, rows: Rows, time: Floats | float | None, before: Floats, after: Floats) -> None:
        """Moods have changed; those of the dead do not count."""
        changed = places((before != after) & self.shop.people.alive[rows])
        if changed.size:
            by = _thousandths(after[changed]) - _thousandths(before[changed])
            self._tell(rows[changed], _of(self.shop.env.now if time is None else time, changed), by)

    def lost(self, rows: Rows, time: Floats) -> None:
        """Customers are about to be lost, and their moods with them."""
        level = self.mood.level[rows]
        moody = places(level)
        if moody.size:
            self._tell(rows[moody], time[moody], -_thousandths(level[moody]))

    def revived(self, rows: Rows, time: Floats, died: Floats) -> None:
        """Customers who had died then have been woken now, in what mood they are left in."""
        self.people.add_from(rows, -1, self.shop.months.of(died))
        self.people.add_from(rows, 1, self.shop.months.of(time))
        self._tell(rows, time, _thousandths(self.mood.level[rows]))

    def close(self) -> None:
        """Count who came and who went, at the end of all."""
        people, of = self.shop.ledger.people, self.shop.months.of
        self.people.add_cells_from(people["cell"], 1, of(people["acquired"]))
        gone = places(people["died"] < self.shop.edges[-1])
        self.people.add_cells_from(people["cell"][gone], -1, of(people["died"][gone]))

    def _tell(self, rows: Rows, time: Floats | float, by: NDArray[np.int64]) -> None:
        self.level.add_from(rows, by, self.shop.months.of(time))


def _thousandths(level: Floats) -> NDArray[np.int64]:
    return np.rint(level * THOUSANDTHS).astype(np.int64)


def _of(time: Floats | float, which: Rows) -> Floats | float:
    return time[which] if isinstance(time, np.ndarray) else time
