"""A store under contract: subscriptions begin, grow, shrink and end, counted as recurring revenue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket
from sim.population import Floats, Rows, places
from sim.recurring import Recurring
from sim.shop import Shop


class Subscriptions:
    """The subscriptions of one block, by what was paid for the last period."""

    def __init__(self, shop: Shop) -> None:
        self.recurring = Recurring(shop)
        self.period = shop.scenario.store.contract.every
        self.paid = shop.people.column(np.int64, 0)
        self.running = shop.people.column(np.bool_, False)

    def renewing(self, rows: Rows) -> NDArray[np.bool_]:
        """Whose orders would renew a subscription: not first ones, nor those of who comes back."""
        running: NDArray[np.bool_] = self.running[rows]
        return running

    def placed(self, basket: Basket) -> None:
        """Orders begin a subscription or renew it, for as much as the period before, or more, or less."""
        rows, time, now = basket.rows, basket.time, basket.net(slice(None))
        before, running = self.paid[rows], self.running[rows]
        first, again = places(~running), places(running)
        if first.size:
            self.recurring.started(rows[first], time[first], now[first], self.period)
        if again.size:
            self.recurring.changed(rows[again], time[again], before[again], now[again], self.period)
        self.paid[rows] = now
        self.running[rows] = True

    def ended(self, rows: Rows, time: Floats) -> None:
        """These are lost, because they do not renew or because something drove them away."""
        running = places(self.running[rows])
        rows = rows[running]
        self.recurring.lost(rows, time[running], self.paid[rows], self.period)
        self.running[rows] = False
