"""Refunds set against the orders that they belong to."""

from __future__ import annotations

import dataclasses

import numpy as np

from sim.orders.account import Telling, many
from sim.orders.rows import Ints, Rows


def netted(rows: Rows, currency: str, telling: Telling) -> Rows:
    """The orders, each with what was paid back of it; rows below 0 are used up. Rows are sorted by customer and time.

    A refund without an order's number belongs to the customer's latest earlier order of just that amount, else to the
    latest ones until it is used up. What no order is left for is said, and left out.
    """
    negative = np.flatnonzero(rows.cents < 0)
    refund, beyond = rows.refund, 0
    if rows.refund.any():
        refund = np.minimum(rows.refund, np.maximum(rows.cents, 0))
        beyond = int((rows.refund - refund)[rows.cents >= 0].sum())
    if beyond:
        telling.remarks.append(f"{_money(beyond, currency)} were paid back beyond what the orders cost: left out")
    if negative.size:
        refund = _against_earlier(rows, refund, negative, currency, telling)
    found = dataclasses.replace(rows, refund=refund, fingerprint=None)
    if negative.size:
        found = found.where(rows.cents >= 0)
    _say(found, currency, telling)
    return found


def _against_earlier(rows: Rows, refund: Ints, negative: Ints, currency: str, telling: Telling) -> Ints:
    begin = np.searchsorted(rows.customer, rows.customer[negative], side="left").tolist()
    # Of the same day, a refund may stand before its order: days without times have no order.
    day = rows.day
    left = np.where(rows.cents > 0, rows.cents - refund, 0).tolist()
    cents = rows.cents.tolist()
    days = day.tolist()
    end_of = np.searchsorted(rows.customer, rows.customer[negative], side="right").tolist()
    lost, lost_count, used = 0, 0, 0
    for at, first, stop in zip(negative.tolist(), begin, end_of, strict=True):
        last = at
        while last + 1 < stop and days[last + 1] == days[at]:
            last += 1
        open_amount = -cents[at]
        exact = next((i for i in range(last, first - 1, -1) if left[i] == open_amount), None)
        for i in (exact,) if exact is not None else range(last, first - 1, -1):
            part = min(left[i], open_amount)
            left[i] -= part
            open_amount -= part
            if not open_amount:
                break
        used += open_amount == 0
        if open_amount:
            lost, lost_count = lost + open_amount, lost_count + 1
    if used:
        telling.remarks.append(f"{many(used, 'row')} below 0 taken for refunds: set against the customer's earlier orders")
    if lost_count:
        reason = f"refunds with no earlier order in the file to set them against, {_money(lost, currency)} in all"
        telling.drop(lost_count, "rows", reason)
    return np.where(rows.cents > 0, rows.cents - np.array(left, dtype=np.int64), refund)


def _say(rows: Rows, currency: str, telling: Telling) -> None:
    back = rows.refund > 0
    if back.any():
        whole = back & (rows.refund == rows.cents)
        telling.remarks.append(
            f"{many(int(back.sum()), 'order')} paid back, {int(whole.sum()):,} of them whole: counted as orders, their amounts "
            f"without the {_money(int(rows.refund.sum()), currency)} that went back"
        )
    nothing = int(np.count_nonzero(rows.cents == 0))
    if nothing:
        telling.remarks.append(f"{many(nothing, 'order')} for nothing: counted as orders")


def _money(cents: int, currency: str) -> str:
    return f"{cents / 100:,.2f} {currency}"
