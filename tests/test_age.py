"""What falls due at fixed intervals is counted on the day it falls due, in a year's renewals, brackets and horizons."""

from __future__ import annotations

import dataclasses
import datetime
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_logs import random_log, scenario

from sim.files.scenario_file import load_scenario
from sim.idle import idle
from sim.law_knobs import Basket, Contract
from sim.log import EventLog
from sim.metrics.age import days_begun, days_ended
from sim.metrics.catalogue import METRICS
from sim.metrics.cohorts import cohort_versions
from sim.metrics.reading import Reading
from sim.metrics.statistics import fold
from sim.metrics.sums import Sums
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import StoreKnobs

YEAR = 365.25


def subscribers(every: float, **values: Any) -> Scenario:
    """A store under a contract whose subscribers leave slowly and all pay nearly the same."""
    contract = Contract(every=every, alpha=100.0, beta=900.0)
    store = StoreKnobs(dropout="contract", contract=contract, basket=Basket(p=1000.0, q=1000.0, gamma=100.0))
    settings: dict[str, Any] = {"months": 50, "store": store, "channels": {"organic": Channel(customers=4.0)}}
    return Scenario(**(settings | values))


def figures(of: Scenario, seed: int = 1) -> tuple[EventLog, Sums]:
    log = Store(of, seed).run()
    return log, Sums(fold(log, Reading.of_scenario(of)))


def value(sums: Sums, metric: str) -> float:
    return float(METRICS[metric].compute(sums)[0, 0])


@given(first=st.floats(-3000.0, 3000.0), period=st.sampled_from([1.0, 7.0, 30.0, 91.0]), count=st.integers(0, 120))
def test_what_is_due_after_whole_days_is_of_that_age(first: float, period: float, count: int) -> None:
    """However a due date was added up, its age in whole days is that of paper, whether rounded down or up; half a
    minute before or after it is not."""
    due = np.array([first])
    for _ in range(count):
        due = due + period
    age, half_a_minute = due - first, 1 / 2880
    assert days_begun(age)[0] == days_ended(age)[0] == round(period * count)
    assert days_begun(age + half_a_minute)[0] == days_ended(age + half_a_minute)[0] - 1 == round(period * count)


@pytest.mark.parametrize(("every", "bracket"), [(30.0, 0), (91.0, 1)])
def test_each_renewal_falls_into_its_own_bracket(every: float, bracket: int) -> None:
    """Where the period is as long as the bracket, those who ordered in the n-th bracket are those who renewed n times."""
    log, sums = figures(subscribers(every, channels={"organic": Channel(customers=40.0)}))
    renewals = np.bincount(log.orders.customer, minlength=log.customers.key.size) - 1
    seen = (log.end - log.customers.acquired) // every
    hits = sums.tallies.bracket_hits[bracket].sum(axis=0)
    assert hits.tolist() == [int(((renewals >= n) & (seen > n)).sum()) for n in range(hits.size)]


def test_nobody_comes_back_into_a_cohort_of_subscribers() -> None:
    """A cohort's share in the table never rises: who has not renewed is gone."""
    _, sums = figures(subscribers(30.0, channels={"organic": Channel(customers=40.0)}))
    table = cohort_versions(sums)[1][0][:24, :24]
    assert (table[:, 0] == 1.0).all()
    assert (np.diff(table, axis=1) <= 0.0).all()


def test_who_renews_once_a_year_has_repeated_within_a_year() -> None:
    """Under a yearly contract the repeat purchase rate of a year is the share who renewed for the first time."""
    log, sums = figures(subscribers(YEAR, channels={"organic": Channel(customers=50.0)}))
    seen = log.customers.acquired <= log.end - 367.0
    again = np.bincount(log.orders.customer, minlength=seen.size) > 1
    assert value(sums, "repeat_purchase_rate") == pytest.approx(again[seen].mean())
    assert 0.8 < again[seen].mean() < 0.97


def two_orders(second: list[float], end: int = 1096) -> Sums:
    """Customers who came on day 0.25 and ordered once more so many days later; the history ends at `end`."""
    edges = {730: 24, 1096: 36, 365: 12}
    of = scenario(pre_history=0, months=edges[end], clv_horizon=6, start=datetime.date(2025, 1, 1))
    log = random_log(0, len(second), of)
    count = len(second)
    who = np.repeat(np.arange(count, dtype=np.int32), 2)
    time = np.array([[0.25, 0.25 + age] for age in second]).reshape(-1)
    blank = np.zeros(2 * count, dtype=np.int64)
    orders = dataclasses.replace(
        log.orders, customer=who, number=np.tile(np.array([1, 2], dtype=np.int32), count), time=time, list_price=blank + 100,
        discount=blank, refund=blank, margin=blank, refund_margin=blank, cause=blank.astype(np.int8),
    )  # fmt: skip
    customers = dataclasses.replace(
        log.customers, acquired=np.full(count, 0.25), parent=np.full(count, -1, np.int32), died=np.full(count, np.inf)
    )
    return Sums(fold(dataclasses.replace(log, customers=customers, orders=orders), Reading.of_scenario(of)))


def test_a_year_ends_with_the_anniversary() -> None:
    """A second order on the anniversary is within a year, in a leap year too and at whatever time of that day; two days
    later it is not; and who was not seen so long is not counted."""
    assert value(two_orders([1.0, 365.0, 365.25, 366.0, 366.9, 367.1, 400.0]), "repeat_purchase_rate") == pytest.approx(5 / 7)
    assert math.isnan(value(two_orders([1.0, 200.0], end=365), "repeat_purchase_rate"))


@pytest.mark.parametrize("years", [1, 2, 3, 4])
def test_a_horizon_of_years_has_as_many_yearly_payments(years: int) -> None:
    """Over n years a subscriber who never leaves pays n times: what falls due with the end of the horizon pays for the time
    after it."""
    contract = Contract(every=YEAR, alpha=0.01, beta=1000.0)
    of = subscribers(YEAR, clv_horizon=12 * years, discount_rate=0.0, months=60)
    of = dataclasses.replace(of, store=dataclasses.replace(of.store, contract=contract))
    log, sums = figures(of)
    mean = float(log.orders.margin.mean()) / 100.0
    assert value(sums, "clv") == pytest.approx(years * mean, rel=0.02)


def test_twelve_monthly_payments_make_a_year() -> None:
    """So does whoever pays by the month: twelve payments a year, three years long."""
    contract = Contract(every=YEAR / 12, alpha=0.01, beta=1000.0)
    of = subscribers(YEAR / 12, clv_horizon=36, discount_rate=0.0, months=48)
    of = dataclasses.replace(of, store=dataclasses.replace(of.store, contract=contract))
    log, sums = figures(of)
    assert value(sums, "clv") == pytest.approx(36 * float(log.orders.margin.mean()) / 100.0, rel=0.005)


def test_a_window_shorter_than_the_period_is_told(tmp_path: Path) -> None:
    """Subscribers who renew once a year count as lost between renewals in a window of 90 days: the notes say so."""
    path = tmp_path / "club.yaml"
    path.write_text("store: {dropout: contract, contract: {every: 1 year}}\n")
    (told,) = idle(load_scenario(path))
    assert "renew every 365.25 d" in told
    assert "activity_window of 90 d" in told
    path.write_text("store: {dropout: contract, contract: {every: 1 year}}\nactivity_window: 366 d\n")
    assert idle(load_scenario(path)) == []
