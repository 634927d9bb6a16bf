"""A real order history is read by the same metrics, down to the published facts of the CDNOW sample."""

from __future__ import annotations

import datetime
import importlib.metadata
import math
from functools import cache

import numpy as np
import pytest

from sim.compare import read
from sim.log import EventLog
from sim.metrics.catalogue import METRICS
from sim.metrics.curves import CURVES
from sim.metrics.history import order_history
from sim.metrics.statistics import Reading, fold
from sim.metrics.sums import Sums

CALIBRATION = datetime.date(1997, 9, 30)


@cache
def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, day and dollars of the CDNOW sample, as it lies in the `lifetimes` distribution."""
    files = importlib.metadata.files("lifetimes") or []
    (found,) = (file for file in files if file.name == "CDNOW_sample.txt")
    table = [line.split() for line in found.read_text().splitlines() if line.strip()]
    days = np.array([f"{day[:4]}-{day[4:6]}-{day[6:]}" for _, _, day, _, _ in table], dtype="datetime64[D]")
    return np.array([row[0] for row in table]), days, np.array([float(row[4]) for row in table])


def cdnow(until: datetime.date | None = None, merge_days: bool = True) -> EventLog:
    """The sample as a log, cut after a day."""
    return order_history(*rows(), until=until, merge_days=merge_days)


def sums(log: EventLog) -> Sums:
    """The log, read."""
    return Sums(fold(log, Reading.of_log(log)))


def value(log: EventLog, metric: str) -> float:
    """A metric of all customers."""
    return float(METRICS[metric].compute(sums(log))[0, 0])


def test_cdnow_size() -> None:
    """The sample has 2,357 customers and 6,919 orders, 6,696 after merging those of the same day."""
    assert value(cdnow(), "customers") == 2357
    assert value(cdnow(merge_days=False), "orders") == 6919
    assert value(cdnow(), "orders") == 6696


def test_cdnow_repeats() -> None:
    """2,457 repeat orders to the end of the calibration, 1,882 in the holdout, by 946 repeat customers of 2,357."""
    calibration, whole = cdnow(CALIBRATION), cdnow()
    repeats = value(calibration, "orders") - value(calibration, "customers")
    assert repeats == 2457
    assert value(whole, "orders") - value(whole, "customers") - repeats == 1882
    assert value(calibration, "repeat_customer_rate") == pytest.approx(946 / 2357)
    assert value(calibration, "repeat_order_share") == pytest.approx(2457 / (2457 + 2357))
    assert int(calibration.orders.number.max()) - 1 == 29


@pytest.mark.parametrize(("week", "repeats"), [(13, 828), (26, 1746), (39, 2457), (52, 3183), (65, 3844), (78, 4339)])
def test_cdnow_cumulative_repeats(week: int, repeats: int) -> None:
    """Cumulative repeat orders by week are those of the literature."""
    log = cdnow(datetime.date(1997, 1, 1) + datetime.timedelta(days=7 * week - 1))
    assert value(log, "orders") - value(log, "customers") == repeats


def test_cdnow_histogram() -> None:
    """Customers by repeat orders in the calibration are the actual row of the published table."""
    curve = CURVES["customers_by_orders"].compute(sums(cdnow(CALIBRATION)))
    counts = np.rint(curve.values[0] * 2357).astype(int)
    assert [*counts[:7], counts[7:].sum()] == [1411, 439, 214, 100, 62, 38, 29, 64]


def test_cdnow_money() -> None:
    """First and repeat orders have their published means, and revenue is their sum to the cent."""
    log = cdnow(CALIBRATION)
    revenue, first = log.orders.list_price / 100, log.orders.number == 1
    assert revenue[first].mean() == pytest.approx(32.99, abs=0.005)
    whole = cdnow().orders
    assert whole.list_price[whole.number > 1].mean() / 100 == pytest.approx(38.33, abs=0.005)
    assert value(cdnow(), "revenue") == pytest.approx(rows()[2].sum(), abs=0.001)
    repeats = np.bincount(log.orders.customer[~first], revenue[~first], 2357)
    counts = np.bincount(log.orders.customer[~first], minlength=2357)
    mean = repeats[counts > 0] / counts[counts > 0]
    assert mean.mean() == pytest.approx(35.08, abs=0.005)
    assert np.median(mean) == pytest.approx(27.50, abs=0.005)
    assert np.corrcoef(counts[counts > 0], mean)[0, 1] == pytest.approx(0.11, abs=0.005)


def test_what_a_history_does_not_tell_has_a_reason() -> None:
    """CAC and the truth about who is lost are unknown in a real history, and said to be; the rest has intervals."""
    log = cdnow()
    result = read(fold(log, Reading.of_log(log, clv_horizon=6)), "CDNOW")
    for metric in ("cac", "ltv_cac", "payback_days", "churn_true", "crr_true"):
        assert result.metrics[metric].value is None
        assert result.metrics[metric].reason
    for metric in ("clv", "repeat_customer_rate", "churn_rate", "aov"):
        figure = result.metrics[metric]
        assert figure.low is not None
        assert figure.high is not None
        assert figure.value is not None
        assert figure.low < figure.value < figure.high
    assert all(point.value is None for point in result.curves["alive"].points)
    assert result.cohorts is not None
    assert result.cohorts.cohorts[:4] == ("1997-01", "1997-02", "1997-03", "1997-04")
    assert sum(result.cohorts.customers) == 2357


def test_margin_rate_scales_the_margin_alone() -> None:
    """Contribution margin is the margin rate times revenue, as an order history knows no costs."""
    log = order_history(*rows(), margin_rate=0.4)
    assert value(log, "contribution_margin") == pytest.approx(0.4 * value(log, "revenue"), rel=1e-3)


def test_days_months_and_order_of_rows() -> None:
    """Rows in any order become orders numbered by day; day 0 is the first of the month, the last month is cut."""
    log = order_history(["b", "a", "b", "a"], ["2024-02-10", "2024-01-20", "2024-02-10", "2024-03-05"], [5, 1.5, 7, 2.25])
    assert log.start == datetime.date(2024, 1, 1)
    assert log.month_edges.tolist() == [0, 31, 60, 65]
    assert log.orders.number.tolist() == [1, 2, 1]
    assert log.orders.time.tolist() == [19, 64, 40]
    assert log.orders.list_price.tolist() == [150, 225, 1200]
    assert np.isnan(log.customers.died).all()
    apart = order_history(["b", "b"], ["2024-02-10", "2024-02-10"], [5, 7], merge_days=False)
    assert apart.orders.number.tolist() == [1, 2]


def test_customers_from_before_the_start_are_pre_history() -> None:
    """A start after the first order leaves the earlier customers in, as pre-history."""
    log = order_history([1, 1, 2], ["2023-11-20", "2024-02-03", "2024-01-15"], [10, 10, 10], start=datetime.date(2024, 1, 1))
    assert log.first_month == 2
    assert log.month_edges.tolist() == [-61, -31, 0, 31, 34]
    assert log.customers.acquired.tolist() == [-42, 14]
    assert value(log, "customers") == 1
    assert value(log, "orders") == 2


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([], [], []), "no order"),
        (([1], ["2024-01-01", "2024-01-02"], [1]), "different lengths"),
        (([1, 1], ["2024-01-01", "NaT"], [1, 1]), "row 1 has no date"),
        (([1, 1], ["2024-01-01", "2024-01-02"], [1, -3.5]), "row 1 has the amount -3.5"),
        (([1], ["2024-01-01"], [math.nan]), "row 0 has the amount nan"),
    ],
)
def test_what_cannot_be_read_is_refused(columns: tuple[list[int], list[str], list[float]], message: str) -> None:
    """Empty and unequal columns, missing dates, negative and missing amounts are told with their row."""
    with pytest.raises(ValueError, match=message):
        order_history(*columns)


def test_cuts_that_leave_nothing_are_refused() -> None:
    """A history that ends before its first order, or before its start, is refused."""
    columns = ([1], ["2024-01-15"], [1.0])
    with pytest.raises(ValueError, match="no orders until"):
        order_history(*columns, until=datetime.date(2023, 1, 1))
    with pytest.raises(ValueError, match="before it starts"):
        order_history(*columns, start=datetime.date(2025, 1, 1))
