"""A product that gets better month by month: fewer failures, fewer reasons to leave, down to a floor.

What surveys and an advisory board find out quickens it; without them the store improves what it guesses.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, ClassVar

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import Floats, Rows
from sim.scenario import DAYS_A_MONTH
from sim.shop import Shop
from sim.strategy import Strategy

ESTIMATE = "our estimate: enter your own"


@dataclass(frozen=True, kw_only=True)
class ProductImprovement(Strategy):
    """Work on the product and the service: failures and dropout fall slowly, at a cost a month."""

    title = "Product improvement"
    mechanisms: ClassVar = {"failures": ("failures_floor",), "dropout": ("dropout_floor",), "listening": ("listens",)}

    failures_floor: float = knob(
        0.5, "factor", "Failures at last", "Chance that an order fails, against the start, when there is no more to improve.",
        high=1.0, neutral=1.0, evidence=(0.3, 1.0), grade="E", source=ESTIMATE,
    )  # fmt: skip
    dropout_floor: float = knob(
        0.95, "factor", "Dropout at last", "Dropout of every customer, against the start, when there is no more to improve.",
        low=0.1, high=1.0, neutral=1.0, evidence=(0.9, 1.0), grade="E", source=ESTIMATE,
    )  # fmt: skip
    pace: float = knob(
        0.04, "share", "Pace", "Share of what is left to improve that is improved in a month without anybody's advice.",
        unit="a month", high=0.9, neutral=0.0, evidence=(0.01, 0.1), grade="E", source=ESTIMATE,
    )  # fmt: skip
    listens: float = knob(
        1.0, "number", "Listens", "How much faster it goes with a good survey or its like: 1 for twice as fast.",
        low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 2.0), grade="E", source=ESTIMATE,
    )  # fmt: skip
    monthly_cost: float = knob(
        400.0, "money", "Cost a month", "What the work costs the whole store a month.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip

    def enact(self, shop: Shop) -> Improvement:
        """Begin."""
        return Improvement(self, shop)


class Improvement(Behaviour[ProductImprovement]):
    """How much is left to improve, and the same factors on everybody."""

    def __init__(self, knobs: ProductImprovement, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.left_over = 1.0
        self.stays = self.dropout_factor() if knobs.dropout_floor != 1.0 else None

    def monthly_cost(self) -> float:
        """What the work costs."""
        return self.knobs.monthly_cost

    def calendar(self) -> Generator[Any, Any, None]:
        """A release at the end of every month."""
        knobs = self.knobs
        while True:
            yield self.shop.env.timeout(DAYS_A_MONTH)
            self.left_over *= (1.0 - knobs.pace) ** (1.0 + knobs.listens * self.shop.insight())
            self._meet(self.members())

    def _now(self, floor: float) -> float:
        """A factor on its way to its floor."""
        return 1.0 - (1.0 - floor) * (1.0 - self.left_over)

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers meet the product as it is by now."""
        self._meet(basket.rows[who])

    def entered(self, rows: Rows, now: float) -> None:
        """So do those who come into the segment."""
        self._meet(rows)

    def _meet(self, rows: Rows) -> None:
        if self.stays is not None:
            self.stays[rows] = self._now(self.knobs.dropout_floor)

    def lessen(self, basket: Basket, who: Positions, chance: Floats) -> None:
        """Fewer orders fail."""
        chance[who] *= self._now(self.knobs.failures_floor)

    def end(self, now: float) -> None:
        """The work stops, and what was won is lost again: `until` ends all effects."""
        if self.stays is not None:
            self.stays[:] = 1.0
