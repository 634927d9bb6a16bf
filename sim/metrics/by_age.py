"""Curves by age of the customers, by their number of orders, and of memberships by renewal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS
from sim.metrics.curve import DAYS, ORDERS, RENEWALS, CurveValues, curve
from sim.metrics.membership import SBG, survival
from sim.metrics.reading import BRACKETS, WEEK
from sim.metrics.sums import Floats, Sums, ratio, versions

Ints = NDArray[np.int64]

RETENTION = "rolling 24-hour days, as in Amplitude's n-day, bracket and unbounded retention"


@curve(
    "retention_bracket_30", "Retention, brackets of 30 days", DAYS, "share",
    "customers with an order in [x, x + 30) / customers seen for x + 30",
    source=RETENTION,
)  # fmt: skip
def retention_bracket_30(s: Sums) -> CurveValues:
    """Share of customers with at least one order at an age from x to before x + 30 days; at 0 it is the first order
    itself."""
    return _bracket(s, 0)


@curve(
    "retention_bracket_91", "Retention, brackets of 91 days", DAYS, "share",
    "customers with an order in [x, x + 91) / customers seen for x + 91",
    source=RETENTION,
)  # fmt: skip
def retention_bracket_91(s: Sums) -> CurveValues:
    """Share of customers with at least one order at an age from x to before x + 91 days; at 0 it is the first order
    itself."""
    return _bracket(s, 1)


@curve(
    "retention_n_day", "Retention, n-day", DAYS, "share",
    "customers with an order in [n, n + 1) / customers seen for n + 1",
    source=RETENTION,
)  # fmt: skip
def retention_n_day(s: Sums) -> CurveValues:
    """Share of customers with an order on exactly day n after the first order, in rolling days of 24 hours, n from 1
    to 90. In a history that knows dates only, day n is the n-th calendar day, and orders of the first day count as
    day 0."""
    hits, seen = versions(s.tallies.day_hits)[:, 1:], _still(versions(s.tallies.day_seen))[:, 2:]
    return CurveValues(np.arange(1, hits.shape[1] + 1), ratio(hits, seen), _counts(seen))


@curve(
    "retention_unbounded", "Retention, unbounded", DAYS, "share",
    "customers with an order at age x or later / customers seen for x",
    source=RETENTION,
)  # fmt: skip
def retention_unbounded(s: Sums) -> CurveValues:
    """Share of customers with at least one order at age x or later. Later orders are cut off by the end of the data,
    so it always falls towards the right: it is no estimate of who is still a customer."""
    return _weekly(s, _still(versions(s.tallies.week_last)))


@curve(
    "alive", "Alive, true", DAYS, "share", "customers not lost by age x / customers seen for x",
    source="Schmittlein, Morrison & Colombo 1987, Management Science 33:1",
)  # fmt: skip
def alive(s: Sums) -> CurveValues:
    """Share of customers who are truly not lost at age x (one who was lost and won back counts as never lost). Only
    a simulation knows it."""
    return _weekly(s, _still(versions(s.tallies.week_alive)) * s.truth)


@curve(
    "clv_cumulative", "CLV by age", DAYS, "money", "discounted margin to age x / customers seen for x",
    source="Gupta & Lehmann 2003, Journal of Interactive Marketing 17:9",
)  # fmt: skip
def clv_cumulative(s: Sums) -> CurveValues:
    """Discounted contribution margin a customer to age x, first order included, CAC not, as in clv. Each point has
    its own customers, so it can fall where older cohorts were worth less."""
    return _weekly(s, versions(s.tallies.clv_steps)[:, :-1].cumsum(axis=1) / MICROS)


@curve("customers_by_orders", "Customers by number of orders", ORDERS, "share", "customers with x orders / customers")
def customers_by_orders(s: Sums) -> CurveValues:
    """Share of all customers, pre-history included, who have placed x orders, ever; the last point stands for that
    many or more."""
    counts = versions(s.tallies.order_counts)
    everybody = counts.sum(axis=1, keepdims=True)
    return CurveValues(np.arange(1, counts.shape[1] + 1), ratio(counts, everybody), _counts(everybody + 0 * counts))


@curve(
    "membership_survival", "Memberships by renewal", RENEWALS, "share", "product of renewed / due up to renewal x",
    source=f"Kaplan & Meier 1958; as in {SBG}",
)  # fmt: skip
def membership_survival(s: Sums) -> CurveValues:
    """Share of the paid memberships that outlive their x-th renewal, from those that came up for it in the observed time:
    one that has not yet is in neither count."""
    due = s.count("paid_membership.due")[0]
    behind = np.nan_to_num(np.concatenate((due[:1], due))).astype(np.int64)
    return CurveValues(np.arange(behind.size), survival(s), behind)


def _still(counts: Floats) -> Floats:
    """Customers by how long, to customers for at least so long."""
    reached: Floats = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    return reached


def _counts(seen: Floats) -> Ints:
    everybody: Ints = seen[0].astype(np.int64)
    return everybody


def _bracket(s: Sums, which: int) -> CurveValues:
    hits = versions(s.tallies.bracket_hits[which])
    seen = _still(versions(s.tallies.bracket_seen[which]))[:, 1:]
    return CurveValues(np.arange(hits.shape[1]) * BRACKETS[which], ratio(hits, seen), _counts(seen))


def _weekly(s: Sums, totals: Floats) -> CurveValues:
    seen = _still(versions(s.tallies.week_seen))
    return CurveValues(np.arange(seen.shape[1]) * WEEK, ratio(totals, seen), _counts(seen))
