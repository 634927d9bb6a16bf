"""The engine and the referee, written twice without sharing code, agree customer by customer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from referee.desk import Support
from referee.store import GROUPS, Referee

from sim.law_knobs import AfterOrder
from sim.log import EventLog
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import Contact, OrderCosts, Returns, Service, StoreKnobs
from sim.strategies import Strategy, catalogue
from sim.strategies.discount_cycle import DiscountCycle
from sim.strategies.email import Email
from sim.strategies.loyalty_tiers import LoyaltyTiers
from sim.strategies.referral import Referral
from sim.strategies.support_desk import SupportDesk
from sim.strategies.welcome import Welcome
from sim.strategies.win_back import WinBack

catalogue()  # gives the strategies their names
SEASON = (0.8, 0.85, 0.9, 1.0, 1.0, 0.95, 0.9, 0.9, 1.0, 1.1, 1.4, 1.7)
BUSY = StoreKnobs(
    season=SEASON,
    returns=Returns(share=0.12, resold=0.7, handling=2.5),
    costs=OrderCosts(goods=0.45, shipping=4.2, payment_share=0.029, payment_fixed=0.3),
    contact=Contact(consent=0.75),
)
CHANNELS = {
    "search": Channel(response="visits", monthly_spend=900.0, cost_per_visit=1.5, conversion=0.04, basket=1.2),
    "social": Channel(
        response="saturating", monthly_spend=500.0, ceiling=60.0, half_spend=700.0, order_rate=0.8, dropout=1.4
    ),
    "organic": Channel(customers=8.0, paid=False, dropout=0.7),
}
# Everything that is rare by default happens often here, so that it is compared often.
LIVELY: Mapping[str, Strategy] = {
    "discount_cycle": DiscountCycle(waiters=0.4, training=0.9),
    "email": Email(click_rate=0.06, unsubscribe_rate=0.01),
    "loyalty_tiers": LoyaltyTiers(premium_at=60.0, gold_at=140.0, pull=0.2),
    "referral": Referral(converts=0.5, friend_order_rate=1.2, friend_basket=0.9),
    "welcome": Welcome(click_rate=0.3),
    "win_back": WinBack(after=60.0, reactivates=0.2, reminds=0.05, redemption=0.5, click_rate=0.2),
}


def scenario(strategies: Mapping[str, Strategy], **values: object) -> Scenario:
    """A small, busy store: about 1,000 customers in 18 months, 6 of them before the start."""
    settings: dict[str, object] = {"months": 18, "pre_history": 6, "store": BUSY, "channels": CHANNELS}
    return Scenario(strategies=strategies, **(settings | values))  # type: ignore[arg-type]


def agree(of: Scenario, seed: int = 7) -> tuple[EventLog, Referee]:
    """Run both and compare all that they leave behind."""
    log, referee = Store(of, seed).run(), Referee(of, seed).run()
    same_customers(log, referee)
    same_orders(log, referee)
    same_costs(log, referee)
    same_messages(log, referee)
    return log, referee


@cache
def plain(store: StoreKnobs) -> EventLog:
    """The history of a store in which nobody does anything."""
    return Store(scenario({}, store=store), 7).run()


def same_customers(log: EventLog, referee: Referee) -> None:
    """Who came, when, from whom, and when each was lost."""
    there = sorted(referee.joined, key=lambda customer: (customer.acquired, customer.key))
    people = log.customers
    assert people.key.tolist() == [customer.key for customer in there]
    assert people.cell.tolist() == [customer.cell for customer in there]
    assert people.channel.tolist() == [customer.channel for customer in there]
    parents = [int(people.key[row]) if row >= 0 else None for row in people.parent]
    assert parents == [customer.parent.key if customer.parent else None for customer in there]
    np.testing.assert_allclose(people.acquired, [customer.acquired for customer in there], rtol=0, atol=1e-9)
    np.testing.assert_allclose(people.died, [customer.died for customer in there], rtol=0, atol=1e-9)


def same_orders(log: EventLog, referee: Referee) -> None:
    """Order by order: the same number, cents and cause, and times to 1e-9 days."""
    orders = log.orders
    keys = log.customers.key[orders.customer].tolist()
    columns = (
        orders.number, orders.list_price, orders.discount, orders.refund, orders.margin, orders.refund_margin, orders.cause
    )  # fmt: skip
    mine = sorted(zip(keys, *(column.tolist() for column in columns), orders.time.tolist(), strict=True))
    theirs = sorted((who.key, number, *money, time) for who, number, time, *money in referee.orders)
    assert len(mine) == len(theirs)
    assert [row[:-1] for row in mine] == [row[:-1] for row in theirs]
    np.testing.assert_allclose([row[-1] for row in mine], [row[-1] for row in theirs], rtol=0, atol=1e-9)


def same_costs(log: EventLog, referee: Referee) -> None:
    """Payment by payment: the same strategy, customer and micros, and times to 1e-9 days."""
    keys, costs = log.customers.key, log.costs
    columns = (costs.kind.tolist(), keys[costs.customer].tolist(), costs.time.tolist(), costs.amount.tolist())
    mine = list(zip(*columns, strict=True))
    for bulk in log.bulk_costs:
        mine += [(bulk.kind, key, bulk.time, bulk.amount) for key in keys[bulk.customer].tolist()]
    theirs = [(kind, customer.key, time, micros) for kind, customer, time, micros in referee.costs]
    for kind, time, micros, recipients in referee.bulk_costs:
        theirs += [(kind, customer.key, time, micros) for customer in recipients]
    mine.sort()
    theirs.sort()
    assert [(kind, key, micros) for kind, key, _, micros in mine] == [
        (kind, key, micros) for kind, key, _, micros in theirs
    ]
    np.testing.assert_allclose([row[2] for row in mine], [row[2] for row in theirs], rtol=0, atol=1e-9)


def same_messages(log: EventLog, referee: Referee) -> None:
    """The same counts of messages and invitations by group."""
    counts = np.array(referee.messages, dtype=np.int64).reshape(-1, GROUPS, 4)
    if log.messages is None:
        assert not counts.any()
    else:
        columns = (log.messages.sent, log.messages.opened, log.messages.clicked, log.messages.unsubscribed)
        mine = np.zeros_like(counts)
        mine[log.messages.kind, log.messages.cell] = np.stack(columns, axis=1)
        np.testing.assert_array_equal(mine, counts)
    if log.invites.size:
        assert log.invites.tolist() == referee.invites


def after_order(store: StoreKnobs) -> StoreKnobs:
    """The same store under the other dropout law."""
    return dataclasses.replace(store, dropout="after_order", after_order=AfterOrder(a=0.793, b=2.426))


@pytest.mark.parametrize("store", [StoreKnobs(), BUSY, after_order(StoreKnobs()), after_order(BUSY)])
def test_the_law_alone(store: StoreKnobs) -> None:
    """Without strategies both make the same history, under both dropout laws, plain or with season and returns."""
    log, _ = agree(scenario({}, store=store))
    assert log.customers.key.size > 900


@pytest.mark.parametrize("name", sorted(LIVELY))
@pytest.mark.parametrize("dropout", ["lifetime", "after_order"])
def test_each_strategy_alone(name: str, dropout: str) -> None:
    """With one strategy both make the same history, and the strategy has made a difference to it."""
    store = BUSY if dropout == "lifetime" else after_order(BUSY)
    log, _ = agree(scenario({name: LIVELY[name]}, store=store))
    assert log.orders.time.tolist() != plain(store).orders.time.tolist()


@pytest.mark.parametrize(("dropout", "seed"), [("lifetime", 11), ("after_order", 12)])
def test_all_strategies_together(dropout: str, seed: int) -> None:
    """With all strategies on, both make the same history."""
    store = BUSY if dropout == "lifetime" else after_order(BUSY)
    log, _ = agree(scenario(LIVELY, store=store), seed)
    assert (log.customers.parent >= 0).sum() > 20
    assert set(log.orders.cause.tolist()) >= {0, 1, 2, 4, 5, 6}


FAILING = dataclasses.replace(BUSY, service=Service(failures=0.2, failure_dropout=2.5, resented_for=90.0))
# One agent for more than they can do, so that tickets wait, callers hang up and VIPs pass the others.
DESK = SupportDesk(
    questions=0.5, complains=0.8, handling=0.12, by_phone=0.4, patience=0.02, gives_up=4.0, vip_first=True, vip_orders=3,
    slow_answer=0.7, forgives_half=3.0,
)  # fmt: skip


def same_tickets(log: EventLog, referee: Referee) -> None:
    """The same tickets, and the same waits in every bin."""
    (desk,) = (each for each in referee.strategies if isinstance(each, Support))
    for name in ("came", "abandoned", "first_reply"):
        mine = log.counts[f"support_desk.{'tickets' if name == 'came' else name}"].sum()
        assert mine == sum(name in entry for entry in desk.counted) > 20
    taken = [entry for entry in desk.counted if "wait" in entry]
    assert log.counts["support_desk.answered"].sum() == len(taken)
    for name, waits in (
        ("waits", [entry["wait"] for entry in taken]),
        ("waits_vip", [entry["wait"] for entry in taken if entry["vip"]]),
    ):
        bins = np.minimum(np.floor(4.0 * np.log2(1.0 + 1440.0 * np.array(waits))), 95).astype(np.int64)
        np.testing.assert_array_equal(log.counts[f"support_desk.{name}"].sum(axis=0), np.bincount(bins, minlength=96))
        assert np.unique(bins).size > 10


@pytest.mark.parametrize("dropout", ["lifetime", "after_order"])
def test_failures_and_the_mood(dropout: str) -> None:
    """Where orders fail and nobody puts them right both make the same history, another one than where none fails."""
    store = FAILING if dropout == "lifetime" else after_order(FAILING)
    log, _ = agree(scenario({}, store=store))
    assert log.customers.died.tolist() != plain(BUSY).customers.died.tolist()


@pytest.mark.parametrize("dropout", ["lifetime", "after_order"])
def test_the_support_desk_alone(dropout: str) -> None:
    """A desk on a clock of its own, wound up at reviews, is the desk whose every ticket is a process of the store's."""
    store = FAILING if dropout == "lifetime" else after_order(FAILING)
    log, referee = agree(scenario({"support_desk": DESK}, store=store))
    same_tickets(log, referee)
    assert log.customers.died.tolist() != plain(store).customers.died.tolist()


def test_the_support_desk_among_others_and_for_a_time() -> None:
    """With all other strategies, for some of the customers and some of the time, both make the same history."""
    some = dataclasses.replace(DESK, holdout=0.2, from_=33.3, until=300.0, opens=20 / 24, closes=4 / 24, days=6)
    log, referee = agree(scenario(LIVELY | {"support_desk": some}, store=FAILING), 11)
    same_tickets(log, referee)
    agree(scenario(LIVELY | {"support_desk": DESK}, store=FAILING, review_every=3.0, months=10), 12)


def test_all_strategies_with_their_defaults() -> None:
    """With the defaults of every strategy, more customers and a longer time, both make the same history."""
    channels = {"organic": Channel(customers=60.0)}
    agree(scenario({name: type(each)() for name, each in LIVELY.items()}, months=20, channels=channels, store=StoreKnobs()))


def test_holdout_segment_and_dates() -> None:
    """Whoever is held out, in another segment or there before or after a strategy's time is the same customer in both."""
    limits: dict[str, dict[str, object]] = {
        "discount_cycle": {"holdout": 0.3, "from_": 20.0, "until": 400.0},
        "email": {"segment": "new", "until": 300.0},
        "loyalty_tiers": {"segment": "existing", "from_": 33.0, "until": 500.0, "kept_for": 30.0},
        "referral": {"holdout": 0.2, "until": 350.0},
        "welcome": {"holdout": 0.5, "from_": 45.0, "until": 250.0},
        "win_back": {"segment": "existing", "holdout": 0.1, "from_": 10.0, "until": 444.0},
    }
    strategies = {name: dataclasses.replace(LIVELY[name], **limits[name]) for name in LIVELY}  # type: ignore[arg-type]
    agree(scenario(strategies), 5)


@pytest.mark.parametrize(("begin", "end", "cap"), [("22:00", "08:00", None), ("12:00", "14:30", 2)])
def test_quiet_hours_and_the_frequency_cap(begin: str, end: str, cap: int | None) -> None:
    """Messages that wait for the morning, and customers who have had enough, are read alike."""
    clock = {each: (60 * int(each[:2]) + int(each[3:])) / 1440 for each in (begin, end)}
    contact = Contact(consent=0.75, quiet_from=clock[begin], quiet_until=clock[end], frequency_cap=cap)
    log, _ = agree(scenario(LIVELY, store=dataclasses.replace(BUSY, contact=contact)), 9)
    free = Store(scenario(LIVELY), 9).run()
    assert log.messages is not None
    assert free.messages is not None
    if cap is None:
        assert abs(log.messages.sent.sum() / free.messages.sent.sum() - 1.0) < 0.05
    else:
        assert log.messages.sent.sum() < 0.6 * free.messages.sent.sum()


def test_overlapping_promotions_and_daily_reviews() -> None:
    """Debts that roll into the next promotion and reviews on every day are read alike."""
    cycle = DiscountCycle(every=30.0, length=10.0, depth=0.4, waiters=0.5, first_after=3.5)
    agree(scenario({"discount_cycle": cycle, "loyalty_tiers": LIVELY["loyalty_tiers"]}, review_every=1.0, months=14), 3)


def test_moments_that_coincide() -> None:
    """Promotions that begin and end with a season, a newsletter and a review at the same instant are read alike."""
    shared = {"discount_cycle": DiscountCycle(first_after=24.0, every=31.0, waiters=0.4), "email": LIVELY["email"]}
    agree(scenario(shared), 2)
    weekly = {"discount_cycle": DiscountCycle(first_after=28.0, every=84.0), "email": Email(click_rate=0.3, lift=3.0)}
    agree(scenario(weekly | {"win_back": LIVELY["win_back"]}), 2)
