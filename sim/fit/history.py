"""A shop's orders as a fit reads them: what is known of each customer at any moment, and who came when."""

from __future__ import annotations

import dataclasses
import datetime
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.fit.counts import Counts, counts
from sim.law import DAYS_A_WEEK
from sim.orders.table import OrderTable
from sim.randomness import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Known:
    """What a history tells of each customer: one row each, all columns of the same length."""

    customer: Ints
    """The customer's number in the history."""
    first: Floats
    """Day of the first order."""
    x: Floats
    """Repeat orders."""
    t_x: Floats
    """Weeks from the first order to the last."""
    T: Floats
    """Weeks from the first order to the end of the history."""
    mean: Floats
    """The mean repeat order in the currency; 0 where there is none."""
    first_amount: Floats
    """The first order in the currency."""

    def counts(self, clock: Floats | None = None) -> Counts:
        """The counted histories; with `clock` (the clock's weeks at each whole day, from day 0) by that clock."""
        if clock is None:
            return counts(self.x, self.t_x, self.T)
        days = np.arange(clock.size)
        begun = np.interp(self.first, days, clock)
        last = np.interp(self.first + self.t_x * DAYS_A_WEEK, days, clock)
        end = np.interp(self.first + self.T * DAYS_A_WEEK, days, clock)
        t_x = np.where(self.x > 0, np.maximum(last - begun, 0.0), 0.0)
        # To a minute, so that equal histories stay equal.
        return counts(self.x, t_x.round(4), np.maximum(end - begun, t_x).round(4))

    def those(self, mask: NDArray[np.bool_]) -> Known:
        """Some of the customers."""
        return Known(*(getattr(self, field.name)[mask] for field in dataclasses.fields(self)))


@dataclass(frozen=True)
class History:
    """The orders of a shop in columns, sorted by customer and then by time."""

    customer: Ints
    time: Floats
    """Days since `start`; whole where the source knows dates only."""
    cents: Ints
    """What was ordered, before anything went back."""
    refund: Ints
    """Cents paid back of each order."""
    start: datetime.date
    currency: str
    end: float
    """The moment to which the history is complete. Where only dates are known it is the last day's number, so that T is
    counted as in the literature; else the end of the last day."""
    whole: bool
    """Whether only dates are known."""

    @property
    def days(self) -> int:
        """Whole days that the history takes, the last one included."""
        return int(self.end) + self.whole

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return int(self.customer.size)

    def date(self, day: float) -> datetime.date:
        """The date of a day."""
        return self.start + datetime.timedelta(days=int(day))

    @property
    def last(self) -> datetime.date:
        """The last date that is part of it."""
        return self.date(self.days - 1)

    def day(self, date: datetime.date) -> float:
        """The moment that ends with a date, as `end` is counted."""
        return float((date - self.start).days + (not self.whole))

    def until(self, end: float) -> History:
        """What of it was known at a moment."""
        kept = self.time <= end if self.whole else self.time < end
        return dataclasses.replace(
            self, customer=self.customer[kept], time=self.time[kept], cents=self.cents[kept], refund=self.refund[kept], end=end
        )

    def known(self) -> Known:
        """What it tells of each customer."""
        first = np.flatnonzero(np.diff(self.customer, prepend=-1))
        orders = np.diff(np.append(first, self.customer.size))
        begun, last = self.time[first], self.time[first + orders - 1]
        sums = np.add.reduceat(self.cents, first) if first.size else np.zeros(0, np.int64)
        later = (sums - self.cents[first]) / 100.0
        x = (orders - 1).astype(np.float64)
        return Known(
            self.customer[first], begun, x, (last - begun) / DAYS_A_WEEK, (self.end - begun) / DAYS_A_WEEK,
            np.where(x > 0, later / np.maximum(x, 1.0), 0.0), self.cents[first] / 100.0,
        )  # fmt: skip

    def repeat_days(self) -> Floats:
        """The moments of all repeat orders."""
        moments: Floats = self.time[np.diff(self.customer, prepend=-1) == 0]
        return moments

    def gaps(self) -> Floats:
        """Days between an order and the next of the same customer."""
        same = np.diff(self.customer) == 0
        gaps: Floats = np.diff(self.time)[same]
        return gaps


def history(table: OrderTable, until: datetime.date | None = None) -> History:
    """The history of an order table; it is complete to the last day with an order, or to `until`."""
    whole = bool((table.time == np.floor(table.time)).all())
    last = math.floor(float(table.time.max(initial=0.0)))
    if until is not None:
        last = max(last, (until - table.start).days)
    refund = np.zeros(table.cents.size, dtype=np.int64) if table.refund is None else table.refund
    return History(
        table.customer.astype(np.int64), table.time, table.cents + refund, refund, table.start, table.currency,
        float(last + (not whole)), whole,
    )  # fmt: skip
