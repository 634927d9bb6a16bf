"""A discount on the first order: more new customers, and perhaps worse ones.

Lewis 2006 found customers won with 35 % off worth about half; Anderson & Simester 2004 found that new customers ordered
more after a deep discount. So which of the two holds is a knob, and how much worse or better they are another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import Floats, Rows
from sim.shop import Shop
from sim.strategy import Strategy


@dataclass(frozen=True, kw_only=True)
class FirstOrderDiscount(Strategy):
    """Something off the first order for whoever is new."""

    title = "First-order discount"
    begins_at_first_order = True
    mechanisms: ClassVar = {"new customers": ("elasticity",), "what they are worth": ("finding",)}

    depth: float = knob(
        0.15, "share", "Depth", "What it takes off the first order.", unit="of the price", high=0.9, neutral=0.0,
        evidence=(0.05, 0.35),
    )  # fmt: skip
    elasticity: float = knob(
        1.5, "number", "Elasticity", "New customers: (1 - depth) to the power of minus this.", low=0.0, high=10.0,
        neutral=0.0, evidence=(0.8, 2.6), grade="E",
        source="Bijmolt, van Heerde & Pieters 2005, as for a sitewide discount; size for first orders: our estimate",
    )  # fmt: skip
    finding: str = knob(
        "lewis", "choice", "Which finding holds",
        "lewis: customers won with it are worth less; anderson_simester: they order more; neither: they are like others.",
        choices=("lewis", "anderson_simester", "neither"), neutral="neither", grade="O",
        source="Lewis 2006, observation; against: Anderson & Simester 2004, three field experiments",
    )  # fmt: skip
    worth_less: float = knob(
        1.43, "number", "Worth less", "Share of the later orders that never come, for each unit of depth (lewis).",
        unit="of later orders", low=0.0, high=2.5, neutral=0.0, evidence=(0.0, 2.5), grade="O",
        source="Lewis 2006: 35 % off, about half the value",
    )  # fmt: skip
    orders_more: float = knob(
        1.03, "factor", "Order more", "Order rate of customers won with it (anderson_simester).", low=1.0, high=5.0,
        neutral=1.0, evidence=(1.0, 1.1), grade="E", source="sign: Anderson & Simester 2004; size: our estimate",
    )  # fmt: skip

    def enact(self, shop: Shop) -> Introduction:
        """Announce it."""
        return Introduction(self, shop)


class Introduction(Behaviour[FirstOrderDiscount]):
    """Brings more, takes off, and changes what the new ones are worth: where they are worth less, half by their orders,
    half by their dropout; under a contract, whose dates nobody can bend, all by their dropout."""

    def __init__(self, knobs: FirstOrderDiscount, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.orders = self.remain = 1.0
        """What their order rate is multiplied by, and how many of the later orders their dropout leaves."""
        if knobs.finding == "lewis":
            left = max(0.05, 1.0 - knobs.worth_less * knobs.depth)
            self.orders, self.remain = (1.0, left) if shop.law.contract else (left**0.5, left**0.5)
        elif knobs.finding == "anderson_simester" and knobs.depth:
            self.orders = knobs.orders_more

    @property
    def bends_order_rates(self) -> bool:
        """They may order more often."""
        return self.orders != 1.0

    def attract(self, channel: str) -> float:
        """More visitors buy."""
        return float((1.0 - self.knobs.depth) ** -self.knobs.elasticity)

    def joined(self, basket: Basket, who: Positions) -> None:
        """Who came for the discount is another kind of customer, for good: it is a trait, not an effect that ends."""
        rows = basket.rows[who]
        for clocks, factor in ((self.people.orders, self.orders), (self.people.dropout, self._losses(rows))):
            clocks.base[rows] = clocks.base[rows] * factor
            clocks.rate[rows] = clocks.rate[rows] * factor

    def _losses(self, rows: Rows) -> Floats | float:
        """By what their dropout is multiplied so that it leaves so many of the later orders."""
        if not self.shop.law.contract or self.remain == 1.0:
            return 1.0 / self.remain
        # Whose coin is p renews (1 - p) / p times in the mean: it is these odds that are divided.
        hazard = self.people.dropout.base[rows]
        losses: Floats = np.divide(np.log1p(np.expm1(hazard) / self.remain), hazard, out=np.ones(rows.size), where=hazard > 0.0)
        return losses

    def price(self, basket: Basket, who: Positions) -> None:
        """First orders are cheaper."""
        first = basket.firsts(who)
        if first.size and self.knobs.depth:
            basket.take_off(first, self.knobs.depth)
            basket.cause[first] = self.code + 1
