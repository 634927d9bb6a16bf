"""Sitewide promotions that come round: more orders at once, fewer later, and customers who learn to wait.

Five effects, each a knob: the response to the price while the promotion lasts; pull-forward, orders that are missing
afterwards; training, full-price orders that fall as promotions come to be expected while the response to deals rises;
waiters, who put an order off when they expect a promotion soon; and new customers whom the price draws in.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from sim.knobs import knob
from sim.population import NEVER, Floats, Rows, places
from sim.promotions import Promotion, Sale
from sim.randomness import at, purpose, uniform
from sim.shop import Shop

_WAITS = purpose("discount_cycle.waits")
_MOMENT = purpose("discount_cycle.moment")


@dataclass(frozen=True, kw_only=True)
class DiscountCycle(Promotion):
    """A promotion on everything, for some days at a fixed interval."""

    title = "Discount cycle"
    mechanisms: ClassVar = {
        "response to the price": ("elasticity", "new_elasticity"),
        "waiting for it": ("waiters",),
        "pulled forward": ("pull_forward",),
        "training": ("training", "deal_response"),
    }

    waiters: float = knob(
        0.12, "share", "Waiters", "Share of customers who put an order off when a promotion is near.", unit="of customers",
        neutral=0.0, evidence=(0.05, 0.19), grade="S", source="Li, Granados & Netessine 2014, air travel, quartiles",
    )  # fmt: skip
    patience: float = knob(
        21.0, "duration", "Patience", "How long waiters wait for a promotion.", high=365.0, neutral=0.0, grade="S",
        source="Li, Granados & Netessine 2014",
    )  # fmt: skip
    new_elasticity: float = knob(
        0.0, "number", "New customers",
        "Who comes new while a promotion lasts: (1 - depth) to the power of minus this, none of them missing later. 0: as "
        "many as ever.",
        low=0.0, high=10.0, neutral=0.0, evidence=(0.0, 1.5), grade="E",
        source="our estimate: none by default, for no study tells new customers of a sale from those who come sooner; "
        "first_order_discount has 1.5",
    )  # fmt: skip

    def enact(self, shop: Shop) -> Promotions:
        """Start the cycle."""
        return Promotions(self, shop)


class Promotions(Sale[DiscountCycle]):
    """The calendar of promotions, and those who wait for the next one."""

    def __init__(self, knobs: DiscountCycle, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.next_start: float | None = None

    def calendar(self) -> Generator[Any, Any, None]:
        """Promotion, missing orders, and quiet until the next one."""
        timeout, knobs = self.shop.env.timeout, self.knobs
        self.next_start = self.shop.env.now + knobs.first_after
        yield timeout(knobs.first_after)
        while True:
            self.start()
            yield timeout(knobs.length)
            self.stop()
            quiet = knobs.every - knobs.length
            if knobs.payback < quiet:
                yield timeout(knobs.payback)
                self.pay_back()
                quiet -= knobs.payback
            yield timeout(quiet)

    def attract(self, channel: str) -> float:
        """New customers whom the price draws in while it is low."""
        return min(float((1.0 - self.knobs.depth) ** -self.knobs.new_elasticity), self.knobs.cap)

    def attracting(self, begin: float, end: float) -> Iterator[tuple[float, float]]:
        """The promotions that touch these days; none where they draw in nobody, so that nobody else comes otherwise."""
        knobs = self.knobs
        if not (knobs.depth and knobs.new_elasticity):
            return
        until = NEVER if knobs.until is None else knobs.until
        first = knobs.from_ + knobs.first_after
        number = max(math.floor((begin - first) / knobs.every), 0)
        while (starts := first + number * knobs.every) < min(end, until):
            yield starts, min(starts + knobs.length, until)
            number += 1

    def start(self) -> None:
        """A promotion begins; the next one is known."""
        super().start()
        self.next_start = self.started + self.knobs.every

    def defer(self, rows: Rows, time: Floats) -> Floats:
        """Waiters who have seen a promotion move an order to a moment of the next one."""
        if self.running or not self.ends or self.next_start is None or not self.knobs.depth:
            return time
        if self.knobs.until is not None and self.next_start >= self.knobs.until:
            return time
        if self.next_start - time.max() > self.knobs.patience:
            return time
        people = self.people
        waits = (self.next_start - time <= self.knobs.patience) & (people.number[rows] > 0)
        waits &= self.came_after[rows] < len(self.ends)
        which = places(waits)
        which = which[uniform(people.key[rows[which]], _WAITS) < self.knobs.waiters]
        if self.eligible is not None:
            which = which[self.eligible[rows[which]]]
        if not which.size:
            return time
        later = time.copy()
        place = at(people.key[rows[which]], people.number[rows[which]])
        later[which] = self.next_start + self.knobs.length * uniform(place, _MOMENT)
        return later

    def end(self, now: float) -> None:
        """No more promotions, and nobody waits for one."""
        super().end(now)
        self.next_start = None
