"""Points: earned with orders, burnt as a reward, lost when they expire.

Customers quicken towards a reward and slow down after it (Kivetz, Urminsky & Zheng 2006). Joining is the customer's
choice, made at an order, so heavy buyers join first and members would have bought more anyway: the naive lift of
members over others says little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

KIVETZ = "Kivetz, Urminsky & Zheng 2006: about 20 % faster at the last step, reset after the reward"
BELLI = "Belli et al. 2022: 429 effects, positive on behaviour; against: Liu 2007, Meyer-Waarden & Benavent 2009"
_JOINS = purpose("loyalty_points.joins")
_FORGETS = purpose("loyalty_points.forgets")


@dataclass(frozen=True, kw_only=True)
class LoyaltyPoints(Strategy):
    """Points for what is spent, or a stamp for each order, and a reward when there are enough."""

    title = "Loyalty points"

    counts: str = knob(
        "spend", "choice", "Counts", "spend: points for each unit of the currency; orders: one stamp for each order.",
        choices=("spend", "orders"),
    )  # fmt: skip
    earn: float = knob(
        1.0, "number", "Earned", "Points for each unit of the currency spent, or for each order.", unit="points",
        low=0.001, high=1e6,
    )  # fmt: skip
    reward_at: float = knob(100.0, "number", "Reward at", "Points that make a reward.", unit="points", low=0.001, high=1e9)
    reward: float = knob(
        5.0, "money", "Reward", "What the reward takes off the next order.", high=1e6, neutral=0.0, evidence=(1.0, 20.0)
    )
    endowed: float = knob(
        0.0, "number", "Endowed", "Points given for joining.", unit="points", low=0.0, high=1e9,
        source="Nunes & Drèze 2006: 34 % against 19 % complete a card that has stamps on it already",
    )  # fmt: skip
    joins: float = knob(
        0.3, "share", "Joins", "Chance that a customer who is no member joins at an order.", unit="of orders", neutral=0.0,
        evidence=(0.1, 0.6), grade="V",
        source="set so that 40 to 60 % of customers are members; heavier buyers join earlier: Meyer-Waarden & Benavent 2009",
    )  # fmt: skip
    member_order_rate: float = knob(
        1.05, "factor", "Members' order rate", "Order rate of a member, apart from the pull of a reward.",
        low=0.1, high=10.0, neutral=1.0, evidence=(1.0, 1.15), grade="S", source=BELLI,
    )  # fmt: skip
    pull: float = knob(
        0.2, "number", "Pull of the reward", "The order rate rises by this share, times progress squared, towards it.",
        unit="of the order rate", low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 0.3), grade="S", source=KIVETZ,
    )  # fmt: skip
    expires_after: float = knob(
        365.0, "duration", "Expires after", "Time after the last order at which the points are lost.", low=1.0, high=36_500.0
    )
    breakage: float = knob(
        0.2, "share", "Forgotten rewards", "Chance that a reward that is due is forgotten at an order.", unit="of orders",
        evidence=(0.1, 0.4), grade="V", source="Smile.io: below 20 % good, above 40 % bad",
    )  # fmt: skip

    def enact(self, shop: Shop) -> Points:
        """Open the programme."""
        return Points(self, shop)


class Points(Behaviour[LoyaltyPoints]):
    """Balances, rewards and the pull towards them."""

    def __init__(self, knobs: LoyaltyPoints, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.order_rate = self.order_factor()
        self.member = self.people.column(np.bool_, False)
        self.balance = self.people.column(np.float64, 0.0)
        self.expires = self.people.timer(self._expire)

    def price(self, basket: Basket, who: Positions) -> None:
        """A reward that is due is taken off, unless it is forgotten."""
        rows = basket.rows[who]
        due = places(self.balance[rows] >= self.knobs.reward_at)
        if not due.size:
            return
        which = np.arange(basket.rows.size)[who][due]
        which = which[uniform(basket.place[which], _FORGETS) >= self.knobs.breakage]
        self.balance[basket.rows[which]] = self.balance[basket.rows[which]] - self.knobs.reward_at
        basket.take_off_amount(which, round(self.knobs.reward * 100))

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Some join, members earn, and their next reward is nearer."""
        rows, place = basket.rows[who], basket.place[who]
        outside = places(~self.member[rows])
        if outside.size:
            joins = outside[uniform(place[outside], _JOINS) < self.knobs.joins]
            self.member[rows[joins]] = True
            self.balance[rows[joins]] = self.knobs.endowed
        mine = places(self.member[rows])
        rows = rows[mine]
        self.balance[rows] = self.balance[rows] + self._earned(basket.net(who)[mine])
        self.expires[rows] = basket.time[who][mine] + self.knobs.expires_after
        self._bend(rows)

    def _earned(self, net: NDArray[np.int64]) -> Floats:
        if self.knobs.counts == "orders":
            return np.full(net.size, self.knobs.earn)
        return np.floor(net / 100.0 * self.knobs.earn)

    def _bend(self, rows: Rows) -> None:
        progress = np.minimum(self.balance[rows] / self.knobs.reward_at, 1.0)
        self.order_rate[rows] = self.knobs.member_order_rate * (1.0 + self.knobs.pull * progress**2)

    def _expire(self, rows: Rows, time: Floats) -> None:
        self.balance[rows] = 0.0
        self._bend(rows)

    def end(self, now: float) -> None:
        """The programme closes; points are void."""
        self.member[:] = False
        self.balance[:] = 0.0
        self.order_rate[:] = 1.0
        self.expires[:] = NEVER
