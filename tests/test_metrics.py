"""Every metric is what its definition says: by hand on a small store, and against plain Python on random ones."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Oracle
from random_logs import part, random_log, scenario
from small_store import small_reading, small_store

from sim.log import GROUPS, EventLog
from sim.metrics.catalogue import CHANNEL, METRICS, SEGMENT
from sim.metrics.cohorts import cohort_versions, seen_age_months
from sim.metrics.curves import CURVES
from sim.metrics.reading import Reading
from sim.metrics.statistics import fold
from sim.metrics.sums import SEGMENTS, Sums

MONEY = 1e-3
"""Discounted margins are kept in whole micros an item."""

REQUIRED = """
    cac cac_paid clv clv_after_cac ltv_simple ltv_cac payback_days repeat_customer_rate repeat_purchase_rate
    repeat_order_share purchase_frequency aov customer_value churn_rate crr loyal_customer_rate orders customers revenue
    contribution_margin referral_k
"""
REQUIRED_CURVES = """
    retention_bracket_30 retention_bracket_91 retention_n_day retention_unbounded alive clv_cumulative monthly_revenue
    monthly_contribution_margin monthly_orders monthly_active_customers monthly_new_customers monthly_cac
    monthly_cumulative_cash
"""

# Spend is counted for the customers who can be seen for 183 days: those won before day 182, six months and a day.
SPEND = 6 + 1 / 31
CAC = 12 * SPEND / 3
# Bea: 40 at once, a gift of 2 after 5 days, 40 after 20, 45 lost after 34, a newsletter after 50.
BEA = [(0, 40.0), (5, -2.0), (20, 40.0), (34, -45.0), (50, -0.5)]
EVE = [(0, 4.0), (8, 4.0), (18, 4.0), (28, 4.0), (178, 4.0)]
CLV = (sum(amount * 1.1 ** (-age / 365.25) for age, amount in BEA + EVE) + 8.0) / 3

BY_HAND = {
    "cac": CAC,
    "cac_paid": 10 * SPEND / 2,
    "clv": CLV,
    "clv_after_cac": CLV - CAC,
    "clv_historic": (32.5 + 8 + 48 + 20) / 4,
    "ltv_simple": (350 / 13) * (13 / 7) / 0.5,
    "ltv_cac": CLV / CAC,
    # A head the cohort has earned 54 / 3 after 14 days and 98 / 3 after 21.
    "payback_days": 14 + 7 * (CAC - 54 / 3) / (98 / 3 - 54 / 3),
    "repeat_customer_rate": 6 / 7,  # all but Cyd
    "repeat_purchase_rate": 1.0,  # only Bea was seen for 365 days
    "third_order_rate": 1 / 6,
    "fourth_order_rate": 1.0,
    "loyal_customer_rate": 1 / 7,  # Eve
    "repeat_order_share": 9 / 13,
    "repeat_revenue_share": 330 / 350,
    "purchase_frequency": 13 / 7,
    "aov": 350 / 13,
    "customer_value": 350 / 7,
    "churn_rate": 1 / 2,  # Ann and Fay were active at day 0, Fay is at the end
    "churn_true": 2 / 3,  # of Ann, Fay and Gus, alive at day 0
    "crr": (4 - 2) / 2,  # Dan, Eve, Fay and Gus are active at the end, Dan and Eve are new
    "crr_true": 1 / 3,
    "reactivated_rate": 1 / 2,  # Gus
    "active_but_lost": 1 / 4,  # Gus
    "alive_but_inactive": 1 / 4,  # Bea, of Bea, Dan, Eve and Fay
    "concentration_top20": (120 + 0.4 * 100) / 350,  # Dan and four tenths of Bea: 20 % of 7
    "discount_share": 10 / 460,
    "refund_share": 100 / 450,
    "attributed_share": 60 / 450,
    "customers": 4,
    "buyers": 7,
    "orders": 13,
    "revenue": 350,
    "contribution_margin": 10 + 32.5 + 8 + 48 + 20 + 4 + 4 - 1.5,  # newsletters to Ann, Fay and Gus
    "fixed_costs": 12 * (1 + 3),
    "profit": 125 - 12 * (10 + 2) - 12 * (1 + 3),
    "strategy_costs": 4,
    "messaging_cost": 2,
    "messages_sent": 4,
    "message_open_rate": 2 / 4,
    "message_click_rate": 1 / 4,
    "unsubscribe_rate": 1 / 4,
    "referral_k": 1 / 3,  # Cyd came 100 days after Bea; Dan came 200 days after Cyd, past the horizon
    "referral_invites": 5 / 4,
    "referral_conversion": 2 / 5,
}


def sums_of(log: EventLog, reading: Reading) -> Sums:
    """The log, read."""
    return Sums(fold(log, reading))


def small() -> Sums:
    """The small store, read."""
    return sums_of(small_store(), small_reading())


def curve(sums: Sums, id: str) -> dict[float, float]:
    """A curve's values where anybody stands behind them."""
    points = CURVES[id].compute(sums)
    return {float(x): float(v) for x, v, n in zip(points.x, points.values[0], points.n, strict=True) if n > 0}


def test_every_metric_is_worked_out_by_hand_here() -> None:
    """No metric is without a value by hand, and the required ones exist."""
    assert set(BY_HAND) == set(METRICS)
    assert set(REQUIRED.split()) <= set(METRICS)
    assert set(REQUIRED_CURVES.split()) <= set(CURVES)


@pytest.mark.parametrize("id", METRICS)
def test_small_store_by_hand(id: str) -> None:
    """The metric of the small store is what was worked out by hand."""
    value = METRICS[id].compute(small())[0, 0]
    assert value == pytest.approx(BY_HAND[id], rel=1e-7)


@pytest.mark.parametrize(
    ("channel", "metric", "expected"),
    [
        ("search", "customers", 3),
        ("search", "orders", 9),
        ("organic", "orders", 4),
        ("organic", "revenue", 80),
        ("search", "cac", 10 * SPEND / 2),
        ("organic", "cac", 2 * SPEND / 1),
        ("organic", "clv", 8),
        ("organic", "repeat_customer_rate", 3 / 4),
        ("organic", "loyal_customer_rate", 0),
        ("organic", "churn_rate", 1 / 2),
        ("organic", "repeat_revenue_share", 60 / 80),
        ("organic", "payback_days", math.nan),
        ("search", "referral_k", 1 / 2),
    ],
)
def test_channels_by_hand(channel: str, metric: str, expected: float) -> None:
    """A channel's metric is that of its own customers and its own spend."""
    sums = small()
    assert CHANNEL in METRICS[metric].by
    value = METRICS[metric].compute(sums)[0, sums.slices.index(channel)]
    assert value == pytest.approx(expected, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("segment", "metric", "expected"),
    [
        ("new", "revenue", 290),
        ("existing", "revenue", 60),
        ("existing", "buyers", 3),
        ("existing", "aov", 20),
        ("one order", "orders", 1),
        ("2 to 4 orders", "orders", 7),
        ("5 or more orders", "purchase_frequency", 5),
        ("existing", "clv", math.nan),
        ("one order", "clv", 8),
        ("new", "discount_share", 0),
        ("existing", "strategy_costs", 1.5),
    ],
)
def test_segments_by_hand(segment: str, metric: str, expected: float) -> None:
    """A segment's metric is that of its own customers."""
    sums = small()
    assert SEGMENT in METRICS[metric].by
    value = METRICS[metric].compute(sums)[0, sums.slices.index(segment)]
    assert value == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("id", "x", "expected"),
    [
        ("retention_bracket_30", 0, 1),
        ("retention_bracket_30", 30, 1 / 4),  # Dan, of Bea, Cyd, Dan and Eve
        ("retention_bracket_30", 60, 0),
        ("retention_bracket_30", 150, 1 / 3),  # Eve's order at the age of 178
        ("retention_bracket_91", 91, 1 / 3),
        ("retention_n_day", 8, 1 / 4),
        ("retention_n_day", 9, 0),
        ("retention_n_day", 20, 1 / 4),
        ("retention_unbounded", 28, 2 / 4),  # Dan and Eve
        ("retention_unbounded", 35, 1 / 4),
        ("retention_unbounded", 182, 0),
        ("alive", 49, 1),
        ("alive", 56, 3 / 4),  # Cyd died at the age of 50
        ("alive", 70, 2 / 3),
        ("clv_cumulative", 0, (40 + 8 + 24 + 4) / 4),
        ("clv_cumulative", 70, (32.5 + 8 + 16) / 3),
        ("customers_by_orders", 2, 5 / 7),
        ("customers_by_orders", 5, 1 / 7),
        ("monthly_revenue", 0, 40 + 200),
        ("monthly_revenue", 1, -100),
        ("monthly_contribution_margin", 0, 10 + 40 + 40 - 2),
        ("monthly_contribution_margin", 1, -45 - 2),
        ("monthly_orders", 6, 4),
        ("monthly_active_customers", 0, 3),  # Ann, Bea, Fay
        ("monthly_active_customers", 1, 2),  # Fay's last order was 109 days ago
        ("monthly_active_customers", 11, 4),
        ("monthly_new_customers", 3, 1),
        ("monthly_cac", 3, 12),
        ("monthly_cumulative_cash", 0, 88 - 12 - 4),
        ("monthly_cumulative_cash", 1, 88 - 47 - 24 - 8),
    ],
)
def test_curves_by_hand(id: str, x: float, expected: float) -> None:
    """A point of a curve of the small store, without discounting, is what was worked out by hand."""
    sums = sums_of(small_store(), small_reading(discount_rate=0.0))
    assert curve(sums, id)[x] == pytest.approx(expected)


def test_cohort_table_by_hand() -> None:
    """Bea's month has one customer who came back in her first age-month only; Eve's is told for five age-months."""
    sums = small()
    customers, shares = cohort_versions(sums)
    assert customers[0].tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]
    assert seen_age_months(sums.reading) == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert shares[0, 0, :3].tolist() == [1, 0, 0]
    assert shares[0, 6, :6].tolist() == [1, 0, 0, 0, 0, 1]
    assert np.isnan(shares[0, 1]).all()


SHAPES = st.sampled_from([(4, 12, 6), (0, 12, 6), (3, 15, 12), (0, 5, 4), (0, 1, 1), (0, 24, 12), (12, 24, 12)])


def close(value: float, expected: float) -> bool:
    """Equal but for the rounding of discounted micros, or both undefined."""
    return (math.isnan(value) and math.isnan(expected)) or math.isclose(value, expected, rel_tol=1e-6, abs_tol=MONEY)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), shape=SHAPES, whole_days=st.booleans(), customers=st.sampled_from([1, 4, 60]))
def test_metrics_against_plain_python(seed: int, shape: tuple[int, int, int], whole_days: bool, customers: int) -> None:
    """On random logs every metric but the binned one is the plain-Python reading of its definition, nan for nan."""
    pre_history, months, horizon = shape
    of = scenario(pre_history=pre_history, months=months, clv_horizon=horizon)
    log, reading = random_log(seed, customers, of, whole_days=whole_days), Reading.of_scenario(of)
    sums, expected = sums_of(log, reading), Oracle(log, reading).metrics()
    assert set(expected) | {"concentration_top20"} == set(METRICS)
    for id, value in expected.items():
        assert close(METRICS[id].compute(sums)[0, 0], value), id


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), shape=SHAPES, whole_days=st.booleans())
def test_curves_against_plain_python(seed: int, shape: tuple[int, int, int], whole_days: bool) -> None:
    """On random logs every curve has the points and values of its plain-Python reading, and so has the cohort table."""
    pre_history, months, horizon = shape
    of = scenario(pre_history=pre_history, months=months, clv_horizon=horizon)
    log, reading = random_log(seed, 40, of, whole_days=whole_days), Reading.of_scenario(of)
    sums, oracle = sums_of(log, reading), Oracle(log, reading)
    expected = oracle.curves()
    assert set(expected) | {"customers_by_orders"} == set(CURVES)
    for id, points in expected.items():
        mine = curve(sums, id)
        assert mine.keys() == points.keys(), id
        assert all(close(mine[x], points[x]) for x in points), id
    customers, shares = cohort_versions(sums)
    for month, (count, row) in enumerate(oracle.cohorts()):
        assert customers[0, month] == count
        assert all(close(mine, value) for mine, value in zip(shares[0, month], row, strict=False))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), customers=st.integers(2, 200))
def test_concentration_keeps_its_error_bound(seed: int, customers: int) -> None:
    """The binned share of the best fifth is never above the exact one, and at most 4.4 % of a bin's revenue below."""
    of = scenario()
    log, reading = random_log(seed, customers, of), Reading.of_scenario(of)
    log = dataclasses.replace(log, orders=dataclasses.replace(log.orders, refund=0 * log.orders.refund))
    sums, exact = sums_of(log, reading), Oracle(log, reading).top_share(0.2)
    value = METRICS["concentration_top20"].compute(sums)[0, 0]
    if not sums.tallies.revenue_sums.any():
        assert np.isnan(value)
        return
    largest_bin = (sums.tallies.revenue_sums.sum(axis=0) / sums.tallies.revenue_sums.sum()).max()
    bound = (2 ** (1 / 8) - 1) / (2 ** (1 / 8) + 1)
    assert bound < 0.044
    assert exact - bound * largest_bin - 1e-12 <= value <= exact + 1e-12


@pytest.mark.parametrize("cell", [0, 7, 19])
def test_leaving_a_cell_out_is_reading_the_log_without_it(cell: int) -> None:
    """A figure's version without cell j is the figure of the log without j's customers, for a store that is a twentieth
    smaller."""
    of = scenario()
    log, reading = random_log(3, 300, of), Reading.of_scenario(of)
    log = dataclasses.replace(log, messages=None, invites=np.zeros_like(log.invites))
    whole, less = sums_of(log, reading), sums_of(part(log, np.flatnonzero(log.customers.cell != cell)), reading)
    shrunk = GROUPS / (GROUPS - 1)
    spending = {"cac", "cac_paid", "clv_after_cac", "ltv_cac", "payback_days", "fixed_costs", "profit"}
    for id, metric in METRICS.items():
        left_out, alone = metric.compute(whole)[1 + cell, 0], metric.compute(less)[0, 0]
        if id in spending:
            continue
        factor = shrunk if "/ stores" in metric.formula or id in ("revenue", "contribution_margin") else 1.0
        assert left_out == pytest.approx(alone * factor, nan_ok=True), id
    assert METRICS["cac"].compute(whole)[1 + cell, 0] == pytest.approx(METRICS["cac"].compute(less)[0, 0] / shrunk)
    for id, metric_curve in CURVES.items():
        mine, other = metric_curve.compute(whole).values[1 + cell], metric_curve.compute(less).values[0]
        if metric_curve.x_unit == "month" and id not in ("monthly_cac", "monthly_cumulative_cash"):
            other = other * shrunk
        if id not in ("monthly_cac", "monthly_cumulative_cash"):
            assert mine == pytest.approx(other, nan_ok=True), id


def test_declarations_are_complete() -> None:
    """Every metric and curve says what it is, how it is computed, in which unit, and why it may be missing."""
    for id, metric in METRICS.items():
        assert id == metric.id
        assert metric.label
        assert metric.formula
        assert metric.undefined
        assert metric.definition.endswith(".")
        assert len(metric.definition) > 40
        assert metric.better in ("higher", "lower", "")
        assert set(metric.by) <= {CHANNEL, SEGMENT}
        assert metric.unit in ("money", "share", "days", "orders", "customers", "messages", "ratio")
    for id, metric_curve in CURVES.items():
        assert id == metric_curve.id
        assert metric_curve.label
        assert metric_curve.formula
        assert metric_curve.definition.endswith(".")
        assert metric_curve.x_unit in ("days", "month", "orders")


def test_shapes_broadcast() -> None:
    """A metric has a row for each version of the sums, and a column for each slice that it is told for."""
    sums = small()
    for metric in METRICS.values():
        rows, columns = metric.compute(sums).shape
        assert rows == GROUPS + 1
        assert columns == len(sums.slices) if metric.by else columns in (1, len(sums.slices))
    assert sums.slices == ("all", "search", "organic", *SEGMENTS)


def test_spend_nobody_knows_is_no_spend_of_zero() -> None:
    """Without a table of spend CAC is undefined; with a table of zeros it is 0 and pays back at once."""
    log = small_store()
    unknown = sums_of(dataclasses.replace(log, spend=np.zeros((0, 0), dtype=np.int64)), small_reading())
    free = sums_of(dataclasses.replace(log, spend=0 * log.spend), small_reading())
    for id in ("cac", "cac_paid", "clv_after_cac", "ltv_cac", "payback_days"):
        assert np.isnan(METRICS[id].compute(unknown)).all()
    assert METRICS["cac"].compute(free)[0, 0] == 0
    assert METRICS["payback_days"].compute(free)[0, 0] == 0
    assert math.isnan(METRICS["ltv_cac"].compute(free)[0, 0])
