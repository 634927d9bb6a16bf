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

from sim.log import GROUPS, EventLog, no_payments
from sim.metrics.arms import ENROLLED, HELD, OUTSIDE
from sim.metrics.catalogue import CHANNEL, METRICS, SEGMENT, STRATEGY, SUBJECTS
from sim.metrics.cohorts import cohort_versions, seen_age_months
from sim.metrics.curves import CURVES
from sim.metrics.metric import REGISTER
from sim.metrics.reading import Reading
from sim.metrics.statistics import fold
from sim.metrics.sums import ALL, SEGMENTS, Sums
from sim.metrics.tallies import ARMS

MONEY = 1e-3
"""Discounted margins are kept in whole micros an item."""

REQUIRED = """
    cac cac_paid clv clv_after_cac ltv_simple ltv_cac payback_days repeat_customer_rate repeat_purchase_rate
    repeat_order_share purchase_frequency aov customer_value churn_rate crr loyal_customer_rate orders customers revenue
    contribution_margin referral_k revenue_churn_gross revenue_churn_net nrr grr mrr mrr_churn_gross mrr_churn_net
    csat nps ces answer_rate mood_end eligible enrolled enrolment_rate member_clv member_aov_lift member_frequency_lift
    points_issued points_redemption points_redeemers points_breakage points_liability points_months_active members
    membership_trials trial_conversion renewal_rate messages_sent attributed_orders attributed_revenue referral_share
    referral_cycle_days referral_cac failure_rate tickets_per_order wait_median wait_p90 wait_p95 wait_mean
    first_reply_rate abandoned_rate budget_dry_rate loyalty deal_order_share deal_revenue_share margin_given_away
"""
REQUIRED_CURVES = """
    retention_bracket_30 retention_bracket_91 retention_n_day retention_unbounded alive clv_cumulative monthly_revenue
    monthly_contribution_margin monthly_orders monthly_active_customers monthly_new_customers monthly_cac
    monthly_cumulative_cash monthly_mrr monthly_mood monthly_points_liability monthly_members membership_survival
"""

# Spend is counted for the customers who can be seen for 182 days: those won before day 183, six months and two days.
SPEND = 6 + 2 / 31
CAC = 12 * SPEND / 3
# Bea: 40 at once, a gift of 2 after 5 days, 40 after 20, 45 lost after 34, a newsletter after 50, a reward after 100.
BEA = [(0, 40.0), (5, -2.0), (20, 40.0), (34, -45.0), (50, -0.5), (100, -4.0)]
EVE = [(0, 4.0), (8, 4.0), (18, 4.0), (28, 4.0), (30, 6.0), (178, 4.0)]
CLV = (sum(amount * 1.1 ** (-age / 365.25) for age, amount in BEA + EVE) + 8.0) / 3
# At day 0 and the ends of the months: 4, 4, 4, 24 five times, then 30, 26, 28, 27 and 27.
MRR_AT_STARTS = 3 * 4 + 5 * 24 + 30 + 26 + 28 + 27


def minutes(place: float) -> float:
    """The wait at a place on the scale of bins."""
    return 2 ** (place / 4) - 1



BY_HAND = {
    "cac": CAC,
    "cac_paid": 10 * SPEND / 2,
    "clv": CLV,
    "clv_after_cac": CLV - CAC,
    "clv_historic": (28.5 + 8 + 48 + 26) / 4,
    "ltv_simple": (350 / 13) * (13 / 7) / 0.5,
    "ltv_cac": CLV / CAC,
    # A head the cohort has earned 54 / 3 after 14 days and 98 / 3 after 21.
    "payback_days": 14 + 7 * (CAC - 54 / 3) / (98 / 3 - 54 / 3),
    "repeat_customer_rate": 6 / 7,  # all but Cyd
    "repeat_purchase_rate": math.nan,  # nobody was seen for a year; it has a test of its own
    "third_order_rate": 1 / 6,
    "fourth_order_rate": 1.0,
    "loyal_customer_rate": 1 / 7,  # Eve
    "repeat_order_share": 9 / 13,
    "repeat_order_revenue_share": (350 - 100 - 20 - 60 - 10) / 350,  # less the first of Bea, Cyd, Dan and Eve
    "repeat_revenue_share": 356 / 376,
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
    "concentration_top20": (120 + 0.4 * 100) / 376,  # Dan and four tenths of Bea: 20 % of 7
    "discount_share": 10 / 460,
    "refund_share": 100 / 450,
    "attributed_share": 60 / 450,
    "customers": 4,
    "buyers": 7,
    "orders": 13,
    "revenue": 376,
    "fees": 26,
    "contribution_margin": 10 + 28.5 + 8 + 48 + 26 + 4 + 24 - 1.5,  # newsletters to Ann, Fay and Gus
    "fixed_costs": 12 * (1 + 3 + 1),
    "profit": 147 - 12 * (10 + 2) - 12 * (1 + 3 + 1),
    "strategy_costs": 8,
    "messaging_cost": 2,
    "messages_sent": 4,
    "message_open_rate": 2 / 4,
    "message_click_rate": 1 / 4,
    "unsubscribe_rate": 1 / 4,
    "referral_k": 1 / 3,  # Cyd came 100 days after Bea; Dan came 200 days after Cyd, past the horizon
    "referral_invites": 5 / 4,
    "referral_conversion": 2 / 5,
    "referral_share": 2 / 4,  # Cyd and Dan
    "referral_cycle_days": 100,  # Cyd
    "referral_cac": (4 + 12 * 1) / 2,
    "deal_order_share": 1 / 13,  # Ann's
    "deal_revenue_share": 40 / 450,
    "margin_given_away": 10,
    "attributed_orders": 1,
    "attributed_revenue": 60,
    "attributed_margin": 24,
    "revenue_churn_gross": 15 / 65,  # before day 0 Ann paid 30, Fay 25 and Gus 10; after it 40, 10 and 10
    "revenue_churn_net": 5 / 65,
    "nrr": 60 / 65,
    "grr": 50 / 65,
    "mrr": 27,
    "recurring_customers": 2,
    "mrr_churn_gross": (4 + 1) / MRR_AT_STARTS,
    "mrr_churn_net": (4 + 1 - 2) / MRR_AT_STARTS,
    "eligible": 7,
    "enrolled": 3,  # Bea, Eve and Gus
    "enrolment_rate": 3 / 7,
    "member_clv": (CLV * 3 - 8) / 2,
    "member_aov_lift": (160 / 8) / (190 / 5) - 1,  # Bea 100, Eve 50, Gus 10; Ann 40, Cyd 20, Dan 120, Fay 10
    "member_frequency_lift": (8 / 3) / (5 / 4) - 1,
    "points_issued": 150,
    "points_redemption": 60 / 150,
    "points_redeemers": 1 / 2,
    "points_breakage": 10 / 150,
    "points_endowed": 20 / 150,
    "points_liability": 80 * 0.05,
    "points_months_active": 3 / 2,
    "members": 2 + 2,  # the points programme's and the club's; the tiers are no strategy of the store
    "membership_trials": 4,
    "trial_conversion": 3 / 4,
    "renewal_rate": 2 / 3,
    "first_renewal_rate": 1 / 2,
    "budget_dry_rate": 2 / 8,
    "budget_spent": 52 / 50,
    "budget_owed": 2.5,
    "failure_rate": 2 / 13,
    "complaint_rate": 4 / 2,  # old failures are complained of, too
    "complaints_forgiven": 1 / 4,
    "tickets_per_order": 5 / 13,
    "wait_median": minutes(1),  # two of four in the first bin
    "wait_p90": minutes(8.6),  # 3.6 of four: six tenths of the ninth bin
    "wait_p95": minutes(8.8),
    "wait_mean": (2 * minutes(0.5) + minutes(4.5) + minutes(8.5)) / 4,
    "wait_median_vip": minutes(4.5),
    "first_reply_rate": 3 / 4,
    "abandoned_rate": 1 / 5,
    "loyalty": 6 / 8,
    "nps": 100 * (3 - 2) / 6,
    "nps_true": 100 * (4 - 1) / 8,
    "nps_mean": (0 + 6 + 8 + 9 + 10 + 10) / 6,
    "csat": 3 / 4,
    "csat_mean": (3 + 4 + 4 + 5) / 4,
    "ces": 3 / 4,
    "ces_mean": ((2 + 5 + 7 + 7) / 4 - 1) / 6,
    "answer_rate": 6 / 12,
    "mood_end": (-0.7 + 0.2) / 4,
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
    assert value == pytest.approx(BY_HAND[id], rel=1e-7, nan_ok=True)


@pytest.mark.parametrize(
    ("channel", "metric", "expected"),
    [
        ("search", "customers", 3),
        ("search", "orders", 9),
        ("organic", "orders", 4),
        ("organic", "revenue", 80 + 20),
        ("organic", "nrr", 60 / 65),
        ("search", "fees", 6),
        ("search", "cac", 10 * SPEND / 2),
        ("organic", "cac", 2 * SPEND / 1),
        ("organic", "clv", 8),
        ("organic", "repeat_customer_rate", 3 / 4),
        ("organic", "loyal_customer_rate", 0),
        ("organic", "churn_rate", 1 / 2),
        ("organic", "repeat_revenue_share", 80 / 100),
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
        ("new", "revenue", 290 + 6),
        ("existing", "revenue", 60 + 20),
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
        ("clv_cumulative", 70, (32.5 + 8 + 22) / 3),
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
        ("monthly_revenue", 2, 20),
        ("monthly_contribution_margin", 2, 20),
        ("monthly_cumulative_cash", 0, 88 - 12 - 5),
        ("monthly_cumulative_cash", 1, 88 - 47 - 24 - 10),
        ("monthly_mrr", 1, 4),
        ("monthly_mrr", 8, 26),
        ("monthly_tier_members", 11, 1),
        ("monthly_members", 6, 1),
        ("monthly_members", 7, 2),
        ("monthly_points_members", 5, 1),
        ("monthly_points_liability", 7, 150 * 0.05),
        ("monthly_points_liability", 8, 90 * 0.05),
        ("monthly_mood", 0, 0.5),
        ("monthly_mood", 1, math.nan),
        ("membership_survival", 0, 1),
        ("membership_survival", 1, 1 / 2),
        ("membership_survival", 2, 1 / 2),
    ],
)
def test_curves_by_hand(id: str, x: float, expected: float) -> None:
    """A point of a curve of the small store, without discounting, is what was worked out by hand."""
    sums = sums_of(small_store(), small_reading(discount_rate=0.0))
    assert curve(sums, id)[x] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("strategy", "metric", "expected"),
    [
        ("email", "messages_sent", 4),
        ("email", "message_open_rate", 2 / 4),
        ("email", "messaging_cost", 2),
        ("email", "strategy_costs", 2),
        ("email", "fixed_costs", 12),
        ("email", "enrolled", math.nan),
        ("email", "attributed_orders", math.nan),
        ("gift", "messages_sent", 0),
        ("gift", "message_open_rate", math.nan),
        ("gift", "messaging_cost", 0),
        ("gift", "strategy_costs", 2),
        ("referral", "strategy_costs", 4),
        ("code", "attributed_orders", 1),
        ("code", "attributed_revenue", 60),
        ("code", "attributed_margin", 24),
        ("code", "attributed_share", 60 / 450),
        ("code", "strategy_costs", math.nan),
        ("paid_membership", "fees", 26),
        ("paid_membership", "members", 2),
        ("email", "members", math.nan),
        ("loyalty_points", "fees", 0),
        ("loyalty_points", "eligible", 6),  # not Dan
        ("loyalty_points", "enrolment_rate", 2 / 6),
        ("loyalty_points", "member_clv", (CLV * 3 - 8) / 2),
        ("paid_membership", "eligible", 7),
        ("paid_membership", "enrolled", 2),
        ("paid_membership", "member_clv", CLV * 3 - 8 - sum(amount * 1.1 ** (-age / 365.25) for age, amount in BEA)),
        ("paid_membership", "member_aov_lift", (60 / 6) / (290 / 7) - 1),
        ("paid_membership", "member_frequency_lift", (6 / 2) / (7 / 5) - 1),
    ],
)
def test_strategies_by_hand(strategy: str, metric: str, expected: float) -> None:
    """A strategy's metric is that of its own messages, costs, fees, members and credited orders."""
    sums = small()
    assert STRATEGY in METRICS[metric].by
    value = METRICS[metric].compute(sums)[0, sums.slices.index(strategy)]
    assert value == pytest.approx(expected, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("strategy", "arm", "column", "expected"),
    [
        ("email", HELD, "customers", 1),
        ("email", HELD, "margin", 8),
        ("email", OUTSIDE, "margin", 139),
        ("email", ENROLLED, "customers", 0),
        ("loyalty_points", HELD, "list_price", 120),
        ("loyalty_points", ENROLLED, "list_price", 250),
        ("loyalty_points", ENROLLED, "refunds", 100),
        ("loyalty_points", OUTSIDE, "discount", 10),
        ("paid_membership", ENROLLED, "fees", 26),
        ("paid_membership", ENROLLED, "margin", 26 + 23.5),
        ("paid_membership", ENROLLED, "cohort", 1),
        ("paid_membership", OUTSIDE, "orders", 7),
        ("paid_membership", ENROLLED, "revenue", 60 + 26),
        ("loyalty_points", ENROLLED, "sales", 250),
        ("loyalty_points", ENROLLED, "revenue", 250 - 100 + 6),
        (ALL, ENROLLED, "buyers", 3),
        (ALL, HELD, "buyers", 0),
    ],
)
def test_arms_by_hand(strategy: str, arm: int, column: str, expected: float) -> None:
    """A strategy's customers are told apart by chance and by choice, and summed in every version."""
    values = small().arms[strategy, arm, column]
    assert values.shape == (GROUPS + 1,)
    assert values[0] == pytest.approx(expected)


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


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), whole_days=st.booleans())
def test_strategies_against_plain_python(seed: int, whole_days: bool) -> None:
    """On random logs the arms of every strategy, and its members' metrics, are the plain-Python reading of the log."""
    of = scenario()
    log, reading = random_log(seed, 50, of, whole_days=whole_days), Reading.of_scenario(of)
    sums, oracle = sums_of(log, reading), Oracle(log, reading)
    for strategy in log.cost_kinds:
        people = oracle.arm(strategy)
        for arm in range(len(ARMS)):
            for column, value in oracle.arm_sums(people[arm]).items():
                assert close(sums.arms[strategy, arm, column][0], value), (strategy, arm, column)
        bit = oracle.bit(strategy)
        expected = oracle.members(people[OUTSIDE] + people[ENROLLED], lambda p, b=bit: bool(p.enrolled & b and not p.held & b))
        for id, value in expected.items():
            assert close(METRICS[id].compute(sums)[0, sums.slices.index(strategy)], value), (strategy, id)


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


def test_whoever_was_given_their_order_is_a_customer_of_the_period() -> None:
    """Revenue retention counts all who ordered in the earlier period, those too who paid nothing in it."""
    log = small_store()
    discount = log.orders.discount.copy()
    discount[14] = log.orders.list_price[14]  # Gus paid 10 before day 0 and 10 after it: now 0 and 10
    sums = sums_of(dataclasses.replace(log, orders=dataclasses.replace(log.orders, discount=discount)), small_reading())
    for id, expected in (("nrr", 60 / 55), ("revenue_churn_net", -5 / 55), ("revenue_churn_gross", 15 / 55)):
        assert METRICS[id].compute(sums)[0, 0] == pytest.approx(expected)


@pytest.mark.parametrize("cell", [0, 7, 19])
def test_leaving_a_cell_out_is_reading_the_log_without_it(cell: int) -> None:
    """A figure's version without cell j is the figure of the log without j's customers, for a store that is a twentieth
    smaller."""
    of = scenario()
    log, reading = random_log(3, 300, of), Reading.of_scenario(of)
    log = dataclasses.replace(log, messages=None, invites=np.zeros_like(log.invites))
    others = part(log, np.flatnonzero(log.customers.cell != cell))
    left = (np.arange(GROUPS) != cell)[:, None]
    others = dataclasses.replace(others, counts={name: counts * left for name, counts in log.counts.items()})
    whole, less = sums_of(log, reading), sums_of(others, reading)
    shrunk = GROUPS / (GROUPS - 1)
    spending = {"cac", "cac_paid", "clv_after_cac", "ltv_cac", "payback_days", "fixed_costs", "profit", "referral_cac"}
    for id, metric in METRICS.items():
        left_out, alone = metric.compute(whole)[1 + cell, 0], metric.compute(less)[0, 0]
        if id in spending:
            continue
        factor = shrunk if "/ stores" in metric.formula or id in ("revenue", "contribution_margin") else 1.0
        assert left_out == pytest.approx(alone * factor, nan_ok=True), id
    assert METRICS["cac"].compute(whole)[1 + cell, 0] == pytest.approx(METRICS["cac"].compute(less)[0, 0] / shrunk)
    for id, metric_curve in CURVES.items():
        if id in ("monthly_cac", "monthly_cumulative_cash"):
            continue
        mine, other = metric_curve.compute(whole).values[1 + cell], metric_curve.compute(less).values[0]
        if metric_curve.x_unit == "month" and metric_curve.unit != "ratio":
            other = other * shrunk
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
        assert set(metric.by) <= {CHANNEL, SEGMENT, STRATEGY}
        assert metric.unit in ("money", "share", "days", "minutes", "orders", "customers", "messages", "points", "ratio")
    for id, metric_curve in CURVES.items():
        assert id == metric_curve.id
        assert metric_curve.label
        assert metric_curve.formula
        assert metric_curve.definition.endswith(".")
        assert metric_curve.x_unit in ("days", "month", "orders", "renewals")


def test_every_metric_has_one_subject() -> None:
    """The subjects hold every metric that is declared, each once."""
    assert [id for ids in SUBJECTS.values() for id in ids] == list(METRICS)
    assert set(METRICS) == set(REGISTER)
    assert all(SUBJECTS.values())


def test_shapes_broadcast() -> None:
    """A metric has a row for each version of the sums, and a column for each slice that it is told for."""
    sums = small()
    for metric in METRICS.values():
        rows, columns = metric.compute(sums).shape
        assert rows == GROUPS + 1
        if STRATEGY in metric.by:
            assert columns == len(sums.slices)
        elif metric.by:
            assert columns == 3 + len(SEGMENTS)
        else:
            assert columns in (1, 3 + len(SEGMENTS))
    assert sums.strategies == ("email", "gift", "loyalty_points", "paid_membership", "referral", "code")
    assert sums.slices == ("all", "search", "organic", *SEGMENTS, *sums.strategies)


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


def test_a_store_without_strategies_has_every_other_metric() -> None:
    """Without strategies, counts, fees and messages each metric is there or undefined for a reason in words, and those of
    orders are what they were."""
    log = small_store()
    nobody = np.zeros_like(log.customers.held)
    bare = dataclasses.replace(
        log, cost_kinds=(), causes=("",), customers=dataclasses.replace(log.customers, held=nobody, enrolled=nobody),
        costs=no_payments(), fees=no_payments(), bulk_costs=(), messages=None, counts={},
        overheads=np.zeros((0, 0), dtype=np.int64), orders=dataclasses.replace(log.orders, cause=0 * log.orders.cause),
    )  # fmt: skip
    sums = sums_of(bare, small_reading())
    without = {id for id, metric in METRICS.items() if np.isnan(metric.compute(sums)[0, 0])}
    assert all(METRICS[id].reason(sums) for id in without)
    for subject in ("Programmes", "Points", "Membership", "Service", "Loyalty and satisfaction"):
        assert set(SUBJECTS[subject]) <= without, subject
    reasons = {METRICS[id].reason(sums) for id in SUBJECTS["Points"]}
    assert reasons == {"the store has no points programme"}
    for id in ("aov", "orders", "nrr", "repeat_customer_rate", "churn_rate", "deal_order_share"):
        assert METRICS[id].compute(sums)[0, 0] == pytest.approx(BY_HAND[id])
    assert METRICS["revenue"].compute(sums)[0, 0] == pytest.approx(350)
