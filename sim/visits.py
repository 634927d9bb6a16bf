"""Visits: customers look around more often than they buy, at a pace of their own as long as they live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.behaviour import Behaviour
from sim.knobs import knob
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, exponential, purpose


def visits_knob() -> Any:
    """How often customers look around; every strategy that sees visits has the same knob."""
    return knob(
        3.0, "number", "Visits", "Visits without an order for each order.", unit="for each order", low=0.01, high=50.0,
        evidence=(1.0, 10.0), grade="E", source="our estimate: enter your own",
    )  # fmt: skip

ONE = np.array(1, dtype=np.int32)


class Visits:
    """A personal clock for the next visit, which runs at the rate the customer was born with: a promotion brings orders,
    not idle visits. `then` is called with the rows and times of those whom the strategy may act on."""

    def __init__(self, behaviour: Behaviour[Any], each_order: float, then: Callable[[Rows, Floats], None]) -> None:
        self.behaviour = behaviour
        self.people = behaviour.people
        self.each_order = each_order
        self.then = then
        self.next = purpose(f"{behaviour.knobs.name}.visit")
        self.due = self.people.timer(self._visit)
        self.count = self.people.column(np.int32, 0)
        """How many visits each customer has been given a moment for."""

    def begin(self, rows: Rows, now: Floats | float) -> None:
        """Customers who are there, or there again, look around from now on, unless they do already."""
        idle = places(self.people.alive[rows] & (self.due[rows] == NEVER))
        self.expect(rows[idle], now[idle] if isinstance(now, np.ndarray) else np.full(idle.size, now))

    def hasten(self, rows: Rows, now: Floats, factor: Floats | float) -> None:
        """The next visit of rows comes so many times as soon, counted from now."""
        due = self.due[rows]
        self.due[rows] = now + (due - now) / factor

    def expect(self, rows: Rows, time: Floats) -> None:
        """The next visit of rows is drawn, as of these times."""
        people = self.people
        count = self.count[rows]
        gap = exponential(at(people.key[rows], count), self.next)
        gap /= self.each_order * people.orders.base[rows]
        gap += time
        self.due[rows] = gap
        count += ONE
        self.count[rows] = count

    def _visit(self, rows: Rows, time: Floats) -> None:
        living = places(self.people.alive[rows])
        rows, time = rows[living], time[living]
        eligible = self.behaviour.eligible
        if eligible is not None:
            there = places(eligible[rows])
            rows, time = rows[there], time[there]
        if not rows.size:
            return
        # They look around whether there is money to make something of it or not.
        self.expect(rows, time)
        mine = self.behaviour.among(rows)
        self.then(rows[mine], time[mine])

    def stop(self) -> None:
        """Nobody's visits are looked at any more."""
        self.due[:] = NEVER
