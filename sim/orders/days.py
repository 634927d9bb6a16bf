"""The last step: orders of one day merged, customers numbered anew, times counted from the first day."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np

from sim.orders.account import Telling, many
from sim.orders.dates import DAY
from sim.orders.doubts import refuse_too_much, say_crowd, say_hole
from sim.orders.faults import refused
from sim.orders.raw import NOBODY
from sim.orders.rows import Ints, Rows, everywhere, groups_of, is_everywhere
from sim.orders.table import OrderTable


def to_table(rows: Rows, currency: str, telling: Telling, *, timed: bool, merge_days: bool) -> OrderTable:
    """The orders as a table; `rows` are sorted by customer and time. Raises BadInput where none is left."""
    if not rows.size:
        raise refused(telling.file, f"holds no order that counts ({many(telling.rows, 'row')})" + _why(telling))
    refuse_too_much(rows, telling)
    # Where a row stood matters no more.
    nowhere = everywhere(0, rows.size)
    rows = dataclasses.replace(rows, lines=nowhere, place=None, order=everywhere(NOBODY, rows.size), fingerprint=None)
    rows = _merged(rows, telling) if merge_days else _said(rows, telling)
    customer = _without_gaps(rows.customer)
    start = int(rows.wall.min()) // DAY
    time = (rows.wall - start * DAY) / DAY
    first = datetime.date(1970, 1, 1) + datetime.timedelta(days=start)
    say_crowd(customer, telling)
    say_hole(time, first, telling)
    return OrderTable(
        customer=customer,
        time=time,
        cents=rows.cents if is_everywhere(rows.refund) else rows.cents - rows.refund,
        start=first,
        currency=currency,
        refund=None if is_everywhere(rows.refund) else rows.refund,
        margin=rows.margin,
    )


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
