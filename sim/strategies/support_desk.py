"""A support desk: so many agents, their opening hours, and customers who wait for them with questions and complaints.

Failures that are well and quickly handled are forgiven, but bind nobody (de Matos et al. 2007); slow answers and calls
that nobody takes annoy. All of it tells from the next review on.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from math import ceil
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions, positions
from sim.desk import ABANDONED, AT_FIRST, Coming, Desk, Ended, Taken
from sim.hours import WEEK, Hours
from sim.knobs import knob
from sim.ledger import Table
from sim.log import GROUPS
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import Keys, offsets, purpose, step, uniform, uniforms
from sim.scenario import DAYS_A_MONTH
from sim.shop import Shop
from sim.strategy import Strategy

MINUTES = 1440.0
BINS = 96
QUESTION, FAILURE = range(2)
QUEUES = "exponential patience: Garnett, Mandelbaum & Reiman 2002, Manufacturing & Service Operations Management 4:208"
FORGIVEN = "sign: de Matos et al. 2007, Morgeson et al. 2020; size: our estimate"
_ASKS, _AFTER, _CALLS, _PATIENCE, _HANDLING, _SETTLES, _RETURNS, _LUCK = (
    purpose(f"support_desk.{what}")
    for what in ("asks", "after", "calls", "patience", "handling", "settles", "returns", "luck")
)


@dataclass(frozen=True, kw_only=True)
class SupportDesk(Strategy):
    """Agents who answer questions and put failures right, while customers wait."""

    title = "Support desk"
    couples = True
    mechanisms: ClassVar = {"forgiveness": ("forgives",), "slow answers": ("slow_answer",)}

    agents: int = knob(
        1, "integer", "Agents", "How many work at a time; scaled with the store, rounded up to at least one.", low=1, high=1000,
    )  # fmt: skip
    wage: float = knob(
        22.0, "money", "Cost an hour", "What an agent costs an hour, busy or not.", unit="an hour", high=10_000.0, neutral=0.0
    )
    opens: float = knob(9 / 24, "clock", "Opens", "When the desk opens.")
    closes: float = knob(17 / 24, "clock", "Closes", "When it closes; the time at which it opens: around the clock.")
    days: int = knob(
        5, "integer", "Working days", "Days a week on which it opens, from Monday on.", unit="days a week", low=1, high=WEEK
    )
    questions: float = knob(
        0.05, "share", "Questions", "Share of orders with a question.", unit="of orders", neutral=0.0, evidence=(0.0, 0.2),
        grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    complains: float = knob(
        0.5, "share", "Get in touch",
        "Share of customers with a failed order (store.service) who get in touch, among those whom nobody else answers.",
        unit="of failed orders", neutral=0.0, evidence=(0.2, 0.9), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    after: float = knob(
        1.0, "duration", "Get in touch after", "Mean time from the order until the customer gets in touch.", high=60.0
    )
    by_phone: float = knob(
        0.2, "share", "By phone", "Share who call rather than write; who finds the line closed writes.", unit="of tickets"
    )
    patience: float = knob(
        5.0 / MINUTES, "duration", "Patience on the phone", "Mean time until a caller hangs up.", low=1.0 / MINUTES, high=1.0,
        grade="E", source=f"{QUEUES}; size: our estimate",
    )  # fmt: skip
    gives_up: float = knob(
        7.0, "duration", "Gives up", "After so long without an answer the others count as never answered.", low=0.01, high=90.0,
        grade="E", source="our estimate",
    )  # fmt: skip
    handling: float = knob(
        10.0 / MINUTES, "duration", "Handling time", "Mean time an agent takes for a ticket (exponential).",
        low=1.0 / MINUTES, high=5.0, evidence=(3.0 / MINUTES, 30.0 / MINUTES), grade="E",
        source="our estimate: replace by your own",
    )  # fmt: skip
    first_reply: float = knob(
        0.7, "share", "Settled by first reply", "Share of tickets that one reply settles; the others come back once.",
        unit="of tickets", evidence=(0.5, 0.9), grade="V", source="the share that call centres commonly aim for",
    )  # fmt: skip
    returns: float = knob(1.0, "duration", "Come back after", "Mean time until an unsettled ticket comes back.", high=60.0)
    vip_orders: int = knob(5, "integer", "VIP from orders", "Customers with so many orders are VIPs.", low=1, high=1000)
    vip_first: bool = knob(False, "flag", "VIP first", "Whether VIPs are served before the others.")
    forgives: float = knob(
        0.7, "share", "Forgives", "Chance that a failure is forgiven which is put right at once; never more than forgiven.",
        unit="of settled failures", neutral=0.0, evidence=(0.3, 0.9), grade="E", source=FORGIVEN,
    )  # fmt: skip
    forgives_half: float = knob(
        1.0, "duration", "Forgiveness halves in", "Waiting time by which that chance is halved.", low=0.001, high=365.0,
        evidence=(0.04, 7.0), grade="E",
        source="sign: Twitter's airline study (stated, not behaviour): worth far less after an hour than after six minutes; "
        "size: our estimate",
    )  # fmt: skip
    slow_answer: float = knob(
        0.3, "number", "Slow answer", "What a slow answer to a question, or none, takes off the mood.", unit="of a failure",
        low=0.0, high=3.0, neutral=0.0, evidence=(0.0, 1.0), grade="E", source="our estimate",
    )  # fmt: skip
    tolerates: float = knob(
        1.0, "duration", "Tolerated wait", "Waiting time for an answer by which half of the customers are annoyed.",
        low=0.001, high=365.0, evidence=(0.2, 3.0), grade="E", source="our estimate",
    )  # fmt: skip

    def scaled(self, factor: float) -> Self:
        """So many agents as serve a store `factor` times as large, rounded up; their wages stay in proportion."""
        wanted = self.agents * factor
        agents = max(1, ceil(wanted - 1e-6))
        return dataclasses.replace(super().scaled(factor), agents=agents, wage=self.wage * wanted / agents)

    def advice(self, scenario: Any, factor: float) -> list[str]:
        """Rounding agents up shortens the queue; without failures there is nothing to put right."""
        found = []
        if not scenario.store.service.can_fail:
            found.append(
                "no order fails in this store, so the desk has nothing to put right and questions that wait can only annoy; "
                "set store.service.failures"
            )
        wanted, agents = self.agents * factor, self.scaled(factor).agents
        if abs(agents - wanted) < 1e-6 * agents:
            return found
        return [
            *found,
            f"{self.agents} x {factor:.3g} agents were rounded up to {agents}, at the wages of {wanted:.3g}; the queue is "
            "shorter than in the whole store"
        ]

    def hours(self, weekday: int = 0) -> Hours:
        """When the desk is open, if day 0 is such a day of the week."""
        return Hours(self.opens, (self.closes - self.opens) % 1.0 or 1.0, self.days, weekday)

    def enact(self, shop: Shop) -> Support:
        """Open the desk."""
        return Support(self, shop)


Asked = tuple[Keys, Floats, NDArray[np.int32], NDArray[np.int32]]
"""The place, time, customer and number of orders that somebody gets in touch about."""


class Support(Behaviour[SupportDesk]):
    """Tickets go to the desk of their replication; what comes of them is read at reviews.

    Counts `support_desk.tickets`, `.answered`, `.abandoned`, `.first_reply` (settled by it) and, in bins of the time to the
    first reply, `.waits` and `.waits_vip`.
    """

    def __init__(self, knobs: SupportDesk, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.mood = shop.mood
        self.desk: Desk | None = None
        self.asked: tuple[list[Asked], ...] = ([], [])
        """Questions and failures that have arisen since the last review."""
        self.coming = Coming()
        self.table = Table(0, person=np.int32, cell=np.int32, kind=np.int8, vip=np.bool_, luck=np.float64)
        """All tickets, by their number: whose, what about, and a uniform draw for what the answer does to them."""
        self.tickets, self.answered, self.abandoned, self.first_reply = (
            shop.counter(f"support_desk.{what}") for what in ("tickets", "answered", "abandoned", "first_reply")
        )
        self.waits, self.vip_waits = (shop.counter(f"support_desk.{what}", BINS) for what in ("waits", "waits_vip"))

    def begin(self, now: float) -> None:
        """The desk opens."""
        knobs, hours = self.knobs, self.knobs.hours(self.shop.scenario.start.weekday())
        self.desk = Desk(knobs.agents, hours, knobs.gives_up, now, self.shop.replications)

    def monthly_cost(self) -> float:
        """The agents' hours."""
        return self.knobs.agents * self.knobs.wage * self.knobs.hours().a_week * DAYS_A_MONTH / WEEK

    # Tickets arise --------------------------------------------------------------------------------------------------

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Some have a question."""
        self._get_in_touch(basket, who, QUESTION, self.knobs.questions)

    def failed(self, basket: Basket, who: Positions) -> Rows:
        """Some of those whose order failed get in touch."""
        return positions(who, self._get_in_touch(basket, who, FAILURE, self.knobs.complains))

    def _get_in_touch(self, basket: Basket, who: Positions, kind: int, share: float) -> Rows:
        if not share:
            return np.zeros(0, np.intp)
        place = basket.place[who]
        asks = places(uniform(place, step(_ASKS, kind)) < share)
        if asks.size:
            rows = basket.rows[who][asks]
            self.asked[kind].append((place[asks], basket.time[who][asks], self.people.person[rows], self.people.number[rows]))
        return asks

    def _arise(self, kind: int) -> None:
        # The draws are keyed by the order: at the next review, for all at once, they are the same.
        if not self.asked[kind]:
            return
        place, time, person, number = (np.concatenate(column) for column in zip(*self.asked[kind], strict=True))
        self.asked[kind].clear()
        knobs, table = self.knobs, self.table
        drawn = uniforms(place, _draws(kind))
        luck, calls, settles = drawn[:3]
        means = (knobs.after, knobs.patience, knobs.handling, knobs.returns, knobs.handling)
        after, patience, handling, returns, handling_again = np.log(drawn[3:]) * -np.array(means)[:, None]
        first, cell, vip = table.length, self.shop.ledger.people["cell"][person], number >= knobs.vip_orders
        table.append(place.size, person=person, cell=cell, kind=kind, vip=vip, luck=luck)
        self.coming.add(
            place.size,
            number=np.arange(first, table.length),
            team=cell // GROUPS,
            priority=~vip if knobs.vip_first else 0,
            time=time + after,
            patience=np.where(calls < knobs.by_phone, patience, knobs.gives_up),
            handling=handling,
            returns=np.where(settles < knobs.first_reply, NEVER, returns),
            handling_again=handling_again,
        )

    # What comes of them ---------------------------------------------------------------------------------------------

    def review(self, now: float) -> None:
        """The desk works until now; its customers' moods move."""
        for kind in (QUESTION, FAILURE):
            self._arise(kind)
        assert self.desk is not None
        coming = self.coming.until(now)
        self.tickets.add_cells(self.table["cell"][[ticket.number for ticket in coming]])
        self.desk.take(coming)
        taken, ended = self.desk.wind(now)
        self._count(taken)
        self._tell(ended, now)

    def _count(self, taken: Taken) -> None:
        if not taken.number.size:
            return
        cells, vip = self.table["cell"][taken.number], self.table["vip"][taken.number]
        bins = np.minimum(np.floor(4.0 * np.log2(1.0 + taken.wait * MINUTES)), BINS - 1).astype(np.int64)
        self.answered.add_cells(cells)
        self.waits.add_cells(cells, 1, bins)
        self.vip_waits.add_cells(cells[vip], 1, bins[vip])

    def _tell(self, ended: Ended, now: float) -> None:
        number, outcome = ended.number, ended.outcome
        if not number.size:
            return
        knobs, people = self.knobs, self.people
        cells, kind, luck = (self.table[name][number] for name in ("cell", "kind", "luck"))
        answered = outcome != ABANDONED
        self.abandoned.add_cells(cells[~answered])
        self.first_reply.add_cells(cells[outcome == AT_FIRST])
        forgives = luck < knobs.forgives * 2.0 ** (-ended.delay / knobs.forgives_half)
        annoyed = luck < 1.0 - 2.0 ** (-ended.wait / knobs.tolerates)
        soothed = (kind == FAILURE) & answered & forgives
        slow = ~answered | ((kind == QUESTION) & annoyed)
        rows = people.row_of(self.table["person"][number])
        felt = places((soothed | slow) & (rows >= 0))
        felt = felt[people.alive[rows[felt]]]
        self._feel(rows[felt], soothed[felt], now)

    def _feel(self, rows: Rows, soothed: NDArray[np.bool_], now: float) -> None:
        """Move the moods, one ticket of each customer at a time, in the order in which they ended."""
        told: defaultdict[int, Iterator[int]] = defaultdict(count)
        turns = np.array([next(told[row]) for row in rows.tolist()], dtype=np.intp)
        for turn in range(turns.max(initial=-1) + 1):
            good, bad = (rows[(turns == turn) & which] for which in (soothed, ~soothed))
            if good.size:
                self.mood.soothe(good, now)
            if bad.size:
                self.mood.move(bad, now, -self.knobs.slow_answer)

    def end(self, now: float) -> None:
        """The desk closes for good; whoever waits is not answered."""
        self.desk = None


@cache
def _draws(kind: int) -> Keys:
    """The purposes of a ticket's draws, all in one: luck, channel, settled or not; the five waits."""
    first = (_LUCK, _CALLS, _SETTLES, _AFTER, _PATIENCE, _HANDLING, _RETURNS)
    return offsets(*(step(what, kind) for what in first), step(_HANDLING, kind + 2))
