"""Points: a book that adds up, rewards that pull, and points that are lost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.law_knobs import Lifetime, Orders
from sim.log import EventLog
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import StoreKnobs
from sim.strategies import Strategy, catalogue
from sim.strategies.loyalty_points import LoyaltyPoints, Points

catalogue()
SHOP = StoreKnobs(orders=Orders(r=0.8, alpha=6.0), lifetime=Lifetime(s=0.6, beta=20.0))
# Buyers alike, who never leave.
STEADY = StoreKnobs(orders=Orders(r=20.0, alpha=60.0), lifetime=Lifetime(s=0.01, beta=10_000.0))
CARD: dict[str, Any] = {"counts": "orders", "reward_at": 8, "reward": 10.0}


def scenario(points: Strategy | None, store: StoreKnobs = SHOP, customers: float = 40.0, **values: Any) -> Scenario:
    strategies: Mapping[str, Strategy] = {} if points is None else {"loyalty_points": points}
    fixed: dict[str, Any] = {"months": 18, "pre_history": 3, "channels": {"organic": Channel(customers=customers)}}
    return Scenario(store=store, strategies=strategies, **(fixed | values))


def simulated(points: Strategy | None, store: StoreKnobs = SHOP, **values: Any) -> tuple[EventLog, Any]:
    shop = Store(scenario(points, store, **values), 1)
    log = shop.run()
    return log, shop.behaviours[0] if shop.behaviours else None


def flows(log: EventLog, what: str = "points") -> NDArray[np.int64]:
    """Issued, burned, expired and endowed, in all."""
    totals: NDArray[np.int64] = log.counts[f"loyalty_points.{what}"].sum(axis=0).reshape(-1, 4).sum(axis=0)
    return totals


# The book -------------------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(
    counts=st.sampled_from(["spend", "orders"]),
    expiry=st.sampled_from(["silence", "anniversary"]),
    reward_at=st.integers(3, 90),
    reward=st.floats(0.01, 3.0),
    endowed=st.integers(0, 5),
    bonus=st.integers(0, 3),
    account=st.integers(0, 3),
    expires_after=st.floats(31.0, 400.0),
    until=st.none() | st.floats(50.0, 500.0),
    segment=st.sampled_from(["all", "active", "repeat", "new"]),
    breakage=st.floats(0.0, 1.0),
)
def test_what_is_issued_is_burned_expired_or_outstanding(**values: Any) -> None:
    """Points and their worth add up exactly, whatever the programme: issued is burned, expired and outstanding; a reward
    burned is worth a reward; when the programme closes nothing is outstanding."""
    shop = Store(scenario(LoyaltyPoints(**values), months=13, customers=8.0), 1)
    with pytest.MonkeyPatch.context() as patch:
        # The dead whose points expire after the end are forgotten with their balances; here they are kept to be counted.
        patch.setattr(shop.people, "retire", lambda gone: None)
        log = shop.run()
    (behaviour,) = shop.behaviours
    assert isinstance(behaviour, Points)
    issued, burned, expired, endowed = flows(log)
    worths = flows(log, "worth")
    balance = behaviour.book.balance[:]
    assert issued - burned - expired == balance.sum()
    assert worths[0] - worths[1] - worths[2] == behaviour.book.worth(balance).sum()
    assert issued > 0
    assert (balance >= 0).all()
    assert burned % values["reward_at"] == 0
    assert worths[1] == burned // values["reward_at"] * round(values["reward"] * 1e6)
    assert endowed == values["endowed"] * (log.customers.enrolled != 0).sum()
    if values["until"] is not None and values["until"] < log.end:
        assert not balance.any()
        assert not log.counts["loyalty_points.members"][:, -1].any() or values["until"] > log.month_edges[-2]
    else:
        assert log.counts["loyalty_points.members"][:, -1].sum() == (log.customers.enrolled != 0).sum()


def test_the_log_tells_what_the_book_says() -> None:
    """Where all join, points are the floor of each order's spend, burnt rewards are the orders that were cheaper, and
    active months and redeemers are those of the orders."""
    log, _ = simulated(LoyaltyPoints(joins=1.0, reward_at=50, reward=5.0, expires_after=3000.0))
    seen = log.orders.time >= 0.0
    customer, net = log.orders.customer[seen], (log.orders.list_price - log.orders.discount)[seen]
    cheaper = log.orders.discount[seen] > 0
    issued, burned, expired, endowed = flows(log)
    assert issued == (net // 100).sum()
    assert burned == 50 * cheaper.sum() > 0
    assert expired == endowed == 0
    assert log.counts["loyalty_points.redeemers"].sum() == np.unique(customer[cheaper]).size
    month = np.searchsorted(log.month_edges, log.orders.time[seen], side="right")
    did = (net >= 100) | cheaper
    active = set(zip(customer[did].tolist(), month[did].tolist(), strict=True))
    assert log.counts["loyalty_points.active_months"].sum() == len(active)
    first = np.unique(customer, return_index=True)[1]
    joined = np.bincount(month[first], minlength=log.month_edges.size)[log.first_month + 1 :]
    np.testing.assert_array_equal(log.counts["loyalty_points.members"].sum(axis=0), joined.cumsum())


@pytest.mark.parametrize(
    "values", [{}, {"until": 300.0}, {"segment": "active"}, {"bonus": 5, "account": 5, "expiry": "anniversary"}]
)
def test_blocks_count_what_the_whole_counts(values: dict[str, Any]) -> None:
    """However a store is cut into blocks, the counts of its programme add up to the same."""
    of = scenario(LoyaltyPoints(expires_after=90.0, reward_at=40, **values))
    whole = Store(of, 3).run().counts
    parts = [Store(of, 3, block=block, blocks=3).run().counts for block in range(3)]
    for name, counted in whole.items():
        np.testing.assert_array_equal(sum(part[name] for part in parts), counted, err_msg=name)


# The pull -------------------------------------------------------------------------------------------------------------


def test_orders_quicken_towards_a_reward_and_slow_after_it() -> None:
    """Of each stamp card, the same customer's last gap before the reward is shorter than the first, and the first gap of
    the next card is longer again than the last of the one before: differences with 95 % intervals, signs as in Kivetz,
    Urminsky & Zheng 2006."""
    card = LoyaltyPoints(joins=1.0, breakage=0.0, member_order_rate=1.0, pull=1.0, **CARD)
    log, _ = simulated(card, STEADY, customers=100.0, pre_history=0, months=30)
    gaps = np.diff(log.orders.time)
    within = np.diff(log.orders.customer) == 0
    # The stamp of order k is the k-th; order 9 burns the eight and earns the ninth, and so on: 8 orders a card.
    number = log.orders.number[:-1]
    customers = log.customers.key.size

    def gap(after: int) -> NDArray[np.float64]:
        found = np.full(customers, np.nan)
        chosen = within & (number == after)
        found[log.orders.customer[:-1][chosen]] = gaps[chosen]
        return found

    assert (log.orders.discount[log.orders.number == 9] > 0).all()
    for shorter, longer in ((8, 1), (8, 9), (7, 2), (16, 9)):
        difference = gap(longer) - gap(shorter)
        # Only those of whom both gaps would have been seen either way: acquired early.
        difference = difference[(log.customers.acquired < 60.0) & ~np.isnan(difference)]
        assert difference.size > 100
        error = difference.std() / math.sqrt(difference.size)
        assert difference.mean() - 1.96 * error > 0.0, (shorter, longer)


def test_the_pull_is_as_asked_and_starts_anew() -> None:
    """The order rate rises with the square of the progress up to the asked share, and falls back with the reward."""
    card = LoyaltyPoints(joins=1.0, breakage=0.0, pull=0.4, member_order_rate=1.1, expiry_pull=0.0, **CARD)
    _, behaviour = simulated(card)
    progress = np.minimum(behaviour.book.balance[:] / 8, 1.0)
    member = behaviour.enrolment.member[:]
    assert (behaviour.order_rate[:][~member] == 1.0).all()
    np.testing.assert_allclose(behaviour.order_rate[:][member], 1.1 * (1.0 + 0.4 * progress[member] ** 2))
    assert np.unique(progress[member]).size == 9


def test_a_reward_that_is_forgotten_pulls_nobody() -> None:
    """The pull is gone until the reward is remembered, so the more is forgotten the fewer orders there are; a forgotten
    reward that expires is forgotten for good, and the next card pulls again."""
    counts = []
    for breakage in (0.0, 0.5, 1.0):
        card = LoyaltyPoints(joins=1.0, breakage=breakage, pull=1.0, member_order_rate=1.0, **CARD)
        counts.append(simulated(card, STEADY, pre_history=0, months=20, customers=150.0)[0].orders.time.size)
    assert counts[0] > 1.005 * counts[1] > 1.005 * 1.005 * counts[2]
    card = LoyaltyPoints(joins=1.0, breakage=1.0, pull=0.4, expiry_pull=0.0, member_order_rate=1.0, **CARD)
    _, behaviour = simulated(card)
    balance, rate = behaviour.book.balance[:], behaviour.order_rate[:]
    assert (rate[balance > 8] == 1.0).all()
    assert (rate[(balance > 0) & (balance <= 8)] > 1.0).all()
    assert not behaviour.forgot[:][balance == 0].any()


def test_a_card_with_stamps_on_it_is_completed_sooner() -> None:
    """Ten stamps of which two are a gift, against an empty card of eight: the same orders are missing, more complete it
    (Nunes & Drèze 2006: sign)."""
    done = []
    for values in ({"reward_at": 10, "endowed": 2}, {"reward_at": 8, "endowed": 0}):
        card = LoyaltyPoints(joins=1.0, breakage=0.0, pull=0.5, **CARD | values)
        log, _ = simulated(card, STEADY, pre_history=0, months=14, customers=150.0)
        ninth = log.orders.number == 9
        assert (log.orders.discount[ninth] > 0).all()
        done.append(int(ninth.sum()))
    assert done[0] > 1.01 * done[1] > 500


# Loss -----------------------------------------------------------------------------------------------------------------


def test_points_are_lost_after_a_silence() -> None:
    """Who has been silent for as long as asked has no points, dead or alive; who has not keeps them."""
    points = LoyaltyPoints(joins=1.0, reward_at=10_000, reward=5.0, expires_after=120.0)
    log, behaviour = simulated(points, pre_history=0)
    silent = log.end - behaviour.people.last_order[:]
    there = behaviour.people.number[:] > 0
    assert (silent[there] > 120.0).sum() > 20
    assert not behaviour.book.balance[:][there & (silent > 120.0)].any()
    assert behaviour.book.balance[:][there & (silent < 120.0)].all()


def test_points_are_lost_on_anniversaries() -> None:
    """On each anniversary of joining all points are lost: what is there was earned since the last."""
    points = LoyaltyPoints(joins=1.0, counts="orders", reward_at=10_000, reward=5.0, expiry="anniversary", expires_after=100.0)
    log, behaviour = simulated(points, pre_history=0)
    acquired = log.customers.acquired
    since = acquired + 100.0 * np.floor((log.end - acquired) / 100.0)
    fresh = log.orders.time >= since[log.orders.customer]
    earned = np.bincount(log.orders.customer[fresh], minlength=since.size)
    by_key = dict(zip(behaviour.people.key[:].tolist(), behaviour.book.balance[:].tolist(), strict=True))
    balances = np.array([by_key.get(key, 0) for key in log.customers.key.tolist()])
    np.testing.assert_array_equal(balances, earned)
    assert (balances > 0).sum() > 50
    assert flows(log)[2] > 100


def test_only_heavy_buyers_hurry_before_the_expiry() -> None:
    """In the time of notice heavy buyers with points order more often by the asked share, light ones do not."""
    points = LoyaltyPoints(
        joins=1.0, reward_at=10_000, expiry="anniversary", expires_after=90.0, expiry_notice=60.0, expiry_pull=0.5, pull=0.0,
        member_order_rate=1.0,
    )  # fmt: skip
    log, behaviour = simulated(points, pre_history=0)
    people = behaviour.people
    rates = behaviour.order_rate[:]
    heavy = people.orders.base[:] >= behaviour.shop.law.mean_rate
    assert set(np.unique(rates)) == {1.0, 1.5}
    assert (rates[~heavy] == 1.0).all()
    notice = (behaviour.lapses[:] - log.end < 60.0) & (behaviour.book.balance[:] > 0) & heavy & people.alive[:]
    assert (rates[notice] == 1.5).mean() > 0.6
    assert (rates[people.alive[:] & ~notice] == 1.0).all()


def test_breakage_follows_what_breaks() -> None:
    """More is forgotten, or expires, where more is told to; unredeemed points rise with either."""

    def unredeemed(**values: Any) -> float:
        issued, burned, *_ = flows(simulated(LoyaltyPoints(reward_at=60, **values), customers=100.0)[0])
        return float(1.0 - burned / issued)

    usual = unredeemed()
    assert unredeemed(breakage=0.0) < usual < unredeemed(breakage=0.9)
    assert usual < unredeemed(expires_after=40.0)


# Rewards for acting in time, and for using the account ----------------------------------------------------------------


def test_the_bonus_is_for_orders_in_time() -> None:
    """Each order within the time after the last brings the bonus; the pull lasts as long as it can be had."""
    card = LoyaltyPoints(joins=1.0, bonus=3, bonus_within=10.0, bonus_pull=0.5, expiry_pull=0.0, **CARD | {"reward_at": 10_000})
    log, behaviour = simulated(card, pre_history=0)
    gaps = np.diff(log.orders.time)[np.diff(log.orders.customer) == 0]
    expired = flows(log)[2]
    assert expired >= 0
    assert flows(log)[0] == log.orders.time.size + 3 * (gaps <= 10.0).sum()
    open_ = np.isfinite(behaviour.bonus_ends[:])
    ends = behaviour.people.last_order[:] + 10.0
    there = behaviour.people.number[:] > 0
    np.testing.assert_array_equal(open_[there], ends[there] >= log.end)
    assert open_.sum() > 5
    progress = np.minimum(behaviour.book.balance[:] / 10_000, 1.0)
    expected = 1.05 * (1.0 + 0.2 * progress**2) * np.where(open_, 1.5, 1.0)
    np.testing.assert_allclose(behaviour.order_rate[:][there], expected[there])
    without, _ = simulated(LoyaltyPoints(joins=1.0, **CARD | {"reward_at": 10_000}), pre_history=0)
    assert log.orders.time.size > without.orders.time.size


def test_the_account_is_used_as_often_as_asked() -> None:
    """Living members use their account so often a year, and get the points; the reward is nearer for it."""
    base: dict[str, Any] = {"joins": 1.0, "pull": 0.0, "member_order_rate": 1.0, "reward_at": 1_000_000}
    log, _ = simulated(LoyaltyPoints(account=1, account_uses=6.0, **base), STEADY, pre_history=0, months=14)
    without, _ = simulated(LoyaltyPoints(**base), STEADY, pre_history=0, months=14)
    assert log.orders.time.size == without.orders.time.size
    uses = flows(log)[0] - flows(without)[0]
    expected = 6.0 * ((log.end - log.customers.acquired) / 365.25).sum()
    assert abs(uses - expected) < 4.0 * math.sqrt(expected)
    card = {**CARD, "joins": 1.0}
    rewards = [flows(simulated(LoyaltyPoints(account=each, **card), customers=100.0)[0])[1] for each in (0, 1)]
    assert rewards[1] > 1.1 * rewards[0]


def test_the_dead_use_no_account() -> None:
    """Points for the account are issued to the living only: none is issued after all have died."""
    mortal = StoreKnobs(orders=Orders(r=5.0, alpha=500.0), lifetime=Lifetime(s=50.0, beta=50.0))
    log, _ = simulated(LoyaltyPoints(joins=1.0, account=1, account_uses=52.0), mortal, pre_history=0, customers=100.0)
    lived = np.minimum(log.customers.died, log.end) - log.customers.acquired
    orders = (log.orders.list_price // 100).sum()
    uses = flows(log)[0] - orders
    assert abs(uses - 52.0 * lived.sum() / 365.25) < 4.0 * math.sqrt(uses)


# Who joins, and outside the segment -----------------------------------------------------------------------------------


def test_heavy_buyers_join_first() -> None:
    """At their first order heavy buyers join more often; without selection they do not."""
    ratios = []
    for selection in (0.0, 0.5, 2.0):
        shop = Store(scenario(LoyaltyPoints(selection=selection, endowed=1), customers=150.0, pre_history=0), 1)
        log = shop.run()
        rates = shop.law.traits(log.customers.key)[0]
        once = np.bincount(log.orders.customer) == 1
        member = log.customers.enrolled != 0
        ratios.append(rates[once & member].mean() / rates[once & ~member].mean())
    assert ratios[0] < ratios[1] < ratios[2]
    assert abs(ratios[0] - 1.0) < 0.15
    assert ratios[1] > 1.1


def test_outside_the_segment_points_stand_and_nothing_is_felt() -> None:
    """Who has left the segment neither earns nor burns nor hurries, and keeps the points until they expire."""
    points = LoyaltyPoints(joins=1.0, segment="one_order", reward_at=10, account=1, account_uses=50.0, expires_after=3000.0)
    log, behaviour = simulated(points, pre_history=0)
    outside = behaviour.people.number[:] > 1
    reviewed = behaviour.people.last_order[:] < log.end - 7.0
    gone = outside & reviewed & behaviour.people.alive[:]
    assert gone.sum() > 20
    assert (behaviour.order_rate[:][gone] == 1.0).all()
    assert (behaviour.book.balance[:][gone] > 0).any()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"counts": "orders", "earn": 1.5}, "earn"),
        ({"reward_at": 4, "reward": 5.0}, "earn"),
        ({"expires_after": 20.0}, "expiry_notice"),
    ],
)
def test_programmes_that_cannot_be_are_told(values: dict[str, Any], told: str) -> None:
    """Parts of a stamp, rewards above the spend and a notice after the expiry are contradictions."""
    assert [knob for knob, _ in LoyaltyPoints(**values).contradictions()] == [told]


# Tiers that are joined ------------------------------------------------------------------------------------------------


def test_tiers_may_be_joined_by_choice() -> None:
    """By default all are in the tiers; with a chance to join fewer are, heavy buyers first, and only they have a tier."""
    tiers = catalogue()["loyalty_tiers"]
    shares = []
    for joins in (1.0, 0.2):
        strategies = {"loyalty_tiers": tiers(joins=joins, premium_at=40.0, gold_at=90.0)}
        fixed: dict[str, Any] = {"months": 18, "channels": {"organic": Channel(customers=60.0)}}
        shop = Store(Scenario(store=SHOP, strategies=strategies, **fixed), 1)
        log = shop.run()
        shares.append((log.customers.enrolled != 0).mean())
        (behaviour,) = shop.behaviours
        member = behaviour.enrolment.member[:]
        assert (behaviour.standing[:] > 0).sum() > 20
        assert not behaviour.standing[:][~member].any()
        assert (behaviour.order_rate[:][~member] == 1.0).all()
        rates = shop.law.traits(log.customers.key)[0]
        if joins < 1.0:
            enrolled = log.customers.enrolled != 0
            assert rates[enrolled].mean() > 1.2 * rates[~enrolled].mean()
    assert shares[0] == 1.0
    assert 0.1 < shares[1] < 0.7
