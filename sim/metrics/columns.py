"""Columns: what each customer comes to, and its sums by channel, origin and frequency."""

from __future__ import annotations

import numpy as np

from sim.log import MICROS_PER_CENT, NO_PARENT, EventLog
from sim.metrics.age import Ints
from sim.metrics.counts import tally
from sim.metrics.margins import Margins
from sim.metrics.people import Fees, Flags, People, Purchases
from sim.metrics.reading import YEAR, Reading
from sim.metrics.tallies import (
    BINS_AN_OCTAVE,
    COLUMNS,
    FREQUENCIES,
    ORDER_COUNTS,
    ORIGINS,
    REVENUE_BINS,
    Tallies,
)

Counts = Ints | Flags
SECONDS_A_DAY = 86_400


def count_columns(
    log: EventLog, people: People, purchases: Purchases, fees: Fees, margins: Margins, reading: Reading, tallies: Tallies
) -> dict[str, Ints]:
    """Count what is summed by channel, origin and frequency, and return it by customer; a column in which there is
    nothing is left out."""
    found = {
        **_sales(purchases, fees, margins),
        **_periods(purchases, reading),
        **_cohorts(log, people, purchases, margins, reading),
        **_activity(log, people, purchases, reading),
    }
    columns = {name: column.astype(np.int64, copy=False) for name, column in found.items()}
    table = tallies.columns.reshape(-1, len(COLUMNS))
    for name, column in columns.items():
        sums = np.zeros(len(table), dtype=np.int64)
        np.add.at(sums, people.stratum, column)
        table[:, COLUMNS.index(name)] = sums
    _count_bulk(people, margins, table)
    tally(tallies.order_counts, people.cell, np.minimum(people.orders, ORDER_COUNTS) - 1)
    revenue, paying = columns["list_price"] - columns["refunds"], columns["buyers"] > 0
    if "discount" in columns:
        revenue -= columns["discount"]
    if "fees" in columns:
        revenue += columns["fees"]
        paying |= columns["fees"] > 0
    _count_revenue(people, np.flatnonzero(paying), revenue // MICROS_PER_CENT, tallies)
    return columns


def _count_bulk(people: People, margins: Margins, table: Ints) -> None:
    """Costs in bulk are known by stratum alone."""
    new = np.arange(len(table)) // FREQUENCIES % ORIGINS == 0
    table[:, COLUMNS.index("costs")] -= margins.bulk
    table[:, COLUMNS.index("margin")] += margins.bulk
    table[:, COLUMNS.index("new_margin")] += margins.bulk * new
    table[:, COLUMNS.index("cohort_clv")] += margins.bulk_lifetime


def _sales(purchases: Purchases, fees: Fees, margins: Margins) -> dict[str, Counts]:
    """Orders and money in the observed time, by customer; money in micros."""
    observed, refunds = purchases.observed, purchases.refunds
    orders = purchases.sum(observed)
    paid_back, lost = np.zeros((2, orders.size), dtype=np.int64)
    np.add.at(paid_back, refunds.customer, refunds.amount)
    np.add.at(lost, refunds.customer, refunds.margin)
    margin = (purchases.sum(purchases.margin * observed) - lost) * MICROS_PER_CENT
    first = (purchases.list_price - purchases.discount)[purchases.first] * observed[purchases.first]
    np.subtract.at(first, refunds.customer[refunds.first], refunds.amount[refunds.first])
    columns: dict[str, Counts] = {
        "customers": np.ones(orders.size, dtype=np.int64),
        "buyers": orders > 0,
        "orders": orders,
        "repeat_orders": orders - observed[purchases.first],
        "list_price": purchases.sum(purchases.list_price * observed) * MICROS_PER_CENT,
        "refunds": paid_back * MICROS_PER_CENT,
        "first_revenue": first * MICROS_PER_CENT,
        "margin": margins.earned,
    }
    if fees.amount.size:
        paid = np.zeros(orders.size, dtype=np.int64)
        np.add.at(paid, fees.customer, fees.amount)
        columns["fees"] = paid
        margin += paid
    columns["costs"] = margin - margins.earned
    return columns | _deals(purchases)


def _deals(purchases: Purchases) -> dict[str, Counts]:
    """Orders with a discount, and orders that a cause would claim."""
    columns: dict[str, Counts] = {}
    deals = np.flatnonzero((purchases.discount != 0) & purchases.observed)
    if deals.size:
        discount = purchases.discount[deals]
        columns["discount"] = purchases.sum_of(deals, discount * MICROS_PER_CENT)
        columns["deal_orders"] = purchases.sum_of(deals, 1)
        columns["deal_sales"] = purchases.sum_of(deals, (purchases.list_price[deals] - discount) * MICROS_PER_CENT)
    claimed = purchases.claimed
    if claimed.size:
        sales = purchases.list_price[claimed] - purchases.discount[claimed]
        columns["attributed"] = purchases.sum_of(claimed, sales * MICROS_PER_CENT)
    return columns


def _periods(purchases: Purchases, reading: Reading) -> dict[str, Counts]:
    """What the customers of one period paid for orders in it, and how much less or more in the next."""
    earlier, later = reading.revenue_periods
    cents, known = purchases.list_price - purchases.discount, purchases.time >= earlier
    now = purchases.time >= later
    paid = np.zeros((purchases.first.size, 2), dtype=np.int64)
    np.add.at(paid.reshape(-1), purchases.customer * 2 + now, cents * known)
    paid *= MICROS_PER_CENT
    # Whoever ordered in the earlier period is one of its customers, even if a gift or a reward paid for all of it.
    ordered = np.zeros(purchases.first.size, dtype=np.bool_)
    ordered[purchases.customer[known & ~now]] = True
    before = np.ascontiguousarray(paid[:, 0])
    change = (paid[:, 1] - before) * ordered
    return {"sales_before": before, "sales_lost": np.maximum(-change, 0), "sales_gained": np.maximum(change, 0)}


def _count_revenue(people: People, buyers: Ints, cents: Ints, tallies: Tallies) -> None:
    """Buyers by their net revenue in the observed time, in bins that grow by the fourth root of 2."""
    cell, cents = people.cell[buyers], cents[buyers]
    octave = np.log2(np.maximum(cents, 1))
    bins = np.where(cents > 0, 1 + np.minimum((octave * BINS_AN_OCTAVE).astype(np.int64), REVENUE_BINS - 2), 0)
    tally(tallies.revenue_customers, cell, bins)
    tally(tallies.revenue_sums, cell, bins, cents * MICROS_PER_CENT)


def _cohorts(log: EventLog, people: People, purchases: Purchases, margins: Margins, reading: Reading) -> dict[str, Counts]:
    """What the new customers, and those of them seen long enough, came to."""
    year_seen = people.new & (people.seen >= YEAR + 1)
    second = np.minimum(purchases.first + 1, max(purchases.time.size - 1, 0))
    repeated = (people.orders > 1) & (purchases.age[second] <= YEAR)
    columns: dict[str, Counts] = {
        "new": people.new,
        "new_margin": margins.earned * people.new,
        "year_seen": year_seen,
        "year_repeat": year_seen & repeated,
        "cohort": people.cohort,
        "cohort_clv": margins.lifetime_value * people.cohort,
    }
    return columns | _referrals(log, people, reading)


def _referrals(log: EventLog, people: People, reading: Reading) -> dict[str, Counts]:
    """Whom the customers brought; nothing where nobody did."""
    children = np.flatnonzero(log.customers.parent != NO_PARENT)
    if not children.size:
        return {}
    referred, seconds, referred_new = np.zeros((3, people.cell.size), dtype=np.int64)
    parents = log.customers.parent[children].astype(np.int64)
    days = people.acquired[children] - people.acquired[parents]
    counted = (days <= reading.clv_horizon) & people.cohort[parents]
    np.add.at(referred, parents[counted], 1)
    np.add.at(seconds, parents[counted], np.rint(days[counted] * SECONDS_A_DAY).astype(np.int64))
    np.add.at(referred_new, parents[people.new[parents]], 1)
    return {
        "referred": referred,
        "referred_seconds": seconds,
        "referred_new": referred_new,
        "brought": people.new & (log.customers.parent != NO_PARENT),
    }


def _activity(log: EventLog, people: People, purchases: Purchases, reading: Reading) -> dict[str, Counts]:
    """Who was active by the activity window, and who truly lived, at the start and the end of the period of churn."""
    start, window = reading.churn_start, reading.activity_window
    then = purchases.sum((purchases.time < start) & (purchases.time >= start - window)) > 0
    now = purchases.sum(purchases.time >= reading.end - window) > 0
    columns: dict[str, Counts] = {
        "active_start": then,
        "active_end": now,
        "active_both": then & now,
        "active_end_new": now & (people.acquired >= start),
    }
    died = log.customers.died if log.knows_truth else np.full(people.cell.size, -np.inf)
    lived, alive = (people.acquired < start) & (died > start), died > reading.end
    return columns | {
        "alive_start": lived,
        "alive_start_lost": lived & ~alive,
        "alive_end": alive,
        "alive_active_end": alive & now,
    }
