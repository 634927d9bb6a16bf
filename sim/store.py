"""The store: SimPy decides when, numpy decides who.

What happens at a moment of the store's own (a promotion, a newsletter, a review) is a SimPy process. From one such moment to
the next the crowd is advanced at once, and exactly. No tick, no approximation.
"""

from __future__ import annotations

import datetime
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from sim.acquisition import Acquisition, Arrivals
from sim.base import Base, base_of
from sim.behaviour import Behaviour
from sim.crowd import Crowd
from sim.existing import Existing
from sim.ledger import group_of
from sim.log import GROUPS, EventLog
from sim.market import overheads, pulls
from sim.mood_by_month import MoodByMonth
from sim.population import NEVER, Rows
from sim.rivals import offers
from sim.scenario import Scenario
from sim.shop import REFERRAL
from sim.strategy import Strategy

TIDIED_FROM = 4
"""One row in so many must have no future before any are dropped: to close up over them takes time."""
QUARTER = 3
"""Months whose customers are brought together."""


class Store(Crowd):
    """One store over its whole time, or one block of its customers.

    `replications` are simulated side by side in the same arrays; they do not touch each other.
    """

    def __init__(
        self, scenario: Scenario, seed: int, replications: range = range(1), block: int = 0, blocks: int = 1
    ) -> None:
        super().__init__(scenario, len(replications), blocks)
        self.acquisition = Acquisition(scenario, seed, replications, block, blocks)
        self._channel_quality = np.array(
            [(c.order_rate, c.dropout, c.basket) for c in scenario.channels.values()], dtype=np.float64
        )
        self.base: Base | None = base_of(scenario)
        self._block = (seed, replications, block, blocks)
        self._brought_to = 0
        """The first of the months whose customers have not been brought yet."""
        self._moods = MoodByMonth(self) if self._mood is not None else None

    # Making history -----------------------------------------------------------------------------------------------

    def run(self, ranked: bool = True) -> EventLog:
        """Live through the whole time and hand over the log.

        `ranked` numbers the customers by the time of their first order, so that the log's bits do not tell in what
        order the block worked; sums do not need it. Raises RegularsError when referrals explode.
        """
        if self.scenario.store.season is not None:
            self.env.process(self._seasons(self.scenario.store.season))
        if self.base is not None:
            self.env.process(self._take_over(Existing(self, self.base, *self._block)))
        for behaviour in self.behaviours:
            self.env.process(self._act(behaviour))
        if self.scenario.store.competition.offers:
            self.env.process(offers(self))
        if self._purse is not None:
            self.env.process(self._purse.fill())
        if self._hooks["review"] or self.targeting.moving or self._purse or self.scenario.store.service.capacity is not None:
            self.env.process(self._reviews())
        end = self.edges[-1]
        while (moment := self.env.peek()) < end:
            self._bring_customers(moment)
            self._advance(moment)
            while self.env.peek() == moment:
                self.env.step()
            self.people.orders.settle_all(moment)
            self.people.dropout.settle_all(moment)
        self._bring_customers(end)
        self._advance(end)
        if self._moods is not None:
            self._moods.count()
        if self._purse is not None:
            self._purse.close()
        return self._log(ranked)

    def close(self) -> None:
        """Give the memory back at once; the log lives on.

        Store, columns and behaviours refer to one another in circles, which only the garbage collector would undo, and
        it counts objects, of which there are few, not the megabytes that they hold.
        """
        for part in (*self.behaviours, self.people, self):
            vars(part).clear()

    def _log(self, ranked: bool) -> EventLog:
        closed = self.ledger.closed(ranked, self._costed)
        scenario = self.scenario
        return EventLog(
            start=scenario.start,
            month_edges=np.array(self.edges),
            first_month=scenario.pre_history,
            currency=scenario.currency,
            channels=self.channels,
            paid=(*(channel.paid for channel in scenario.channels.values()), False),
            causes=("", *self.names),
            cost_kinds=self.names,
            replications=self.replications,
            refund_after=scenario.store.returns.after,
            customers=closed.customers,
            orders=closed.orders,
            costs=closed.costs,
            fees=closed.fees,
            bulk_costs=closed.bulk,
            counts=self.ledger.counted(),
            messages=self.ledger.messages(),
            spend=self.acquisition.spend(),
            overheads=overheads(self._hooks["monthly_cost"], len(self.names), self.edges),
            invites=self.ledger.invites if REFERRAL in self.names else np.zeros(0, dtype=np.int64),
        )

    # The store's own moments --------------------------------------------------------------------------------------

    def _bring_customers(self, until: float) -> None:
        """New customers of all quarters that begin before `until`; of all at once where nothing cuts the time, because nobody
        could tell. They wait for their first orders, so that their coming is no moment of the store's own."""
        stepwise = bool(self.behaviours) or self.scenario.store.season is not None
        while self._brought_to < len(self.edges) - 1 and (self.edges[self._brought_to] < until or not stepwise):
            if self._brought_to and stepwise:
                self._tidy(float(self.env.now))
            first, self._brought_to = self._brought_to, min(self._brought_to + QUARTER, len(self.edges) - 1)
            for month in range(first, self._brought_to):
                edge = self.edges[month]
                pull = pulls(self._hooks["attract"], self.scenario.channels, edge, self.edges[month + 1])
                # The base stands for all who came before day 0.
                if self.base is None or edge >= 0.0:
                    self._welcome(self.acquisition.month(month, pull))

    def _take_over(self, existing: Existing) -> Generator[Any, Any, None]:
        yield self.env.timeout(0.0 - self.env.now)
        self._own += existing.enter()

    def _seasons(self, season: tuple[float, ...]) -> Generator[Any, Any, None]:
        start = self.scenario.start
        day = start + datetime.timedelta(days=self.edges[0])
        while True:
            self.people.orders.season = season[day.month - 1]
            self.people.orders.marked[:] = True
            day = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
            yield self.env.timeout((day - start).days - self.env.now)

    def _act(self, behaviour: Behaviour[Any]) -> Generator[Any, Any, None]:
        knobs = behaviour.knobs
        yield self.env.timeout(knobs.from_ - self.env.now)
        behaviour.active = True
        self.targeting.review(float(self.env.now), self._left, self._entered)
        behaviour.begin(self.env.now)
        calendar = None
        if behaviour in self._hooks["calendar"]:
            calendar = self.env.process(self._until_stopped(behaviour))
        if knobs.until is None:
            return
        yield self.env.timeout(knobs.until - knobs.from_)
        behaviour.active = False
        if calendar is not None and calendar.is_alive:
            calendar.interrupt()
        behaviour.end(self.env.now)

    @staticmethod
    def _until_stopped(behaviour: Behaviour[Any]) -> Generator[Any, Any, None]:
        try:
            yield from behaviour.calendar()
        except simpy.Interrupt:
            return

    def _reviews(self) -> Generator[Any, Any, None]:
        yield self.env.timeout(0.0 - self.env.now)
        while True:
            now = float(self.env.now)
            self.targeting.review(now, self._left, self._entered)
            if self._failures is not None:
                self._failures.review(now)
            if self._purse is not None:
                self._purse.review()
            for behaviour in self._hooks["review"]:
                if behaviour.active:
                    behaviour.review(now)
            yield self.env.timeout(self.scenario.review_every)

    def _left(self, strategy: Strategy, rows: Rows) -> None:
        self.behaviours[self.codes[strategy.name]].left(rows)

    def _entered(self, strategy: Strategy, rows: Rows) -> None:
        behaviour = self.behaviours[self.codes[strategy.name]]
        if behaviour.active:
            behaviour.entered(rows, float(self.env.now))

    # People coming and going --------------------------------------------------------------------------------------

    def _welcome(self, arrivals: Arrivals) -> None:
        rows = self._newcomers(arrivals.key, arrivals.time)
        self.people.cell[rows] = arrivals.replication * GROUPS + group_of(arrivals.key)
        self.people.channel[rows] = arrivals.channel
        rate, hazard, basket = self._channel_quality[arrivals.channel].T
        self._endow(rows, rate, hazard, basket)
        self._own += rows.size

    def _tidy(self, now: float) -> None:
        """Drop the rows of the dead of whom nothing can come any more, once they are many."""
        self._endow_children(NEVER)
        people = self.people
        gone = ~people.alive[:] & (people.clocks.least(slice(None)) >= self.edges[-1])
        if self._contacts is not None:
            self._contacts.rebase(now)
            gone &= ~self._contacts.expected(now)
        if gone.sum() * TIDIED_FROM > people.size:
            people.retire(gone)
