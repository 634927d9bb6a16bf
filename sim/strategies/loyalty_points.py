"""Points: earned with orders, burnt as a reward, lost when they expire.

Customers quicken towards a reward and slow down after it (Kivetz, Urminsky & Zheng 2006), so points given for joining or
for using the account work by bringing the reward nearer. Joining is the customer's choice, made at an order (see
`sim.enrolment`). What is outstanding is booked in `sim.points`. Outside the segment balances stand, and nothing is earned,
burned or felt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions
from sim.enrolment import Enrolment, selection_knob
from sim.knobs import knob
from sim.points import PointsBook
from sim.population import NEVER, Column, Floats, Rows, places
from sim.randomness import at, exponential, purpose, uniform
from sim.scenario import DAYS_A_YEAR
from sim.shop import Shop
from sim.strategy import Strategy

KIVETZ = "Kivetz, Urminsky & Zheng 2006: about 20 % faster at the last step, reset after the reward"
BELLI = "Belli et al. 2022: 429 effects, positive on behaviour; against: Liu 2007, Meyer-Waarden & Benavent 2009"
BREUGELMANS = "sign: Breugelmans & Liu-Thompkins 2017, only those who can adapt, heavy users above all; size: our estimate"
_FORGETS = purpose("loyalty_points.forgets")
_USES = purpose("loyalty_points.uses")


@dataclass(frozen=True, kw_only=True)
class LoyaltyPoints(Strategy):
    """Points for what is spent, or a stamp for each order, and a reward when there are enough."""

    title = "Loyalty points"
    mechanisms: ClassVar = {
        "members' order rate": ("member_order_rate",),
        "pull of the reward": ("pull",),
        "pull of the expiry": ("expiry_pull",),
        "pull of the bonus": ("bonus_pull",),
    }

    counts: str = knob(
        "spend", "choice", "Counts", "spend: points for each unit of the currency; orders: one stamp for each order.",
        choices=("spend", "orders"),
    )  # fmt: skip
    earn: float = knob(
        1.0, "number", "Earned", "Points for each unit of the currency spent, or for each order.", unit="points",
        low=0.001, high=1000.0,
    )  # fmt: skip
    reward_at: int = knob(100, "integer", "Reward at", "Points that make a reward.", unit="points", low=1, high=1_000_000)
    reward: float = knob(
        5.0, "money", "Reward", "What the reward takes off the next order.", high=1e6, neutral=0.0, evidence=(1.0, 20.0)
    )
    endowed: int = knob(
        0, "integer", "Endowed", "Points given for joining.", unit="points", low=0, high=1_000_000,
        source="sign: Nunes & Drèze 2006, 34 % against 19 % complete a card with stamps on it; by the pull alone less here",
    )  # fmt: skip
    joins: float = knob(
        0.3, "share", "Joins", "Chance that a customer of the store's mean order rate, no member yet, joins at an order.",
        unit="of orders", neutral=0.0,
        evidence=(0.1, 0.6), grade="V",
        source="set so that 40 to 60 % of customers are members; heavier buyers join earlier: Meyer-Waarden & Benavent 2009",
    )  # fmt: skip
    selection: float = selection_knob(
        0.5, "The chance to join rises with the customer's own order rate to this power; 0: the same for all."
    )
    member_order_rate: float = knob(
        1.05, "factor", "Members' order rate", "Order rate of a member, apart from the pull of a reward.",
        low=0.1, high=10.0, neutral=1.0, evidence=(1.0, 1.15), grade="S", source=BELLI,
    )  # fmt: skip
    pull: float = knob(
        0.2, "number", "Pull of the reward", "The order rate rises by this share, times progress squared, towards it.",
        unit="of the order rate", low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 0.3), grade="S", source=KIVETZ,
    )  # fmt: skip
    expiry: str = knob(
        "silence", "choice", "Expiry", "silence: points are lost so long after the last order; anniversary: on each so many "
        "days from joining, whatever is there.", choices=("silence", "anniversary"),
    )  # fmt: skip
    expires_after: float = knob(
        365.0, "duration", "Expires after", "Time after the last order, or between anniversaries, at which points are lost.",
        low=1.0, high=36_500.0,
    )  # fmt: skip
    expiry_pull: float = knob(
        0.10, "number", "Pull of the expiry", "The order rate of heavy buyers (above the store's mean) rises by this share "
        "before their points expire.", unit="of the order rate", low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 0.3), grade="E",
        source=BREUGELMANS,
    )  # fmt: skip
    expiry_notice: float = knob(
        30.0, "duration", "Notice", "How long before the expiry customers feel it.", low=0.5, high=365.0,
        evidence=(7.0, 60.0), grade="E", source="our estimate",
    )  # fmt: skip
    breakage: float = knob(
        0.2, "share", "Forgotten rewards",
        "Chance that a reward that is due is forgotten at an order; it pulls nobody until it is remembered.", unit="of orders",
        evidence=(0.1, 0.4), grade="V", source="Smile.io: below 20 % good, above 40 % bad",
    )  # fmt: skip
    bonus: int = knob(
        0, "integer", "Bonus", "Points for an order that follows the last in time. 0: none.", unit="points", low=0,
        high=1_000_000, neutral=0,
    )  # fmt: skip
    bonus_within: float = knob(
        30.0, "duration", "Bonus within", "How soon after the last order that must be.", low=0.5, high=3650.0
    )
    bonus_pull: float = knob(
        0.05, "number", "Pull of the bonus", "The order rate rises by this share while a bonus can still be had.",
        unit="of the order rate", low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 0.2), grade="E",
        source="sign: points pressure, Taylor & Neslin 2005; size: our estimate",
    )  # fmt: skip
    account: int = knob(
        0, "integer", "Account", "Points for each use of the account: a log-in, a review, the profile. 0: none.", unit="points",
        low=0, high=1_000_000, neutral=0,
    )  # fmt: skip
    account_uses: float = knob(
        4.0, "number", "Uses of the account", "How often a living member does such a thing.", unit="a year", low=0.01,
        high=365.0, evidence=(1.0, 24.0), grade="E", source="our estimate; no evidence of an effect beyond the points",
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        found = super().contradictions()
        if self.counts == "orders" and self.earn != int(self.earn):
            found.append(("earn", "an order earns whole points"))
        if self.counts == "spend" and self.earn * self.reward > self.reward_at:
            found.append(("earn", "rewards would give back more than is spent"))
        if self.expiry_pull and self.expiry_notice >= self.expires_after:
            found.append(("expiry_notice", "points expire before it"))
        return found

    def enact(self, shop: Shop) -> Points:
        """Open the programme."""
        return Points(self, shop)


class Points(Behaviour[LoyaltyPoints]):
    """Balances, rewards and what pulls towards them."""

    def __init__(self, knobs: LoyaltyPoints, shop: Shop) -> None:
        super().__init__(knobs, shop)
        people = self.people
        self.order_rate = self.order_factor()
        self.enrolment = Enrolment(self, knobs.joins, knobs.selection)
        self.book = PointsBook(shop, knobs.name, knobs.reward_at, knobs.reward)
        self.forgot = people.column(np.bool_, False)
        """Who had a reward due at the last order and did not think of it."""
        self.since = people.column(np.float64, 0.0)
        """When members joined."""
        self.lapses = people.column(np.float64, NEVER)
        """When the points expire."""
        self.clock = people.timer(self._notice_or_expire)
        self.pressed = people.column(np.bool_, False)
        """Who feels the expiry."""
        self.notice = knobs.expiry_notice if knobs.expiry_pull else 0.0
        self.bonus_ends = people.timer(self._bonus_over) if knobs.bonus else None
        self.uses = people.timer(self._use) if knobs.account else None
        self.used = people.column(np.int32, 0)
        # A clock beyond the end would let the dead be forgotten, with points that `end` must void.
        self.last_moment = NEVER if knobs.until is None else np.nextafter(shop.edges[-1], 0.0)

    def price(self, basket: Basket, who: Positions) -> None:
        """A reward that is due is taken off, unless it is forgotten."""
        due = places(self.book.balance[basket.rows[who]] >= self.knobs.reward_at)
        if not due.size:
            return
        which = np.arange(basket.rows.size)[who][due]
        forgets = uniform(basket.place[which], _FORGETS) < self.knobs.breakage
        self.forgot[basket.rows[which]] = forgets
        which = which[~forgets]
        self.book.burn(basket.rows[which], basket.time[which])
        basket.take_off_amount(which, round(self.knobs.reward * 100))

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Some join, members earn, and their next reward is nearer."""
        rows, place, time = basket.rows[who], basket.place[who], basket.time[who]
        outside = places(~self.enrolment.member[rows])
        if outside.size:
            asked = rows[outside]
            joins = outside[self.enrolment.ask(asked, place[outside], time[outside], self.enrolment.own_rates(asked))]
            self._welcome(rows[joins], time[joins])
        mine = places(self.enrolment.member[rows])
        if not mine.size:
            return
        rows, time = rows[mine], time[mine]
        self.book.issue(rows, time, self._earned(basket.net(who)[mine]))
        if self.bonus_ends is not None:
            self._bonus(rows, time, self.bonus_ends)
        self._wind(rows, time)
        self._bend(rows)

    def entered(self, rows: Rows, now: float) -> None:
        """Members who come back into the segment feel what they have."""
        self._bend(rows[self.enrolment.member[rows]])

    def _welcome(self, rows: Rows, time: Floats) -> None:
        self.since[rows] = time
        self.book.issue(rows, time, self.knobs.endowed, gift=True)
        if self.uses is not None:
            self._next_use(rows, time, self.uses)

    def _earned(self, net: NDArray[np.int64]) -> NDArray[np.int64] | int:
        if self.knobs.counts == "orders":
            return int(self.knobs.earn)
        return np.floor(net / 100.0 * self.knobs.earn).astype(np.int64)

    def _bend(self, rows: Rows) -> None:
        if self.eligible is not None:
            rows = rows[self.eligible[rows]]
        knobs = self.knobs
        # What is forgotten pulls nobody.
        progress = np.minimum(self.book.balance[rows] / knobs.reward_at, 1.0) * ~self.forgot[rows]
        rate = knobs.member_order_rate * (1.0 + knobs.pull * progress**2)
        rate[self.pressed[rows]] *= 1.0 + knobs.expiry_pull
        if self.bonus_ends is not None:
            rate[self.bonus_ends[rows] < NEVER] *= 1.0 + knobs.bonus_pull
        self.order_rate[rows] = rate

    def revived(self, rows: Rows, time: Floats) -> None:
        """Members who were lost and are woken use their accounts again."""
        if self.uses is not None:
            idle = places(self.enrolment.member[rows] & (self.uses[rows] == NEVER))
            self._next_use(rows[idle], time[idle], self.uses)

    # Rewards for acting in time, and for using the account --------------------------------------------------------

    def _bonus(self, rows: Rows, time: Floats, ends: Column) -> None:
        """The bonus of those who are in time; all have so long for the next."""
        in_time = places(ends[rows] < NEVER)
        self.book.issue(rows[in_time], time[in_time], self.knobs.bonus)
        ends[rows] = time + self.knobs.bonus_within

    def _bonus_over(self, rows: Rows, time: Floats) -> None:
        self._bend(rows)

    def _next_use(self, rows: Rows, time: Floats, uses: Column) -> None:
        gap = exponential(at(self.people.key[rows], self.used[rows]), _USES)
        self.used[rows] = self.used[rows] + np.int32(1)
        uses[rows] = time + gap * (DAYS_A_YEAR / self.knobs.account_uses)

    def _use(self, rows: Rows, time: Floats) -> None:
        living = places(self.people.alive[rows])
        rows, time = rows[living], time[living]
        if self.uses is not None:
            self._next_use(rows, time, self.uses)
        if self.eligible is not None:
            there = places(self.eligible[rows])
            rows, time = rows[there], time[there]
        self.book.issue(rows, time, self.knobs.account)
        if self.knobs.expiry == "anniversary":
            self._wind(rows, time)
        self._bend(rows)

    # Expiry -------------------------------------------------------------------------------------------------------

    def _wind(self, rows: Rows, time: Floats) -> None:
        """Set the clocks of the expiry: anew with an order, or for the coming anniversary where none is set."""
        after = self.knobs.expires_after
        if self.knobs.expiry == "silence":
            self.lapses[rows] = time + after
        else:
            idle = places(self.lapses[rows] == NEVER)
            rows, time = rows[idle], time[idle]
            since = self.since[rows]
            self.lapses[rows] = since + after * (np.floor((time - since) / after) + 1.0)
        self.pressed[rows] = False
        self._set_clock(rows, np.maximum(self.lapses[rows] - self.notice, time))

    def _set_clock(self, rows: Rows, due: Floats) -> None:
        self.clock[rows] = np.minimum(due, self.last_moment)

    def _notice_or_expire(self, rows: Rows, time: Floats) -> None:
        over = self.lapses[rows] <= time
        self._expire(rows[over], time[over])
        warned = rows[~over & (self.lapses[rows] - self.notice <= time) & (time < self.last_moment)]
        if warned.size:
            heavy = (self.enrolment.own_rates(warned) >= 1.0) & (self.book.balance[warned] > 0)
            self.pressed[warned[heavy]] = True
            self._set_clock(warned, self.lapses[warned])
        self._bend(rows)

    def _expire(self, rows: Rows, time: Floats) -> None:
        self.book.expire(rows, time)
        self.forgot[rows] = False
        self.lapses[rows] = NEVER
        self.pressed[rows] = False

    def end(self, now: float) -> None:
        """The programme closes; points are void."""
        rows = np.arange(self.people.size)
        self.book.expire(rows, np.full(rows.size, now))
        self.enrolment.close(now)
        self.order_rate[:] = 1.0
        self.pressed[:] = self.forgot[:] = False
        for clock in (self.lapses, self.clock, self.bonus_ends, self.uses):
            if clock is not None:
                clock[:] = NEVER
