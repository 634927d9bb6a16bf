"""Retargeting: paid advertisements that follow whoever has looked around, for some days.

Bought by the impression, shown to recent visitors alone; their effect halves every few days until they stop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.log import MICROS
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy
from sim.visits import ONE, Visits, visits_knob

JOHNSON = "Johnson, Lewis & Nubbemeyer 2017, field experiments"
_FOUND = purpose("retargeting.found")
_CLICKS = purpose("retargeting.clicks")
THOUSAND = 1000
MEASURED = 9.0
"""Days over which the lifts are means. What the first days do does not hang on how many are to follow."""


@dataclass(frozen=True, kw_only=True)
class Retargeting(Strategy):
    """Advertisements on other sites for those who have visited the store without ordering."""

    title = "Retargeting"
    mechanisms: ClassVar = {"lift": ("lift",), "lift of visits": ("visits_lift",)}

    visits: float = visits_knob()
    found: float = knob(
        0.6, "share", "Found again", "Share of customers whom the advertisements can find.", unit="of customers", neutral=0.0,
        evidence=(0.2, 0.8), grade="E", source="our estimate: consent to cookies; replace by your own",
    )  # fmt: skip
    lift: float = knob(
        0.105, "number", "Lift", "The order rate rises by this share in the mean of the first nine days; it fades from the "
        "first of them, however long they are shown.",
        unit="of the order rate", low=0.0, high=10.0, neutral=0.0, evidence=(0.0, 0.15), grade="S",
        source=f"{JOHNSON}: orders + 10.5 %; Sahni, Narayanan & Kalyanam 2019: the effect is strongest soon after the visit",
    )  # fmt: skip
    visits_lift: float = knob(
        0.15, "number", "Lift of visits", "Visits become more frequent by this share in the mean of those nine days.",
        unit="of the visits", low=0.0, high=10.0, neutral=0.0, evidence=(0.0, 0.172), grade="S",
        source=f"{JOHNSON}: visits + 14.6 to 17.2 %",
    )  # fmt: skip
    half_life: float = knob(
        3.0, "duration", "Half-life", "How long it takes until the lifts have halved.", low=0.25, high=90.0,
        evidence=(1.0, 7.0), grade="E", source="sign: Sahni, Narayanan & Kalyanam 2019; size: our estimate",
    )  # fmt: skip
    shown_for: float = knob(
        9.0, "duration", "Shown for", "How long after a visit the advertisements are shown.", low=0.25, high=180.0,
        evidence=(3.0, 30.0),
    )  # fmt: skip
    impressions: float = knob(
        3.0, "number", "Impressions a day",
        "How many advertisements a visitor is shown a day, at any hour; the frequency cap does not count them.",
        unit="a day", low=0.0, high=100.0, neutral=0.0, evidence=(1.0, 10.0),
    )  # fmt: skip
    cost: float = knob(
        4.0, "money", "Cost of a thousand", "What a thousand impressions cost.", high=1000.0, neutral=0.0, grade="E",
        source="our estimate: an ordinary price for display advertisements",
    )  # fmt: skip
    click_rate: float = knob(
        0.007, "share", "Click rate", "Share of impressions clicked; it decides whom last-click attribution credits.",
        unit="of impressions", neutral=0.0, evidence=(0.0005, 0.01), grade="E", source="our estimate",
    )  # fmt: skip

    def enact(self, shop: Shop) -> Advertisements:
        """Begin to buy them."""
        return Advertisements(self, shop)


class Advertisements(Behaviour[Retargeting]):
    """A personal clock from the visit: the lifts halve with each half-life, until an order or the last day."""

    def __init__(self, knobs: Retargeting, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.contacts = shop.contacts
        self.visits = Visits(self, knobs.visits, self._visited)
        self.factor = self.order_factor()
        self.fades = self.people.timer(self._fade)
        self.level = self.people.column(np.float64, 0.0)
        """How strong the lifts are, 1 in the mean of the days they are measured over; 0 for who is shown nothing."""
        self.fresh = freshness(knobs.half_life, MEASURED)
        self.until = self.people.column(np.float64, -np.inf)
        """When the advertisements stop."""
        self.bought = self.people.column(np.float64, -np.inf)
        """Until when they are paid for."""
        self.stretch = self.people.column(np.int32, 0)
        self.shown = shop.counter("retargeting.impressions")
        """In thousandths: a stretch of days rarely has whole ones."""

    def begin(self, now: float) -> None:
        """Those who are there look around from now on."""
        self.entered(self.members(), now)

    def entered(self, rows: Rows, now: float) -> None:
        """So do those who come into the segment."""
        self.visits.begin(rows[self._found(rows)], now)

    def revived(self, rows: Rows, time: Floats) -> None:
        """And those who were lost and are woken."""
        mine = self.among(rows)
        rows, time = rows[mine], time[mine]
        found = self._found(rows)
        self.visits.begin(rows[found], time[found])

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers will look around, too."""
        rows, time = basket.rows[who], basket.time[who]
        found = self._found(rows)
        self.visits.expect(rows[found], time[found])

    def _found(self, rows: Rows) -> Rows:
        """The positions of those whom advertisements can find; nobody asks about the visits of the others."""
        return places(uniform(self.people.key[rows], _FOUND) < self.knobs.found)

    def left(self, rows: Rows) -> None:
        """Who leaves the segment is shown nothing any more."""
        self._rest(rows, np.full(rows.size, float(self.shop.env.now)))

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Whoever has ordered is shown nothing more; what is bought in advance is lost."""
        rows, time = basket.rows[who], basket.time[who]
        followed = places(self.level[rows] > 0.0)
        if followed.size:
            self._rest(rows[followed], time[followed])

    def _visited(self, rows: Rows, time: Floats) -> None:
        self.until[rows] = time + self.knobs.shown_for
        # The next visit has just been drawn, at the pace of somebody who is shown nothing.
        self._show(rows, time, time + min(self.knobs.half_life, self.knobs.shown_for), self.fresh, 0.0)

    def _fade(self, rows: Rows, time: Floats) -> None:
        alive = places(self.people.alive[rows])
        rows, time = rows[alive], time[alive]
        until = self.until[rows]
        over = until <= time
        ended, on = places(over), places(~over)
        if ended.size:
            self._rest(rows[ended], time[ended])
        if on.size:
            rows, time, level = rows[on], time[on], self.level[rows[on]]
            self._show(rows, time, np.minimum(time + self.knobs.half_life, until[on]), 0.5 * level, level)

    def _show(self, rows: Rows, time: Floats, ends: Floats, level: Floats | float, before: Floats | float) -> None:
        """Advertisements for one half-life, or for what is left of the days they are shown."""
        self.fades[rows] = ends
        self._buy(rows, time, ends)
        self._set(rows, time, level, before)

    def _buy(self, rows: Rows, time: Floats, ends: Floats) -> None:
        """Pay for the days that are not paid for yet; some of what is shown is clicked."""
        knobs, key = self.knobs, self.people.key[rows]
        bought = self.bought[rows]
        days = np.maximum(ends - np.maximum(time, bought), 0.0)
        self.bought[rows] = np.maximum(ends, bought)
        impressions = knobs.impressions * days
        self.shown.add(rows, np.rint(impressions * THOUSAND).astype(np.int64))
        micros = np.rint(impressions * (knobs.cost / THOUSAND * MICROS)).astype(np.int64)
        self.shop.charge_people(self.code, self.people.person[rows], time, micros)
        stretch = self.stretch[rows]
        stretch += ONE
        self.stretch[rows] = stretch
        if knobs.click_rate:
            clicks = places(uniform(at(key, stretch), _CLICKS) < -np.expm1(-knobs.click_rate * impressions))
            if clicks.size:
                self.contacts.clicked(self.code, rows[clicks], time[clicks])

    def _rest(self, rows: Rows, time: Floats) -> None:
        self.fades[rows] = NEVER
        self._set(rows, time, 0.0, self.level[rows])

    def _set(self, rows: Rows, time: Floats, level: Floats | float, before: Floats | float) -> None:
        knobs = self.knobs
        self.level[rows] = level
        self.factor[rows] = 1.0 + knobs.lift * level
        if knobs.visits_lift:
            self.visits.hasten(rows, time, (1.0 + knobs.visits_lift * level) / (1.0 + knobs.visits_lift * before))

    def end(self, now: float) -> None:
        """No more advertisements, no more lifts."""
        self.visits.stop()
        self.factor[:] = 1.0
        self.fades[:] = NEVER
        self.level[:] = 0.0


def freshness(half_life: float, length: float) -> float:
    """How strong the lifts are on the first days if they halve with each half-life and are 1 in the mean of so many days."""
    halvings = np.arange(math.ceil(length / half_life))
    days = np.minimum(half_life, length - halvings * half_life)
    return float(length / (days * 0.5**halvings).sum())
