"""Tiers: customers rise with what they spent in the last year, enjoy perks, and resent falling back.

Demotion is the harsher side: customers who lose a tier end up below those who never had one (Wagner, Hennig-Thurau &
Rudolph 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Cents, Positions
from sim.enrolment import Enrolment, selection_knob
from sim.knobs import knob
from sim.log import MICROS_PER_CENT
from sim.population import NEVER, Floats, Rows, places
from sim.shop import Shop
from sim.strategy import Strategy

WAGNER = "sign: Wagner, Hennig-Thurau & Rudolph 2009; size: our estimate"
TRAILING = 365.0
"""Days of spend that count."""


@dataclass(frozen=True, kw_only=True)
class LoyaltyTiers(Strategy):
    """Regular, premium and gold, by the spend of the last 365 days."""

    title = "Loyalty tiers"
    mechanisms: ClassVar = {
        "tiers gained": ("up_order_rate", "up_dropout"),
        "tiers lost": ("down_order_rate", "down_dropout"),
        "pull of the next tier": ("pull",),
    }

    premium_at: float = knob(
        100.0, "money", "Premium from", "Spend of the last 365 days that makes a customer premium; returns are not taken off.",
        low=0.01, high=1e7,
        evidence=(50.0, 250.0),
    )  # fmt: skip
    gold_at: float = knob(
        250.0, "money", "Gold from", "Spend of the last 365 days that makes a customer gold; returns are not taken off.",
        low=0.01, high=1e7,
        evidence=(150.0, 600.0),
    )  # fmt: skip
    premium_perk: float = knob(
        0.02, "share", "Premium perks", "What perks cost on each order of a premium customer.", unit="of revenue",
        high=0.9, neutral=0.0, evidence=(0.0, 0.05),
    )  # fmt: skip
    gold_perk: float = knob(
        0.04, "share", "Gold perks", "What perks cost on each order of a gold customer.", unit="of revenue",
        high=0.9, neutral=0.0, evidence=(0.0, 0.10),
    )  # fmt: skip
    pull: float = knob(
        0.05, "number", "Pull of the next tier", "The order rate rises by this share, times progress squared, towards it.",
        unit="of the order rate", low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 0.20), grade="E",
        source="sign: Kivetz, Urminsky & Zheng 2006 (about 20 % faster near a reward); size for tiers: our estimate",
    )  # fmt: skip
    up_order_rate: float = knob(
        1.05, "factor", "Order rate, each tier", "Order rate for each tier above regular.", low=0.05, high=20.0, neutral=1.0,
        evidence=(1.0, 1.15), grade="E", source=WAGNER,
    )  # fmt: skip
    up_dropout: float = knob(
        0.9, "factor", "Dropout, each tier", "Dropout for each tier above regular.", low=0.05, high=20.0, neutral=1.0,
        evidence=(0.8, 1.0), grade="E", source=WAGNER,
    )  # fmt: skip
    down_order_rate: float = knob(
        0.9, "factor", "Order rate, demoted", "Order rate of a customer who has lost a tier.", low=0.05, high=20.0,
        neutral=1.0, evidence=(0.8, 1.0), grade="E", source=WAGNER,
    )  # fmt: skip
    down_dropout: float = knob(
        1.3, "factor", "Dropout, demoted", "Dropout of a customer who has lost a tier.", low=0.05, high=20.0, neutral=1.0,
        evidence=(1.0, 1.6), grade="E", source=WAGNER,
    )  # fmt: skip
    kept_for: float = knob(
        365.0, "duration", "Kept for", "How long a tier is kept at least once it is reached.", high=3650.0
    )

    joins: float = knob(
        1.0, "share", "Joins", "Chance that a customer of the store's mean order rate joins at an order; 1: all are in it.",
        unit="of orders", neutral=0.0, decided=1.0, evidence=(0.1, 1.0), grade="V",
        source="40 to 60 % of customers join where they are asked",
    )  # fmt: skip
    selection: float = selection_knob(
        0.5, "The chance to join rises with the customer's own order rate to this power; 0: the same for all."
    )

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        own = [("gold_at", "gold is not above premium")] if self.gold_at <= self.premium_at else []
        return super().contradictions() + own

    def enact(self, shop: Shop) -> Tiers:
        """Open the programme."""
        return Tiers(self, shop)


class Tiers(Behaviour[LoyaltyTiers]):
    """Up at the order, down at reviews."""

    def __init__(self, knobs: LoyaltyTiers, shop: Shop) -> None:
        super().__init__(knobs, shop)
        people = self.people
        self.order_rate = self.order_factor()
        self.dropout = self.dropout_factor()
        self.standing = people.column(np.int8, 0)
        """The three levels of those who never lost one, then of those who did."""
        self.reached = people.column(np.float64, NEVER)
        """When members came to their level."""
        self.spend = people.column(np.int64, 0)
        """Of the trailing year, of everybody: what was spent before joining counts."""
        self.enrolment = Enrolment(self, knobs.joins, knobs.selection)
        self.thresholds = np.array([round(knobs.premium_at * 100), round(knobs.gold_at * 100)], dtype=np.int64)
        # What follows is looked up by standing. From gold there is nowhere further to go.
        steps = np.arange(3)
        self.levels = np.tile(steps, 2)
        self.perks = np.tile([0.0, knobs.premium_perk, knobs.gold_perk], 2)
        self.goals = np.tile([*self.thresholds, np.inf], 2)
        up, down = knobs.up_order_rate**steps, knobs.up_dropout**steps
        self.order_rates = np.concatenate((up, up * knobs.down_order_rate))
        self.dropouts = np.concatenate((down, down * knobs.down_dropout))
        self.expiring = Expiring(shop)

    def begin(self, now: float) -> None:
        """Spend counts from now on."""
        self.expiring.skip()

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Members enjoy their perks, and the order may lift them a tier."""
        rows, time, net = basket.rows[who], basket.time[who], basket.net(who)
        standing = self.standing[rows]
        if self.eligible is not None or self.dry is not None:
            self.expiring.counted(basket.rows.size, who)
        self._pay_perks(rows, time, net, self.perks[standing])
        net += self.spend[rows]
        self.spend[rows] = net
        member = self._enrolled(basket, who)
        if self.knobs.joins < 1.0:
            rows, time, standing, net = rows[member], time[member], standing[member], net[member]
        deserved = self.thresholds.searchsorted(net, side="right")
        up = places(deserved > self.levels[standing])
        if up.size:
            standing[up] = deserved[up]
            self._place(rows[up], standing[up])
            self.reached[rows[up]] = time[up]
        self._pull(rows, standing, net)

    def _enrolled(self, basket: Basket, who: Positions) -> NDArray[np.bool_]:
        """Which of the orders are members' own, those who join with them among them."""
        rows = basket.rows[who]
        outside = places(~self.enrolment.member[rows])
        if outside.size:
            asked = rows[outside]
            rates = self.enrolment.own_rates(asked)
            self.enrolment.ask(asked, basket.place[who][outside], basket.time[who][outside], rates)
        member: NDArray[np.bool_] = self.enrolment.member[rows]
        return member

    def _pay_perks(self, rows: Rows, time: Floats, net: Cents, shares: Floats) -> None:
        members = places(shares > 0.0)
        if members.size:
            perks = np.rint(net[members] * shares[members]).astype(np.int64) * MICROS_PER_CENT
            self.shop.charge_people(self.code, self.people.person[rows[members]], time[members], perks)

    def entered(self, rows: Rows, now: float) -> None:
        """Who comes back into the segment is where they stood."""
        self._bend(rows[self.enrolment.member[rows]])

    def review(self, now: float) -> None:
        """Orders of more than a year ago no longer count; who has fallen below a threshold loses the tier."""
        if self.eligible is not None or self.dry is not None:
            np.add.at(self.spend.data, *self.expiring.missed())
        rows, net = self.expiring.until(now - TRAILING)
        if rows.size:
            np.subtract.at(self.spend.data, rows, net)
        # Nobody came to a level before the programme began.
        if now - self.knobs.from_ >= self.knobs.kept_for:
            members = places(now - self.reached[:] >= self.knobs.kept_for)
            level = self.levels[self.standing[members]]
            deserved = self.thresholds.searchsorted(self.spend[members], side="right")
            down = places(deserved < level)
            self._place(members[down], deserved[down] + 3)
            self._bend(members[down])
        self._bend(rows[self.enrolment.member[rows]])

    def _place(self, rows: Rows, standing: NDArray[np.integer]) -> None:
        self.standing[rows] = standing
        there = slice(None) if self.eligible is None else self.eligible[rows]
        self.dropout[rows[there]] = self.dropouts[standing[there]]

    def _bend(self, rows: Rows) -> None:
        """What standing and spend do to members, as long as they are in the segment."""
        if self.eligible is not None:
            rows = rows[self.eligible[rows]]
        if rows.size:
            standing = self.standing[rows]
            self.dropout[rows] = self.dropouts[standing]
            self._pull(rows, standing, self.spend[rows])

    def _pull(self, rows: Rows, standing: NDArray[np.integer], spend: Cents) -> None:
        # Who spent enough outside the segment is in the next tier with the next order only.
        progress = np.minimum(spend / self.goals[standing], 1.0)
        progress *= progress
        progress *= self.knobs.pull
        progress += 1.0
        progress *= self.order_rates[standing]
        self.order_rate[rows] = progress

    def end(self, now: float) -> None:
        """The programme closes and so do its effects."""
        self.enrolment.close(now)
        self.order_rate[:] = 1.0
        self.dropout[:] = 1.0


class Expiring:
    """The orders as they fall out of the trailing year: a second reading pointer into the store's own log."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.position = 0
        self.marks: list[tuple[float, int]] = []
        self.left = (np.empty(0, np.int32), np.empty(0, np.float64), np.empty(0, np.int64))
        self.looked = 0
        """How far the log was searched for orders that were not counted as they were placed."""
        self.seen: list[NDArray[np.intp]] = []
        """Places in the log, from there on, of those that were."""

    def skip(self) -> None:
        """Leave out what is in the log so far."""
        self.position = self.looked = self.shop.ledger.orders.length

    def counted(self, size: int, who: Positions) -> None:
        """Of the orders placed just now, so many, these were counted."""
        self.seen.append(np.arange(self.shop.ledger.orders.length - size, self.shop.ledger.orders.length)[who])

    def missed(self) -> tuple[Rows, NDArray[np.int64]]:
        """Rows and cents of the orders placed since the last look that were not counted, outside the segment or unpaid for."""
        orders, part = self.shop.ledger.orders, slice(self.looked, self.shop.ledger.orders.length)
        missed = np.ones(part.stop - part.start, dtype=np.bool_)
        if self.seen:
            missed[np.concatenate(self.seen) - part.start] = False
        self.looked = part.stop
        self.seen.clear()
        rows = self.shop.people.row_of(orders["customer"][part][missed])
        there = rows >= 0
        return rows[there], (orders["list_price"][part] - orders["discount"][part])[missed][there]

    def until(self, before: float) -> tuple[Rows, NDArray[np.int64]]:
        """Rows and cents of the orders that were placed before that day and have not been handed out yet.

        The log is in the order of the calendar's moments but not within one, so the orders between two moments are
        read together and the later ones kept back.
        """
        orders = self.shop.ledger.orders
        self.marks.append((float(self.shop.env.now), orders.length))
        while self.marks[0][0] < before:
            self._read(self.marks.pop(0)[1])
        if self.marks[0][0] >= before and self._starts_before(before):
            self._read(self.marks[0][1])
        person, time, net = self.left
        out = time < before
        self.left = (person[~out], time[~out], net[~out])
        rows = self.shop.people.row_of(person[out])
        there = rows >= 0
        return rows[there], net[out][there]

    def _starts_before(self, before: float) -> bool:
        return self.position < self.marks[0][1] and self._earliest() < before

    def _earliest(self) -> float:
        return float(self.shop.ledger.orders["time"][self.position : self.marks[0][1]].min())

    def _read(self, position: int) -> None:
        orders, part = self.shop.ledger.orders, slice(self.position, position)
        net = orders["list_price"][part] - orders["discount"][part]
        fresh = (orders["customer"][part], orders["time"][part], net)
        person, time, cents = self.left
        self.left = (
            np.concatenate((person, fresh[0])), np.concatenate((time, fresh[1])), np.concatenate((cents, fresh[2])),
        )  # fmt: skip
        self.position = position
