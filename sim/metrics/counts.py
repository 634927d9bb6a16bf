"""Counting a log: who ordered, when, at what age and for how much, by cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS_PER_CENT, NO_PARENT, EventLog
from sim.metrics.margins import Margins
from sim.metrics.people import Fees, Flags, Ints, People, Purchases
from sim.metrics.reading import BRACKETS, N_DAYS, WEEK, YEAR, Reading
from sim.metrics.tallies import (
    BINS_AN_OCTAVE,
    COLUMNS,
    CREDIT,
    FREQUENCIES,
    MESSAGES,
    MONTHLY,
    ORDER_COUNTS,
    ORIGINS,
    REVENUE_BINS,
    Tallies,
)

Counts = Ints | Flags
SECONDS_A_DAY = 86_400


def tally(table: Ints, cell: Ints, place: Ints, values: Ints | int = 1) -> None:
    """Add the values to the table at each cell's place (an index into all that stands behind the first axis)."""
    flat = table.reshape(-1)
    # One flat index is four times as fast as two.
    np.add.at(flat, cell * (flat.size // len(table)) + place, values)


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
    columns: dict[str, Counts] = {
        "customers": np.ones(orders.size, dtype=np.int64),
        "buyers": orders > 0,
        "orders": orders,
        "repeat_orders": orders - observed[purchases.first],
        "list_price": purchases.sum(purchases.list_price * observed) * MICROS_PER_CENT,
        "refunds": paid_back * MICROS_PER_CENT,
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
    cents = purchases.list_price - purchases.discount
    cents *= purchases.time >= earlier
    paid = np.zeros((purchases.first.size, 2), dtype=np.int64)
    np.add.at(paid.reshape(-1), purchases.customer * 2 + (purchases.time >= later), cents)
    paid *= MICROS_PER_CENT
    before = np.ascontiguousarray(paid[:, 0])
    change = (paid[:, 1] - before) * (before > 0)
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
    year_seen = people.new & (people.seen >= YEAR)
    second = np.minimum(purchases.first + 1, max(purchases.time.size - 1, 0))
    age = purchases.time[second] - people.acquired
    repeated = (people.orders > 1) & (age <= YEAR)
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


def count_ages(log: EventLog, people: People, purchases: Purchases, reading: Reading, tallies: Tallies) -> None:
    """New customers by how long they were seen, and their orders by age."""
    new = np.flatnonzero(people.new)
    cell, days = people.cell[new], people.seen[new].astype(np.int64)
    weeks = days // WEEK
    tally(tallies.day_seen, cell, np.minimum(days, N_DAYS + 1))
    tally(tallies.week_seen, cell, weeks)
    if new.size:
        last = purchases.age[(purchases.first + people.orders - 1)[new]]
        tally(tallies.week_last, cell, last // WEEK)
    if log.knows_truth:
        died = np.minimum(log.customers.died[new], reading.end + WEEK) - people.acquired[new]
        alive = np.minimum(np.ceil(died / WEEK).astype(np.int64) - 1, weeks)
        tally(tallies.week_alive, cell[alive >= 0], alive[alive >= 0])
    _count_orders_by_age(people, purchases, reading, tallies)
    for length, seen in zip(BRACKETS, tallies.bracket_seen, strict=True):
        tally(seen, cell, days // length)


def _count_orders_by_age(people: People, purchases: Purchases, reading: Reading, tallies: Tallies) -> None:
    age, cell = purchases.age, purchases.cell
    new, days = people.new.take(purchases.customer), people.seen.astype(np.int64)
    _hit(tallies.day_hits, cell, age, new & (age <= N_DAYS) & (age < days.take(purchases.customer)) & purchases.changes(age))
    for place, (length, hits) in enumerate(zip(BRACKETS, tallies.bracket_hits, strict=True)):
        bracket = age // length
        once = new & purchases.changes(bracket)
        _hit(hits, cell, bracket, once & (bracket < (days // length).take(purchases.customer)))
        if place == 0:
            rows = np.flatnonzero(once & (bracket < reading.brackets(length)))
            month = reading.month_of_day[people.acquired[purchases.customer[rows]].astype(np.int64)]
            tally(tallies.cohort_hits, cell[rows], month * reading.brackets(length) + bracket[rows])


def _hit(hits: Ints, cell: Ints, place: Ints, where: Flags) -> None:
    rows = np.flatnonzero(where)
    tally(hits, cell[rows], place[rows])


def count_months(people: People, purchases: Purchases, fees: Fees, reading: Reading, tallies: Tallies) -> None:
    """Orders, revenue, new and active customers by observed month (margins are counted by `Margins`)."""

    def by_month(cell: Ints, time: NDArray[np.float64], values: Ints | int) -> Ints:
        sums = np.zeros_like(tallies.cohort_customers)
        tally(sums, cell, reading.month_of_day.take(time.astype(np.int64)), values)
        return sums

    rows, refunds, new = np.flatnonzero(purchases.observed), purchases.refunds, np.flatnonzero(people.new)
    cell, time = purchases.cell[rows], purchases.time[rows]
    cents = by_month(cell, time, (purchases.list_price - purchases.discount)[rows])
    cents -= by_month(people.cell[refunds.customer], refunds.time, refunds.amount)
    revenue = cents * MICROS_PER_CENT
    if fees.amount.size:
        revenue += by_month(people.cell[fees.customer], fees.time, fees.amount)
    tallies.cohort_customers[:] = by_month(people.cell[new], people.acquired[new], 1)
    columns = {
        "orders": by_month(cell, time, 1),
        "revenue": revenue,
        "new": tallies.cohort_customers,
    }
    for name, values in columns.items():
        tallies.monthly[:, :, MONTHLY.index(name)] = values
    _count_active(purchases, reading, tallies)


def _count_active(purchases: Purchases, reading: Reading, tallies: Tallies) -> None:
    """An order keeps its customer active until the window closes, or until the next order takes over."""
    until = purchases.time + reading.activity_window
    same = ~purchases.changes(purchases.customer)[1:]
    until[:-1] = np.where(same, np.minimum(until[:-1], purchases.time[1:]), until[:-1])
    first, last = _month_ends(purchases.time, reading), _month_ends(until, reading)
    rows = np.flatnonzero(first < last)
    cell = purchases.cell[rows]
    tally(tallies.monthly_active, cell, first[rows])
    tally(tallies.monthly_active, cell, last[rows], -1)


def _month_ends(time: NDArray[np.float64], reading: Reading) -> Ints:
    """How many ends of observed months are not after each time."""
    ends = np.append(reading.month_of_day, reading.month_count)
    passed: Ints = ends[np.clip(np.floor(time), 0, reading.end).astype(np.int64)]
    return passed


def count_others(
    log: EventLog, people: People, purchases: Purchases, fees: Fees, reading: Reading, tallies: Tallies
) -> None:
    """Costs (but for those in bulk) and fees by kind, orders by what would claim them, messages and invitations, in
    the observed time."""
    _count_credit(purchases, tallies)
    np.add.at(tallies.kind_fees, (people.cell[fees.customer], fees.kind), fees.amount)
    costs = log.costs
    rows = np.flatnonzero((costs.time >= 0) & (costs.time < reading.end))
    place = (people.cell[costs.customer[rows]], costs.kind[rows].astype(np.int64))
    np.add.at(tallies.kind_costs, place, costs.amount[rows])
    if log.messages is not None:
        place = (log.messages.cell.astype(np.int64), log.messages.kind.astype(np.int64))
        for column, name in enumerate(MESSAGES):
            np.add.at(tallies.messages[:, :, column], place, getattr(log.messages, name))
    if log.invites.size:
        tallies.invites[:] = log.invites


def _count_credit(purchases: Purchases, tallies: Tallies) -> None:
    rows = purchases.claimed
    if not rows.size:
        return
    price, discount = purchases.list_price[rows], purchases.discount[rows]
    cents = {"sales": price - discount, "discount": discount, "margin": purchases.margin[rows]}
    place = (purchases.cause[rows].astype(np.int64) - 1) * len(CREDIT)
    tally(tallies.credit, purchases.cell[rows], place + CREDIT.index("orders"))
    for name, values in cents.items():
        tally(tallies.credit, purchases.cell[rows], place + CREDIT.index(name), values * MICROS_PER_CENT)
