"""Offers: what a message or a coupon does to a customer for a while, shared by the strategies that make them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import uniform


class Attention:
    """A passing lift of the order rate; a new one renews the time."""

    def __init__(self, behaviour: Behaviour[Any], lift: float, lasts: float) -> None:
        self.lift, self.lasts = lift, lasts
        self.factor = behaviour.order_factor()
        self.fades = behaviour.people.timer(self._fade)

    def wake(self, rows: Rows, now: Floats | float) -> None:
        """Lift these rows' order rates from now on."""
        self.factor[rows] = 1.0 + self.lift
        self.fades[rows] = now + self.lasts

    def rest(self, rows: Rows) -> None:
        """End the lift of these rows."""
        self.factor[rows] = 1.0
        self.fades[rows] = NEVER

    def _fade(self, rows: Rows, time: Floats) -> None:
        self.factor[rows] = 1.0

    def stop(self) -> None:
        """End every lift at once."""
        self.factor[:] = 1.0
        self.fades[:] = NEVER


class Offer:
    """A coupon for one order: while it is valid the order rate is lifted, and some of the orders use it.

    Most of the lift of a coupon comes without redemption (Gopalakrishnan & Park 2021), so the two are apart.
    """

    def __init__(
        self, behaviour: Behaviour[Any], lift: float, valid: float, depth: float, redemption: float, redeems: int
    ) -> None:
        self.behaviour = behaviour
        self.valid, self.depth, self.redemption = valid, depth, redemption
        self.redeems = redeems
        """The purpose under which it is drawn whether an order uses the coupon."""
        self.attention = Attention(behaviour, lift, valid)
        self.until = behaviour.people.column(np.float64, -np.inf)

    def give(self, rows: Rows, now: Floats | float) -> None:
        """These rows have the coupon from now on."""
        self.attention.wake(rows, now)
        self.until[rows] = now + self.valid

    def price(self, basket: Basket, who: Positions) -> None:
        """Some of the orders in the valid time use the coupon, and are credited to it."""
        valid = places(self.until[basket.rows[who]] >= basket.time[who])
        if valid.size:
            which = np.arange(basket.rows.size)[who][valid]
            which = which[uniform(basket.place[which], self.redeems) < self.redemption]
            basket.take_off(which, self.depth)
            basket.cause[which] = self.behaviour.code + 1

    def used(self, basket: Basket, who: Positions) -> None:
        """An order, with the coupon or without, is what the offer was for: it ends."""
        rows = basket.rows[who]
        ended = rows[self.until[rows] >= basket.time[who]]
        if ended.size:
            self.until[ended] = -np.inf
            self.attention.rest(ended)

    def stop(self) -> None:
        """Coupons that are out lapse."""
        self.until[:] = -np.inf
        self.attention.stop()
