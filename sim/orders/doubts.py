"""What is odd about a history as a whole, and asked about: no row of it is wrong by itself."""

from __future__ import annotations

import datetime
import math

import numpy as np
from numpy.typing import NDArray

from sim.orders.account import Telling
from sim.orders.faults import refused
from sim.orders.rows import Ints, Rows, is_everywhere

MOST_MONEY = 9e12
"""Money of a history in all: metrics are counted in whole micros, of which a word of 64 bits holds 9.2e18."""
CROWD, CROWD_AMONG, CROWD_SHARE = 25, 20, 0.05
"""Orders of one customer, customers beside it, and its share of all orders, from which on it is asked who that is."""

LONG_SILENCE, UNLIKELY, ENOUGH = 10, 1e-6, 50
"""Days without any order, and their probability, from which on it is asked whether they are missing; and orders to tell by."""


def refuse_too_much(rows: Rows, telling: Telling) -> None:
    """Raises BadInput where the orders come to more money than is counted exactly."""
    whole = float(np.abs(rows.cents).sum(dtype=np.float64)) / 100.0
    if not is_everywhere(rows.refund):
        whole += float(rows.refund.sum(dtype=np.float64)) / 100.0
    if whole > MOST_MONEY:
        raise refused(
            telling.file, f"the orders come to {whole:,.0f} in all, and money is counted exactly to {MOST_MONEY:,.0f}",
            allowed="amounts in thousands: divide them, and read the figures so",
        )  # fmt: skip


def say_crowd(customer: Ints, telling: Telling) -> None:
    """Guests and a shop's till stand under one number in many files, and would be read as one loyal customer."""
    orders = np.bincount(customer)
    most = int(orders.max())
    if orders.size >= CROWD_AMONG and most >= CROWD and most >= CROWD_SHARE * customer.size:
        telling.remarks.append(
            f"one customer has {most:,} of the {customer.size:,} orders: if that is a till, a reseller or all guests together, "
            "take those rows out of the file"
        )


def say_hole(time: NDArray[np.float64], start: datetime.date, telling: Telling) -> None:
    """A part of an export that is missing looks like months in which nobody ordered; `time` is in days since `start`."""
    seen = np.zeros(int(time.max()) + 1, dtype=np.bool_)
    seen[time.astype(np.int64)] = True
    days = np.flatnonzero(seen)
    gaps = np.diff(days)
    if time.size < ENOUGH or not gaps.size:
        return
    at = int(gaps.argmax())
    silent = int(gaps[at]) - 1
    # At the rate of the other days, so long a silence would come by itself once in a million histories.
    rate = time.size / max(int(days[-1] - days[0]) - silent, 1)
    if silent >= LONG_SILENCE and time.size * math.exp(-rate * silent) < UNLIKELY:
        first, last = (start + datetime.timedelta(days=int(days[at]) + each) for each in (1, silent))
        telling.remarks.append(f"no order from {first} to {last}, {silent:,} days: is a part of the export missing?")
