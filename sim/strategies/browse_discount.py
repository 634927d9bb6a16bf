"""A discount on what was looked at but not bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.behaviour import Basket, Positions
from sim.campaigns import Flow, Mailing
from sim.knobs import knob
from sim.offers import Offer
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import purpose
from sim.shop import Shop
from sim.visits import Visits, visits_knob

_REDEEMS = purpose("browse_discount.redeems")


@dataclass(frozen=True, kw_only=True)
class BrowseDiscount(Flow):
    """Customers look around more often than they buy; after such a visit they get a coupon for a few days."""

    title = "Browse discount"
    mechanisms: ClassVar = {"lift": ("lift",), "unsubscribes": ("unsubscribe_rate",)}

    visits: float = visits_knob()
    lift: float = knob(
        0.3, "number", "Lift",
        "The order rate of who is sent the coupon, opened or not, rises by this share while it is valid.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 0.6), grade="E",
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


class BrowseFlow(Mailing[BrowseDiscount]):
    """A message after each visit, or in the morning after it; where several wait for the morning one goes out."""

    def __init__(self, knobs: BrowseDiscount, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.offer = Offer(self, knobs.lift, knobs.valid, knobs.depth, knobs.redemption, _REDEEMS)
        self.visits = Visits(self, knobs.visits, self._visited)
        quiet = self.contacts.knobs.quiet_from is not None
        self.due = self.people.timer(self._write) if quiet else None

    def begin(self, now: float) -> None:
        """Those who are there look around from now on."""
        self.visits.begin(self.members(), now)

    def entered(self, rows: Rows, now: float) -> None:
        """So do those who come into the segment."""
        self.visits.begin(rows, now)

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers will look around, too."""
        self.visits.expect(basket.rows[who], basket.time[who])

    def revived(self, rows: Rows, time: Floats) -> None:
        """And those who were lost and are woken."""
        mine = self.among(rows)
        self.visits.begin(rows[mine], time[mine])

    def price(self, basket: Basket, who: Positions) -> None:
        """Some of the orders in the valid time use the coupon."""
        self.offer.price(basket, who)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """An order ends the offer."""
        self.offer.used(basket, who)

    def _visited(self, rows: Rows, time: Floats) -> None:
        if self.due is None:
            self._write(rows, time)
            return
        out = self.contacts.awake(time)
        at_once, later = places(out == time), places(out > time)
        self.due[rows[later]] = out[later]
        self._write(rows[at_once], time[at_once])

    def _write(self, rows: Rows, time: Floats) -> None:
        rows, time = self.reachable(rows, time)
        index = self.visits.count[rows]
        living = self.contacts.send(self.code, "browse_discount.message", self.terms, rows, time, index).living
        self.offer.give(rows[living], time[living])

    def end(self, now: float) -> None:
        """No more messages, and coupons lapse."""
        self.visits.stop()
        if self.due is not None:
            self.due[:] = NEVER
        self.offer.stop()
