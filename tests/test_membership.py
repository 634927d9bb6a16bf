"""A paid membership: renewals after the law, fees while it lasts, and who joins."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from cohorts import CUSTOMERS, OneCohort
from numpy.typing import NDArray

from sim.law_knobs import AfterOrder, Lifetime, Orders
from sim.ledger import group_of
from sim.log import GROUPS, MICROS, MICROS_PER_CENT, EventLog
from sim.randomness import purpose, uniform
from sim.recurring import DAYS_A_MONTH
from sim.renewals import PUBLISHED, Cohort, beside
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import OrderCosts, Service, StoreKnobs
from sim.strategies import Strategy, catalogue
from sim.strategies.paid_membership import Membership, PaidMembership

catalogue()
# Orders enough that many join, and deaths enough that some members die.
SHOP = StoreKnobs(orders=Orders(r=0.8, alpha=6.0), lifetime=Lifetime(s=0.6, beta=20.0))
# Hazards so small that next to nobody is lost.
ENDLESS = StoreKnobs(orders=Orders(r=1.0, alpha=20.0), lifetime=Lifetime(s=0.01, beta=10_000.0))
ALL_JOIN: dict[str, Any] = {"joins": 1.0, "trial": 0.0, "member_order_rate": 1.0, "shipping": 0.0, "period": 28.0}


def scenario(club: Strategy | None, store: StoreKnobs = SHOP, **values: Any) -> Scenario:
    strategies: Mapping[str, Strategy] = {} if club is None else {"paid_membership": club}
    settings: dict[str, Any] = {"months": 18, "pre_history": 3, "channels": {"organic": Channel(customers=80.0)}}
    return Scenario(store=store, strategies=strategies, **(settings | values))


def run(club: Strategy | None, store: StoreKnobs = SHOP, **values: Any) -> EventLog:
    return Store(scenario(club, store, **values), 1).run()


def count(log: EventLog, name: str) -> NDArray[np.int64]:
    return log.counts[name].sum(axis=0)


def enrolled(log: EventLog) -> NDArray[np.bool_]:
    return log.customers.enrolled != 0


# Renewals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cohort", PUBLISHED, ids=[cohort.name for cohort in PUBLISHED])
def test_survival_of_members_is_the_closed_form(cohort: Cohort, one_cohort: OneCohort) -> None:
    """Of 50,000 members with lives longer than the simulation the share left after each of twelve renewals is within 3
    standard errors of the shifted beta-geometric law, by the fees paid and by the counts; the published cohort is beside."""
    club = PaidMembership(alpha=cohort.alpha, beta=cohort.beta, **ALL_JOIN)
    log = one_cohort(ENDLESS, 5, {"paid_membership": club}, months=16)
    living = np.isinf(log.customers.died)
    n = int(living.sum())
    assert n > 0.9995 * living.size
    assert abs(n - CUSTOMERS) < 4.0 * math.sqrt(CUSTOMERS)
    assert log.customers.acquired.max() + 12 * 28.0 < log.end
    fees = np.bincount(log.fees.customer, minlength=living.size)[living]
    due, renewed = (count(log, f"paid_membership.{what}")[:12].tolist() for what in ("due", "renewed"))
    for row in beside(due, renewed, cohort.alpha, cohort.beta, cohort):
        assert abs((fees > row.number).mean() - row.law) < 3.0 * math.sqrt(row.law * (1.0 - row.law) / n), row
        assert abs(row.survival - row.law) < 3.0 * row.error + 1e-4, row
        assert row.published is not None
        assert abs(row.survival - row.published) < 0.025, row


def test_the_dead_do_not_renew(one_cohort: OneCohort) -> None:
    """Nobody pays after death; the share that pays twice is the law's times that of those still alive."""
    store = dataclasses.replace(ENDLESS, lifetime=Lifetime(s=0.6, beta=8.0))
    log = one_cohort(store, 6, {"paid_membership": PaidMembership(**ALL_JOIN)}, customers=20_000.0, months=14)
    fees, died = log.fees, log.customers.died
    assert (fees.time <= died[fees.customer]).all()
    n = died.size
    payments = np.bincount(fees.customer, minlength=n)
    share = 3.806 / (3.806 + 0.668) * (8.0 / (8.0 + 4.0)) ** 0.6
    assert abs((payments > 1).mean() - share) < 3.0 * math.sqrt(share * (1.0 - share) / n)


def test_what_bends_dropout_bends_renewals() -> None:
    """A member whose dropout is multiplied by m cancels with 1 - (1 - p)**m: who was failed renews less often."""
    shares = []
    once = dataclasses.replace(ENDLESS, orders=Orders(r=1.0, alpha=2000.0))
    for store in (once, dataclasses.replace(once, service=Service(failures=1.0, failure_dropout=3.0))):
        log = run(PaidMembership(**ALL_JOIN | {"period": 60.0}), store)
        shares.append(count(log, "paid_membership.renewed")[0] / count(log, "paid_membership.due")[0])
    assert shares[0] == pytest.approx(0.85, abs=0.03)
    # E[(1 - p)**3] for p ~ beta(.668, 3.806), at once after the failure and for half a year.
    assert shares[1] == pytest.approx(math.prod((3.806 + i) / (4.474 + i) for i in range(3)), abs=0.04)


# Trials and fees ------------------------------------------------------------------------------------------------------


def test_trials_convert_as_asked() -> None:
    """Each joins with a trial; of those alive at its end the asked share pays; who does not is never asked again."""
    log = run(PaidMembership(joins=0.3, trial=20.0, conversion=0.7), ENDLESS)
    trials, converted = (int(count(log, f"paid_membership.{what}")[0]) for what in ("trials", "converted"))
    assert trials == enrolled(log).sum() > 300
    stays = uniform(log.customers.key[enrolled(log)], purpose("paid_membership.converts")) < 0.7
    started = int(count(log, "recurring.people").reshape(-1, 4)[:, 0].sum())
    assert started == converted == np.unique(log.fees.customer).size
    running = trials - converted - (~stays).sum()
    assert -5 < running < 0.1 * trials
    assert abs(stays.mean() - 0.7) < 4.0 * (0.21 / trials) ** 0.5


def test_fees_come_with_their_cost_and_a_period_apart() -> None:
    """Every fee is the asked one, a period after the last, and the payment of each costs as any payment does."""
    store = dataclasses.replace(SHOP, costs=OrderCosts(payment_share=0.02, payment_fixed=0.25))
    log = run(PaidMembership(fee=12.0, period=30.0, trial=0.0, shipping=0.0), store)
    assert log.fees.amount.size > 500
    assert set(log.fees.amount.tolist()) == {12 * MICROS}
    again = np.diff(log.fees.customer) == 0
    np.testing.assert_allclose(np.diff(log.fees.time)[again], 30.0)
    assert sorted(log.costs.time.tolist()) == sorted(log.fees.time.tolist())
    assert set(log.costs.amount.tolist()) == {490_000}


def test_members_parcels_cost_and_their_orders_are_cheaper() -> None:
    """From the joining order on to the end of membership, each order's parcel costs and is discounted; others' never."""
    log = run(PaidMembership(trial=0.0, period=400.0, shipping=3.0, discount=0.1), ENDLESS, months=12)
    joined = np.full(log.customers.key.size, np.inf)
    np.minimum.at(joined, log.fees.customer, log.fees.time)
    mine = log.orders.time >= joined[log.orders.customer]
    assert 500 < mine.sum() < 0.9 * mine.size
    np.testing.assert_array_equal(log.orders.discount[mine], np.rint(log.orders.list_price[mine] * 0.1))
    assert not log.orders.discount[~mine].any()
    parcels = log.costs.amount == 3 * MICROS
    assert parcels.sum() == mine.sum()
    assert not log.orders.cause.any()


def test_recurring_revenue_is_that_of_the_members() -> None:
    """What started less what was lost is what is paying at the end, and the members by month end with those and the
    trials; the same where the club closes, and where members leave its segment."""
    for values in ({}, {"until": 300.0}, {"segment": "active"}, {"segment": "repeat"}):
        store = Store(scenario(PaidMembership(joins=0.4, trial=15.0, period=45.0, **values)), 1)
        log = store.run()
        (club,) = store.behaviours
        assert isinstance(club, Membership)
        people, mrr = (count(log, f"recurring.{what}").reshape(-1, 4).sum(axis=0) for what in ("people", "mrr"))
        paying = int(club.paying[:].sum())
        assert people[0] > 100
        assert people[0] - people[1] == paying
        assert mrr[0] - mrr[1] == paying * round(3900 * MICROS_PER_CENT * DAYS_A_MONTH / 45.0)
        members = count(log, "paid_membership.members")
        assert members[-1] == club.enrolment.member[:].sum() >= paying
        assert (members[-1] == 0) == ("until" in values)
        assert (members >= 0).all()
        if "until" in values:
            assert log.fees.time.max() < 300.0


@pytest.mark.parametrize("values", [{}, {"until": 300.0}, {"segment": "active"}, {"segment": "repeat", "holdout": 0.2}])
def test_blocks_count_what_the_whole_counts(values: dict[str, Any]) -> None:
    """However a store is cut into blocks, the counts of its club add up to the same."""
    of = scenario(PaidMembership(trial=15.0, period=45.0, **values))
    whole = Store(of, 3).run().counts
    parts = [Store(of, 3, block=block, blocks=3).run().counts for block in range(3)]
    for name, counted in whole.items():
        np.testing.assert_array_equal(sum(part[name] for part in parts), counted, err_msg=name)
    assert whole["paid_membership.due"].sum() > 100


# What membership does -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "trial", "member"),
    [
        ({}, 1 + 0.4 * 0.333, 1.4),
        ({"lift": "economic"}, 1 + 0.4 * 0.333, 1 + 0.4 * 0.333),
        ({"lift": "other"}, 1.0, 1 + 0.4 * 0.667),
        ({"shipping": 0.0}, 1.0, 1 + 0.4 * 0.667),
        ({"shipping": 0.0, "discount": 0.1}, 1 + 0.4 * 0.333, 1.4),
        ({"member_order_rate": 2.0, "economic": 0.5}, 1.5, 2.0),
    ],
)
def test_the_lift_has_two_parts(values: dict[str, Any], trial: float, member: float) -> None:
    """What is saved lifts from the trial on, sunk cost with the first fee, each only where it is there; and both end."""
    store = Store(scenario(PaidMembership(trial=40.0, period=60.0, **values)), 1)
    store.run()
    (club,) = store.behaviours
    assert isinstance(club, Membership)
    on_trial = club.enrolment.member[:] & ~club.paying[:]
    assert on_trial.sum() > 5
    assert club.paying[:].sum() > 20
    np.testing.assert_allclose(club.order_rate[:][on_trial], trial)
    np.testing.assert_allclose(club.order_rate[:][club.paying[:]], member)
    assert (club.order_rate[:][~club.enrolment.member[:]] == 1.0).all()
    assert club.cancelled[:].sum() > 20


def test_paying_members_order_more_by_the_lift() -> None:
    """Where all join at once and nobody cancels, orders rise by the factor that is asked for."""
    club = PaidMembership(joins=1.0, trial=0.0, period=3650.0, shipping=1.0, member_order_rate=1.5)
    repeats = [
        int((log.orders.number > 1).sum()) for log in (run(each, ENDLESS, pre_history=0, months=30) for each in (club, None))
    ]
    assert repeats[1] > 5000
    assert repeats[0] / repeats[1] == pytest.approx(1.5, rel=0.02)


# Who joins ------------------------------------------------------------------------------------------------------------


def lifts(with_club: EventLog, without: EventLog) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The naive and the true lift of members' orders, each of them leaving out one group of customers in turn."""
    np.testing.assert_array_equal(with_club.customers.key, without.customers.key)
    member = enrolled(with_club)
    group = group_of(with_club.customers.key)

    def sums(log: EventLog, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        seen = (log.orders.time >= 0.0) & which[log.orders.customer]
        by_group = np.bincount(group[log.orders.customer[seen]], minlength=GROUPS)
        return by_group.sum() - by_group

    def heads(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        by_group = np.bincount(group[which], minlength=GROUPS)
        return by_group.sum() - by_group

    mine, others = sums(with_club, member) / heads(member), sums(with_club, ~member) / heads(~member)
    return mine / others - 1.0, sums(with_club, member) / sums(without, member) - 1.0


@pytest.mark.parametrize("rate", [1.0, 1.4])
def test_the_naive_lift_exceeds_the_true_one(rate: float) -> None:
    """Members order far more than others because heavy buyers join first; the same customers without the club, paired,
    show how little of it the club does. 95 % jackknife interval."""
    values: dict[str, Any] = {"pre_history": 0, "channels": {"organic": Channel(customers=150.0)}}
    naive, true = lifts(run(PaidMembership(member_order_rate=rate), **values), run(None, **values))
    difference = naive - true
    error = math.sqrt((GROUPS - 1) / GROUPS * ((difference - difference.mean()) ** 2).sum())
    assert difference.mean() - 2.093 * error > 0.5
    if rate == 1.0:
        assert (true == 0.0).all()
    else:
        assert 0.05 < true.mean() < 0.4


def test_heavy_buyers_join_first() -> None:
    """Among those asked at their first order, who joins orders more often by nature, the more so the stronger the
    selection; without it there is no difference."""
    ratios = []
    for selection in (0.0, 0.5, 1.0, 2.0):
        store = Store(scenario(PaidMembership(joins=0.3, selection=selection, trial=0.0), ENDLESS, pre_history=0, months=14), 1)
        log = store.run()
        rates = store.law.traits(log.customers.key)[0]
        at_first = np.zeros(rates.size, dtype=np.bool_)
        first = log.customers.acquired[log.fees.customer] == log.fees.time
        at_first[log.fees.customer[first]] = True
        assert at_first.sum() > 40
        ratios.append(rates[at_first].mean() / rates[~at_first].mean())
    assert abs(ratios[0] - 1.0) < 0.25
    assert ratios[0] < ratios[1] < ratios[2] < ratios[3]
    assert ratios[2] > 1.3


def test_what_a_club_is_worth_decides_who_joins() -> None:
    """A dearer club has fewer members, better perks bring more; without selection neither matters; a free one has all."""

    def members(**values: Any) -> int:
        return int(enrolled(run(PaidMembership(**values))).sum())

    usual = members()
    assert members(fee=80.0) < usual < members(fee=20.0)
    assert members(shipping=1.0) < usual < members(discount=0.1)
    assert members(belonging=0.0) < usual
    assert members(selection=0.0, fee=80.0) == members(selection=0.0, fee=20.0)
    log = run(PaidMembership(fee=0.0))
    assert enrolled(log)[log.customers.acquired >= 0.0].all()
    assert not log.fees.amount.size


def test_who_will_not_stay_does_not_join() -> None:
    """Customers expect fewer orders of a store that is not for them for long: under each law the lasting join more."""
    coin = StoreKnobs(dropout="after_order", orders=Orders(r=0.8, alpha=6.0), after_order=AfterOrder(a=0.8, b=2.5))
    for store in (SHOP, coin):
        shop = Store(scenario(PaidMembership(trial=0.0), store, pre_history=0), 1)
        log = shop.run()
        hazard = shop.law.traits(log.customers.key)[1]
        first = np.zeros(hazard.size, dtype=np.bool_)
        first[log.fees.customer[log.customers.acquired[log.fees.customer] == log.fees.time]] = True
        assert first.sum() > 20
        assert np.median(hazard[first]) < 0.8 * np.median(hazard[~first])


def test_a_club_worth_nothing_is_a_contradiction() -> None:
    """Without shipping, discount and belonging nobody pays a fee, and the file is told so."""
    worthless: dict[str, Any] = {"shipping": 0.0, "discount": 0.0, "belonging": 0.0}
    assert [knob for knob, _ in PaidMembership(**worthless).contradictions()] == ["selection"]
    assert PaidMembership(**worthless, selection=0.0).contradictions() == []
    assert not enrolled(run(PaidMembership(**worthless))).any()
