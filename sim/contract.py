"""A store under contract: subscriptions begin, grow, shrink and end, counted as recurring revenue."""

from __future__ import annotations

import numpy as np

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

    def placed(self, basket: Basket) -> None:
        """First orders begin a subscription, renewals may be worth more or less than the period before."""
        rows, time, now = basket.rows, basket.time, basket.net(slice(None))
        before = self.paid[rows]
        self.paid[rows] = now
        first, again = places((basket.number == 1) & (time >= 0.0)), places((basket.number > 1) & (time >= 0.0))
        self.recurring.started(rows[first], time[first], now[first], self.period)
        self.recurring.changed(rows[again], time[again], before[again], now[again], self.period)

    def ended(self, rows: Rows, time: Floats) -> None:
        """These do not renew."""
        seen = places(time >= 0.0)
        self.recurring.lost(rows[seen], time[seen], self.paid[rows[seen]], self.period)
