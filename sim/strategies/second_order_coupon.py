"""A coupon in the first parcel, for the second order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.offers import Offer
from sim.population import places
from sim.randomness import purpose
from sim.shop import Shop
from sim.strategy import Strategy

COUPONS = "derived from Gopalakrishnan & Park 2021, online retailer, n = 12,959"
_REDEEMS = purpose("second_order_coupon.redeems")


@dataclass(frozen=True, kw_only=True)
class SecondOrderCoupon(Strategy):
    """A coupon that comes with the first order and is valid for some time."""

    title = "Second-order coupon"
    begins_at_first_order = True
    mechanisms: ClassVar = {"lift": ("lift",)}

    lift: float = knob(
        0.25, "number", "Lift", "The order rate rises by this share while the coupon is valid.", unit="of the order rate",
        low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 0.6), grade="E", source=COUPONS,
    )  # fmt: skip
    valid: float = knob(30.0, "duration", "Valid for", "How long the coupon is valid.", low=0.04, high=365.0)
    depth: float = knob(
        0.10, "share", "Coupon", "What the coupon takes off one order.", unit="of the price", high=0.9, neutral=0.0
    )
    redemption: float = knob(
        0.5, "share", "Redemption", "Share of the orders in the valid time that use the coupon.", unit="of orders",
        neutral=0.0, evidence=(0.1, 0.9), grade="E", source="our estimate: the coupon lies in the parcel",
    )  # fmt: skip

    def enact(self, shop: Shop) -> CouponInTheParcel:
        """Put coupons into first parcels."""
        return CouponInTheParcel(self, shop)


class CouponInTheParcel(Behaviour[SecondOrderCoupon]):
    """Given with the first order, ended by the second."""

    def __init__(self, knobs: SecondOrderCoupon, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.offer = Offer(self, knobs.lift, knobs.valid, knobs.depth, knobs.redemption, _REDEEMS)

    def price(self, basket: Basket, who: Positions) -> None:
        """Some second orders use the coupon."""
        self.offer.price(basket, who)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """The first order brings the coupon, the next one ends it."""
        self.offer.used(basket, who)
        first = places(basket.number[who] == 1)
        if first.size:
            self.offer.give(basket.rows[who][first], basket.time[who][first])

    def end(self, now: float) -> None:
        """No more coupons."""
        self.offer.stop()
