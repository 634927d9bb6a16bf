"""An order history from a file: opened, understood, cleaned, and accounted for."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from pathlib import Path

from sim.orders.account import Account, Telling
from sim.orders.copies import one_row_an_order, without_copies
from sim.orders.csv_table import read_csv
from sim.orders.days import to_table
from sim.orders.faults import Faults
from sim.orders.headings import SIMULATED
from sim.orders.opening import PARQUET, open_orders
from sim.orders.options import OrderOptions
from sim.orders.raw import NOBODY, Raw
from sim.orders.refunds import netted
from sim.orders.rows import Rows, everywhere
from sim.orders.table import OrderTable
from sim.orders.understanding import EPOCH, understand


def read_orders(path: str | Path, options: OrderOptions | None = None) -> tuple[OrderTable, Account]:
    """The orders of a file and the account of how it was read.

    The file is a plain table, an orders export of Shopify or the log that `regulars run --events` writes, as CSV or
    Parquet, compressed or not; `-` is standard input. Raises BadInput for what cannot be read, with the row and the
    column, and RegularsError where the machine fails. Identifiers of customers are in neither.
    """
    options = options or OrderOptions()
    telling = Telling("standard input" if str(path) == "-" else str(path))
    faults = Faults(telling.file)
    raw = _raw(path, options, telling, faults)
    rows, timed, currency = understand(raw, options, telling, faults)
    if not options.skip_bad_rows:
        faults.check()
    for reason, count in Counter(each.reason for each in faults.found).items():
        telling.drop(count, "rows", reason, min(each.line for each in faults.found if each.reason == reason))
    rows = _cleaned(rows, raw, options, telling, timed=timed, currency=currency)
    table = to_table(rows, currency, telling, timed=timed, merge_days=options.merge_days)
    return table, telling.account(table.customer.size, table.customers)


def _raw(path: str | Path, options: OrderOptions, telling: Telling, faults: Faults) -> Raw:
    with open_orders(path, telling) as stream:
        if stream.peek(4).startswith(PARQUET):
            from sim.orders.parquet import read_parquet  # an extra

            return read_parquet(stream, options, telling)
        return read_csv(stream, options, telling, faults)


def _cleaned(rows: Rows, raw: Raw, options: OrderOptions, telling: Telling, *, timed: bool, currency: str) -> Rows:
    """Without copies and what is later than it should be, one row an order, refunds set against them."""
    if options.until is not None:
        rows = _until(rows, options.until, telling)
    items = raw.layout.line_items
    numbered = rows.has_orders
    if numbered and not rows.orders_repeat:
        rows = dataclasses.replace(rows, order=everywhere(NOBODY, rows.size))  # nothing more to learn from them
    rows = rows.by_customer()
    if raw.layout.form != SIMULATED:
        rows = without_copies(rows, options, telling, timed=timed or numbered, line_items=items)
    if rows.orders_repeat:
        rows = one_row_an_order(rows, options, telling, raw.layout)
        rows = rows.by_customer()
    return netted(rows, currency, telling)


def _until(rows: Rows, until: datetime.date, telling: Telling) -> Rows:
    late = rows.day > (until - EPOCH).days
    telling.drop(int(late.sum()), "rows", f"later than {until}, as said", int(rows.line[late].min()) if late.any() else 0)
    return rows.where(~late)
