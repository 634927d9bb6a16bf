"""The season's clock: how many ordinary weeks of ordering lie in a stretch of the calendar.

A customer seen through a strong December has been given more weeks to order in than the calendar counts, and their silence in
it tells more. Dropout goes by the calendar.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAYS_A_WEEK = 7.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SeasonClock:
    """A clock that runs by the season's factor of each month; it and the calendar are at 0 on day 0, both in weeks."""

    calendar: Floats
    """When the months before day 0 begin, from the oldest, and day 0 itself."""
    reading: Floats
    """What the clock shows then."""

    @classmethod
    def of(cls, season: Sequence[float], start: datetime.date, weeks: float) -> SeasonClock:
        """The clock of the twelve month factors, over so many weeks before `start` at the least."""
        begins, factors = [start], []
        while (start - begins[-1]).days < weeks * DAYS_A_WEEK:
            before = begins[-1] - datetime.timedelta(days=1)
            begins.append(before.replace(day=1))
            factors.append(season[before.month - 1])
        calendar = np.array([(each - start).days / DAYS_A_WEEK for each in begins])
        reading = np.concatenate(([0.0], np.cumsum(np.diff(calendar) * np.array(factors))))
        return cls(calendar[::-1].copy(), reading[::-1].copy())

    def exposure(self, t: Floats, T: Floats) -> Floats:
        """The clock's weeks in the first `t` weeks of customers who came `T` weeks before day 0."""
        weeks: Floats = np.interp(t - T, self.calendar, self.reading) - np.interp(-T, self.calendar, self.reading)
        return weeks

    def when(self, exposure: Floats, T: Floats) -> Floats:
        """After how many weeks of the calendar such customers have had so much exposure; T at the most."""
        began = np.interp(-T, self.calendar, self.reading)
        weeks: Floats = np.interp(exposure + began, self.reading, self.calendar) + T
        return weeks

    def borders(self, T: Floats) -> Floats:
        """When months begin, in weeks after each customer's first order; customers x months."""
        inside = self.calendar > -T.max(initial=0.0)
        weeks: Floats = self.calendar[inside] + T[:, None]
        return weeks
