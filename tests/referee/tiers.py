"""The loyalty tiers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from referee.customer import Customer
from referee.strategy import Strategy

if TYPE_CHECKING:
    from referee.store import Purchase, Referee

TRAILING = 365.0


class Tiers(Strategy):
    """Up at the order, down at reviews."""

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        super().__init__(store, index, name, knobs)
        self.premium, self.gold = round(knobs.premium_at * 100), round(knobs.gold_at * 100)
        self.perks = (0.0, knobs.premium_perk, knobs.gold_perk)
        self.counting: deque[tuple[float, int, Customer]] = deque()
        self.members: dict[Customer, None] = {}

    def deserved(self, spend: int) -> int:
        return int(spend >= self.premium) + int(spend >= self.gold)

    def ordered(self, customer: Customer, purchase: Purchase) -> None:
        net, now = purchase.net, purchase.time
        perk = self.perks[customer.level]
        if perk:
            self.store.charge(self.index, customer, now, round(net * perk) * 10_000)
        customer.spend += net
        self.counting.append((now, net, customer))
        level = self.deserved(customer.spend)
        if level > customer.level:
            customer.level, customer.demoted, customer.reached = level, False, now
            self.members[customer] = None
        self.bend(customer, now)

    def review(self, now: float) -> None:
        changed: dict[Customer, None] = {}
        while self.counting and self.counting[0][0] < now - TRAILING:
            _, net, customer = self.counting.popleft()
            customer.spend -= net
            changed[customer] = None
        for customer in list(self.members):
            level = self.deserved(customer.spend)
            if level < customer.level and now - customer.reached >= self.knobs.kept_for:
                customer.level, customer.demoted = level, True
                changed[customer] = None
                if not level:
                    del self.members[customer]
        for customer in changed:
            if self.bend(customer, now):
                customer.call()

    def bend(self, customer: Customer, now: float) -> bool:
        knobs, level = self.knobs, customer.level
        rate, dropout = knobs.up_order_rate**level, knobs.up_dropout**level
        if customer.demoted:
            rate *= knobs.down_order_rate
            dropout *= knobs.down_dropout
        if level < 2:
            rate *= 1.0 + knobs.pull * min(customer.spend / (self.gold if level else self.premium), 1.0) ** 2
        sooner = customer.bend_orders(self.index, rate, now)
        return customer.bend_dropout(self.index, dropout, now) or sooner

    def end(self, now: float) -> None:
        for customer in self.store.joined:
            customer.bend_orders(self.index, 1.0, now)
            customer.bend_dropout(self.index, 1.0, now)
            customer.call()
