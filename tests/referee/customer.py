"""A customer: a SimPy process that sleeps until the earliest of its own clocks."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy
from simpy.events import EventPriority

if TYPE_CHECKING:
    from referee.store import Referee

NEVER = float("inf")
SEASON, OWN_MOMENT = EventPriority(2), EventPriority(3)
"""Priorities: a new season comes after what strategies do at the same instant, a customer's own moments after both."""


class Alarm(simpy.Event):
    """A timeout that goes off after other events of the same instant."""

    def __init__(self, env: simpy.Environment, delay: float, priority: EventPriority = OWN_MOMENT) -> None:
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        env.schedule(self, priority, delay)


class Customer:
    """Clocks are absolute days, rates are per day; what strategies remember of a customer is kept here too."""

    __slots__ = (
        "acquired", "alive", "base_hazard", "base_rate", "basket", "bonded", "came_after", "cell", "channel", "consent",
        "counted", "counted_from", "credit", "credit_until", "death_due", "debt", "demoted", "died", "dip", "dropout_bends",
        "fatigue", "hazard", "held", "key", "last_order", "left_out", "level", "mood", "number", "order_bends", "order_due",
        "parent", "process",
        "proud", "rate", "reached", "response", "spend", "store", "timers", "tired_at", "valid_until", "wakes",
    )  # fmt: skip

    def __init__(self, store: Referee, key: int, arrives: float, channel: int, parent: Customer | None) -> None:
        self.store = store
        self.key, self.channel, self.parent = key, channel, parent
        self.alive = False
        self.number = 0
        self.acquired = self.last_order = -NEVER
        self.died = NEVER
        self.order_due, self.death_due, self.held = arrives, NEVER, True
        self.timers = [NEVER] * len(store.timers)
        self.order_bends = [1.0] * len(store.strategies)
        self.dropout_bends = [1.0] * (len(store.strategies) + 1)
        self.mood = 0.0
        self.left_out = store.left_out(key, arrives)
        self.came_after, self.debt, self.dip, self.response = 0, 0.0, 1.0, 1.0
        self.level, self.demoted, self.reached, self.spend = 0, False, 0.0, 0
        self.consent, self.fatigue, self.tired_at, self.credit, self.credit_until = False, 0.0, 0.0, 0, -NEVER
        self.counted, self.counted_from = 0, -NEVER
        self.proud = self.bonded = False
        self.valid_until = -NEVER
        self.wakes = arrives
        self.process = store.env.process(self.life())

    def endow(self, cell: int, rate: float, hazard: float, basket: float) -> None:
        """The traits that last for life."""
        law = self.store.law
        self.cell = cell
        self.base_rate = self.rate = law.order_rate(self.key) * rate
        self.base_hazard = self.hazard = law.hazard(self.key) * hazard
        self.basket = law.basket_scale(self.key) * basket

    def life(self) -> Generator[Any, Any, None]:
        """Sleep until the next clock strikes, or until the store has moved a clock forward."""
        env, end = self.store.env, self.store.end
        while True:
            due = self.wakes = self.due()
            if due == NEVER and not self.alive:
                return
            try:
                yield Alarm(env, max(due - env.now, 0.0)) if due < end else env.event()
            except simpy.Interrupt:
                continue
            if self.due() == due:
                self.strike(due)

    def due(self) -> float:
        """The earliest clock."""
        due = self.order_due if self.order_due < self.death_due else self.death_due
        for timer in self.timers:
            if timer < due:
                due = timer
        return due

    def strike(self, now: float) -> None:
        """The order goes before the end, and both before the timers."""
        if self.order_due == now:
            self.store.order(self, now)
        elif self.death_due == now:
            self.store.lose(self, now)
        else:
            for index, timer in enumerate(self.timers):
                if timer == now:
                    self.timers[index] = NEVER
                    self.store.timers[index](self, now)

    def call(self) -> None:
        """Wake the process if a clock, moved by the store, now strikes before it would wake by itself."""
        due = self.due()
        if due < self.wakes and due < self.store.end:
            self.wakes = due
            self.process.interrupt()

    def bend_orders(self, strategy: int, factor: float, now: float) -> bool:
        """A strategy's multiplier on the order rate; whether that has moved the order clock."""
        if factor == self.order_bends[strategy]:
            return False
        self.order_bends[strategy] = factor
        return self.reread_rate(now)

    def reread_rate(self, now: float) -> bool:
        """The order rate now, and the order clock with it, if it has changed; an order that stands fast is not moved."""
        rate = self.base_rate * self.store.season
        most = rate * self.store.stacking.order_rate
        for factor in self.order_bends:
            rate *= factor
        rate = min(rate, most)
        if rate == self.rate:
            return False
        if not self.held:
            self.order_due = now + (self.order_due - now) * (self.rate / rate)
        self.rate = rate
        return not self.held

    def bend_dropout(self, strategy: int, factor: float, now: float) -> bool:
        """A strategy's multiplier on the dropout rate; whether that has moved the clock."""
        if factor == self.dropout_bends[strategy]:
            return False
        self.dropout_bends[strategy] = factor
        hazard = self.base_hazard
        for bend in self.dropout_bends:
            hazard *= bend
        hazard = max(hazard, self.base_hazard * self.store.stacking.dropout)
        self.death_due = now + (self.death_due - now) * (self.hazard / hazard)
        self.hazard = hazard
        return True
