"""Promotions: what a lower price on everything does to customers for a while, shared by the strategies that lower it.

They respond while it lasts; a part of the extra orders is missing afterwards (pull-forward); and customers who have seen
promotions order less at full price and respond more to the next one (training).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import Floats, Rows, places
from sim.shop import Shop
from sim.strategy import Strategy

NOTABLE = 0.20
"""Depth from which a promotion teaches in full; a shallower one teaches in proportion."""
NOTICEABLE = 0.01
"""A relative change of the full-price rate below this waits for a later review."""
SLOWEST = 0.1
"""What is left at least of a customer's rate while pulled-forward orders are missing."""


@dataclass(frozen=True, kw_only=True)
class Promotion(Strategy):
    """What every promotion has; a strategy may declare its own defaults and evidence."""

    depth: float = knob(
        0.20, "share", "Depth", "What a promotion takes off every price.", unit="of the price", high=0.9, neutral=0.0,
        evidence=(0.05, 0.5),
    )  # fmt: skip
    every: float = knob(
        91.0, "duration", "Interval", "Time from the start of one promotion to the start of the next.", low=1.0, high=3650.0,
        evidence=(28.0, 182.0),
    )  # fmt: skip
    length: float = knob(7.0, "duration", "Length", "How long a promotion lasts.", low=0.04, high=365.0, evidence=(2.0, 28.0))
    first_after: float = knob(28.0, "duration", "First after", "Time from the start to the first promotion.", high=3650.0)
    elasticity: float = knob(
        1.5, "number", "Elasticity", "Order rate in a promotion: (1 - depth) to the power of minus this.", low=0.0, high=10.0,
        neutral=0.0, evidence=(0.8, 2.6), grade="E",
        source="below the -2.62 that Bijmolt, van Heerde & Pieters 2005 find for brands (1,851 elasticities): an upper bound",
    )  # fmt: skip
    cap: float = knob(
        4.0, "factor", "Cap", "The order rate rises at most by this factor.", low=1.0, high=100.0, grade="E",
        source="our estimate",
    )
    pull_forward: float = knob(
        0.30, "share", "Pull-forward", "Share of the extra orders that are missing afterwards.", unit="of extra orders",
        neutral=0.0, evidence=(0.05, 0.40), grade="S",
        source="van Heerde, Leeflang & Wittink 2004: about a third of the bump comes from other weeks",
    )  # fmt: skip
    payback: float = knob(
        42.0, "duration", "Missing for", "How long after a promotion the pulled-forward orders are missing.",
        low=1.0, high=365.0, evidence=(28.0, 56.0), grade="S", source="van Heerde, Leeflang & Wittink 2000: dips of weeks",
    )  # fmt: skip
    training: float = knob(
        0.95, "factor", "Training", "Full-price order rate after one promotion seen.", low=0.5, high=1.0, neutral=1.0,
        evidence=(0.9, 1.0), grade="E", source="sign: Anderson & Simester 2004, three field experiments; size: our estimate",
    )  # fmt: skip
    training_floor: float = knob(
        0.5, "factor", "Training floor", "What is left at least of the full-price order rate.", low=0.05, high=1.0,
        grade="E", source="our estimate",
    )  # fmt: skip
    training_half_life: float = knob(
        84.0, "duration", "Training half-life", "How long it takes until half of the training is forgotten.",
        low=1.0, high=3650.0, grade="E", source="our estimate",
    )  # fmt: skip
    deal_response: float = knob(
        0.22, "share", "Deal response", "How much stronger customers who have seen many promotions respond to one.",
        unit="of the response", neutral=0.0, evidence=(0.0, 0.30), grade="S",
        source="Elberg, Gardete, Macera & Noton 2019, 10 supermarkets, 30 % against 10 % off",
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        own = [("length", "a promotion lasts longer than the interval between two")] if self.length >= self.every else []
        return super().contradictions() + own


PromotionKnobs = TypeVar("PromotionKnobs", bound=Promotion)


class Sale(Behaviour[PromotionKnobs]):
    """What customers make of promotions; the strategy's calendar says when they start and stop.

    Exposure to promotions depends only on how many a customer has seen, so what they have learnt is kept in tables
    with a row for each number of promotions that were over when the customer came.
    """

    def __init__(self, knobs: PromotionKnobs, shop: Shop) -> None:
        super().__init__(knobs, shop)
        people = self.people
        self.factor = self.order_factor()
        # Those who are still to come have seen as little as those who come now: the tables' last row.
        self.came_after = people.column(np.int16, -1)
        self.debt = people.column(np.float64, 0.0)
        self.dip = people.column(np.float64, 1.0)
        self.response = people.column(np.float64, 1.0)
        self.running = False
        self.dipped_at = self.started = 0.0
        self.ends: list[float] = []
        self._full_price = self._responses = np.ones(1)
        self._learn(0.0)

    def begin(self, now: float) -> None:
        """Whoever is there will see every promotion."""
        self.came_after[places(self.people.number[:] > 0)] = 0

    def entered(self, rows: Rows, now: float) -> None:
        """Who comes into the segment has seen no promotion that was meant for them."""
        new = rows[self.came_after[rows] < 0]
        self.came_after[new] = len(self.ends)

    def left(self, rows: Rows) -> None:
        """Who leaves it is where they would be without promotions."""
        super().left(rows)
        self.response[rows] = 1.0
        self.debt[rows] = 0.0
        self.dip[rows] = 1.0

    def start(self) -> None:
        """Prices fall and everybody responds; what is still owed of the last promotion is carried over."""
        now = self.shop.env.now
        self.running, self.started = True, now
        self._learn(now)
        self._carry_over(now)
        self._bend(self.respond())

    def respond(self) -> Floats:
        """Write down how strongly each customer responds to the price, and return what the order rates are to be."""
        response = self.responses()
        self.response[:] = response
        return response

    def full_price(self) -> Floats:
        """What the order rate of each customer at full price is multiplied by, as of what was learnt last."""
        full: Floats = self._full_price[self.came_after[:]]
        return full

    def responses(self) -> Floats:
        """How strongly each customer would respond to the price, as of what was learnt last."""
        responses: Floats = self._responses[self.came_after[:]]
        return responses

    def stop(self) -> None:
        """Prices are back; those who bought early have nothing left to buy."""
        now = self.shop.env.now
        self.running = False
        self.ends.append(now)
        self._learn(now)
        full = self.full_price()
        self.dip[:] = 1.0
        owing = places(self.debt[:] > 0.0)
        rate = self.people.orders.rate[owing] / self.factor[owing] * full[owing]
        self.dip[owing] = np.maximum(SLOWEST, 1.0 - self.debt[owing] / (self.knobs.payback * rate))
        self.dipped_at = now
        self._bend(full * self.dip[:])

    def pay_back(self) -> None:
        """The missing orders have been missed; what could not be is forgiven."""
        rows = places(self.dip[:] < 1.0)
        self.dip[rows] = 1.0
        self.debt[rows] = 0.0
        self._learn(self.shop.env.now)
        self._bend(self.full_price())

    def review(self, now: float) -> None:
        """Training fades."""
        if self.ends and not self.running and self.knobs.training != 1.0:
            before, now_paid = self._full_price, self._full_prices(self._exposure(now))
            if now_paid.size == before.size and np.abs(now_paid / before - 1.0).max() < NOTICEABLE:
                return
            self._learn(now)
            self._bend(self.full_price() * self.dip[:])

    def _bend(self, factor: Floats) -> None:
        self.factor[:] = factor if self.eligible is None else np.where(self.eligible[:], factor, 1.0)

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers have seen no promotion, but they see this one."""
        rows = basket.rows[who]
        self.came_after[rows] = len(self.ends)
        if self.running:
            self.response[rows] = self._responses[-1]
            self.factor[rows] = self._responses[-1]

    def price(self, basket: Basket, who: Positions) -> None:
        """Everything is cheaper while the promotion lasts."""
        if self.running and self.knobs.depth:
            basket.take_off(who, self.knobs.depth)
            cause = basket.cause[who]
            basket.cause[who] = np.where(cause == 0, np.int8(self.code + 1), cause)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """A share of the extra orders is owed to the weeks to come; orders that a promotion did not hasten owe nothing."""
        if self.running:
            rows = basket.rows[who][~basket.held[who]]
            self.debt[rows] = self.debt[rows] + self.knobs.pull_forward * (1.0 - 1.0 / self.response[rows])

    def end(self, now: float) -> None:
        """No more promotions; customers order as they did before."""
        self.running = False
        self.factor[:] = 1.0
        self.debt[:] = 0.0
        self.dip[:] = 1.0

    def _carry_over(self, now: float) -> None:
        rows = places(self.dip[:] < 1.0)
        rate = self.people.orders.rate[rows] / self.dip[rows]
        paid = (1.0 - self.dip[rows]) * rate * (now - self.dipped_at)
        self.debt[rows] = np.maximum(self.debt[rows] - paid, 0.0)
        self.dip[rows] = 1.0

    def _learn(self, now: float) -> None:
        """The tables of full-price rates and deal responses, by the number of promotions over when a customer came."""
        exposure = self._exposure(now)
        self._full_price, self._responses = self._full_prices(exposure), self._stronger(exposure)

    def bump(self) -> float:
        """The order rate of a customer who meets the price for the first time."""
        return min(float((1.0 - self.knobs.depth) ** -self.knobs.elasticity), self.knobs.cap)

    def _exposure(self, now: float) -> Floats:
        """The promotions that are still remembered, by the number of promotions over when a customer came."""
        exposure = np.zeros(len(self.ends) + 1)
        remembered = np.exp2(-(now - np.array(self.ends, dtype=np.float64)) / self.knobs.training_half_life)
        remembered *= self.lesson
        exposure[:-1] = remembered[::-1].cumsum()[::-1]
        return exposure

    @property
    def lesson(self) -> float:
        """What one promotion teaches, against a notable one."""
        return min(1.0, self.knobs.depth / NOTABLE)

    def _stronger(self, exposure: Floats) -> Floats:
        stronger = 1.0 + self.knobs.deal_response * (1.0 - np.exp2(-exposure))
        return np.minimum(1.0 + (self.bump() - 1.0) * stronger, self.knobs.cap)

    def _full_prices(self, exposure: Floats) -> Floats:
        return np.maximum(self.knobs.training_floor, self.knobs.training**exposure)
