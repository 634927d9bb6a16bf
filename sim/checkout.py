"""The checkout: orders are priced, booked and told to whom they concern.

The rows of a call are all at their next order, each at a time of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Cents, overrides
from sim.contract import Subscriptions
from sim.population import NEVER, Floats, Rows, places
from sim.purse import Purse
from sim.randomness import Keys, at
from sim.scenario import Scenario
from sim.service import Failures
from sim.shop import Shop

EVERYBODY = slice(None)
"""The positions of all."""


class Checkout(Shop):
    """A shop whose strategies act, and at which customers order."""

    def __init__(self, scenario: Scenario, replications: int, blocks: int) -> None:
        super().__init__(scenario, replications, blocks)
        self.behaviours: list[Behaviour[Any]] = []
        self._owners: list[tuple[int, str]] = []
        """The rank of the strategy whose each timer is, in the order of the timers' making."""
        for name in self.names:
            self.behaviours.append(scenario.strategies[name].enact(self))
            self._owners += [scenario.strategies[name].rank] * (len(self.people.timers) - len(self._owners))
        self._hooks = {
            hook: [behaviour for behaviour in self.behaviours if overrides(behaviour, hook)]
            for hook in (
                "joined", "defer", "price", "ordered", "lessen", "failed", "review", "calendar", "attract", "monthly_cost",
                "revived",
            )
        }  # fmt: skip
        self._failures = Failures(self, self._lessen) if scenario.store.service.can_fail else None
        self._subscriptions = Subscriptions(self) if self.law.contract else None
        self._purse = Purse(self, self.behaviours) if scenario.budget.monthly is not None else None
        if self._purse is not None:
            self.payers.append(self._purse.pay)
        self._calls = {
            hook: [(behaviour, getattr(behaviour, hook), behaviour.selective) for behaviour in self._hooks[hook]]
            for hook in ("joined", "price", "ordered")
        }

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


def _only(basket: Basket, which: Rows) -> Basket:
    """Some of the orders of a basket, for hooks that only look."""
    if which.size == basket.rows.size:
        return basket
    return Basket(
        basket.rows[which], basket.time[which], basket.number[which], basket.place[which],
        basket.list_price[which], basket.discount[which], basket.cause[which], basket.held[which],
    )  # fmt: skip
