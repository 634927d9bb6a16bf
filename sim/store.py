"""The store: SimPy decides when, numpy decides who.

What happens at a moment of the store's own (a month's new customers, a promotion, a newsletter, a review) is a SimPy
process. Between two such moments every customer's rates are constant, so the whole crowd is advanced from one to the
next at once, and exactly: the loop acts on the earliest of each customer's clocks, re-reads what bends that customer's
rates, and goes on until no clock is due before the moment. No tick, no approximation.
"""

from __future__ import annotations

import datetime
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.acquisition import Acquisition, Arrivals
from sim.base import Base, base_of
from sim.behaviour import Basket, Behaviour, Cents, overrides
from sim.contract import Subscriptions
from sim.errors import RegularsError
from sim.existing import Existing
from sim.ledger import group_of
from sim.log import GROUPS, EventLog
from sim.market import overheads, pulls
from sim.mood_by_month import MoodByMonth
from sim.population import NEVER, Floats, Rows, places
from sim.purse import Purse
from sim.randomness import Keys, at
from sim.rivals import offers
from sim.scenario import Scenario
from sim.service import Failures
from sim.shop import REFERRAL, Shop
from sim.strategy import Strategy
from sim.waiting import Waiting

TIDIED_FROM = 4
"""One row in so many must have no future before any are dropped: to close up over them takes time."""
LAST = 10
"""A priority behind that of any strategy."""
FIRST_TIMER = 2
"""The place of the first timer among the clocks, behind the next order and the end of life."""
QUARTER = 3
"""Months whose customers are brought together."""
EVERYBODY = slice(None)
"""The positions of all."""


class Store(Shop):
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
        self._own = 0
        self._brought_to = 0
        """The first of the months whose customers have not been brought yet."""
        self.behaviours: list[Behaviour[Any]] = []
        owners: list[tuple[int, str]] = []
        for name in self.names:
            self.behaviours.append(scenario.strategies[name].enact(self))
            owners += [scenario.strategies[name].rank] * (len(self.people.timers) - len(owners))
        self._hooks = {
            hook: [behaviour for behaviour in self.behaviours if overrides(behaviour, hook)]
            for hook in (
                "joined", "defer", "price", "ordered", "lessen", "failed", "review", "calendar", "attract", "monthly_cost",
                "revived",
            )
        }  # fmt: skip
        self._failures = Failures(self, self._lessen) if scenario.store.service.can_fail else None
        self._moods = MoodByMonth(self) if self._mood is not None else None
        self._subscriptions = Subscriptions(self) if self.law.contract else None
        timers = self.people.timers
        # What the store itself minds comes last.
        owners += [(LAST, "")] * (len(timers) - len(owners))
        self._timer_numbers = np.arange(FIRST_TIMER, FIRST_TIMER + len(timers) + 1)
        self._in_turn = sorted(zip(owners, range(len(owners)), timers, strict=True), key=lambda each: each[:2])
        """The timers with whose they are and which of all they are, in the order in which they strike at one instant."""
        self._purse = Purse(self, self.behaviours) if scenario.budget.monthly is not None else None
        if self._purse is not None:
            self.payers.append(self._purse.pay)
        self._calls = {
            hook: [(behaviour, getattr(behaviour, hook), behaviour.selective) for behaviour in self._hooks[hook]]
            for hook in ("joined", "price", "ordered")
        }

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

    # The crowd between two moments --------------------------------------------------------------------------------

    def _advance(self, until: float) -> None:
        """Let strike whatever is due before `until`, for each row one clock after the other.

        Customers do not see each other between two moments, so they need not keep in step. A call for few costs as much as
        one for many: what most have come to, an order or something else, goes first, and the others wait until more have
        come to theirs.
        """
        people = self.people
        size = people.size
        orders, others = Waiting(self._order), Waiting(self._strike)
        time = people.clocks.least(slice(None))
        rows = places(time < until)
        time = time[rows]
        while rows.size or orders.count or others.count:
            ordering = people.orders.due[rows] == time
            found = places(ordering)
            if found.size == rows.size:
                orders.add(rows, time)
            elif found.size:
                orders.add(rows[found], time[found])
                found = places(~ordering)
                others.add(rows[found], time[found])
            else:
                others.add(rows, time)
            # Orders set off other things more often than the other way round: half as many go first.
            if 2 * orders.count >= others.count:
                self._endow_children(until)
                rows = orders.strike()
            else:
                rows = others.strike()
            if people.size > size:
                self._check_referrals()
                rows = np.concatenate((rows, np.arange(size, people.size)))
                size = people.size
            time = people.clocks.least(rows)
            soon = places(time < until)
            rows, time = rows[soon], time[soon]

    def _strike(self, rows: Rows, time: Floats) -> None:
        """What strikes other than orders: ends of life, and the strategies' timers for those who do not die."""
        people = self.people
        # One call finds what strikes, clock by clock: where few do, most clocks need no look of their own. Asked of the table
        # itself, `nonzero` takes ten times as long as of its places in a line.
        clocks, struck = np.divmod(places((people.clocks.of(rows) == time).reshape(-1)), rows.size)
        if clocks[0] < FIRST_TIMER:
            dying = struck[: clocks.searchsorted(FIRST_TIMER)]
            self.lose(rows[dying], time[dying])
            lives = np.ones(rows.size, dtype=np.bool_)
            lives[dying] = False
            left = lives[struck]
            clocks, struck = clocks[left], struck[left]
        if not people.timers:
            return
        cuts = clocks.searchsorted(self._timer_numbers).tolist()
        for _, place, (timer, then) in self._in_turn:
            first, last = cuts[place], cuts[place + 1]
            if first < last:
                which = struck[first:last]
                due = rows[which]
                timer[due] = NEVER
                then(due, time[which])
        people.orders.settle_marked(rows, time)
        people.dropout.settle_marked(rows, time)

    def let_before(self, rank: tuple[int, str]) -> None:
        """Timers strike that are due at this very instant and are of strategies that go before this one."""
        people, now = self.people, float(self.env.now)
        for owner, _, (timer, then) in self._in_turn:
            if owner >= rank:
                return
            rows = places(timer[:] == now)
            if rows.size:
                timer[rows] = NEVER
                time = np.full(rows.size, now)
                then(rows, time)
                people.orders.settle_marked(rows, time)
                people.dropout.settle_marked(rows, time)

    def lose(self, rows: Rows, time: Floats) -> None:
        """Customers are lost for good, and with them their subscriptions."""
        if self._subscriptions is not None and rows.size:
            self._subscriptions.ended(rows, time)
        super().lose(rows, time)

    def revive(self, rows: Rows, time: Floats, place: Keys, name: str) -> None:
        """Wake the dead, and tell the strategies."""
        if not rows.size:
            return
        super().revive(rows, time, place, name)
        for behaviour in self._hooks["revived"]:
            if behaviour.active:
                behaviour.revived(rows, time)

    # One order each -----------------------------------------------------------------------------------------------

    def _order(self, rows: Rows, time: Floats) -> None:
        people = self.people
        if self._subscriptions is not None:
            # Due dates stand: nobody puts a renewal off.
            rows, time = self._renewed(rows, time, self._subscriptions)
        elif self._hooks["defer"]:
            rows, time = self._deferred(rows, time)
        if not rows.size:
            return
        number = people.number[rows]
        number += 1
        people.number[rows] = number
        place = at(people.key[rows], number)
        gap, fate, size = self.law.order(place)
        basket = self._priced(rows, time, number, place, size)
        # Who has paid nothing has no reason to send it back.
        returned = (fate < self.scenario.store.returns.share) & (basket.discount < basket.list_price)
        self.ledger.orders.append(
            rows.size, customer=people.person[rows], number=number, time=time, list_price=basket.list_price,
            discount=basket.discount, cause=basket.cause, returned=returned,
        )  # fmt: skip
        people.last_order[rows] = time
        people.held[rows] = False
        if self.targeting.spend is not None:
            self.targeting.spent(rows, basket.net(slice(None)))
        self._call("ordered", basket)
        if self._failures is not None:
            failed = self._failures.strike(basket)
            if failed.size:
                self._fail(_only(basket, failed))
        if self._subscriptions is not None:
            self._subscriptions.placed(basket)
        people.dropout.settle_marked(rows, time)
        people.orders.restart(rows, time, gap)
        if self.law.after_order:
            lost = places((number > 1) & self.law.lost_after(place, people.dropout.rate[rows]))
            self.lose(rows[lost], time[lost])

    def _priced(self, rows: Rows, time: Floats, number: NDArray[np.int32], place: Keys, size: Floats) -> Basket:
        """The orders with their prices; those who place their first are known from here on."""
        people = self.people
        size *= people.basket[rows]
        np.rint(size, out=size)
        np.maximum(size, 1.0, out=size)
        cause = self._contacts.causes(rows, time) if self._contacts is not None else np.zeros(rows.size, np.int8)
        basket = Basket(
            rows, time, number, place, size.astype(np.int64), np.zeros(rows.size, np.int64), cause, people.held[rows]
        )
        first = places(number == 1)
        if first.size:
            self._join(basket, first)
        self._call("price", basket)
        return basket

    def _deferred(self, rows: Rows, time: Floats) -> tuple[Rows, Floats]:
        """Those who place their order now; the others' clocks are put off."""
        for behaviour in self._hooks["defer"]:
            if not behaviour.active:
                continue
            later = behaviour.defer(rows, time)
            if later is time:
                continue
            waits = later > time
            if waits.any():
                self.people.orders.due[rows[waits]] = later[waits]
                self.people.held[rows[waits]] = True
                rows, time = rows[~waits], time[~waits]
        return rows, time

    def _renewed(self, rows: Rows, time: Floats, subscriptions: Subscriptions) -> tuple[Rows, Floats]:
        """Under a contract: those who renew at their due date; the others are lost."""
        people = self.people
        number = people.number[rows] + np.int32(1)
        ends = subscriptions.renewing(rows)
        ends &= self.law.lost_after(at(people.key[rows], number), people.dropout.rate[rows])
        self.lose(rows[ends], time[ends])
        return rows[~ends], time[~ends]

    def insight(self) -> float:
        """What the strategies that act now tell the store about its own faults, together."""
        return sum(behaviour.insight() for behaviour in self.behaviours if behaviour.active)

    def _lessen(self, basket: Basket, chance: Floats) -> None:
        """Strategies make the failures of these orders rarer, or more frequent."""
        for behaviour in self._hooks["lessen"]:
            if behaviour.active:
                behaviour.lessen(basket, behaviour.among(basket.rows), chance)

    def _call(self, hook: str, basket: Basket) -> None:
        for behaviour, call, selective in self._calls[hook]:
            if not behaviour.active:
                continue
            if not selective:
                call(basket, EVERYBODY)
                continue
            who = behaviour.among(basket.rows)
            if isinstance(who, slice) or who.size:
                call(basket, who)

    def _fail(self, basket: Basket) -> None:
        """Whoever takes up a failure keeps it: it is answered, forgiven and paid for once."""
        for behaviour in self._hooks["failed"]:
            if behaviour.active and basket.rows.size:
                who = behaviour.among(basket.rows)
                if isinstance(who, slice) or who.size:
                    left = np.ones(basket.rows.size, dtype=np.bool_)
                    left[behaviour.failed(basket, who)] = False
                    basket = _only(basket, places(left))

    def _join(self, basket: Basket, first: Rows) -> None:
        """First orders: the customer exists from now on, and may die from now on."""
        people, ledger = self.people, self.ledger
        rows, time = basket.rows[first], basket.time[first]
        known = ledger.people.length
        people.know(rows, np.arange(known, known + rows.size, dtype=np.int32))
        people.alive[rows] = True
        ledger.people.append(
            rows.size, key=people.key[rows], cell=people.cell[rows], channel=people.channel[rows],
            acquired=time, died=NEVER, parent=people.parent[rows],
            held=self.targeting.held(rows), enrolled=0,
        )  # fmt: skip
        if self._contacts is not None:
            self._contacts.joined(rows)
        self._call("joined", _only(basket, first))
        if not self.law.by_coin:
            people.dropout.restart(rows, time, self.law.lifetimes(people.key[rows]))

    def _costed(self, list_price: Cents, discount: Cents, returned: NDArray[np.bool_]) -> tuple[Cents, Cents, Cents]:
        """Refunds, margins and the margins lost by the refunds, in cents."""
        costs, returns = self.scenario.store.costs, self.scenario.store.returns
        revenue = list_price - discount
        goods = np.rint(list_price * costs.goods).astype(np.int64)
        fees = np.rint(revenue * costs.payment_share + 100.0 * (costs.shipping + costs.payment_fixed)).astype(np.int64)
        refund, lost = np.zeros_like(revenue), np.zeros_like(revenue)
        back = places(returned)
        refund[back] = revenue[back]
        regained = np.rint(goods[back] * returns.resold - 100.0 * returns.handling).astype(np.int64)
        lost[back] = revenue[back] - regained
        return refund, revenue - goods - fees, lost

    def _check_referrals(self) -> None:
        cap = self.scenario.customer_cap
        if self._brought > cap * max(self._own, GROUPS):
            known = max(self.ledger.people.length, 1)
            raise RegularsError(
                f"referrals explode: {self._brought} customers brought by {known} (K is {self._brought / known:.2f} so far "
                f"and still growing), more than customer_cap = {cap} times the store's own {self._own}; "
                "lower the referral's invitations or their conversion until K is below 1"
            )


def _only(basket: Basket, which: Rows) -> Basket:
    """Some of the orders of a basket, for hooks that only look."""
    if which.size == basket.rows.size:
        return basket
    return Basket(
        basket.rows[which], basket.time[which], basket.number[which], basket.place[which],
        basket.list_price[which], basket.discount[which], basket.cause[which], basket.held[which],
    )  # fmt: skip
