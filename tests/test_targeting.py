"""Segments that are read at reviews: who is in them, and what happens to those who leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_strategies import SHOP, run, scenario

from sim.population import places
from sim.store import Store
from sim.store_knobs import Segments
from sim.strategies import Strategy
from sim.strategies.account_policy import AccountPolicy, Accounts
from sim.strategies.cause_donation import CauseDonation
from sim.strategies.email import Email
from sim.strategies.loyalty_points import LoyaltyPoints, Points
from sim.strategies.loyalty_tiers import LoyaltyTiers, Tiers
from sim.strategies.product_improvement import Improvement, ProductImprovement
from sim.strategies.returning_coupon import ReturningCoupon
from sim.targeting import AT_FIRST, SEGMENTS


def steady(segment: str, **knobs: Any) -> CauseDonation:
    """Something that shows in whom it acts on: everybody in the segment orders twice as often."""
    return CauseDonation(segment=segment, order_rate=2.0, **knobs)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_mails_go_to_the_segment_alone(segment: str) -> None:
    """Recipients of a mail are those whom the words described at the last review, by what the log says of that moment."""
    log = run({"email": Email(segment=segment, every=24.3, click_rate=0.0, unsubscribe_rate=0.0)})
    orders = log.orders
    for bulk in log.bulk_costs:
        review = bulk.time // 7.0 * 7.0
        before = orders.time < review
        new = log.customers.acquired >= review
        count = np.bincount(orders.customer[before], minlength=log.customers.key.size)
        last = np.full(log.customers.key.size, -np.inf)
        np.maximum.at(last, orders.customer[before], orders.time[before])
        silent = review - last
        there = {
            "one_order": count == 1,
            "repeat": count > 1,
            "active": silent < 90.0,
            "at_risk": (silent >= 90.0) & (silent < 180.0),
            "lapsed": silent >= 180.0,
            "vip": (count >= 5) & (silent < 90.0),
        }[segment]
        assert (there | (new & (segment in AT_FIRST)))[bulk.customer].all()
        assert bulk.customer.size <= there.sum()
    assert sum(bulk.customer.size for bulk in log.bulk_costs) > 10


def test_spend_makes_a_vip_where_it_is_asked_for() -> None:
    """With a threshold of spend, a VIP must have spent so much besides."""
    shop = SHOP.__class__(**{**SHOP.__dict__, "segments": Segments(vip_orders=2, vip_spend=120.0)})
    mail = {"email": Email(segment="vip", every=24.3, click_rate=0.0, unsubscribe_rate=0.0)}
    log = run(mail, store=shop)
    bulk = log.bulk_costs[-1]
    before = log.orders.time < bulk.time
    spend = np.zeros(log.customers.key.size, dtype=np.int64)
    np.add.at(spend, log.orders.customer[before], (log.orders.list_price - log.orders.discount)[before])
    assert bulk.customer.size > 10
    assert (spend[bulk.customer] >= 120_00).all()


def test_who_leaves_a_segment_leaves_its_effects() -> None:
    """At the end every factor of a segment's strategy stands at 1 for whoever was outside at the last review."""
    store = Store(scenario({"cause_donation": steady("one_order")}), 1)
    store.run()
    people = store.people
    factor = people.orders.factors[0][:]
    many = people.alive[:] & (people.number[:] > 1) & (people.last_order[:] < 350.0)
    once = people.alive[:] & (people.number[:] == 1)
    assert many.sum() > 50
    assert (factor[many] == 1.0).all()
    assert (factor[once] == 2.0).any()


def test_the_held_out_stay_out_of_a_moving_segment() -> None:
    """Chance and segment work together: who is held out is never acted on, and the log says who it was."""
    log = run({"email": Email(segment="active", holdout=0.4, every=28.0)})
    held = log.customers.held == 1
    assert 0.3 < held.mean() < 0.5
    for bulk in log.bulk_costs:
        assert not held[bulk.customer].any()


# What customers find when they come back into a segment ------------------------------------------------------------


@pytest.mark.parametrize("segment", ["active", "repeat", "vip"])
def test_tiers_count_what_is_spent_outside_their_segment(segment: str) -> None:
    """The spend that tiers go by is that of the last 365 days by the log, wherever the customer was when it was spent."""
    store = Store(scenario({"loyalty_tiers": LoyaltyTiers(segment=segment)}, months=18), 1)
    store.run(ranked=False)
    tiers, people, orders = store.behaviours[0], store.people, store.ledger.orders
    assert isinstance(tiers, Tiers)
    review = (store.edges[-1] - 1e-9) // 7.0 * 7.0
    recent = (orders["time"] >= review - 365.0) & (orders["time"] >= 0.0)
    spent = np.zeros(store.ledger.people.length, dtype=np.int64)
    np.add.at(spent, orders["customer"][recent], (orders["list_price"] - orders["discount"])[recent])
    # What was spent after the last review, outside, is still to be found.
    settled = places(people.alive[:] & (people.last_order[:] < review))
    assert settled.size > 100
    assert tiers.spend[settled].tolist() == spent[people.person[settled]].tolist()


def test_who_comes_back_into_the_segment_has_their_tier() -> None:
    """Inside the segment a tier binds as it does without one; outside it does nothing."""
    store = Store(scenario({"loyalty_tiers": LoyaltyTiers(segment="active", pull=0.0)}, months=18), 1)
    store.run(ranked=False)
    tiers, people = store.behaviours[0], store.people
    assert isinstance(tiers, Tiers)
    high = places(people.alive[:] & (tiers.standing[:] > 0))
    inside = store.behaviours[0].eligible[high]
    assert inside.sum() > 20
    assert (~inside).sum() > 20
    there, away = high[inside], high[~inside]
    assert tiers.dropout[there].tolist() == tiers.dropouts[tiers.standing[there]].tolist()
    assert tiers.order_rate[there].tolist() == tiers.order_rates[tiers.standing[there]].tolist()
    assert (tiers.dropout[away] == 1.0).all()
    assert (tiers.order_rate[away] == 1.0).all()


def test_who_comes_back_into_the_segment_is_a_member_still() -> None:
    """Inside the segment every member, and everybody with an account, orders as one; outside nobody does."""
    strategies: dict[str, Strategy] = {
        "account_policy": AccountPolicy(segment="active", order_rate=1.3, converts=0.5),
        "loyalty_points": LoyaltyPoints(segment="active", member_order_rate=1.2, expiry_pull=0.0),
    }
    store = Store(scenario(strategies, months=18), 1)
    store.run(ranked=False)
    accounts, points = store.behaviours
    assert isinstance(accounts, Accounts)
    assert isinstance(points, Points)
    alive = store.people.alive[:]
    for behaviour, has, factor, least in (
        (accounts, accounts.asked[:] & ~accounts.guest[:], accounts.rate[:], 1.3),
        (points, points.enrolment.member[:], points.order_rate[:], 1.2),
    ):
        assert behaviour.eligible is not None
        there = behaviour.eligible[:]
        assert (alive & has & there).sum() > 50
        assert (factor[alive & has & there] >= least).all()
        assert (factor[alive & ~there] == 1.0).all()


def test_a_better_product_meets_whoever_comes_into_the_segment() -> None:
    """They need not wait for the next improvement."""
    better = ProductImprovement(segment="lapsed", dropout_floor=0.5, pace=0.5)
    store = Store(scenario({"product_improvement": better}), 1)
    store.run(ranked=False)
    made = store.behaviours[0]
    assert isinstance(made, Improvement)
    assert made.eligible is not None
    assert made.stays is not None
    there = store.people.alive[:] & made.eligible[:]
    assert there.sum() > 10
    assert (made.stays[:][there] < 0.6).all()


@pytest.mark.parametrize("segment", ["repeat", "active"])
def test_a_return_is_told_by_the_last_order_wherever_it_was_placed(segment: str) -> None:
    """Deals are exactly the orders soon after one that followed a silence, in the segment when both were placed."""
    coupon = ReturningCoupon(segment=segment, silent=40.0, valid=40.0, lift=0.0, redemption=1.0)
    orders = run({"returning_coupon": coupon}).orders
    same = orders.customer[2:] == orders.customer[:-2]
    before, returned, now = orders.time[:-2], orders.time[1:-1], orders.time[2:]
    deal = same & (returned >= 0.0) & (returned - before >= 40.0) & (now - returned <= 40.0)
    for number, last, time in ((orders.number[1:-1], before, returned), (orders.number[2:], returned, now)):
        review = time // 7.0 * 7.0
        seen = np.where(last < review, number - 1, number - 2)
        deal &= (seen > 1) if segment == "repeat" else (review - last < 90.0)
    assert deal.sum() > 10
    assert (orders.discount[2:] > 0).tolist() == deal.tolist()
