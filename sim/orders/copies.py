"""Rows that stand more than once: copies that count once, lines of one order that add up, and what is left open."""

from __future__ import annotations

import numpy as np

from sim.orders.account import Telling, many
from sim.orders.faults import refused
from sim.orders.headings import Layout
from sim.orders.options import OrderOptions
from sim.orders.raw import NOBODY
from sim.orders.rows import Ints, Mask, Rows, is_everywhere

FEW = 3
"""Orders with several rows below which equal amounts may be chance."""


def without_copies(rows: Rows, options: OrderOptions, telling: Telling, *, timed: bool, line_items: bool) -> Rows:
    """The rows, sorted by customer and time, without those that are the same as an earlier one, where they cannot be
    orders of their own.

    Two rows that agree in all columns are one order told twice if orders are numbered or `timed`. By the
    day alone they may be two orders, and lines of an order may be two of a thing: these are counted, and said.
    """
    copy = _copies(rows)
    count = int(copy.sum())
    if not count:
        return rows
    can_tell = timed and not line_items
    if options.drop_identical or (options.drop_identical is None and can_tell):
        telling.drop(count, "rows", "the same as an earlier row", int(rows.line[copy].min()))
        return rows.where(~copy)
    advice = "" if options.drop_identical is False else "; to leave them out: --drop-identical"
    first = int(rows.line[copy].min())
    telling.remarks.append(
        f"{many(count, 'row')} the same as an earlier one (first in line {first}): counted, as orders may be alike{advice}"
    )
    return rows


def _copies(rows: Rows) -> Mask:
    """Rows that are the same as one that stands earlier in the file; rows are sorted by customer and time."""
    copy = np.zeros(rows.size, dtype=np.bool_)
    near = rows.customer[1:] == rows.customer[:-1]
    near &= rows.wall[1:] == rows.wall[:-1]
    pairs = np.flatnonzero(near)
    if not pairs.size:
        return copy
    candidates = np.union1d(pairs, pairs + 1)
    columns = (rows.customer, rows.wall, rows.cents, rows.refund, rows.order, rows.fingerprint)
    keys = [column[candidates] for column in columns if column is not None and not is_everywhere(column)]
    order = np.lexsort(keys)  # rows that are the same stay in the order of the file
    same = np.logical_and.reduce([key[order[1:]] == key[order[:-1]] for key in keys])
    copy[candidates[order[1:]][same]] = True
    return copy


def one_row_an_order(rows: Rows, options: OrderOptions, telling: Telling, layout: Layout) -> Rows:
    """Rows of the same order number as one row each; others as they are.

    Rows of one number that agree in customer, day and amount tell the same order; rows below 0 are its refunds; what
    else they are the user says, or columns of goods do. Raises BadInput where it stays open.
    """
    rows = rows.where(np.lexsort((rows.line, rows.order, rows.customer)))
    begin = np.ones(rows.size, dtype=np.bool_)
    # Rows without a number are orders of their own.
    begin[1:] = (rows.customer[1:] != rows.customer[:-1]) | (rows.order[1:] != rows.order[:-1]) | (rows.order[1:] == NOBODY)
    begins = np.flatnonzero(begin)
    if begins.size == rows.size:
        telling.remarks.append("order numbers of one customer come again with another: numbers are taken within a customer")
        return rows
    how = options.repeated
    if how == "auto":
        how = _meaning(rows, begins, telling, layout)
    if how in ("first", "last"):
        return _chosen(rows, begins, how, telling)
    return _added(rows, begins, telling)


def _meaning(rows: Rows, begins: Ints, telling: Telling, layout: Layout) -> str:
    """What the rows of one number are."""
    column, line_items, line_amounts = layout.roles.get("order"), layout.line_items, layout.line_amounts
    sizes = np.diff(np.append(begins, rows.size))
    many_rows = np.repeat(sizes > 1, sizes)
    first = np.repeat(begins, sizes)
    same = (rows.cents == rows.cents[first]) & (rows.day == rows.day[first]) & (rows.refund == rows.refund[first])
    if same[many_rows].all() and not line_amounts:
        if line_items and np.count_nonzero(sizes > 1) < FEW:
            row = int((many_rows & ~_firsts(begins, rows.size)).argmax())
            raise refused(
                telling.file,
                "rows of one order have the same amount: is it the order's, told on each row, or that of each line",
                line=int(rows.line[row]), column=column, allowed="--repeated first, or --repeated sum",
            )  # fmt: skip
        return "first"
    positive = np.add.reduceat((rows.cents > 0).astype(np.int64), begins)
    if line_items or (positive[sizes > 1] <= 1).all():
        return "sum"
    # The first row that is no refund and differs from its order's first.
    row = int((many_rows & ~same & np.repeat(positive > 1, sizes)).argmax())
    raise refused(
        telling.file, f"an order number stands here and in line {int(rows.line[first[row]])} with other figures",
        line=int(rows.line[row]), column=column,
        allowed="--repeated sum, if rows are lines of an order; --repeated last (or first), if they tell the same order again",
    )  # fmt: skip


def _firsts(begins: Ints, size: int) -> Mask:
    """Whether each row is the first of its order."""
    flags = np.zeros(size, dtype=np.bool_)
    flags[begins] = True
    return flags


def _chosen(rows: Rows, begins: Ints, how: str, telling: Telling) -> Rows:
    sizes = np.diff(np.append(begins, rows.size))
    # Sorting kept the order of the file within a number.
    at = begins if how == "first" else begins + sizes - 1
    second = begins[sizes > 1] + 1
    reason = f"their order number stands more than once: the {how} row counts"
    telling.drop(rows.size - begins.size, "rows", reason, int(rows.line[second].min()))
    return rows.where(at)


def _added(rows: Rows, begins: Ints, telling: Telling) -> Rows:
    """Lines of an order added up; lines below 0 beside others are what was paid back."""
    sizes = np.diff(np.append(begins, rows.size))
    several = sizes > 1
    bought = np.add.reduceat(np.maximum(rows.cents, 0), begins)
    back = np.add.reduceat(np.maximum(-rows.cents, 0), begins)
    whole = bought == 0  # refunds alone stay a refund, to be set against earlier orders
    total = np.where(whole, -back, bought)
    refund = np.add.reduceat(rows.refund, begins) + np.where(whole, 0, back)
    # The order was placed when its first line was bought.
    when = np.minimum.reduceat(np.where(rows.cents >= 0, rows.wall, np.iinfo(np.int64).max), begins)
    when = np.where(when == np.iinfo(np.int64).max, np.minimum.reduceat(rows.wall, begins), when)
    telling.remarks.append(
        f"{many(int(several.sum()), 'order')} of several rows, {int(sizes[several].sum()):,} in all: added up by order number"
    )
    return Rows(
        customer=rows.customer[begins], wall=when, cents=total, refund=refund, order=rows.order[begins],
        lines=np.minimum.reduceat(rows.line, begins),
        margin=None if rows.margin is None else np.add.reduceat(rows.margin, begins),
    )  # fmt: skip
