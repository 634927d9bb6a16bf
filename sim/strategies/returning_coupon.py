"""A coupon for those who come back after a long silence, so that they stay this time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.offers import Offer
from sim.population import places
from sim.randomness import purpose
from sim.shop import Shop
from sim.strategy import Strategy

_REDEEMS = purpose("returning_coupon.redeems")


@dataclass(frozen=True, kw_only=True)
class ReturningCoupon(Strategy):
    """An order after a silence brings a coupon for the next one."""

    title = "Coupon for those who return"
    mechanisms: ClassVar = {"lift": ("lift",)}

    silent: float = knob(
        90.0, "duration", "Silent for", "Time without an order after which an order counts as a return.", low=1.0, high=3650.0,
        evidence=(45.0, 180.0),
    )  # fmt: skip
    lift: float = knob(
        0.25, "number", "Lift", "The order rate rises by this share while the coupon is valid.", unit="of the order rate",
        low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 0.6), grade="E",
        source="derived from Gopalakrishnan & Park 2021, online retailer, n = 12,959",
    )  # fmt: skip
    valid: float = knob(30.0, "duration", "Valid for", "How long the coupon is valid.", low=0.04, high=365.0)
    depth: float = knob(
        0.10, "share", "Coupon", "What the coupon takes off one order.", unit="of the price", high=0.9, neutral=0.0
    )
    redemption: float = knob(
        0.5, "share", "Redemption", "Share of the orders in the valid time that use the coupon.", unit="of orders",
        neutral=0.0, evidence=(0.1, 0.9), grade="E", source="our estimate",
    )  # fmt: skip

    def enact(self, shop: Shop) -> ReturnCoupons:
        """Welcome those who return."""
        return ReturnCoupons(self, shop)


class ReturnCoupons(Behaviour[ReturningCoupon]):
    """Watches the gaps between orders."""

    def __init__(self, knobs: ReturningCoupon, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.offer = Offer(self, knobs.lift, knobs.valid, knobs.depth, knobs.redemption, _REDEEMS)
        self.returns = self.people.column(np.bool_, False)
        """Whose order of now follows a long silence."""

    def price(self, basket: Basket, who: Positions) -> None:
        """Some of the orders in the valid time use the coupon; the last order is still known, wherever it was placed."""
        self.offer.price(basket, who)
        rows, time = basket.rows[who], basket.time[who]
        silent = time - self.people.last_order[rows] >= self.knobs.silent
        self.returns[rows] = silent & (basket.number[who] > 1)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """An order ends the offer; one after a long silence brings a new one."""
        rows, time = basket.rows[who], basket.time[who]
        self.offer.used(basket, who)
        returned = places(self.returns[rows])
        if returned.size:
            self.offer.give(rows[returned], time[returned])

    def end(self, now: float) -> None:
        """No more coupons."""
        self.offer.stop()
