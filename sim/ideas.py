"""Ideas of which no effect is proven: one small template, whose defaults do nothing but cost.

Enter an effect of your own: on how often customers order, how soon they are lost, and how many new ones come.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import Rows
from sim.shop import Shop
from sim.strategy import Strategy

NO_EVIDENCE = "no evidence of an effect: enter your own"


@dataclass(frozen=True, kw_only=True)
class Idea(Strategy):
    """Something a store does all the time, at a cost a month."""

    order_rate: float = knob(
        1.0, "factor", "Order rate", "Order rate of every customer while it goes on.", low=0.1, high=10.0, neutral=1.0,
        evidence=(1.0, 1.03), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    dropout: float = knob(
        1.0, "factor", "Dropout", "Dropout of every customer while it goes on.", low=0.1, high=10.0, neutral=1.0,
        evidence=(0.97, 1.0), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    attracts: float = knob(
        1.0, "factor", "New customers", "How many new customers come while it goes on, against the channels' own.",
        low=0.1, high=10.0, neutral=1.0, evidence=(1.0, 1.05), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    monthly_cost: float = knob(
        200.0, "money", "Cost a month", "What it costs the whole store a month.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip

    def enact(self, shop: Shop) -> Steady:
        """Begin."""
        return Steady(self, shop)


class Steady(Behaviour[Idea]):
    """The same factors on everybody for as long as it goes on."""

    def __init__(self, knobs: Idea, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.orders = self.order_factor() if knobs.order_rate != 1.0 else None
        self.losses = self.dropout_factor() if knobs.dropout != 1.0 else None

    def begin(self, now: float) -> None:
        """Whoever is there notices."""
        self._bend(self.members())

    def joined(self, basket: Basket, who: Positions) -> None:
        """So do new customers."""
        self._bend(basket.rows[who])

    def entered(self, rows: Rows, now: float) -> None:
        """So does whoever comes into the segment."""
        self._bend(rows)

    def _bend(self, rows: Rows) -> None:
        if self.orders is not None:
            self.orders[rows] = self.knobs.order_rate
        if self.losses is not None:
            self.losses[rows] = self.knobs.dropout

    def attract(self, channel: str) -> float:
        """More new customers, or fewer, through every channel."""
        return self.knobs.attracts

    def monthly_cost(self) -> float:
        """What it costs."""
        return self.knobs.monthly_cost

    def end(self, now: float) -> None:
        """It is over, and so are its effects."""
        for factor in (self.orders, self.losses):
            if factor is not None:
                factor[:] = 1.0
