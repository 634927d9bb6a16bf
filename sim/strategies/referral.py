"""Customers bring customers: an invitation after an order, a reward on both sides when the friend orders.

Few customers ever recommend, so supply is a trait: advocates may invite after each order, others never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.log import MICROS, NO_PARENT
from sim.population import Rows, places
from sim.randomness import exponential, offsets, purpose, uniform, uniforms
from sim.shop import Shop
from sim.strategy import Strategy

KUMAR = "Kumar, Petersen & Leone 2007: 68 to 81 % intend, 30 to 33 % do, 12 to 14 % bring a customer"
SCHMITT = "Schmitt, Skiera & Van den Bulte 2011 (bank), matched; against: Wolters & Gedenk 2019 (telecom)"
GARNEFELD = "Garnefeld et al. 2013, matched: churn 19 to 7 %, revenue + 11.4 %"
_ADVOCATE = purpose("referral.advocate")
_INVITES = purpose("referral.invites")
_CONVERTS = purpose("referral.converts")
_DELAY = purpose("referral.delay")


@dataclass(frozen=True, kw_only=True)
class Referral(Strategy):
    """A programme that rewards the referrer and the friend."""

    title = "Referral programme"
    mechanisms: ClassVar = {
        "friends": ("converts",),
        "who the friends are": ("friend_dropout", "friend_order_rate", "friend_basket"),
        "referrers": ("referrer_dropout", "referrer_order_rate"),
    }

    advocates: float = knob(
        0.31, "share", "Advocates", "Share of customers who ever recommend.", unit="of customers", neutral=0.0,
        evidence=(0.1, 0.33), grade="O", source=KUMAR,
    )  # fmt: skip
    invites: float = knob(
        0.4, "share", "Invitations", "Chance that an advocate invites somebody after an order.", unit="of orders", neutral=0.0,
        evidence=(0.1, 0.6), grade="E", source="with the other defaults about 5 new customers per 100",
    )  # fmt: skip
    converts: float = knob(
        0.2, "share", "Conversion", "Share of invitations that become a first order.", unit="of invitations", neutral=0.0,
        evidence=(0.05, 0.4), grade="E", source="with the other defaults K of about .05 (.01 to .2)",
    )  # fmt: skip
    delay: float = knob(
        14.0, "duration", "Delay", "Mean time from the invitation to the friend's first order.", low=0.01, high=365.0,
        grade="E", source="our estimate",
    )  # fmt: skip
    reward: float = knob(
        10.0, "money", "Reward", "What the referrer gets when the friend orders.", high=1e6, neutral=0.0
    )
    friend_reward: float = knob(
        10.0, "money", "Friend's reward", "What the friend's first order is cheaper.", high=1e6, neutral=0.0
    )
    friend_dropout: float = knob(
        0.82, "factor", "Friend's dropout", "Dropout of a referred customer while the referrer stays.",
        low=0.05, high=20.0, neutral=1.0, evidence=(0.8, 1.0), grade="O", source=SCHMITT,
    )  # fmt: skip
    friend_order_rate: float = knob(
        1.0, "factor", "Friend's order rate", "Order rate of a referred customer, against the store's.",
        low=0.05, high=20.0, neutral=1.0, evidence=(0.9, 1.2), grade="O", source=SCHMITT,
    )  # fmt: skip
    friend_basket: float = knob(
        1.0, "factor", "Friend's basket", "Spend on an order of a referred customer, against the store's.",
        low=0.05, high=20.0, neutral=1.0, evidence=(0.9, 1.25), grade="O", source=f"{SCHMITT}; the studies disagree",
    )  # fmt: skip
    referrer_dropout: float = knob(
        0.7, "factor", "Referrer's dropout", "Dropout of a customer who has invited.", low=0.05, high=20.0, neutral=1.0,
        evidence=(0.5, 1.0), grade="O", source=GARNEFELD,
    )  # fmt: skip
    referrer_order_rate: float = knob(
        1.05, "factor", "Referrer's order rate", "Order rate of a customer who has invited.", low=0.05, high=20.0,
        neutral=1.0, evidence=(1.0, 1.11), grade="O", source=GARNEFELD,
    )  # fmt: skip

    def enact(self, shop: Shop) -> ReferralProgramme:
        """Open the programme."""
        return ReferralProgramme(self, shop)


class ReferralProgramme(Behaviour[Referral]):
    """Invites at orders, brings friends, and watches at reviews whether the referrers are still there."""

    def __init__(self, knobs: Referral, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.order_rate = self.order_factor()
        self.dropout = self.dropout_factor()
        self.advocate = self.people.column(np.bool_, False)
        self.proud = self.people.column(np.bool_, False)
        self.bonded = self.people.column(np.bool_, False)

    def begin(self, now: float) -> None:
        """Some of those who are there are advocates."""
        self._find_advocates(places(self.people.number[:] > 0))

    def entered(self, rows: Rows, now: float) -> None:
        """So are some of those who come into the segment; who has invited before is a referrer again."""
        self._find_advocates(rows)
        self._bend(rows)

    def left(self, rows: Rows) -> None:
        """Who leaves the segment is no referrer, but a friend still."""
        self._bend(rows)

    def among(self, rows: Rows) -> Positions:
        """A segment says who may invite: their friends are welcome wherever they stand at their first order, unless they
        are held out."""
        who = super().among(rows)
        if isinstance(who, slice) or self.eligible is None or (self.dry is not None and self.dry.any()):
            return who
        friends = (self.people.parent[rows] != NO_PARENT) & (self.people.number[rows] <= 1)
        friends &= (self.shop.targeting.held(rows) & np.uint64(1 << self.code)) == 0
        friends[who] = True
        return places(friends)

    def _find_advocates(self, rows: Rows) -> None:
        self.advocate[rows] = uniform(self.people.key[rows], _ADVOCATE) < self.knobs.advocates

    def joined(self, basket: Basket, who: Positions) -> None:
        """Some of the new customers are advocates. A friend is bound to the referrer, who gets the reward."""
        rows = basket.rows[who]
        self._find_advocates(rows)
        friends = self.people.parent[rows] != NO_PARENT
        rows, time = rows[friends], basket.time[who][friends]
        if not rows.size:
            return
        self.bonded[rows] = True
        self.dropout[rows] = self.knobs.friend_dropout
        self.shop.charge_people(self.code, self.people.parent[rows], time, round(self.knobs.reward * MICROS))

    def price(self, basket: Basket, who: Positions) -> None:
        """A friend's first order is cheaper."""
        which = basket.firsts(who)
        if which.size:
            which = which[self.people.parent[basket.rows[which]] != NO_PARENT]
        if not which.size:
            return
        basket.take_off_amount(which, round(self.knobs.friend_reward * 100))
        basket.cause[which] = self.code + 1

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Advocates may invite; some invitations bring a friend."""
        knobs = self.knobs
        rows = basket.rows[who]
        which = places(self._recommends(rows))
        if not which.size:
            return
        invites, converts = uniforms(basket.place[who][which], offsets(_INVITES, _CONVERTS))
        invites = places(invites < knobs.invites)
        which, converts = which[invites], converts[invites]
        if not which.size:
            return
        rows = rows[which]
        self.shop.invited(rows)
        humble = rows[~self.proud[rows]]
        if humble.size:
            self.proud[humble] = True
            self._bend(humble)
        won = places(converts < knobs.converts)
        if not won.size:
            return
        which = which[won]
        arrives = basket.time[who][which] + knobs.delay * exponential(basket.place[who][which], _DELAY)
        quality = (knobs.friend_order_rate, 1.0, knobs.friend_basket)
        self.shop.bring(rows[won], basket.number[who][which], arrives, quality)

    def _recommends(self, rows: Rows) -> NDArray[np.bool_]:
        """Advocates in the segment."""
        advocates: NDArray[np.bool_] = self.advocate[rows]
        return advocates if self.eligible is None else advocates & self.eligible[rows]

    def review(self, now: float) -> None:
        """A friend whose referrer is gone is a customer like any other."""
        rows = places(self.bonded[:])
        gone = rows[self.shop.died(self.people.parent[rows]) < now]
        if gone.size:
            self.bonded[gone] = False
            self._bend(gone)

    def _bend(self, rows: Rows) -> None:
        knobs = self.knobs
        proud, bonded = self.proud[rows] & self._recommends(rows), self.bonded[rows]
        self.order_rate[rows] = np.where(proud, knobs.referrer_order_rate, 1.0)
        self.dropout[rows] = np.where(proud, knobs.referrer_dropout, 1.0) * np.where(bonded, knobs.friend_dropout, 1.0)

    def end(self, now: float) -> None:
        """The programme closes, and so does what it did to anybody."""
        self.proud[:] = False
        self.bonded[:] = False
        self._bend(np.arange(self.people.size))
