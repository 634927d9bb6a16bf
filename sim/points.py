"""The book of a points programme: what is issued, burned, expired and outstanding, to the point and to the micro."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS
from sim.population import Floats, Rows, places
from sim.shop import Shop

Points = NDArray[np.int64]
ISSUED, BURNED, EXPIRED, ENDOWED = range(4)
WHAT = 4
"""What is counted in each month: points issued; burned; expired; and those of the issued that were a gift."""


class PointsBook:
    """Balances of one block's customers. Counts `<name>.points` and `<name>.worth` (micros), each of months x WHAT places;
    `<name>.redeemers`, customers who have ever burned; `<name>.active_months`, a customer's months with points earned or
    burned.

    Issued less burned less expired is outstanding, the liability. Points are worth their part of the reward, rounded down
    for each balance, so that worths add up, too.
    """

    def __init__(self, shop: Shop, name: str, reward_at: int, reward: float) -> None:
        self.reward_at = reward_at
        self.micros = round(reward * MICROS)
        self.months = shop.months
        self.balance = shop.people.column(np.int64, 0)
        self.points = shop.counter(f"{name}.points", shop.months.count * WHAT)
        self.worths = shop.counter(f"{name}.worth", shop.months.count * WHAT)
        self.redeemers = shop.counter(f"{name}.redeemers")
        self.active_months = shop.counter(f"{name}.active_months")
        self._worth = shop.people.column(np.int64, 0)
        """What the balances are worth, in micros."""
        self._redeemed = shop.people.column(np.bool_, False)
        self._last_month = shop.people.column(np.int16, -1)

    def worth(self, points: Points) -> Points:
        """What balances are worth, in micros."""
        rewards, rest = np.divmod(points, self.reward_at)
        worth: Points = rewards * self.micros + rest * self.micros // self.reward_at
        return worth

    def issue(self, rows: Rows, time: Floats, points: Points | int, gift: bool = False) -> None:
        """Customers get points, for what they did or as a gift."""
        if not isinstance(points, int):
            some = places(points > 0)
            rows, points, time = rows[some], points[some], time[some]
        if not rows.size or (isinstance(points, int) and points <= 0):
            return
        month = self.months.of(time)
        self._post(rows, month, points, (ISSUED, ENDOWED) if gift else (ISSUED,))
        self._active(rows, month)

    def burn(self, rows: Rows, time: Floats) -> None:
        """Customers turn points into a reward."""
        if not rows.size:
            return
        month = self.months.of(time)
        self._post(rows, month, -self.reward_at, (BURNED,))
        self._active(rows, month)
        first = rows[~self._redeemed[rows]]
        self._redeemed[first] = True
        self.redeemers.add(first)

    def expire(self, rows: Rows, time: Floats) -> None:
        """Customers lose their points."""
        some = places(self.balance[rows] > 0)
        if not some.size:
            return
        rows = rows[some]
        self._post(rows, self.months.of(time[some]), -self.balance[rows], (EXPIRED,))

    def _post(self, rows: Rows, month: NDArray[np.int64], points: Points | int, columns: tuple[int, ...]) -> None:
        after = self.balance[rows]
        after += points
        self.balance[rows] = after
        worth = self.worth(after)
        moved = np.abs(worth - self._worth[rows])
        self._worth[rows] = worth
        size = abs(points) if isinstance(points, int) else np.abs(points)
        for column in columns:
            place = month * WHAT + column
            self.points.add(rows, size, place)
            self.worths.add(rows, moved, place)

    def _active(self, rows: Rows, month: NDArray[np.int64]) -> None:
        new = places(self._last_month[rows] < month)
        self._last_month[rows[new]] = month[new]
        self.active_months.add(rows[new])
