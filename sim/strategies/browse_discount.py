"""A discount on what was looked at but not bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.campaigns import Flow, terms
from sim.knobs import knob
from sim.offers import Offer
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, exponential, purpose
from sim.shop import Shop

_VISIT = purpose("browse_discount.visit")
_REDEEMS = purpose("browse_discount.redeems")


@dataclass(frozen=True, kw_only=True)
class BrowseDiscount(Flow):
    """Customers look around more often than they buy; after such a visit they get a coupon for a few days."""

    title = "Browse discount"

    visits: float = knob(
        3.0, "number", "Visits", "Visits without an order for each order.", unit="for each order", low=0.01, high=50.0,
        evidence=(1.0, 10.0), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    lift: float = knob(
        0.3, "number", "Lift", "The order rate rises by this share while the coupon is valid.", unit="of the order rate",
        low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 0.6), grade="E",
        source="derived from Gopalakrishnan & Park 2021 for coupons, halved: visitors were about to buy anyway",
    )  # fmt: skip
    valid: float = knob(3.0, "duration", "Valid for", "How long the coupon is valid.", low=0.04, high=90.0)
    depth: float = knob(
        0.10, "share", "Coupon", "What the coupon takes off one order.", unit="of the price", high=0.9, neutral=0.0
    )
    redemption: float = knob(
        0.5, "share", "Redemption", "Share of the orders in the valid time that use the coupon.", unit="of orders",
        neutral=0.0, evidence=(0.1, 0.9), grade="E", source="our estimate: the coupon is for the very thing",
    )  # fmt: skip

    def enact(self, shop: Shop) -> BrowseFlow:
        """Start the flow."""
        return BrowseFlow(self, shop)


class BrowseFlow(Behaviour[BrowseDiscount]):
    """A personal clock for the next visit, which runs at the customer's own rate as long as they live."""

    def __init__(self, knobs: BrowseDiscount, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.contacts = shop.contacts
        self.offer = Offer(self, knobs.lift, knobs.valid, knobs.depth, knobs.redemption, _REDEEMS)
        self.terms = terms(knobs)
        self.visits = self.people.timer(self._visit)
        self.count = self.people.column(np.int32, 0)

    def begin(self, now: float) -> None:
        """Those who are there look around from now on."""
        rows = self.members()
        self._next(rows, np.full(rows.size, now))

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers will look around, too."""
        self._next(basket.rows[who], basket.time[who])

    def _next(self, rows: Rows, time: Floats) -> None:
        # At the rate that the customer was born with: a promotion brings orders, not idle visits.
        people = self.people
        gap = exponential(at(people.key[rows], self.count[rows]), _VISIT)
        self.visits[rows] = time + gap / (self.knobs.visits * people.orders.base[rows])
        self.count[rows] = self.count[rows] + np.int32(1)

    def price(self, basket: Basket, who: Positions) -> None:
        """Some of the orders in the valid time use the coupon."""
        self.offer.price(basket, who)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """An order ends the offer."""
        self.offer.used(basket, who)

    def _visit(self, rows: Rows, time: Floats) -> None:
        living = places(self.people.alive[rows])
        rows, time = rows[living], time[living]
        self._next(rows, time)
        reached = places(self.contacts.consent[rows])
        rows, time = rows[reached], time[reached]
        self.contacts.send(self.code, "browse_discount.message", self.terms, rows, time, self.count[rows])
        self.offer.give(rows, time)

    def end(self, now: float) -> None:
        """No more messages, and coupons lapse."""
        self.visits[:] = NEVER
        self.offer.stop()
