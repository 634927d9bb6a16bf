"""What every strategy promises, whoever writes it, and the signs that a sceptic would check in those there are."""

from __future__ import annotations

import dataclasses
import itertools
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from histories import ORDER_COLUMNS, Columns, history, only, same

import sim.strategies
from sim.knobs import knobs_of
from sim.law_knobs import Basket, Lifetime, Orders
from sim.log import EventLog
from sim.randomness import purpose, uniform
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import Contact, Service, StoreKnobs
from sim.strategies import Strategy, catalogue
from sim.strategies.discount_cycle import DiscountCycle, Promotions
from sim.strategies.email import Email
from sim.strategies.loyalty_tiers import LoyaltyTiers, Tiers
from sim.strategies.referral import Referral
from sim.strategies.win_back import WinBack

NAMES = sorted(catalogue())
AT_FIRST_ORDERS = {"first_order_discount", "prize_wheel", "second_order_coupon", "welcome"}
"""Strategies that begin with a first order, so that customers from before the start never meet them."""
# More orders a customer than the default store, and deaths enough, so that a small store shows everything.
SHOP = StoreKnobs(orders=Orders(r=0.8, alpha=6.0), lifetime=Lifetime(s=0.6, beta=20.0), contact=Contact(consent=0.8))
FAILING = dataclasses.replace(SHOP, service=Service(failures=0.1))


def make(name: str, **values: Any) -> Strategy:
    return catalogue()[name](**values)


def scenario(strategies: Mapping[str, Strategy], customers: float = 500.0, **values: Any) -> Scenario:
    """A store of about so many customers in a year and a third as many before it."""
    channels = {"organic": Channel(customers=customers / 12)}
    settings: dict[str, Any] = {"months": 12, "pre_history": 4, "store": SHOP, "channels": channels}
    return Scenario(strategies=strategies, **(settings | values))


def run(strategies: Mapping[str, Strategy], seed: int = 1, **values: Any) -> EventLog:
    return Store(scenario(strategies, **values), seed).run()


@cache
def plain(seed: int = 1, customers: float = 500.0) -> EventLog:
    """The store in which nobody does anything."""
    return run({}, seed, customers=customers)


@cache
def failing() -> EventLog:
    """The same store where orders fail."""
    return run({}, store=FAILING)


def costs(log: EventLog) -> list[tuple[float, int]]:
    """Time and micros of all payments outside orders."""
    single = list(zip(log.costs.time.tolist(), log.costs.amount.tolist(), strict=True))
    return single + [(bulk.time, bulk.amount * bulk.customer.size) for bulk in log.bulk_costs]


def acts(log: EventLog) -> bool:
    """Whether the strategies of a store without others have changed its orders, or cost anything."""
    columns = ("time", "list_price", "discount")
    changed = any(getattr(log.orders, name).tolist() != getattr(plain().orders, name).tolist() for name in columns)
    return changed or bool(costs(log)) or bool(log.overheads.any())


# What every strategy promises ---------------------------------------------------------------------------------------


def test_a_file_without_a_strategy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the folder of strategies that declares none is named, once its strategy is asked for; until then no file is
    loaded."""
    (tmp_path / "nothing_here.py").write_text("from sim.strategy import Strategy\n", encoding="utf-8")
    monkeypatch.setattr(sim.strategies, "__path__", [*sim.strategies.__path__, str(tmp_path)])
    found = sim.strategies.Catalogue(["nothing_here", "email"])
    assert list(found) == ["email", "nothing_here"]
    assert found["email"] is Email
    assert "sim.strategies.nothing_here" not in sys.modules
    with pytest.raises(TypeError, match=r"nothing_here\.py declares no strategy"):
        found["nothing_here"]
    with pytest.raises(KeyError):
        found["sms"]
    del sys.modules["sim.strategies.nothing_here"]


@pytest.mark.parametrize("name", NAMES)
def test_a_size_of_our_own_is_graded_as_one(name: str) -> None:
    """Where a study has the sign and we the size, or all is ours, the default is an estimate (E), whatever the study was."""
    for knob in knobs_of(catalogue()[name]).values():
        if "size: our estimate" in knob.source or knob.source.startswith("our estimate"):
            assert knob.grade == "E", f"{name}.{knob.name}"


@pytest.mark.parametrize("name", NAMES)
def test_without_its_mechanisms_a_strategy_moves_nobody(name: str) -> None:
    """What is left of it may cost, and take something off prices, but the same orders are placed at the same moments by the
    same customers, who are lost when they would be: that is what a bridge calls given away."""
    kind = catalogue()[name]
    bare, still = failing(), run({name: kind().without(kind.parts())}, store=FAILING)
    for column in ("customer", "number", "time", "list_price"):
        assert getattr(still.orders, column).tolist() == getattr(bare.orders, column).tolist()
    assert still.customers.died.tolist() == bare.customers.died.tolist()


@pytest.mark.parametrize("name", NAMES)
def test_knobs_say_what_they_are(name: str) -> None:
    """Every knob has a label, one line of help, a default in its range and in its evidence; a grade has a source."""
    kind = catalogue()[name]
    assert kind.title
    assert kind.__doc__
    for knob in knobs_of(kind).values():
        where = f"{name}.{knob.name}"
        assert knob.label, where
        assert knob.help.endswith("."), where
        assert "\n" not in knob.help, where
        assert not knob.grade or knob.source, f"{where}: a grade needs its source"
        for value in (knob.default, knob.neutral, *(knob.evidence or ())):
            if isinstance(value, int | float) and not isinstance(value, bool):
                assert knob.low is None or value >= knob.low, where
                assert knob.high is None or value <= knob.high, where
        if knob.evidence is not None:
            assert knob.evidence[0] <= knob.default <= knob.evidence[1], where


@pytest.mark.parametrize("name", NAMES)
def test_neutral_knobs_do_nothing(name: str) -> None:
    """With every knob at its neutral value the orders are those of the store without it, bit for bit, at no cost."""
    neutral = {knob.attribute: knob.neutral for knob in knobs_of(catalogue()[name]).values() if knob.neutral is not None}
    assert neutral, f"{name} has no neutral values"
    log = run({name: make(name, **neutral)})
    for column in ("customer", *ORDER_COLUMNS):
        np.testing.assert_array_equal(getattr(log.orders, column), getattr(plain().orders, column), err_msg=column)
    np.testing.assert_array_equal(log.customers.died, plain().customers.died)
    assert costs(log) == []
    assert not log.overheads.any()


@pytest.mark.parametrize("name", NAMES)
def test_defaults_do_something_and_repeat_themselves(name: str) -> None:
    """With its defaults a strategy changes the store's history; the same seed makes the same log; no cost is negative."""
    log = run({name: make(name)})
    assert acts(log)
    assert same(history(log), history(run({name: make(name)})))
    assert all(amount > 0 for _, amount in costs(log))
    assert (log.orders.discount >= 0).all()
    assert log.causes == ("", name)


def companies(names: list[str]) -> list[list[str]]:
    """Groups in which every two meet exactly once: the lines of the smallest affine plane that has a point for each name."""
    side = next(prime for prime in (2, 3, 5, 7, 11, 13, 17) if prime**2 >= len(names))
    lines = [[(x, (slope * x + rise) % side) for x in range(side)] for slope in range(side) for rise in range(side)]
    lines += [[(x, y) for y in range(side)] for x in range(side)]
    found = [[names[side * x + y] for x, y in line if side * x + y < len(names)] for line in lines]
    return [company for company in found if len(company) > 1]


def test_every_two_strategies_meet() -> None:
    """The groups below hold each pair of strategies, and none twice."""
    pairs = [tuple(sorted(pair)) for company in companies(NAMES) for pair in itertools.combinations(company, 2)]
    assert sorted(pairs) == list(itertools.combinations(NAMES, 2))


@pytest.mark.parametrize("company", companies(NAMES), ids="-".join)
def test_any_two_strategies_work_together(company: list[str]) -> None:
    """Strategies run together, in whichever order they are listed, and each keeps its own costs."""
    cheap = dataclasses.replace(SHOP, basket=Basket(gamma=2.0))  # so that an amount off is often more than the price
    small: dict[str, Any] = {"customers": 240.0, "months": 6, "store": cheap}
    chosen = {name: make(name) for name in company}
    log = run(chosen, **small)
    assert same(history(log), history(run(dict(reversed(chosen.items())), **small)))
    assert all(amount > 0 for _, amount in costs(log))
    assert log.cost_kinds == tuple(sorted(company))
    assert (log.orders.discount <= log.orders.list_price).all()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_happens_before_from(name: str) -> None:
    """Until its first day a strategy has no effect and no cost."""
    log = run({name: make(name, from_=150.0)})
    before = [
        sorted(zip(each.customers.key[each.orders.customer[early]], each.orders.time[early], strict=True))
        for each in (log, plain())
        for early in [each.orders.time < 150.0]
    ]
    assert before[0] == before[1]
    assert all(time >= 150.0 for time, _ in costs(log))
    assert acts(log)


@pytest.mark.parametrize("name", NAMES)
def test_until_ends_the_effects(name: str) -> None:
    """After its last day a strategy gives nothing away, costs nothing, and bends the rates of none of the store's own."""
    last = 170.0
    store = Store(scenario({name: make(name, until=last)}), 1)
    log = store.run()
    assert all(time < last for time, _ in costs(log))
    assert not log.orders.discount[log.orders.time >= last].any()
    credited = log.orders.time[log.orders.cause > 0]
    assert (credited < last + SHOP.contact.attribution).all()
    people = store.people
    for factor in people.orders.factors:
        assert (factor[:] == 1.0).all()
    for factor in people.dropout.factors:
        assert (factor[:][people.parent[:] < 0] == 1.0).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_holdout_is_as_large_as_asked_and_left_alone(name: str) -> None:
    """The share held out is met, and those held out live as if there were no strategy, bit for bit."""
    log = run({name: make(name, holdout=0.3)})
    keys = plain().customers.key
    held = keys[uniform(keys, purpose(f"{name}.holdout")) < 0.3]
    assert abs(held.size / keys.size - 0.3) < 4.0 * (0.21 / keys.size) ** 0.5
    assert same(*(only(each, np.isin(each.customers.key, held)) for each in (log, plain())))
    assert acts(log)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("segment", ["new", "existing"])
def test_a_segment_leaves_the_others_alone(name: str, segment: str) -> None:
    """Customers outside the segment live as if there were no strategy; those inside do not."""
    log = run({name: make(name, segment=segment)})
    keys = plain().customers.key
    outside = keys[(plain().customers.acquired < 0.0) == (segment == "new")]
    assert 100 < outside.size < keys.size - 100
    assert same(*(only(each, np.isin(each.customers.key, outside)) for each in (log, plain())))
    if name not in AT_FIRST_ORDERS or segment == "new":
        assert acts(log)


@pytest.mark.parametrize("name", NAMES)
def test_backwards_dates_are_contradictions(name: str) -> None:
    """An end before the beginning is told; the defaults contradict nothing."""
    assert make(name).contradictions() == []
    assert "until" in [knob for knob, _ in make(name, from_=20.0, until=10.0).contradictions()]


@pytest.mark.parametrize("name", NAMES)
def test_whom_a_strategy_never_meets_is_a_contradiction(name: str) -> None:
    """A strategy that begins at first orders cannot be meant for customers from before the start, and only such a one."""
    told = [knob for knob, _ in make(name, segment="existing").contradictions()]
    assert ("segment" in told) == (name in AT_FIRST_ORDERS)


# Discounts ----------------------------------------------------------------------------------------------------------


def totals(log: EventLog) -> tuple[int, int]:
    """Orders and margin in the observed time."""
    seen = log.orders.time >= 0.0
    return int(seen.sum()), int(log.orders.margin[seen].sum())


def test_a_deeper_cycle_has_more_orders_and_less_margin() -> None:
    """At the same calendar each step in depth brings further orders and costs margin."""
    runs = [
        totals(run({"discount_cycle": DiscountCycle(depth=depth, every=28.0)}, customers=4000.0))
        for depth in (0.1, 0.2, 0.3, 0.5)
    ]
    orders, margins = zip(*runs, strict=True)
    assert list(orders) == sorted(set(orders))
    assert list(margins) == sorted(set(margins), reverse=True)
    assert totals(plain(customers=4000.0))[1] > margins[0]


FREQUENT = StoreKnobs(orders=Orders(r=2.0, alpha=8.0), lifetime=Lifetime(s=0.6, beta=40.0))


def _existing(log: EventLog, low: float, high: float) -> int:
    """Orders in a span of those who were customers before day 0."""
    old = log.customers.acquired[log.orders.customer] < 0.0
    return int((old & (log.orders.time >= low) & (log.orders.time < high)).sum())


@pytest.mark.parametrize(("depth", "length"), [(0.2, 7.0), (0.3, 14.0), (0.5, 14.0)])
def test_pull_forward_comes_out_as_asked(depth: float, length: float) -> None:
    """Of the extra orders of a promotion a third is asked to be missing afterwards, and about a third is."""
    cycle = DiscountCycle(
        depth=depth, length=length, every=365.0, first_after=20.0, pull_forward=1 / 3, training=1.0, waiters=0.0,
        deal_response=0.0,
    )  # fmt: skip
    settings: dict[str, Any] = {"store": FREQUENT, "months": 4, "pre_history": 5, "customers": 120_000.0, "clv_horizon": 4}
    extra = missing = 0
    for strategies, sign in (({"discount_cycle": cycle}, 1), ({}, -1)):
        log = run(strategies, **settings)
        extra += sign * _existing(log, 20.0, 20.0 + length)
        missing -= sign * _existing(log, 20.0 + length, 20.0 + length + 42.0)
    assert extra > 2000
    assert 0.30 < missing / extra < 0.345


def test_the_response_to_a_price_is_the_elasticity() -> None:
    """In a promotion existing customers order (1 - depth) ** -elasticity times as often, up to the cap."""
    for depth, elasticity, cap in ((0.2, 1.5, 4.0), (0.5, 2.6, 3.0)):
        cycle = DiscountCycle(depth=depth, elasticity=elasticity, cap=cap, first_after=20.0, length=7.0)
        settings: dict[str, Any] = {"store": FREQUENT, "months": 2, "customers": 60_000.0, "pre_history": 6}
        counts = [_existing(run(each, **settings), 20.0, 27.0) for each in ({"discount_cycle": cycle}, {})]
        expected = min((1.0 - depth) ** -elasticity, cap)
        assert abs(counts[0] / counts[1] - expected) < 4.0 * expected / counts[1] ** 0.5
        assert counts[1] > 3000


def test_waiters_move_orders_into_the_promotion() -> None:
    """If all wait, nobody who has seen a promotion orders in the weeks before the next; they order within it."""
    idle: dict[str, Any] = {"elasticity": 0.0, "pull_forward": 0.0, "training": 1.0, "deal_response": 0.0}
    cycle = DiscountCycle(waiters=1.0, every=90.0, first_after=10.0, length=7.0, patience=21.0, **idle)
    log, before = (run(each, customers=3000.0) for each in ({"discount_cycle": cycle}, {}))

    def who(of: EventLog, low: float, high: float) -> set[int]:
        orders, people = of.orders, of.customers
        seen = (people.acquired[orders.customer] < 10.0) & (orders.time >= low) & (orders.time < high)
        return set(people.key[orders.customer[seen]].tolist())

    assert len(who(before, 79.0, 100.0)) > 100
    assert not who(log, 79.0, 100.0)
    waiting = who(before, 79.0, 107.0)
    assert who(log, 100.0, 107.0) <= waiting
    assert len(who(log, 100.0, 107.0)) > 0.9 * len(waiting)
    assert 0.9 < log.orders.time.size / before.orders.time.size < 1.0


def test_training_lowers_full_price_orders() -> None:
    """Where every order is at full price and promotions only teach, each customer orders less, down to the floor."""
    idle: dict[str, Any] = {"elasticity": 0.0, "pull_forward": 0.0, "deal_response": 0.0, "waiters": 0.0}
    some, more = (
        totals(run({"discount_cycle": DiscountCycle(training=training, every=28.0, **idle)}))[0] for training in (0.95, 0.8)
    )
    assert totals(plain())[0] > some > more
    cycle = DiscountCycle(training=0.5, training_floor=0.4, every=30.0, first_after=10.0, **idle)
    store = Store(scenario({"discount_cycle": cycle}), 1)
    store.run()
    (promotions,) = store.behaviours
    assert isinstance(promotions, Promotions)
    assert promotions.factor[:].min() == 0.4


def test_customers_from_before_the_start_learn_too() -> None:
    """Customers of the pre-history have seen every promotion since day 0, and those who came later only the later."""
    store = Store(scenario({"discount_cycle": DiscountCycle(every=91.0, first_after=30.0)}), 1)
    log = store.run()
    (promotions,) = store.behaviours
    assert isinstance(promotions, Promotions)
    people = store.people
    there = np.flatnonzero(people.alive[:])
    acquired = store.ledger.people["acquired"][people.person[there]]
    rate = promotions.factor[there] / promotions.dip[there]
    old, late = rate[acquired < 0.0], rate[acquired > log.end - 20.0]
    assert old.size > 20
    assert late.size > 5
    assert (old < 0.95).all()
    assert (late == 1.0).all()


# Messages -----------------------------------------------------------------------------------------------------------


def test_unsubscribes_rise_with_frequency() -> None:
    """More newsletters lose more readers, and more a mail, because readers tire; opens a mail fall."""
    lost, share, opened = [], [], []
    for every in (30.0, 14.0, 7.0, 3.0):
        messages = run({"email": Email(every=every)}, customers=3000.0).messages
        assert messages is not None
        lost.append(int(messages.unsubscribed.sum()))
        share.append(messages.unsubscribed.sum() / messages.sent.sum())
        opened.append(messages.opened.sum() / messages.sent.sum())
    assert lost == sorted(lost)
    assert lost[-1] > 3 * lost[0]
    assert share == sorted(share)
    assert opened == sorted(opened, reverse=True)


def test_rested_recipients_open_and_click_as_asked() -> None:
    """Without fatigue the shares of living recipients that open, click and leave are the knobs' shares."""
    store = StoreKnobs(
        orders=SHOP.orders, lifetime=Lifetime(s=0.5, beta=10_000.0), contact=Contact(fatigue=0.0, consent=1.0, drop_after=900.0)
    )
    log = run({"email": Email(open_rate=0.4, click_rate=0.1, unsubscribe_rate=0.004)}, store=store, customers=1500.0)
    assert log.messages is not None
    sent = int(log.messages.sent.sum())
    for counted, share in ((log.messages.opened, 0.4), (log.messages.clicked, 0.1), (log.messages.unsubscribed, 0.004)):
        assert abs(counted.sum() / sent - share) < 4.0 * (share / sent) ** 0.5 + 0.01 * share


@pytest.mark.parametrize("name", ["email", "welcome", "win_back"])
def test_a_lift_brings_orders(name: str) -> None:
    """The stronger the lift of a message, the more orders."""
    orders = [
        totals(run({name: make(name, lift=lift, **({} if name == "win_back" else {"click_rate": 0.3}))}))[0]
        for lift in (0.0, 1.0, 4.0)
    ]
    assert orders == sorted(set(orders))


# Win-back -----------------------------------------------------------------------------------------------------------


def test_win_back_without_reactivation_wakes_nobody_dead() -> None:
    """With no reactivation the dead stay dead; with it some order after they had been lost, and live again."""
    quiet: dict[str, Any] = {"lift": 0.0, "reminds": 0.0, "depth": 0.0}
    asleep = run({"win_back": WinBack(reactivates=0.0, **quiet)})
    assert same(_orders(asleep), _orders(plain()))
    awake = run({"win_back": WinBack(reactivates=0.5, **quiet)})
    lost = plain().customers.died
    np.testing.assert_array_equal(awake.customers.key, plain().customers.key)
    later = awake.orders.time > lost[awake.orders.customer]
    assert later.sum() > 50
    np.testing.assert_array_equal(asleep.customers.died, lost)
    assert (awake.customers.died >= lost).all()


def _orders(log: EventLog) -> dict[str, Columns]:
    return {"orders": {name: getattr(log.orders, name) for name in ("customer", "number", "time", "list_price", "discount")}}


def test_reminding_makes_some_leave() -> None:
    """A message that reminds of leaving loses living customers, and only those it reaches."""
    quiet: dict[str, Any] = {"lift": 0.0, "reactivates": 0.0, "depth": 0.0}
    log = run({"win_back": WinBack(reminds=1.0, **quiet)})
    left = log.customers.died < plain().customers.died
    assert left.sum() > 50
    last = np.full(log.customers.key.size, -np.inf)
    np.maximum.at(last, log.orders.customer, log.orders.time)
    np.testing.assert_allclose(log.customers.died[left], last[left] + 90.0)


# Tiers --------------------------------------------------------------------------------------------------------------


def test_the_demoted_are_below_those_who_never_rose() -> None:
    """Whoever has lost a tier orders less often and leaves sooner than a customer without one, at every level."""
    tiers = LoyaltyTiers(premium_at=60.0, gold_at=150.0, pull=0.0, kept_for=0.0)
    store = Store(scenario({"loyalty_tiers": tiers}, months=24, customers=3000.0), 1)
    store.run()
    (behaviour,) = store.behaviours
    assert isinstance(behaviour, Tiers)
    alive = store.people.alive[:]
    for level in (0, 1):
        demoted = alive & (behaviour.standing[:] == level + 3)
        assert demoted.sum() > 5
        assert (behaviour.order_rate[:][demoted] < 1.0).all()
        assert (behaviour.dropout[:][demoted] > 1.0).all()
    promoted = alive & np.isin(behaviour.standing[:], (1, 2))
    assert (behaviour.order_rate[:][promoted] > 1.0).all()
    assert (behaviour.dropout[:][promoted] < 1.0).all()


def test_demotion_costs_orders() -> None:
    """If rising has no effect and falling a harsh one, the store loses orders, and only after the first year."""
    idle: dict[str, Any] = {"up_order_rate": 1.0, "up_dropout": 1.0, "pull": 0.0, "premium_perk": 0.0, "gold_perk": 0.0}
    tiers = LoyaltyTiers(premium_at=200.0, gold_at=400.0, kept_for=0.0, down_order_rate=0.3, down_dropout=3.0, **idle)
    log, without = (run(each, months=36, customers=1000.0) for each in ({"loyalty_tiers": tiers}, {}))
    early = [int((each.orders.time < 364.0).sum()) for each in (log, without)]
    late = [int((each.orders.time >= 364.0).sum()) for each in (log, without)]
    assert early[0] == early[1]
    assert late[0] < 0.95 * late[1]


def test_tiers_count_the_spend_of_the_last_year() -> None:
    """At the end each customer's trailing spend is the net of their orders since the programme began, at the last
    review at most a year old."""
    store = Store(scenario({"loyalty_tiers": LoyaltyTiers()}, months=30, customers=400.0), 1)
    log = store.run()
    (behaviour,) = store.behaviours
    assert isinstance(behaviour, Tiers)
    reviewed = (np.ceil(log.end / 7.0) - 1.0) * 7.0
    counts = log.orders.time >= max(0.0, reviewed - 365.0)
    net = (log.orders.list_price - log.orders.discount)[counts]
    expected = np.bincount(log.orders.customer[counts], weights=net, minlength=log.customers.key.size)
    there = np.flatnonzero(store.people.alive[:])
    row = {int(key): place for place, key in enumerate(log.customers.key)}
    places = [row[int(key)] for key in store.people.key[there]]
    assert len(places) > 50
    np.testing.assert_array_equal(behaviour.spend[there], expected[places])


# Referral -----------------------------------------------------------------------------------------------------------


def test_k_is_invitations_times_conversion() -> None:
    """Orders of advocates invite at the asked rate, invitations convert at the asked rate, and K is their product."""
    referral = Referral(advocates=0.5, invites=0.3, converts=0.25, delay=0.01)
    log = run({"referral": referral}, customers=10_000.0, pre_history=0)
    orders, invited, brought = log.orders.time.size, int(log.invites.sum()), int((log.customers.parent >= 0).sum())
    advocate = uniform(log.customers.key, purpose("referral.advocate")) < 0.5
    assert abs(advocate.mean() - 0.5) < 4.0 * 0.5 / log.customers.key.size**0.5
    by_advocates = int(advocate[log.orders.customer].sum())
    assert abs(invited - 0.3 * by_advocates) < 4.0 * (0.21 * by_advocates) ** 0.5
    assert abs(brought - 0.25 * invited) < 4.0 * (0.19 * invited) ** 0.5
    parents = log.customers.parent[log.customers.parent >= 0]
    assert advocate[parents].all()
    k = invited / log.customers.key.size * 0.25
    assert k == pytest.approx(0.5 * 0.3 * 0.25 * orders / log.customers.key.size, rel=0.06)
    assert log.customers.key.size == pytest.approx(10_000.0 / (1.0 - k), rel=0.04)


@pytest.mark.parametrize("segment", ["all", "existing", "repeat", "vip"])
def test_both_sides_are_rewarded_once_for_each_friend(segment: str) -> None:
    """Each friend's first order is cheaper by the reward, and the referrer is paid once, at that moment; also where the
    segment that invites is not the friend's."""
    log = run({"referral": Referral(converts=0.6, reward=7.5, friend_reward=4.0, segment=segment)})
    friends = np.flatnonzero(log.customers.parent >= 0)
    assert friends.size > (30 if segment in ("all", "repeat") else 5)
    parents = log.customers.parent[friends]
    recent = log.customers.acquired[parents] >= 0.0
    assert recent.any() == (segment != "existing")
    first = (log.orders.number == 1) & (log.customers.parent[log.orders.customer] >= 0)
    np.testing.assert_array_equal(log.orders.discount[first], np.minimum(log.orders.list_price[first], 400))
    assert not log.orders.discount[~first].any()
    paid = sorted(zip(log.costs.customer.tolist(), log.costs.time.tolist(), log.costs.amount.tolist(), strict=True))
    due = zip(log.customers.parent[friends].tolist(), log.customers.acquired[friends].tolist(), strict=True)
    assert paid == sorted((parent, time, 7_500_000) for parent, time in due)


def test_friends_stay_longer_only_while_the_referrer_stays() -> None:
    """The bond lowers a friend's dropout, and it is gone after the first review without the referrer."""
    referral = Referral(converts=0.6, friend_dropout=0.5, referrer_dropout=1.0)
    store = Store(scenario({"referral": referral}, customers=1500.0), 1)
    log = store.run()
    people = store.people
    reviewed = (np.ceil(log.end / 7.0) - 1.0) * 7.0
    friends = np.flatnonzero(people.alive[:] & (people.parent[:] >= 0))
    acquired = store.ledger.people["acquired"][people.person[friends]]
    friends = friends[acquired < reviewed]
    gone = store.died(people.parent[friends]) < reviewed
    assert gone.sum() > 10
    assert (~gone).sum() > 10
    (factor,) = people.dropout.factors
    assert (factor[friends[gone]] == 1.0).all()
    assert (factor[friends[~gone]] == 0.5).all()
