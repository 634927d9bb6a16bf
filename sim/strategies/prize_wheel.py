"""A wheel to spin at the first order: a prize by chance, and an address to write to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.randomness import purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

_SPINS = purpose("prize_wheel.spins")
_PRIZE = purpose("prize_wheel.prize")


@dataclass(frozen=True, kw_only=True)
class PrizeWheel(Strategy):
    """Who spins at the first order agrees to e-mail and wins a discount of random depth."""

    title = "Prize wheel"
    begins_at_first_order = True
    mechanisms: ClassVar = {"afterwards": ("afterwards",)}

    spins: float = knob(
        0.09, "share", "Spins", "Share of first orders at which the wheel is spun.", unit="of first orders", neutral=0.0,
        evidence=(0.04, 0.13), grade="V", source="vendors: 9 % opt in at a wheel, 4 % at a static form",
    )  # fmt: skip
    least: float = knob(0.05, "share", "Smallest prize", "What the smallest prize takes off.", unit="of the price", high=0.9)
    most: float = knob(0.20, "share", "Largest prize", "What the largest prize takes off.", unit="of the price", high=0.9)
    afterwards: float = knob(
        1.0, "factor", "Afterwards", "Order rate of winners after the prize; below 1 if it spoils their idea of a price.",
        low=0.1, high=10.0, neutral=1.0, evidence=(0.95, 1.0), grade="S",
        source="Alavi et al. 2015, Mazar et al. 2017: a price won by chance spoils none; no evidence of an effect on retention",
    )  # fmt: skip
    cost: float = knob(0.0, "money", "Cost of a spin", "What one spin costs.", high=100.0, neutral=0.0)

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        own = [("most", "the largest prize is below the smallest")] if self.most < self.least else []
        return super().contradictions() + own

    def enact(self, shop: Shop) -> Wheel:
        """Set the wheel up."""
        return Wheel(self, shop)


class Wheel(Behaviour[PrizeWheel]):
    """Spun while the first order is priced."""

    def __init__(self, knobs: PrizeWheel, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.contacts = shop.contacts
        self.spoilt = self.order_factor() if knobs.afterwards != 1.0 else None

    def price(self, basket: Basket, who: Positions) -> None:
        """Some first orders are cheaper by the luck of the wheel."""
        knobs = self.knobs
        first = basket.firsts(who)
        if not first.size:
            return
        spun = first[uniform(basket.place[first], _SPINS) < knobs.spins]
        if not spun.size:
            return
        rows = basket.rows[spun]
        self.contacts.consent[rows] = True
        self.shop.charge(self.code, rows, basket.time[spun], knobs.cost)
        depth = knobs.least + (knobs.most - knobs.least) * uniform(basket.place[spun], _PRIZE)
        basket.take_off(spun, depth)
        basket.cause[spun] = self.code + 1
        if self.spoilt is not None:
            self.spoilt[rows] = knobs.afterwards

    def end(self, now: float) -> None:
        """The wheel is gone, and what it spoilt is forgotten."""
        if self.spoilt is not None:
            self.spoilt[:] = 1.0
