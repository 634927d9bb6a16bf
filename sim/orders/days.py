"""The last step: orders of one day merged, customers numbered anew, times counted from the first day."""

from __future__ import annotations

import dataclasses
import datetime
import math

import numpy as np

from sim.orders.account import Telling, many
from sim.orders.dates import DAY
from sim.orders.faults import refused
from sim.orders.raw import NOBODY
from sim.orders.rows import Ints, Rows, everywhere, groups_of, is_everywhere
from sim.orders.table import OrderTable

MOST_MONEY = 9e12
"""Money of a history in all: metrics are counted in whole micros, of which a word of 64 bits holds 9.2e18."""
CROWD, CROWD_AMONG, CROWD_SHARE = 25, 20, 0.05
"""Orders of one customer, customers beside it, and its share of all orders, from which on it is asked who that is."""

LONG_SILENCE, UNLIKELY, ENOUGH = 10, 1e-6, 50
"""Days without any order, and their probability, from which on it is asked whether they are missing; and orders to tell by."""


def to_table(rows: Rows, currency: str, telling: Telling, *, timed: bool, merge_days: bool) -> OrderTable:
    """The orders as a table; `rows` are sorted by customer and time. Raises BadInput where none is left."""
    if not rows.size:
        raise refused(telling.file, f"holds no order that counts ({many(telling.rows, 'row')})" + _why(telling))
    whole = float(np.abs(rows.cents).sum(dtype=np.float64) + rows.refund.sum(dtype=np.float64)) / 100.0
    if whole > MOST_MONEY:
        raise refused(
            telling.file, f"the orders come to {whole:,.0f} in all, and money is counted exactly to {MOST_MONEY:,.0f}",
            allowed="amounts in thousands: divide them, and read the figures so",
        )  # fmt: skip
    # Where a row stood matters no more.
    nowhere = everywhere(0, rows.size)
    rows = dataclasses.replace(rows, lines=nowhere, place=None, order=everywhere(NOBODY, rows.size), fingerprint=None)
    rows = _merged(rows, telling) if merge_days else _said(rows, telling)
    customer = _without_gaps(rows.customer)
    _say_crowd(customer, telling)
    _say_hole(np.unique(rows.day), rows.size, telling)
    start = int(rows.wall.min()) // DAY
    time = (rows.wall - start * DAY) / DAY
    return OrderTable(
        customer=customer,
        time=time,
        cents=rows.cents if is_everywhere(rows.refund) else rows.cents - rows.refund,
        start=datetime.date(1970, 1, 1) + datetime.timedelta(days=start),
        currency=currency,
        refund=None if is_everywhere(rows.refund) else rows.refund,
        margin=rows.margin,
    )


def _say_crowd(customer: Ints, telling: Telling) -> None:
    """Guests and a shop's till stand under one number in many files, and would be read as one loyal customer."""
    orders = np.bincount(customer)
    most = int(orders.max())
    if orders.size >= CROWD_AMONG and most >= CROWD and most >= CROWD_SHARE * customer.size:
        telling.remarks.append(
            f"one customer has {most:,} of the {customer.size:,} orders: if that is a till, a reseller or all guests together, "
            "take those rows out of the file"
        )


def _say_hole(days: Ints, orders: int, telling: Telling) -> None:
    """A part of an export that is missing looks like months in which nobody ordered; `days` has those with orders."""
    gaps = np.diff(days)
    if orders < ENOUGH or not gaps.size:
        return
    at = int(gaps.argmax())
    silent = int(gaps[at]) - 1
    # At the rate of the other days, so long a silence would come by itself once in a million histories.
    rate = orders / max(int(days[-1] - days[0]) - silent, 1)
    if silent >= LONG_SILENCE and orders * math.exp(-rate * silent) < UNLIKELY:
        first, last = (datetime.date(1970, 1, 1) + datetime.timedelta(days=int(days[at]) + each) for each in (1, silent))
        telling.remarks.append(f"no order from {first} to {last}, {silent:,} days: is a part of the export missing?")


def _without_gaps(customer: Ints) -> Ints:
    """Sorted numbers as numbers from 0 on, for some customers were left out."""
    begins = np.ones(customer.size, dtype=np.bool_)
    begins[1:] = customer[1:] != customer[:-1]
    if int(customer[-1]) + 1 == np.count_nonzero(begins):
        return customer
    numbers: Ints = np.cumsum(begins) - 1
    return numbers


def _merged(rows: Rows, telling: Telling) -> Rows:
    first = np.ones(rows.size, dtype=np.bool_)
    day = rows.day
    np.not_equal(rows.customer[1:], rows.customer[:-1], out=first[1:])
    first[1:] |= day[1:] != day[:-1]
    others = np.flatnonzero(~first)
    if not others.size:
        telling.remarks.append("orders of a customer on the same day: none to merge")
        return rows
    merging = f"{many(others.size, 'order')} merged into another of the same customer and day"
    telling.remarks.append(f"{merging} (to count them: --keep-days)")
    # Most orders are alone on their day: only the others are added to something.
    into = others - np.arange(1, others.size + 1)
    kept = np.flatnonzero(first)

    def total(column: Ints) -> Ints:
        added = column.take(kept)
        np.add.at(added, into, column[others])
        return added

    told = {"cents": rows.cents, "margin": rows.margin, "refund": rows.refund if rows.refund.any() else None}
    return rows.where(kept, **{name: total(column) for name, column in told.items() if column is not None})


def _said(rows: Rows, telling: Telling) -> Rows:
    same = rows.size - groups_of(rows.customer, rows.day).size
    telling.remarks.append(f"{many(same, 'order')} on the same day as another of the customer: each counts, as said")
    return rows


def _why(telling: Telling) -> str:
    return "".join(f"; {each}" for each in telling.dropped[:5])
