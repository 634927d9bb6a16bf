"""Personalisation: messages and recommendations made for each customer who has said what they like.

The price of entry is a quiz, and only who takes it is known. What is personal works through the messages of the other
strategies: they are opened more often, and fewer leave the list for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import Rows, places
from sim.randomness import purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

SAHNI = "Sahni, Wheeler & Chintagunta 2018, field experiments"
DEFAU = "not reproduced by Defau & Zauner 2023 (set it to 1)"
_TAKES = purpose("personalisation.takes")


@dataclass(frozen=True, kw_only=True)
class Personalisation(Strategy):
    """A preference quiz, and content and recommendations after its answers."""

    title = "Personalisation"
    mechanisms: ClassVar = {
        "opens": ("opens",),
        "unsubscribes": ("unsubscribes",),
        "recommendations": ("basket", "order_rate"),
        "put off": ("puts_off",),
    }

    takes: float = knob(
        0.35, "share", "Take the quiz", "Share of customers who say what they like; only they are personalised. 1: no quiz.",
        unit="of customers", neutral=0.0, decided=1.0, evidence=(0.1, 1.0), grade="E",
        source="our estimate: replace by your own",
    )  # fmt: skip
    opens: float = knob(
        1.05, "factor", "Opens", "How many times as often personal messages of all strategies are opened, and so clicked.",
        low=0.1, high=10.0, neutral=1.0, evidence=(1.0, 1.2), grade="S", source=f"{SAHNI}: opens + 20 %; {DEFAU}",
    )  # fmt: skip
    unsubscribes: float = knob(
        0.95, "factor", "Unsubscribes", "How many times as many of those who get them unsubscribe.", low=0.0, high=10.0,
        neutral=1.0, evidence=(0.83, 1.0), grade="S", source=f"{SAHNI}: unsubscribes - 17 %; {DEFAU}",
    )  # fmt: skip
    basket: float = knob(
        1.0, "factor", "Basket", "What orders with recommendations are worth, against those without.", low=0.1, high=10.0,
        neutral=1.0, evidence=(1.0, 1.05), grade="E",
        source="our estimate: enter your own; Sharma, Hofman & Watts 2015: three quarters of what follows a click on a "
        "recommendation would have come anyway",
    )  # fmt: skip
    order_rate: float = knob(
        1.0, "factor", "Order rate", "Order rate of those who get recommendations.", low=0.1, high=10.0, neutral=1.0,
        evidence=(1.0, 1.03), grade="E", source="no evidence of an effect beyond the messages: enter your own",
    )  # fmt: skip
    puts_off: float = knob(
        0.0, "share", "Put off", "Share of new customers whom the quiz keeps from ordering.", unit="of new customers",
        high=0.9, neutral=0.0, evidence=(0.0, 0.05), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    monthly_cost: float = knob(
        250.0, "money", "Cost a month", "What software and work cost the whole store a month.", unit="a month", high=1e8,
        neutral=0.0, scales=True,
    )  # fmt: skip

    def enact(self, shop: Shop) -> Recommendations:
        """Begin."""
        return Recommendations(self, shop)


class Recommendations(Behaviour[Personalisation]):
    """Who has taken the quiz, and what is different for them."""

    def __init__(self, knobs: Personalisation, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.interest, self.annoyance = shop.contacts.tailor()
        self.pull = self.order_factor() if knobs.order_rate != 1.0 else None
        self.known = self.people.column(np.bool_, False)
        self.plain = self.people.column(np.float64, 1.0) if knobs.basket != 1.0 else None
        """What the known spent on an order before."""

    def begin(self, now: float) -> None:
        """Those who are there are asked."""
        self._ask(self.members())

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers are asked as they order."""
        self._ask(basket.rows[who])

    def entered(self, rows: Rows, now: float) -> None:
        """Those who come into the segment are asked, or remembered."""
        self._ask(rows)

    def left(self, rows: Rows) -> None:
        """Those who leave it are written to like everybody."""
        self._forget(rows[self.known[rows]])

    def attract(self, channel: str) -> float:
        """The quiz stands before the first order."""
        return 1.0 - self.knobs.puts_off

    def monthly_cost(self) -> float:
        """Software and work."""
        return self.knobs.monthly_cost

    def _ask(self, rows: Rows) -> None:
        taken = uniform(self.people.key[rows], _TAKES) < self.knobs.takes
        self._know(rows[taken & ~self.known[rows]])

    def _know(self, rows: Rows) -> None:
        knobs, people = self.knobs, self.people
        self.known[rows] = True
        self.interest[rows] = knobs.opens
        self.annoyance[rows] = knobs.unsubscribes
        if self.pull is not None:
            self.pull[rows] = knobs.order_rate
        if self.plain is not None:
            self.plain[rows] = people.basket[rows]
            people.basket[rows] = people.basket[rows] * knobs.basket

    def _forget(self, rows: Rows) -> None:
        self.known[rows] = False
        self.interest[rows] = 1.0
        self.annoyance[rows] = 1.0
        if self.pull is not None:
            self.pull[rows] = 1.0
        if self.plain is not None:
            self.people.basket[rows] = self.plain[rows]

    def end(self, now: float) -> None:
        """Everybody is written to alike."""
        self._forget(places(self.known[:]))
