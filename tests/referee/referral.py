"""The referral programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from referee.customer import Customer
from referee.luck import child_key, exponential, purpose, uniform
from referee.strategy import Strategy

if TYPE_CHECKING:
    from referee.store import Purchase, Referee

_ADVOCATE = purpose("referral.advocate")
_INVITES = purpose("referral.invites")
_CONVERTS = purpose("referral.converts")
_DELAY = purpose("referral.delay")


class Programme(Strategy):
    """Invitations at orders, bonds that are looked at in reviews."""

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        super().__init__(store, index, name, knobs)
        self.bonds: dict[Customer, None] = {}
        self.reward = round(knobs.reward * 1_000_000)
        self.friend_reward = round(knobs.friend_reward * 100)

    def joined(self, customer: Customer, now: float) -> None:
        if customer.parent is not None:
            customer.bonded = True
            self.bonds[customer] = None
            self.bend(customer, now)
            if self.reward:
                self.store.charge(self.index, customer.parent, now, self.reward)

    def price(self, customer: Customer, purchase: Purchase) -> None:
        if customer.parent is not None and purchase.number == 1:
            purchase.discount += min(purchase.net, self.friend_reward)
            purchase.cause = self.index + 1

    def ordered(self, customer: Customer, purchase: Purchase) -> None:
        knobs, place = self.knobs, purchase.place
        if uniform(place, _INVITES) >= knobs.invites or uniform(customer.key, _ADVOCATE) >= knobs.advocates:
            return
        if customer.acquired >= 0.0:
            self.store.invites[customer.cell] += 1
        customer.proud = True
        self.bend(customer, purchase.time)
        if uniform(place, _CONVERTS) < knobs.converts:
            arrives = purchase.time + knobs.delay * exponential(place, _DELAY)
            friend = Customer(
                self.store, child_key(customer.key, purchase.number), arrives, len(self.store.channels), customer
            )
            friend.endow(customer.cell, knobs.friend_order_rate, 1.0, knobs.friend_basket)

    def review(self, now: float) -> None:
        for customer in list(self.bonds):
            assert customer.parent is not None
            if customer.parent.died < now:
                customer.bonded = False
                del self.bonds[customer]
                if self.bend(customer, now):
                    customer.call()

    def bend(self, customer: Customer, now: float) -> bool:
        knobs, dropout = self.knobs, 1.0
        if customer.proud:
            dropout = knobs.referrer_dropout
        if customer.bonded:
            dropout *= knobs.friend_dropout
        sooner = customer.bend_orders(self.index, knobs.referrer_order_rate if customer.proud else 1.0, now)
        return customer.bend_dropout(self.index, dropout, now) or sooner

    def end(self, now: float) -> None:
        for customer in self.store.joined:
            if customer.proud or customer.bonded:
                customer.proud = customer.bonded = False
                if self.bend(customer, now):
                    customer.call()
