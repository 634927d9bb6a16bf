"""A message with a coupon to customers who have been silent for long.

It wakes the slow among the living, wakes very few of the lost, and reminds some of the living to leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.behaviour import Basket, Positions
from sim.campaigns import Mailing, beyond_opens
from sim.knobs import knob
from sim.offers import Offer
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

COUPONS = "Gopalakrishnan & Park 2021, online retailer, n = 12,959: most lift comes without redemption"
_WAKES = purpose("win_back.wakes")
_LEAVES = purpose("win_back.leaves")
_REDEEMS = purpose("win_back.redeems")
_ANSWERS = purpose("win_back.answers")
WELL_ANSWERED = 0.10
"""Share who answer a survey that counts as a good one."""


@dataclass(frozen=True, kw_only=True)
class WinBack(Strategy):
    """An offer after a time of silence; it starts anew with each order."""

    title = "Win-back flow"
    mechanisms: ClassVar = {
        "lift": ("lift", "bare_lift"),
        "wakes the lost": ("reactivates",),
        "reminds to leave": ("reminds",),
        "says why": ("asks_why",),
        "unsubscribes": ("unsubscribe_rate",),
    }

    after: float = knob(
        90.0, "duration", "Silent for", "Time without an order after which the offer is sent.", low=1.0, high=3650.0,
        evidence=(45.0, 180.0),
    )  # fmt: skip
    lift: float = knob(
        0.6, "number", "Lift", "The offer raises a living recipient's order rate by this share while it is valid.",
        unit="of the order rate", low=0.0, high=50.0, neutral=0.0, evidence=(0.3, 1.5), grade="S", source=COUPONS,
    )  # fmt: skip
    coupon: bool = knob(True, "flag", "With a coupon", "Whether the message has a coupon, or is only a message.")
    bare_lift: float = knob(
        0.2, "number", "Lift without coupon", "What the message raises the order rate by where it has no coupon.",
        unit="of the order rate", low=0.0, high=50.0, neutral=0.0, evidence=(0.0, 0.6), grade="E",
        source="our estimate: a third of the coupon's",
    )  # fmt: skip
    valid: float = knob(30.0, "duration", "Valid for", "How long the offer is valid.", low=0.04, high=365.0)
    depth: float = knob(
        0.15, "share", "Coupon", "What the coupon takes off one order.", unit="of the price", high=0.9, neutral=0.0
    )
    redemption: float = knob(
        0.20, "share", "Redemption", "Share of the orders in the valid time that use the coupon.", unit="of orders",
        neutral=0.0, evidence=(0.05, 0.5), grade="S", source=f"{COUPONS}; fewer than 20 % redeem",
    )  # fmt: skip
    reactivates: float = knob(
        0.01, "share", "Wakes the lost", "Share of lost recipients who come back to life.", unit="of lost recipients",
        neutral=0.0, evidence=(0.0, 0.03), grade="E", source="our estimate; the law itself knows no way back",
    )  # fmt: skip
    first_life: float = knob(
        0.0, "number", "Stronger first life", "Lost recipients come back so much more often for each order after the first.",
        unit="for each order", low=0.0, high=10.0, neutral=0.0, evidence=(0.0, 0.5), grade="E",
        source="sign: Kumar, Bhagwat & Zhang 2015, a stronger first lifetime accepts more; size: our estimate",
    )  # fmt: skip
    reminds: float = knob(
        0.01, "share", "Reminds to leave", "Share of living recipients whom the message reminds to leave for good.",
        unit="of living recipients", neutral=0.0, evidence=(0.0, 0.04), grade="E",
        source="sign: Ascarza, Iyengar & Schleicher 2016, proactive contact raised churn from 6 to 10 %; size: our estimate",
    )  # fmt: skip
    asks_why: float = knob(
        0.0, "share", "Say why", "Share of those who open and say why they left; it feeds product_improvement. 0: not asked.",
        unit="of those who open", neutral=0.0, decided=0.0, evidence=(0.0, 0.1), grade="E",
        source="our estimate: enter your own",
    )  # fmt: skip
    backlog: bool = knob(
        False, "flag", "Backlog", "Whether those on the list who were silent for longer when it starts are written to, too."
    )
    open_rate: float = knob(
        0.38, "share", "Open rate", "Share of rested recipients who open; it decides clicks and unsubscribes, not the lift.",
        unit="of recipients",
        evidence=(0.15, 0.45), grade="V", source="Klaviyo 2024",
    )  # fmt: skip
    click_rate: float = knob(
        0.03, "share", "Click rate", "Share of rested recipients who click; it decides whom last-click attribution credits.",
        unit="of recipients", neutral=0.0, evidence=(0.01, 0.05), grade="V", source="Klaviyo 2024",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.0065, "share", "Unsubscribes", "Share of rested recipients who unsubscribe.", unit="of recipients",
        neutral=0.0, evidence=(0.002, 0.02), grade="V", source="Klaviyo 2024: .6 to .7 %",
    )  # fmt: skip
    cost: float = knob(
        0.002, "money", "Cost of a mail", "What one sent mail costs.", high=100.0, neutral=0.0, grade="V",
        source="list prices of common mail services",
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        return super().contradictions() + beyond_opens(self)

    def enact(self, shop: Shop) -> WinBackFlow:
        """Start the flow."""
        return WinBackFlow(self, shop)


class WinBackFlow(Mailing[WinBack]):
    """A personal clock that each order sets back, and an offer when it strikes."""

    def __init__(self, knobs: WinBack, shop: Shop) -> None:
        super().__init__(knobs, shop)
        lift, depth = (knobs.lift, knobs.depth) if knobs.coupon else (knobs.bare_lift, 0.0)
        self.offer = Offer(self, lift, knobs.valid, depth, knobs.redemption if knobs.coupon else 0.0, _REDEEMS)
        self.contacts.remember(knobs.after)
        self.due = self.people.timer(self._write)
        self.written = self.people.column(np.int32, 0)
        """After which of their orders customers were written to last."""
        self.answers = shop.counter("win_back.answers") if knobs.asks_why else None

    def begin(self, now: float) -> None:
        """The clocks are set as if the flow had always been: those silent for longer are past it, unless they are to be
        written to at once."""
        there = places(self.people.number[:] > 0)
        there = there[self.among(there)]
        strikes = self.people.last_order[there] + self.knobs.after
        if self.knobs.backlog:
            strikes = np.where(self.contacts.listed(there, now), np.maximum(strikes, now), strikes)
        ahead = places(strikes >= now)
        self.due[there[ahead]] = self.contacts.awake(strikes[ahead])

    def entered(self, rows: Rows, now: float) -> None:
        """Who comes into the segment silent for long enough is written to at once, but only once between two orders."""
        # Who is off the list may have no row any more, so they are left out whether they have one or not.
        free = (self.due[rows] == NEVER) & (self.written[rows] < self.people.number[rows])
        rows = rows[free & self.contacts.listed(rows, now)]
        strikes = self.people.last_order[rows] + self.knobs.after
        self.due[rows] = self.contacts.awake(np.maximum(strikes, now))

    def price(self, basket: Basket, who: Positions) -> None:
        """Some of the orders in the valid time use the coupon."""
        if self.knobs.coupon:
            self.offer.price(basket, who)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """An order sets the clock back and ends the offer."""
        self.offer.used(basket, who)
        self.due[basket.rows[who]] = self.contacts.awake(basket.time[who] + self.knobs.after)

    def insight(self) -> float:
        """What the answers teach the store about its faults: 1 for a survey that one in ten answer."""
        return min(self.knobs.asks_why / WELL_ANSWERED, 1.0)

    def _write(self, rows: Rows, time: Floats) -> None:
        people, knobs = self.people, self.knobs
        if self.selective:
            # An order outside the segment, or in a week without money, has not set the clock back.
            strikes = people.last_order[rows] + knobs.after
            early = strikes > time
            self.due[rows[early]] = self.contacts.awake(strikes[early])
            rows, time = rows[~early], time[~early]
        rows, time = self.reachable(rows, time)
        number = people.number[rows]
        delivery = self.contacts.send(self.code, "win_back.message", self.terms, rows, time, number)
        reached, living = delivery.reached, delivery.living
        self.written[rows[reached]] = number[reached]
        place = at(people.key[rows], number)
        lost = reached[~people.alive[rows[reached]]]
        if self.answers is not None:
            said = delivery.opened[uniform(place[delivery.opened], _ANSWERS) < knobs.asks_why]
            self.answers.add(rows[said])
        stays = np.ones(living.size, dtype=np.bool_)
        if knobs.reminds and living.size:
            stays = uniform(place[living], _LEAVES) >= knobs.reminds
            leaves = living[~stays]
            self.shop.lose(rows[leaves], time[leaves])
        stay = living[stays]
        self.offer.give(rows[stay], time[stay])
        if knobs.reactivates and lost.size:
            willing = knobs.reactivates * (1.0 + knobs.first_life * (number[lost] - 1))
            wakes = lost[uniform(place[lost], _WAKES) < willing]
            self.shop.revive(rows[wakes], time[wakes], place[wakes], "win_back.next_order")

    def end(self, now: float) -> None:
        """No more offers; those that are out lapse."""
        self.due[:] = NEVER
        self.offer.stop()
