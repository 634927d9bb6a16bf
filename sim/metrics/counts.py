"""Counting a log: orders and customers by age and by month, costs and credit by strategy, all by cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS_PER_CENT, EventLog
from sim.metrics.age import A_MOMENT, Ints
from sim.metrics.people import Fees, Flags, People, Purchases
from sim.metrics.reading import BRACKETS, N_DAYS, WEEK, Reading
from sim.metrics.tallies import (
    CREDIT,
    MESSAGES,
    MONTHLY,
    Tallies,
)


def tally(table: Ints, cell: Ints, place: Ints, values: Ints | int = 1) -> None:
    """Add the values to the table at each cell's place (an index into all that stands behind the first axis)."""
    flat = table.reshape(-1)
    # One flat index is four times as fast as two.
    np.add.at(flat, cell * (flat.size // len(table)) + place, values)


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
        alive = np.minimum(np.ceil((died - A_MOMENT) / WEEK).astype(np.int64) - 1, weeks)
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
