"""A card with a coupon on the customer's birthday."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.behaviour import Basket, Positions
from sim.campaigns import Flow, Mailing
from sim.knobs import knob
from sim.offers import Offer
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import purpose, uniform
from sim.shop import Shop

YEAR = 365.25
_TOLD = purpose("birthday.told")
_DAY = purpose("birthday.day")
_REDEEMS = purpose("birthday.redeems")


@dataclass(frozen=True, kw_only=True)
class Birthday(Flow):
    """Once a year, to those who have told their birthday."""

    title = "Birthday flow"
    mechanisms: ClassVar = {"lift": ("lift",), "unsubscribes": ("unsubscribe_rate",)}

    known: float = knob(
        0.4, "share", "Birthday known", "Share of customers who have told it.", unit="of customers", neutral=0.0,
        evidence=(0.1, 0.8), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    lift: float = knob(
        0.25, "number", "Lift",
        "The order rate of who is sent the coupon, opened or not, rises by this share while it is valid.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 0.6), grade="E",
        source="derived from Gopalakrishnan & Park 2021 for coupons; none is known for birthdays",
    )  # fmt: skip
    valid: float = knob(14.0, "duration", "Valid for", "How long the coupon is valid.", low=0.04, high=180.0)
    depth: float = knob(
        0.10, "share", "Coupon", "What the coupon takes off one order.", unit="of the price", high=0.9, neutral=0.0
    )
    redemption: float = knob(
        0.3, "share", "Redemption", "Share of the orders in the valid time that use the coupon.", unit="of orders",
        neutral=0.0, evidence=(0.1, 0.6), grade="E", source="our estimate",
    )  # fmt: skip

    def enact(self, shop: Shop) -> Congratulations:
        """Start the flow."""
        return Congratulations(self, shop)


class Congratulations(Mailing[Birthday]):
    """A personal clock that strikes every year, for as long as the store may write."""

    def __init__(self, knobs: Birthday, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.offer = Offer(self, knobs.lift, knobs.valid, knobs.depth, knobs.redemption, _REDEEMS)
        self.due = self.people.timer(self._congratulate)
        self.date = self.people.column(np.float64, NEVER)
        self.year = self.people.column(np.int32, 0)

    def begin(self, now: float) -> None:
        """Those who are there are congratulated on their next birthday."""
        there = places(self.people.number[:] > 0)
        self._expect(there[self.among(there)], now)

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers may tell their birthday."""
        self._expect(basket.rows[who], basket.time[who])

    def entered(self, rows: Rows, now: float) -> None:
        """So may those who come into the segment."""
        self._expect(rows[self.due[rows] == NEVER], now)

    def _expect(self, rows: Rows, now: Any) -> None:
        keys = self.people.key[rows]
        told = places(uniform(keys, _TOLD) < self.knobs.known)
        days = YEAR * uniform(keys[told], _DAY)
        since = now[told] if isinstance(now, np.ndarray) else now
        self._set(rows[told], days + YEAR * np.ceil((since - days) / YEAR))

    def _set(self, rows: Rows, date: Floats) -> None:
        self.date[rows] = date
        self.due[rows] = self.contacts.awake(date)

    def price(self, basket: Basket, who: Positions) -> None:
        """Some of the orders in the valid time use the coupon."""
        self.offer.price(basket, who)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """An order ends the offer."""
        self.offer.used(basket, who)

    def _congratulate(self, rows: Rows, time: Floats) -> None:
        # Who has been lost for longer than the list remembers is not written to any more, and the clock stops.
        kept = places(self.contacts.listed(rows, time))
        rows, time = rows[kept], time[kept]
        self.year[rows] = self.year[rows] + np.int32(1)
        self._set(rows, self.date[rows] + YEAR)
        rows, time = self.reachable(rows, time)
        living = self.contacts.send(self.code, "birthday.message", self.terms, rows, time, self.year[rows]).living
        self.offer.give(rows[living], time[living])

    def end(self, now: float) -> None:
        """No more cards, and coupons lapse."""
        self.due[:] = NEVER
        self.offer.stop()
