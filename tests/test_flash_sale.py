"""Flash sales: their hours, who knows of them, and what the hurry takes from the weeks that follow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_shop import by_group, gain, interval, moments, run, sent, shop, store

from sim.law_knobs import Lifetime, Orders
from sim.log import EventLog
from sim.promotions import Sale
from sim.store_knobs import StoreKnobs
from sim.strategies.discount_cycle import DiscountCycle, Promotions
from sim.strategies.email import Email
from sim.strategies.flash_sale import FlashSale, FlashSales

QUIET: dict[str, Any] = {"announced": False, "notices": 0.0}
KNOWN: dict[str, Any] = {"announced": False, "notices": 1.0}
FREQUENT = StoreKnobs(orders=Orders(r=2.0, alpha=8.0), lifetime=Lifetime(s=0.6, beta=40.0))


def in_hours(log: EventLog, sale: FlashSale) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which orders fall into a sale of the plain calendar: whole days, the same hour every time."""
    since = log.orders.time - sale.first_after - sale.starts_at
    return (since >= 0.0) & (since % sale.every < sale.length)


def test_everything_is_cheaper_in_those_hours_only() -> None:
    """Whoever orders in the hours of a sale pays so much less, nobody else does, and each such order is credited to it."""
    sale = FlashSale(depth=0.3, every=14.0, length=6 / 24, first_after=10.0, starts_at=0.5, **QUIET)
    log = run({"flash_sale": sale}, customers=4000.0)
    on = in_hours(log, sale)
    assert on.sum() > 50
    np.testing.assert_array_equal(log.orders.discount[on], np.rint(0.3 * log.orders.list_price[on]))
    assert not log.orders.discount[~on].any()
    np.testing.assert_array_equal(log.orders.cause > 0, on)


def test_who_does_not_know_does_not_respond() -> None:
    """A sale nobody hears of moves no order; it only takes off from those who come anyway."""
    log, plain = run({"flash_sale": FlashSale(every=14.0, **QUIET)}), run({})
    np.testing.assert_array_equal(log.orders.time, plain.orders.time)
    assert (log.orders.discount > 0).sum() > 5
    assert not log.messages


@pytest.mark.parametrize(("depth", "elasticity", "urgency"), [(0.2, 1.5, 1.0), (0.25, 1.5, 3.0), (0.5, 3.0, 2.0)])
def test_those_who_know_respond_as_asked(depth: float, elasticity: float, urgency: float) -> None:
    """In the hours of a sale those who know order as often as depth, elasticity and urgency say, up to the cap."""
    sale = FlashSale(
        depth=depth, elasticity=elasticity, urgency=urgency, every=30.0, length=0.5, pull_forward=0.0, **KNOWN
    )
    log, plain = (run(each, store=FREQUENT, customers=8000.0) for each in ({"flash_sale": sale}, {}))
    mine, theirs = (
        by_group(each, each.orders.customer[in_hours(each, sale) & (each.orders.number > 1)]) for each in (log, plain)
    )
    expected = min(1.0 + ((1.0 - depth) ** -elasticity - 1.0) * urgency, sale.cap)
    low, high = interval(mine, theirs, of=lambda a, b: a / b)
    assert low < expected < high
    assert high - low < 0.3 * expected


def test_pull_forward_comes_out_as_asked() -> None:
    """Of the extra orders of a sale a third is asked to be missing in the weeks after it, and about a third is."""
    sale = FlashSale(
        depth=0.3, length=1.0, every=365.0, first_after=20.0, pull_forward=1 / 3, payback=14.0, starts_at=0.0, **KNOWN
    )
    settings: dict[str, Any] = {"store": FREQUENT, "months": 2, "pre_history": 5, "customers": 300_000.0, "clv_horizon": 2}
    extra = missing = 0
    for strategies, sign in (({"flash_sale": sale}, 1), ({}, -1)):
        log = run(strategies, **settings)
        old = log.customers.acquired[log.orders.customer] < 0.0
        extra += sign * int((old & (log.orders.time >= 20.0) & (log.orders.time < 21.0)).sum())
        missing -= sign * int((old & (log.orders.time >= 21.0) & (log.orders.time < 35.0)).sum())
    assert extra > 1500
    assert 0.28 < missing / extra < 0.37


def test_sales_teach_nothing_unless_told() -> None:
    """By default full-price orders are as frequent after many sales as before; with training below 1 they fall."""
    idle: dict[str, Any] = {"elasticity": 0.0, "pull_forward": 0.0, "every": 14.0}
    plain = run({}, customers=2000.0)
    untrained = run({"flash_sale": FlashSale(**idle, **KNOWN)}, customers=2000.0)
    np.testing.assert_array_equal(untrained.orders.time, plain.orders.time)
    trained = run({"flash_sale": FlashSale(training=0.9, **idle, **KNOWN)}, customers=2000.0)
    full = [by_group(log, log.orders.customer[log.orders.discount == 0]) for log in (untrained, trained)]
    assert gain(*full)[0] > 0.0


def test_who_never_knew_of_a_sale_has_learnt_nothing() -> None:
    """Sales train those who hear of them or come upon them; everybody else orders as if there were none."""
    idle: dict[str, Any] = {"elasticity": 0.0, "pull_forward": 0.0, "training": 0.5, "every": 14.0}
    plain, log = run({}, customers=2000.0), run({"flash_sale": FlashSale(**idle, **QUIET)}, customers=2000.0)
    caught = np.unique(log.orders.customer[log.orders.discount > 0])
    assert 20 < caught.size < 0.3 * log.customers.key.size
    mine, theirs = (each.orders.time[~np.isin(each.orders.customer, caught)] for each in (log, plain))
    np.testing.assert_array_equal(mine, theirs)
    mine, theirs = (each.orders.time[np.isin(each.orders.customer, caught)] for each in (log, plain))
    assert mine.size < 0.97 * theirs.size


def test_what_everybody_knows_everybody_learns() -> None:
    """Where all hear of every sale, each remembers those since they came, as with promotions that nobody can overlook."""
    sale = FlashSale(training=0.9, deal_response=0.3, every=20.0, training_half_life=30.0, **KNOWN)
    made = store({"flash_sale": sale}, customers=2000.0)
    made.run()
    (behaviour,) = made.behaviours
    assert isinstance(behaviour, FlashSales)
    there = made.people.number[:] > 0
    exposure = behaviour._exposure(behaviour.ends[-1])[behaviour.came_after[:]]
    np.testing.assert_allclose(behaviour.remembered[:][there], exposure[there], rtol=1e-9)
    assert exposure[there].max() > 2.0


def test_a_mail_tells_the_list() -> None:
    """An announced sale is one mail to everybody on the list, sent as long before as asked, and it brings orders; with
    nobody on the list it is as if it were not announced."""
    when: dict[str, Any] = {"every": 30.0, "first_after": 10.0, "starts_at": 0.75}
    sale = FlashSale(ahead=0.25, cost=0.01, notices=0.0, open_rate=1.0, urgency=5.0, **when)
    log, alone = (run({"flash_sale": each}, customers=3000.0) for each in (sale, FlashSale(**when, **QUIET)))
    times = sorted({time for _, time in moments(log, "flash_sale")})
    assert times == [10.5 + 30.0 * n for n in range(12)]
    hours = [by_group(each, each.orders.customer[each.orders.discount > 0]) for each in (log, alone)]
    assert gain(*hours)[0] > 0.0
    nobody = run({"flash_sale": sale}, store=shop(consent=0.0))
    np.testing.assert_array_equal(nobody.orders.time, run({}).orders.time)


def test_a_mail_that_would_come_too_late_is_not_sent() -> None:
    """A night sale is over when the quiet hours end, so its mail is not sent; one that lasts into the morning is told then."""
    quiet = shop(quiet_from=21 / 24, quiet_until=8 / 24)
    short = FlashSale(every=30.0, first_after=10.0, starts_at=2 / 24, length=4 / 24, cost=0.01)
    log = run({"flash_sale": short}, store=quiet)
    assert not log.messages
    assert (log.orders.discount > 0).any()
    long = FlashSale(every=30.0, first_after=10.0, starts_at=2 / 24, length=10 / 24, cost=0.01)
    times = {time for _, time in moments(run({"flash_sale": long}, store=quiet), "flash_sale")}
    assert sorted(times) == pytest.approx([10.0 + 8 / 24 + 30.0 * n for n in range(12)])


def test_who_has_had_enough_hears_of_no_sale() -> None:
    """Where a newsletter of higher priority uses up the cap, the announcement reaches nobody it could move."""
    strategies = {"email": Email(every=30.0, priority=1), "flash_sale": FlashSale(every=30.0, cost=0.01, segment="existing")}
    log = run(strategies, store=shop(frequency_cap=1, drop_after=900.0))
    assert not moments(log, "flash_sale")
    free = run(strategies, store=shop(drop_after=900.0))
    assert moments(free, "flash_sale")
    assert sent(free) > sent(log)


def test_sales_end_with_the_strategy() -> None:
    """A sale that is on when the strategy ends is over, and nobody is owed or owes anything."""
    made = store({"flash_sale": FlashSale(first_after=20.0, starts_at=0.5, length=1.0, until=21.0, **KNOWN)}, customers=3000.0)
    log = made.run()
    assert (log.orders.discount > 0).any()
    assert not log.orders.discount[log.orders.time >= 21.0].any()
    (behaviour,) = made.behaviours
    assert isinstance(behaviour, FlashSales)
    assert not behaviour.aware[:].any()
    assert (behaviour.factor[:] == 1.0).all()


def test_promotions_and_flash_sales_are_of_one_kind() -> None:
    """The two share what customers make of a lower price; a sale's hours and a mail before the last sale's end are checked."""
    assert issubclass(Promotions, Sale)
    assert issubclass(FlashSales, Sale)
    assert "length" in [knob for knob, _ in DiscountCycle(every=5.0, length=6.0).contradictions()]
    assert "ahead" in [knob for knob, _ in FlashSale(every=2.0, length=1.0, ahead=1.5).contradictions()]
