"""The store of the referee: its calendar as SimPy processes, and what an order does."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import simpy

from referee.customer import NEVER, SEASON, Alarm, Customer
from referee.desk import Support
from referee.law import Law
from referee.luck import MASK, at, exponential, mix, purpose, root, step, uniform
from referee.messages import MailingList, Newsletter, WelcomeFlow, WinBackFlow
from referee.promotions import Promotions
from referee.referral import Programme
from referee.service import Mood
from referee.strategy import Strategy
from referee.tiers import Tiers
from sim.scenario import Channel, Scenario

GROUPS = 20
KNOWN: dict[str, type[Strategy]] = {
    "discount_cycle": Promotions,
    "email": Newsletter,
    "loyalty_tiers": Tiers,
    "referral": Programme,
    "support_desk": Support,
    "welcome": WelcomeFlow,
    "win_back": WinBackFlow,
}
HOOKS = ("joined", "defer", "price", "ordered", "failed", "revived", "review", "calendar")


@dataclass(slots=True)
class Purchase:
    """An order while it is being placed; money in cents."""

    time: float
    number: int
    place: int
    list_price: int
    discount: int
    cause: int
    held: bool

    @property
    def net(self) -> int:
        """What is paid."""
        return self.list_price - self.discount

    def take_off(self, share: float) -> None:
        """A share off what is still to be paid."""
        self.discount += round((self.list_price - self.discount) * share)


class Referee:
    """One replication of a store, customer by customer.

    After `run`: `joined`, the customers in the order of their first orders; `orders`, tuples of (customer, number,
    time, list price, discount, refund, margin, refund margin, cause); `costs`, tuples of (strategy, customer, time,
    micros); `bulk_costs`, tuples of (strategy, time, micros each, customers); `messages`, by strategy and group,
    [sent, opened, clicked, unsubscribed]; `invites`, by group.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int = 0) -> None:
        self.scenario = scenario
        self.law, self.stacking = Law(scenario.store), scenario.store.stacking
        self.root = root(seed, replication)
        self.edges = scenario.month_edges()
        self.end = self.edges[-1]
        self.channels = list(scenario.channels.items())
        self.env = simpy.Environment(initial_time=self.edges[0])
        self.season = 1.0
        self.list: MailingList | None = None
        self.mood: Mood | None = None
        self.timers: list[Callable[[Customer, float], None]] = []
        self.joined: list[Customer] = []
        self.living: dict[Customer, None] = {}
        self.orders: list[tuple[Customer, int, float, int, int, int, int, int, int]] = []
        self.costs: list[tuple[int, Customer, float, int]] = []
        self.bulk_costs: list[tuple[int, float, int, list[Customer]]] = []
        self.invites = [0] * GROUPS
        names = sorted(scenario.strategies)
        self.messages = [[[0, 0, 0, 0] for _ in range(GROUPS)] for _ in names]
        self.strategies: list[Strategy] = []
        for index, name in enumerate(names):
            self.strategies.append(KNOWN[name](self, index, name, scenario.strategies[name]))
        if scenario.store.service.failures:
            self.moods()
        self.selective = [strategy for strategy in self.strategies if strategy.selective]
        self.hooks = {
            hook: [each for each in self.strategies if getattr(type(each), hook) is not getattr(Strategy, hook)]
            for hook in HOOKS
        }

    # What strategies and customers use ----------------------------------------------------------------------------

    def mailing_list(self) -> MailingList:
        """The list that all who write share."""
        if self.list is None:
            self.list = MailingList(self)
        return self.list

    def moods(self) -> Mood:
        """The customers' moods, where orders can fail or somebody asks for them."""
        if self.mood is None:
            self.mood = Mood(self)
        return self.mood

    def timer(self, then: Callable[[Customer, float], None]) -> int:
        """The number of a new kind of personal clock."""
        self.timers.append(then)
        return len(self.timers) - 1

    def left_out(self, key: int, arrives: float) -> tuple[Strategy, ...]:
        """The strategies that do not act on a customer."""
        return tuple(strategy for strategy in self.selective if not strategy.chooses(key, arrives))

    def living_for(self, strategy: Strategy) -> Iterator[Customer]:
        """The living whom a strategy acts on."""
        if not strategy.selective:
            return iter(self.living)
        return (customer for customer in self.living if strategy not in customer.left_out)

    def charge(self, strategy: int, customer: Customer, now: float, micros: int) -> None:
        """Book a cost outside orders."""
        self.costs.append((strategy, customer, now, micros))

    def lose(self, customer: Customer, now: float) -> None:
        """A customer is lost."""
        customer.alive, customer.held, customer.died = False, False, now
        customer.order_due = customer.death_due = NEVER
        self.living.pop(customer, None)

    def resume(self, customer: Customer) -> None:
        """See that a customer whose timer was set by the store sleeps no longer than that."""
        if customer.process.is_alive:
            customer.call()
        else:
            customer.process = self.env.process(customer.life())

    # The calendar -------------------------------------------------------------------------------------------------

    def run(self) -> Referee:
        """Live through the whole time."""
        self.env.process(self.arrivals())
        if self.scenario.store.season is not None:
            self.env.process(self.seasons(self.scenario.store.season))
        for strategy in self.strategies:
            self.env.process(self.act(strategy))
        if self.hooks["review"]:
            self.env.process(self.reviews())
        self.env.run(until=self.end)
        return self

    def arrivals(self) -> Generator[Any, Any, None]:
        """New customers, month by month."""
        for month, edge in enumerate(self.edges[:-1]):
            yield self.env.timeout(edge - self.env.now)
            for index, (name, channel) in enumerate(self.channels):
                for key in self.won(name, channel, month - self.scenario.pre_history):
                    moment = uniform(key, purpose("acquisition.moment"))
                    arrives = edge + (self.edges[month + 1] - edge) * moment
                    group = int(uniform(key, purpose("law.group")) * GROUPS)
                    customer = Customer(self, key, arrives, index, None)
                    customer.endow(group, channel.order_rate, channel.dropout, channel.basket)

    def won(self, name: str, channel: Channel, month: int) -> Iterator[int]:
        """The keys of a channel's customers of one month: points of a Poisson process below the expected number."""
        expected = channel.customers_a_month()
        base = mix((self.root + step(purpose(f"channel.{name}"), month % (1 << 32))) & MASK)
        point, reached, n = purpose("acquisition.point"), 0.0, 0
        while True:
            place = at(base, n)
            reached += exponential(place, point)
            if reached >= expected:
                return
            yield mix(place)
            n += 1

    def seasons(self, season: tuple[float, ...]) -> Generator[Any, Any, None]:
        """The first of each month changes everybody's rate."""
        start = self.scenario.start
        day = start + datetime.timedelta(days=self.edges[0])
        while True:
            self.season = season[day.month - 1]
            for customer in self.living:
                if customer.reread_rate(self.env.now):
                    customer.call()
            day = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
            yield Alarm(self.env, (day - start).days - self.env.now, SEASON)

    def act(self, strategy: Strategy) -> Generator[Any, Any, None]:
        """A strategy from its first day to its last."""
        knobs = strategy.knobs
        yield self.env.timeout(knobs.from_ - self.env.now)
        strategy.active = True
        strategy.begin(self.env.now)
        calendar = self.env.process(self.follow(strategy)) if strategy in self.hooks["calendar"] else None
        if knobs.until is not None:
            yield self.env.timeout(knobs.until - knobs.from_)
            strategy.active = False
            if calendar is not None:
                calendar.interrupt()
            strategy.end(self.env.now)

    @staticmethod
    def follow(strategy: Strategy) -> Generator[Any, Any, None]:
        """A strategy's calendar until it is stopped."""
        try:
            yield from strategy.calendar()
        except simpy.Interrupt:
            return

    def reviews(self) -> Generator[Any, Any, None]:
        """The regular looks."""
        yield self.env.timeout(0.0 - self.env.now)
        while True:
            for strategy in self.hooks["review"]:
                if strategy.active:
                    strategy.review(self.env.now)
            yield self.env.timeout(self.scenario.review_every)

    # An order -----------------------------------------------------------------------------------------------------

    def acting(self, hook: str, customer: Customer) -> Iterator[Any]:
        """The strategies that have a hook and act on a customer now, in the order of their names."""
        for strategy in self.hooks[hook]:
            if strategy.active and strategy not in customer.left_out:
                yield strategy

    def order(self, customer: Customer, now: float) -> None:
        """An order falls due: it is put off, or placed."""
        for strategy in self.acting("defer", customer):
            later = strategy.defer(customer, now)
            if later > now:
                customer.order_due, customer.held = later, True
                return
        customer.number = number = customer.number + 1
        place = at(customer.key, number)
        price = max(round(self.law.basket(place) * customer.basket), 1)
        if number == 1:
            self.join(customer, now)
        cause = self.list.cause(customer, now) if self.list is not None else 0
        purchase = Purchase(now, number, place, price, 0, cause, customer.held)
        for strategy in self.acting("price", customer):
            strategy.price(customer, purchase)
        self.book(customer, purchase)
        customer.last_order, customer.held = now, False
        for strategy in self.acting("ordered", customer):
            strategy.ordered(customer, purchase)
        if self.mood is not None and self.mood.fails(place):
            self.mood.move(customer, now, -1.0)
            for strategy in self.acting("failed", customer):
                strategy.failed(customer, purchase)
        customer.order_due = now + self.law.gap(place) / customer.rate
        if self.law.after_order and number > 1 and self.law.lost_after(place, customer.hazard):
            self.lose(customer, now)

    def join(self, customer: Customer, now: float) -> None:
        """A first order makes a customer."""
        customer.acquired, customer.alive = now, True
        self.joined.append(customer)
        self.living[customer] = None
        customer.reread_rate(now)
        if self.list is not None:
            self.list.joined(customer, now)
        for strategy in self.acting("joined", customer):
            strategy.joined(customer, now)
        if not self.law.after_order:
            customer.death_due = now + self.law.lifetime(customer.key) / customer.hazard

    def book(self, customer: Customer, purchase: Purchase) -> None:
        """Revenue, costs and whether the order comes back."""
        costs, returns = self.scenario.store.costs, self.scenario.store.returns
        revenue = purchase.net
        goods = round(purchase.list_price * costs.goods)
        fees = round(revenue * costs.payment_share + 100.0 * (costs.shipping + costs.payment_fixed))
        refund = lost = 0
        if revenue and self.law.comes_back(purchase.place, returns.share):
            refund = revenue
            lost = revenue - round(goods * returns.resold - 100.0 * returns.handling)
        self.orders.append(
            (customer, purchase.number, purchase.time, purchase.list_price, purchase.discount, refund,
             revenue - goods - fees, lost, purchase.cause)
        )  # fmt: skip
