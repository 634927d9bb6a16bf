"""A real order history, read into the log that the engine writes, so that the same metrics read both."""

from __future__ import annotations

import datetime
import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.log import GROUPS, NO_PARENT, Costs, Customers, EventLog, Orders
from sim.randomness import mix

Ints = NDArray[np.int64]


def order_history(
    customer: ArrayLike,
    date: ArrayLike,
    amount: ArrayLike,
    *,
    margin_rate: float = 1.0,
    merge_days: bool = True,
    start: datetime.date | None = None,
    until: datetime.date | None = None,
    currency: str = "USD",
) -> EventLog:
    """The log of a real history of one row an order, in any order: who (of any sortable type), the day
    (`datetime64[D]` or what numpy reads as such) and the amount in units of the currency, net of discounts.

    Contribution margin is `margin_rate` x amount; by default margin is revenue, because an order history does not
    tell what goods cost. `merge_days` makes one order of a customer's orders of the same day, as the literature does.
    Day 0 is `start`, by default the first of the month of the first order; the history ends with the day `until`, by
    default the last day with an order, and later orders are left out. Its last month may be a part of one. Customers
    whose first order is before `start` are pre-history. Nobody knows who is truly lost, nor what acquisition cost.

    Raises ValueError for columns of different lengths, for nothing to read, for missing dates, and for amounts that
    are negative or not finite: net returns against their orders, or leave them out, first.
    """
    who, day, cents = _columns(customer, date, amount)
    last = np.datetime64(until, "D") if until is not None else day.max()
    kept = day <= last
    if not kept.any():
        raise ValueError(f"there are no orders until {last}")
    who, day, cents = who[kept], day[kept], cents[kept]
    zero = np.datetime64(start, "D") if start is not None else np.datetime64(day.min(), "M").astype("datetime64[D]")
    if last < zero:
        raise ValueError(f"the history ends on {last}, before it starts on {zero}")
    _, row = np.unique(who, return_inverse=True)
    time = (day - zero).astype(np.int64)
    order = np.lexsort((time, row))
    row, time, cents = row[order].astype(np.int64), time[order], cents[order]
    if merge_days:
        row, time, cents = _merged(row, time, cents)
    margin = np.rint(cents * margin_rate).astype(np.int64)
    return log_of_orders(
        row, time.astype(np.float64), cents, margin=margin, start=zero.astype(datetime.date),
        end=int((last - zero).astype(np.int64)) + 1, currency=currency,
    )  # fmt: skip


def log_of_orders(
    customer: Ints,
    time: NDArray[np.float64],
    paid: Ints,
    *,
    margin: Ints,
    start: datetime.date,
    end: int,
    currency: str,
    refund: Ints | None = None,
    refund_margin: Ints | None = None,
) -> EventLog:
    """The log of orders that are sorted by customer (numbered from 0 without gaps) and then by time.

    `time` is in days since `start`, negative for what is before; the history ends with the day before `end`. What was
    paid, its margin, and what went back of both are in cents; refunds count at the time of their order.
    """
    edges, first_month = _months(np.datetime64(start, "D"), math.floor(time.min()), end)
    nothing = np.zeros(customer.size, dtype=np.int64)
    first = np.flatnonzero(np.diff(customer, prepend=-1))
    return EventLog(
        start=start,
        month_edges=edges,
        first_month=first_month,
        currency=currency,
        channels=("all",),
        paid=(False,),
        causes=("",),
        cost_kinds=(),
        replications=1,
        refund_after=0.0,
        customers=_customers(time[first]),
        orders=Orders(
            customer=customer.astype(np.int32),
            number=(np.arange(customer.size) - first[customer] + 1).astype(np.int32),
            time=time,
            list_price=paid,
            discount=nothing,
            refund=nothing if refund is None else refund,
            margin=margin,
            refund_margin=nothing if refund_margin is None else refund_margin,
            cause=np.zeros(customer.size, dtype=np.int8),
        ),
        costs=Costs(
            customer=np.zeros(0, dtype=np.int32),
            time=np.zeros(0),
            amount=np.zeros(0, dtype=np.int64),
            kind=np.zeros(0, dtype=np.int8),
        ),
        knows_truth=False,
    )


def _columns(
    customer: ArrayLike, date: ArrayLike, amount: ArrayLike
) -> tuple[NDArray[np.generic], NDArray[np.datetime64], Ints]:
    who, money = np.asarray(customer), np.asarray(amount, dtype=np.float64)
    day = np.asarray(date).astype("datetime64[D]")
    if not len(who) == len(day) == len(money):
        raise ValueError(f"columns of different lengths: {len(who)}, {len(day)} and {len(money)}")
    if not len(who):
        raise ValueError("there is no order to read")
    if np.isnat(day).any():
        raise ValueError(f"row {int(np.isnat(day).argmax())} has no date")
    wrong = ~(np.isfinite(money) & (money >= 0))
    if wrong.any():
        raise ValueError(f"row {int(wrong.argmax())} has the amount {money[wrong][0]}; amounts are 0 or more")
    return who, day, np.rint(money * 100).astype(np.int64)


def _merged(row: Ints, time: Ints, cents: Ints) -> tuple[Ints, Ints, Ints]:
    first = np.flatnonzero(np.diff(row, prepend=-1) | np.diff(time, prepend=time[0]))
    return row[first], time[first], np.add.reduceat(cents, first)


def _months(zero: np.datetime64, earliest: int, end: int) -> tuple[NDArray[np.float64], int]:
    """Days at which months begin, counted from day 0 in both directions, and how many stand before it."""
    day_0, month_0 = int(zero.astype(np.int64)), int(zero.astype("datetime64[M]").astype(np.int64))

    def first(month: int) -> int:
        return int(np.datetime64(month_0 + month, "M").astype("datetime64[D]").astype(np.int64)) - day_0

    def edge(month: int) -> int:
        # A start late in the month stays within shorter months.
        return min(first(month) - first(0), first(month + 1) - 1)

    before: list[int] = []
    after: list[int] = []
    while not before or before[-1] > earliest:
        before.append(edge(-len(before)))
    while not after or after[-1] < end:
        after.append(edge(len(after) + 1))
    after[-1] = end
    return np.array([*reversed(before), *after], dtype=np.float64), len(before) - 1


def _customers(acquired: NDArray[np.float64]) -> Customers:
    count = acquired.size
    keys = mix(np.arange(1, count + 1, dtype=np.uint64))
    return Customers(
        key=keys,
        cell=(keys % np.uint64(GROUPS)).astype(np.int32),
        channel=np.zeros(count, dtype=np.int16),
        acquired=acquired,
        died=np.full(count, np.nan),
        parent=np.full(count, NO_PARENT, dtype=np.int32),
        held=np.zeros(count, dtype=np.uint64),
        enrolled=np.zeros(count, dtype=np.uint64),
    )
