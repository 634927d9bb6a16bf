"""The support desk, its tickets processes of the store's own clock."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import simpy

from referee.customer import Customer
from referee.luck import exponential, purpose, step, uniform
from referee.strategy import Strategy

if TYPE_CHECKING:
    from referee.store import Purchase, Referee

QUESTION, FAILURE = 0, 1


def draw(what: str, kind: int) -> int:
    """The purpose of a draw about a ticket."""
    return step(purpose(f"support_desk.{what}"), kind)


class Support(Strategy):
    """Agents, hours, and what is told at reviews."""

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        super().__init__(store, index, name, knobs)
        self.mood = store.moods()
        self.agents = simpy.PriorityResource(store.env, knobs.agents)
        self.open = True
        self.news: list[tuple[Customer, bool]] = []
        """Whose mood will move at the next review, and whether for the better."""
        self.tally: list[dict[str, Any]] = []
        """What has happened since the last review."""
        self.counted: list[dict[str, Any]] = []

    def begin(self, now: float) -> None:
        self.store.env.process(self.keep_hours(now))

    def shifts(self, now: float) -> Iterator[tuple[float, float]]:
        """From when to when somebody is there, from the day before now on."""
        knobs = self.knobs
        length = (knobs.closes - knobs.opens) % 1.0 or 1.0
        monday = self.store.scenario.start.weekday()
        for day in count(math.floor(now) - 1):
            if (monday + day) % 7 < knobs.days:
                yield day + knobs.opens, day + knobs.opens + length

    def keep_hours(self, now: float) -> Generator[Any, Any, None]:
        env, knobs = self.store.env, self.knobs
        if knobs.opens == knobs.closes and knobs.days == 7:
            return
        gone = now
        for opens, closes in self.shifts(now):
            if closes <= now:
                continue
            if opens > gone:
                yield env.timeout(gone - env.now)
                self.open = False
                for _ in range(knobs.agents):
                    env.process(self.rest(opens))
                yield env.timeout(opens - env.now)
                self.open = True
            gone = closes

    def rest(self, opens: float) -> Generator[Any, Any, None]:
        with self.agents.request(priority=-1) as break_:
            yield break_
            yield self.store.env.timeout(max(opens - self.store.env.now, 0.0))

    def ordered(self, customer: Customer, purchase: Purchase) -> None:
        if uniform(purchase.place, draw("asks", QUESTION)) < self.knobs.questions:
            self.store.env.process(self.ticket(customer, purchase.place, QUESTION))

    def failed(self, customer: Customer, purchase: Purchase) -> None:
        if uniform(purchase.place, draw("asks", FAILURE)) < self.knobs.complains:
            self.store.env.process(self.ticket(customer, purchase.place, FAILURE))

    def ticket(self, customer: Customer, place: int, kind: int) -> Generator[Any, Any, None]:
        env, knobs = self.store.env, self.knobs
        vip = customer.number >= knobs.vip_orders
        yield env.timeout(knobs.after * exponential(place, draw("after", kind)))
        came = env.now
        if not self.active:
            return
        calls = self.open and uniform(place, draw("calls", kind)) < knobs.by_phone
        patience = knobs.patience * exponential(place, draw("patience", kind)) if calls else knobs.gives_up
        self.tally.append({"came": True})
        priority = 0 if vip and knobs.vip_first else 1
        with self.agents.request(priority=priority) as turn:
            yield turn
            wait = env.now - came
            if wait >= patience:
                self.news.append((customer, False))
                self.tally.append({"abandoned": True})
                return
            self.tally.append({"wait": wait, "vip": vip})
            yield env.timeout(knobs.handling * exponential(place, draw("handling", kind)))
        delay = wait
        if uniform(place, draw("settles", kind)) < knobs.first_reply:
            self.tally.append({"first_reply": True})
        else:
            yield env.timeout(knobs.returns * exponential(place, draw("returns", kind)))
            with self.agents.request(priority=priority) as turn:
                yield turn
                delay = env.now - came
                yield env.timeout(knobs.handling * exponential(place, draw("handling", kind + 2)))
        luck = uniform(place, draw("luck", kind))
        if kind == FAILURE and luck < knobs.forgives * 2.0 ** (-delay / knobs.forgives_half):
            self.news.append((customer, True))
        elif kind == QUESTION and luck < 1.0 - 2.0 ** (-wait / knobs.tolerates):
            self.news.append((customer, False))

    def review(self, now: float) -> None:
        news, self.news = self.news, []
        self.counted += self.tally
        self.tally = []
        for customer, good in news:
            if not customer.alive:
                continue
            moved = self.mood.forgive(customer, now) if good else self.mood.move(customer, now, -self.knobs.slow_answer)
            if moved:
                customer.call()
