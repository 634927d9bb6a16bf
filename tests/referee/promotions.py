"""The discount cycle."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from referee.customer import Customer
from referee.luck import at, purpose, uniform
from referee.strategy import Strategy

if TYPE_CHECKING:
    from referee.store import Purchase, Referee

_WAITS = purpose("discount_cycle.waits")
_MOMENT = purpose("discount_cycle.moment")


class Promotions(Strategy):
    """Sitewide promotions, orders pulled forward, training and waiters."""

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        super().__init__(store, index, name, knobs)
        self.running = False
        self.next_start: float | None = None
        self.owing: dict[Customer, None] = {}
        self.dipped_at = 0.0
        self.ends: list[float] = []
        self.learn(0.0)

    def learn(self, now: float) -> None:
        """Full-price rate and response to a deal by the number of promotions over when a customer came."""
        knobs = self.knobs
        bump = min((1.0 - knobs.depth) ** -knobs.elasticity, knobs.cap)
        exposure, seen = 0.0, [0.0]
        for end in reversed(self.ends):
            exposure += 2.0 ** (-(now - end) / knobs.training_half_life) * min(1.0, knobs.depth / 0.20)
            seen.append(exposure)
        seen.reverse()
        self.full_price = [max(knobs.training_floor, knobs.training**weight) for weight in seen]
        self.responses = [
            min(1.0 + (bump - 1.0) * (1.0 + knobs.deal_response * (1.0 - 2.0**-weight)), knobs.cap) for weight in seen
        ]

    def calendar(self) -> Generator[Any, Any, None]:
        env, knobs = self.store.env, self.knobs
        self.next_start = env.now + knobs.first_after
        yield env.timeout(knobs.first_after)
        while True:
            self.start(env.now)
            yield env.timeout(knobs.length)
            self.stop(env.now)
            quiet = knobs.every - knobs.length
            if knobs.payback < quiet:
                yield env.timeout(knobs.payback)
                self.pay_back(env.now)
                quiet -= knobs.payback
            yield env.timeout(quiet)

    def start(self, now: float) -> None:
        self.running, self.next_start = True, now + self.knobs.every
        self.learn(now)
        for customer in self.owing:
            customer.reread_rate(now)
            missed = (1.0 - customer.dip) * customer.rate / customer.dip * (now - self.dipped_at)
            customer.debt = max(customer.debt - missed, 0.0)
            customer.dip = 1.0
        self.owing = {customer: None for customer in self.owing if customer.debt > 0.0}
        for customer in self.store.living_for(self):
            customer.response = self.responses[customer.came_after]
            if customer.bend_orders(self.index, customer.response, now):
                customer.call()

    def stop(self, now: float) -> None:
        knobs = self.knobs
        self.running = False
        self.ends.append(now)
        self.learn(now)
        self.dipped_at = now
        for customer in self.owing:
            customer.reread_rate(now)
            rate = customer.rate / customer.order_bends[self.index] * self.full_price[customer.came_after]
            customer.dip = max(0.1, 1.0 - customer.debt / (knobs.payback * rate))
        self.look(now)

    def pay_back(self, now: float) -> None:
        for customer in self.owing:
            customer.dip, customer.debt = 1.0, 0.0
        self.owing = {}
        self.learn(now)
        self.look(now)

    def review(self, now: float) -> None:
        if self.ends and not self.running:
            before = self.full_price
            self.learn(now)
            pairs = zip(before, self.full_price, strict=False)
            if len(self.full_price) == len(before) and all(abs(b / a - 1.0) < 0.01 for a, b in pairs):
                self.full_price = before
            else:
                self.look(now)

    def look(self, now: float) -> None:
        """Everybody's rate while prices are full."""
        for customer in self.store.living_for(self):
            if customer.bend_orders(self.index, self.full_price[customer.came_after] * customer.dip, now):
                customer.call()

    def revived(self, customer: Customer, now: float) -> None:
        customer.response = self.responses[customer.came_after]
        full = self.full_price[customer.came_after] * customer.dip
        customer.bend_orders(self.index, customer.response if self.running else full, now)

    def joined(self, customer: Customer, now: float) -> None:
        customer.came_after = len(self.ends)
        if self.running:
            customer.response = self.responses[-1]
            customer.bend_orders(self.index, customer.response, now)

    def defer(self, customer: Customer, now: float) -> float:
        knobs = self.knobs
        if self.running or self.next_start is None or customer.came_after >= len(self.ends) or not customer.number:
            return now
        if not knobs.depth or (knobs.until is not None and self.next_start >= knobs.until):
            return now
        if self.next_start - now > knobs.patience or uniform(customer.key, _WAITS) >= knobs.waiters:
            return now
        later: float = self.next_start + knobs.length * uniform(at(customer.key, customer.number), _MOMENT)
        return later

    def price(self, customer: Customer, purchase: Purchase) -> None:
        if self.running and self.knobs.depth:
            purchase.take_off(self.knobs.depth)
            purchase.cause = purchase.cause or self.index + 1

    def ordered(self, customer: Customer, purchase: Purchase) -> None:
        if self.running and self.knobs.pull_forward and not purchase.held:
            customer.debt += self.knobs.pull_forward * (1.0 - 1.0 / customer.response)
            self.owing[customer] = None

    def end(self, now: float) -> None:
        self.running, self.next_start, self.owing = False, None, {}
        for customer in self.store.joined:
            customer.debt, customer.dip = 0.0, 1.0
            if customer.bend_orders(self.index, 1.0, now):
                customer.call()
