"""What a history tells of a customer in a store with a season: orders by the season's clock, dropout by the calendar."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from sim.base import Base
from sim.law_knobs import AfterOrder as AfterOrderKnobs
from sim.law_knobs import Lifetime as LifetimeKnobs
from sim.law_knobs import Orders
from sim.log import EventLog
from sim.posterior import AfterOrder, Lifetime, chance_alive, draw
from sim.randomness import at, mix
from sim.scenario import Channel, Scenario
from sim.season_clock import SeasonClock
from sim.store import Store
from sim.store_knobs import StoreKnobs

SEASON = (0.6, 0.6, 0.7, 0.8, 0.8, 0.7, 0.6, 0.6, 0.8, 1.0, 1.8, 3.0)
"""December has five times the orders of January."""
START = datetime.date(2025, 1, 1)
LAW = Lifetime(0.95, 20.4, 1.2, 10.5)
BUSY = Lifetime(1.5, 9.0, 1.0, 45.0)
COIN = AfterOrder(0.7, 12.0, 0.8, 2.4)
CLOCK = SeasonClock.of(SEASON, START, 200.0)


def by_day(first: float, last: float) -> float:
    """The factors of the days from one to another, counted from day 0, summed a day at a time, in weeks."""
    total = 0.0
    for day in range(int(np.floor(first)), int(np.ceil(last))):
        inside = min(last, day + 1.0) - max(first, float(day))
        total += SEASON[(START + datetime.timedelta(days=day)).month - 1] * inside / 7.0
    return total


@given(st.floats(0.0, 1399.0), st.floats(0.0, 1.0))
def test_the_clock_sums_the_months_factors(days: float, share: float) -> None:
    """The exposure of a stretch is the sum of its days' factors, and the clock can be read backwards."""
    T, t = np.array([days / 7.0]), np.array([share * days / 7.0])
    exposure = CLOCK.exposure(t, T)
    assert exposure[0] == pytest.approx(by_day(-days, share * days - days), abs=1e-8)
    assert CLOCK.when(exposure, T)[0] == pytest.approx(t[0], abs=1e-8)


HISTORIES = [(0, 0.0, 4.0), (0, 0.0, 60.0), (1, 3.0, 30.0), (3, 47.0, 51.0), (40, 90.0, 110.0), (200, 5.0, 150.0)]


@pytest.mark.parametrize("law", [LAW, COIN])
def test_without_a_season_the_clock_changes_nothing(law: Lifetime | AfterOrder) -> None:
    """Where every month is like the others the chances are those of the calendar."""
    x, t_x, T = np.array(HISTORIES).T
    even = SeasonClock.of((1.0,) * 12, START, 160.0)
    assert chance_alive(law, x, t_x, T, even) == pytest.approx(chance_alive(law, x, t_x, T), rel=1e-6)


@pytest.mark.parametrize(("x", "t_x", "T"), HISTORIES)
def test_chances_to_live_are_those_of_the_two_times(x: int, t_x: float, T: float) -> None:
    """Living against lost at any moment, with orders by the season's clock and dropout by the calendar, integrated."""
    border = [float(each) for each in np.unique(np.clip(CLOCK.borders(np.array([T]))[0], t_x, T))]

    def density(t: float) -> float:
        exposure = by_day(-7 * T, 7 * (t - T))
        return float(((LAW.alpha + last) / (LAW.alpha + exposure)) ** (LAW.r + x) * (LAW.beta + t) ** -(LAW.s + 1.0))

    last = by_day(-7 * T, 7 * (t_x - T))
    pairs = zip([t_x, *border], [*border, T], strict=True)
    lost = LAW.s * sum(scipy.integrate.quad(density, a, b, epsrel=1e-10)[0] for a, b in pairs if b > a)
    living = ((LAW.alpha + last) / (LAW.alpha + by_day(-7 * T, 0.0))) ** (LAW.r + x) * (LAW.beta + T) ** -LAW.s
    told = chance_alive(LAW, *(np.array([float(each)]) for each in (x, t_x, T)), CLOCK)[0]
    assert told == pytest.approx(living / (living + lost), rel=1e-4)


@pytest.mark.parametrize(("x", "t_x", "T"), [(0, 0.0, 60.0), (3, 20.0, 51.0), (30, 40.0, 90.0)])
def test_moments_of_dropout_follow_their_density(x: int, t_x: float, T: float) -> None:
    """Given that a customer was lost, when: the draws against the density of the two times (Kolmogorov & Smirnov)."""
    count = 2000
    columns = [np.full(count, float(value)) for value in (x, t_x, T)]
    lost = draw(LAW, np.zeros(count), mix(at(np.zeros(count, np.uint64), np.arange(count))), *columns, CLOCK).lost
    t = np.linspace(t_x, T, 40_001)
    exposure = CLOCK.exposure(t, np.full(t.size, T))
    logs = -(LAW.r + x) * np.log(LAW.alpha + exposure) - (LAW.s + 1.0) * np.log(LAW.beta + t)
    mass = np.concatenate(([0.0], np.cumsum(np.exp(logs[1:] - logs[0]))))
    assert ((lost >= t_x) & (lost <= T)).all()
    assert scipy.stats.kstest(lost, lambda at: np.interp(at, t, mass / mass[-1])).pvalue > 1e-3


# In the store ---------------------------------------------------------------------------------------------------------


def scenario(law: Lifetime | AfterOrder, start: datetime.date, customers: float) -> Scenario:
    """Three years before day 0 and a quarter after it."""
    store = StoreKnobs(orders=Orders(law.r, law.alpha), season=SEASON)
    if isinstance(law, Lifetime):
        store = StoreKnobs(orders=store.orders, season=SEASON, lifetime=LifetimeKnobs(law.s, law.beta))
    else:
        coin = AfterOrderKnobs(law.a, law.b)
        store = StoreKnobs(orders=store.orders, season=SEASON, dropout="after_order", after_order=coin)
    channels = {"all": Channel(customers=customers)}
    return Scenario(start=start, months=3, clv_horizon=1, pre_history=36, store=store, channels=channels)


def ahead(log: EventLog) -> np.ndarray:
    """Orders in the observed time of each customer from before it."""
    orders = log.orders
    later = orders.time >= 0.0
    return np.bincount(orders.customer[later], minlength=log.customers.key.size)[log.customers.acquired < 0.0]


def continued(log: EventLog, of: Scenario) -> EventLog:
    """A store that begins with the customers of another, of each of whom it knows what a base knows."""
    orders, old = log.orders, log.customers.acquired < 0.0
    past = orders.time < 0.0
    x = np.bincount(orders.customer[past], minlength=old.size)[old] - 1.0
    last = np.full(old.size, -np.inf)
    np.maximum.at(last, orders.customer[past], orders.time[past])
    came = log.customers.acquired[old]
    base = Base(np.arange(x.size), x, np.where(x > 0, last[old] - came, 0.0) / 7.0, -came / 7.0, np.where(x > 0, 30.0, 0.0))
    store = Store(Scenario(**(vars(of) | {"channels": {"all": Channel(customers=1e-9)}})), 7)
    store.base = base
    return store.run()


@pytest.mark.parametrize("law", [BUSY, COIN])
@pytest.mark.parametrize("month", [1, 10])
def test_a_base_goes_on_as_the_store_itself_does(
    law: Lifetime | AfterOrder, month: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a strong December and before it, the customers of a base order as many times in the next quarter as they do in
    the store they are taken from, and as many are alive: within four standard errors. Read by the calendar alone they would
    order far too often after it, and too rarely before."""
    of = scenario(law, datetime.date(2025, month, 1), 500.0)
    truth = Store(of, 1).run()
    begun = continued(truth, of)
    mine, theirs = ahead(begun), ahead(truth)
    assert mine.size == theirs.size
    # The histories are the same; what follows is drawn anew.
    error = np.sqrt((mine.var() + theirs.var()) * mine.size)
    assert abs(mine.sum() - theirs.sum()) < 4.0 * error
    with monkeypatch.context() as patch:
        patch.setattr(SeasonClock, "of", lambda *_: None)
        calendar = ahead(continued(truth, of)).sum()
    assert (calendar - theirs.sum()) * (1 if month == 1 else -1) > 4.0 * error
    lived, told = (float((log.customers.died[log.customers.acquired < 0.0] > 0.0).mean()) for log in (truth, begun))
    assert abs(lived - told) < 4.0 * np.sqrt(2.0 * 0.25 / mine.size)


def test_orders_of_the_past_fall_into_the_season() -> None:
    """The moments between a customer's first and last order, which a base does not hold, are likelier in strong months:
    December holds as many of them as its share of the season's clock."""
    of = scenario(LAW, START, 10.0)
    count = 300
    year = np.full(count, 365 / 7.0)
    base = Base(np.arange(count), np.full(count, 21.0), year, year, np.full(count, 9.0))
    store = Store(of, 1)
    store.base = base
    log = store.run()
    between = (log.orders.number > 1) & (log.orders.number < 22) & (log.orders.time < 0.0) & (log.customers.acquired < 0.0)[
        log.orders.customer
    ]
    december = (log.orders.time[between] >= -31.0).mean()
    share = by_day(-31.0, 0.0) / by_day(-365.0, 0.0)
    assert between.sum() == 20 * count
    assert december == pytest.approx(share, abs=4.0 * np.sqrt(share * (1.0 - share) / between.sum()))
