"""Enrolment: joining a programme is the customer's choice, so its members differ from the others before they join.

Heavier buyers join first (Meyer-Waarden & Benavent 2009), and so the naive lift of members over others says little of what
a programme does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.behaviour import Behaviour
from sim.knobs import knob
from sim.population import Floats, Rows, places
from sim.randomness import Keys, purpose, uniform

SELECTION = "sign: heavier buyers join earlier, Meyer-Waarden & Benavent 2009; size: our estimate"


def selection_knob(default: float, help: str) -> Any:
    """How strongly the chance to join follows what the programme is worth to the customer."""
    return knob(
        default, "number", "Selection", help, unit="exponent", low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 2.0), grade="E",
        source=SELECTION,
    )  # fmt: skip


class Enrolment:
    """Who is a member of a strategy's programme. Counts `<strategy>.members`: members at the end of each month."""

    def __init__(self, behaviour: Behaviour[Any], joins: float, selection: float) -> None:
        shop, name = behaviour.shop, behaviour.knobs.name
        self.shop, self.code = shop, behaviour.code
        self.joins, self.selection = joins, selection
        """The chance to join, and how it follows the programme's appeal."""
        self.purpose = purpose(f"{name}.joins")
        self.member = shop.people.column(np.bool_, False)
        self.count = shop.counter(f"{name}.members", shop.months.count)

    def own_rates(self, rows: Rows) -> Floats:
        """The rates at which customers order of themselves, against the store's mean."""
        rates: Floats = self.shop.people.orders.base[rows] / self.shop.law.mean_rate
        return rates

    def ask(self, rows: Rows, place: Keys, time: Floats, appeal: Floats) -> Rows:
        """Ask customers who are no members at an order; the positions of those who join.

        With an appeal of 1 they join with the chance `joins`; else with 1 - (1 - joins) ** (appeal ** selection). Guests
        join nothing.
        """
        may = self.shop.may_join(rows)
        if self.joins == 1.0:
            joining = places(may)
        else:
            chance = self.joins if self.selection == 0.0 else 1.0 - (1.0 - self.joins) ** (appeal**self.selection)
            joining = places(may & (uniform(place, self.purpose) < chance))
        if joining.size:
            self.enter(rows[joining], time[joining])
        return joining

    def enter(self, rows: Rows, time: Floats) -> None:
        """These are members from now on."""
        self.member[rows] = True
        self.shop.enrol(self.code, rows)
        self.count.add_from(rows, 1, self.shop.months.of(time))

    def leave(self, rows: Rows, time: Floats) -> None:
        """These are members no more."""
        self.member[rows] = False
        self.count.add_from(rows, -1, self.shop.months.of(time))

    def close(self, now: float) -> None:
        """Nobody is a member any more."""
        self.member[:] = False
        self.count.clear_from(int(self.shop.months.of(now)))
