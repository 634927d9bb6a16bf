"""The last step: orders of one day merged, customers numbered anew, times counted from the first day."""

from __future__ import annotations

import datetime

import numpy as np

from sim.orders.account import Telling
from sim.orders.dates import DAY
from sim.orders.faults import refuse
from sim.orders.rows import Rows, groups_of
from sim.orders.table import OrderTable


def to_table(rows: Rows, currency: str, telling: Telling, *, timed: bool, merge_days: bool) -> OrderTable:
    """The orders as a table; `rows` are sorted by customer and time. Raises BadInput where none is left."""
    if not rows.size:
        refuse(telling.file, f"holds no order that counts ({telling.rows:,} rows)" + _why(telling))
    rows = _merged(rows, telling) if merge_days else _said(rows, telling)
    start = int(rows.day.min())
    time = (rows.wall - start * DAY) / DAY if timed else (rows.day - start).astype(np.float64)
    _, customer = np.unique(rows.customer, return_inverse=True)
    return OrderTable(
        customer=customer.astype(np.int64),
        time=time,
        cents=rows.cents - rows.refund,
        start=datetime.date(1970, 1, 1) + datetime.timedelta(days=start),
        currency=currency,
        refund=rows.refund,
        margin=rows.margin,
    )


def _merged(rows: Rows, telling: Telling) -> Rows:
    begins = groups_of(rows.customer, rows.day)
    merged = rows.size - begins.size
    if not merged:
        telling.remarks.append("orders of a customer on the same day: none to merge")
        return rows
    telling.remarks.append(f"{merged:,} orders merged into another of the same customer and day (to count them: --keep-days)")
    return Rows(
        customer=rows.customer[begins], wall=rows.wall[begins], cents=np.add.reduceat(rows.cents, begins),
        refund=np.add.reduceat(rows.refund, begins), order=rows.order[begins], line=rows.line[begins],
        margin=None if rows.margin is None else np.add.reduceat(rows.margin, begins),
    )  # fmt: skip


def _said(rows: Rows, telling: Telling) -> Rows:
    same = rows.size - groups_of(rows.customer, rows.day).size
    telling.remarks.append(f"{same:,} orders are of the same customer and day as another: each counts, as said")
    return rows


def _why(telling: Telling) -> str:
    return "".join(f"; {each}" for each in telling.dropped[:5])
