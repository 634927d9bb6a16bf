"""Opening hours: on which days somebody is there, and from when to when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, inf

WEEK = 7
_INSTANT = 1e-9
NEVER = (inf, inf)


@dataclass(frozen=True)
class Hours:
    """When somebody is there: from `opens` for `length` of a day, on the first `days` days of the week."""

    opens: float
    length: float
    days: int
    weekday: int
    """The day of the week of day 0; 0 is Monday."""

    @property
    def a_week(self) -> float:
        """Hours a week for each agent."""
        return 24.0 * self.length * self.days

    def closures(self, now: float) -> Iterator[tuple[float, float]]:
        """From when to when the desk is closed, from `now` on without end; none where it never closes."""
        if self.length >= 1.0 and self.days == WEEK:
            return
        since, day = now, floor(now) - 1
        while True:
            if (self.weekday + day) % WEEK < self.days:
                opens = day + self.opens
                closes = opens + self.length
                if closes > now:
                    if opens - since > _INSTANT:
                        yield since, opens
                    since = max(since, closes)
            day += 1


class Shifts:
    """When a desk is open, from a time on; worked out as far as somebody asks."""

    def __init__(self, hours: Hours, now: float) -> None:
        self._closures = hours.closures(now)
        self._edges = [*next(self._closures, NEVER)]
        """When it closes, opens, closes again and so on."""

    def opening(self, time: float) -> float:
        """When somebody is there for who comes at this time: at once, or when the desk opens."""
        edges = self._edges
        while edges[-1] <= time:
            edges += next(self._closures)
        place = bisect_right(edges, time)
        return edges[place] if place % 2 else time
