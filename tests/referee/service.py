"""Orders that fail, and what customers hold against the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee.customer import Customer
from referee.luck import purpose, uniform

if TYPE_CHECKING:
    from referee.store import Referee

MOOD = -1
"""Where the mood's multiplier stands among those on the dropout rate: behind the strategies'."""


class Mood:
    """Who resents what, and until when."""

    def __init__(self, store: Referee) -> None:
        self.store, self.knobs = store, store.scenario.store.service
        self.timer = store.timer(self.forget)
        self.failure = purpose("service.failure")

    def fails(self, place: int) -> bool:
        """Whether an order fails."""
        return self.knobs.failures > 0.0 and uniform(place, self.failure) < self.knobs.failures

    def move(self, customer: Customer, now: float, by: float) -> bool:
        """Worse or better, within bounds; whether a clock has moved."""
        customer.mood = max(-3.0, min(2.0, customer.mood + by))
        if customer.mood * by > 0.0:
            customer.timers[self.timer] = now + self.knobs.resented_for
        return self.bend(customer, now)

    def forgive(self, customer: Customer, now: float) -> bool:
        """One failure is put right."""
        if customer.mood < 0.0:
            customer.mood = min(customer.mood + 1.0, 0.0)
        return self.bend(customer, now)

    def forget(self, customer: Customer, now: float) -> None:
        customer.mood = 0.0
        self.bend(customer, now)

    def bend(self, customer: Customer, now: float) -> bool:
        factor: float = self.knobs.failure_dropout ** max(-customer.mood, 0.0)
        return customer.bend_dropout(MOOD, factor, now)
