"""Bundles: some orders grow because more pieces together are cheaper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import places
from sim.randomness import purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

_TAKES = purpose("bundle_offer.takes")


@dataclass(frozen=True, kw_only=True)
class BundleOffer(Strategy):
    """A lower price for a larger basket; whoever takes it buys more at once, and less dear."""

    title = "Bundle offer"

    uptake: float = knob(
        0.10, "share", "Uptake", "Share of orders that become a bundle.", unit="of orders", neutral=0.0,
        evidence=(0.0, 0.3), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    growth: float = knob(
        0.6, "number", "Growth", "A bundle's list price exceeds the order's by this share.", unit="of the list price",
        low=0.0, high=10.0, evidence=(0.2, 1.0), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    stockpile: float = knob(
        0.5, "share", "Stockpiled", "Share of what is bought besides that customers who order again would have bought later.",
        unit="of the growth", evidence=(0.0, 1.0), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    depth: float = knob(0.10, "share", "Depth", "What a bundle takes off the price.", unit="of the price", high=0.9)

    def enact(self, shop: Shop) -> Bundles:
        """Offer bundles."""
        return Bundles(self, shop)


class Bundles(Behaviour[BundleOffer]):
    """Changes orders while they are priced; who has stocked up is in no hurry until the next order."""

    def __init__(self, knobs: BundleOffer, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.hurry = self.order_factor()
        self._asked: Basket | None = None
        self._taking = np.zeros(0, dtype=np.bool_)
        self.stocked = 1.0 / (1.0 + knobs.growth * knobs.stockpile)

    def price(self, basket: Basket, who: Positions) -> None:
        """Some orders become larger and cheaper by the piece."""
        takes = self._takes(basket, who)
        taken = places(takes) if isinstance(who, slice) else who[takes]
        if not taken.size:
            return
        basket.list_price[taken] = np.rint(basket.list_price[taken] * (1.0 + self.knobs.growth)).astype(np.int64)
        basket.take_off(taken, self.knobs.depth)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """A bundle lasts longer than an order."""
        self.hurry[basket.rows[who]] = np.where(self._takes(basket, who), self.stocked, 1.0)

    def _takes(self, basket: Basket, who: Positions) -> NDArray[np.bool_]:
        # It is asked twice for each order, when it is priced and when it is placed.
        if self._asked is not basket:
            self._asked, self._taking = basket, uniform(basket.place[who], _TAKES) < self.knobs.uptake
        return self._taking

    def end(self, now: float) -> None:
        """No more bundles."""
        self.hurry[:] = 1.0
