"""Small gifts in the parcel: samples, hand-written cards, trials of new products."""

from __future__ import annotations

from dataclasses import dataclass

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.offers import Attention
from sim.population import places
from sim.randomness import purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

_GIVEN = purpose("delight.given")


@dataclass(frozen=True, kw_only=True)
class Delight(Strategy):
    """A gift that nobody expected; for some weeks the customer thinks of the store more often."""

    title = "Delight"

    share: float = knob(1.0, "share", "Parcels", "Share of parcels with a gift.", unit="of orders")
    lift: float = knob(
        0.02, "number", "Lift", "The order rate rises by this share while it lasts.", unit="of the order rate",
        low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 0.05), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    lasts: float = knob(
        56.0, "duration", "Lasts", "How long a gift is remembered.", low=1.0, high=3650.0, evidence=(14.0, 180.0), grade="E",
        source="our estimate",
    )  # fmt: skip
    pleases: float = knob(
        0.0, "number", "Pleases", "How much a gift lifts the mood; the next failure is resented so much less.",
        unit="of a failure", low=0.0, high=2.0, neutral=0.0, evidence=(0.0, 0.3), grade="E",
        source="no evidence of an effect: enter your own",
    )  # fmt: skip
    cost: float = knob(1.0, "money", "Cost of a gift", "The gift and the work.", high=10_000.0, neutral=0.0)

    def enact(self, shop: Shop) -> Gifts:
        """Put gifts into parcels."""
        return Gifts(self, shop)


class Gifts(Behaviour[Delight]):
    """With the order, and remembered for a while."""

    def __init__(self, knobs: Delight, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.attention = Attention(self, knobs.lift, knobs.lasts)
        self.mood = shop.mood if knobs.pleases else None

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Some parcels have a gift."""
        given = places(uniform(basket.place[who], _GIVEN) < self.knobs.share)
        if not given.size:
            return
        rows, time = basket.rows[who][given], basket.time[who][given]
        self.shop.charge(self.code, rows, time, self.knobs.cost)
        self.attention.wake(rows, time)
        if self.mood is not None:
            self.mood.move(rows, time, self.knobs.pleases)

    def end(self, now: float) -> None:
        """No more gifts, and those that are out are forgotten."""
        self.attention.stop()
