"""Customers and their orders, lined up for counting: each customer's orders together, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.log import GROUPS, EventLog
from sim.metrics.age import Floats, Ints, days_begun
from sim.metrics.reading import Reading
from sim.metrics.tallies import FREQUENCIES, ORIGINS

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """What the reading needs to know of each customer; all columns of the same length."""

    cell: Ints
    channel: Ints
    acquired: Floats
    seen: Floats
    """Days from the first order to the end of the observed time."""
    new: Flags
    """Acquired in the observed time."""
    cohort: Flags
    """New and seen for the CLV horizon."""
    orders: Ints
    """How many orders, ever."""
    stratum: Ints
    """Flat index of cell, channel, origin and frequency."""
    cells: int
    channels: int

    @classmethod
    def of(cls, log: EventLog, reading: Reading) -> People:
        """The customers of a log. Raises ValueError for one without an order or acquired after the end."""
        who = log.customers
        orders = np.bincount(log.orders.customer, minlength=who.acquired.size)
        if orders.size > who.acquired.size or (orders == 0).any() or (who.acquired >= reading.end).any():
            raise ValueError("every customer of a log has an order within its time, and every order a customer")
        cell, channel = who.cell.astype(np.int64), who.channel.astype(np.int64)
        seen, new = reading.end - who.acquired, who.acquired >= 0
        stratum = ((cell * len(log.channels) + channel) * ORIGINS + ~new) * FREQUENCIES
        return cls(
            cell=cell,
            channel=channel,
            acquired=who.acquired,
            seen=seen,
            new=new,
            cohort=new & (seen >= reading.clv_horizon),
            orders=orders,
            stratum=stratum + np.minimum(orders, FREQUENCIES) - 1,
            cells=log.replications * GROUPS,
            channels=len(log.channels),
        )


@dataclass(frozen=True)
class Refunds:
    """Money paid back in the observed time; money in cents."""

    customer: Ints
    time: Floats
    amount: Ints
    margin: Ints
    """Margin lost with it."""
    first: Flags
    """Whether it was paid for the customer's first order."""


@dataclass(frozen=True)
class Fees:
    """What customers paid outside their orders in the observed time; money in micros."""

    customer: Ints
    time: Floats
    amount: Ints
    kind: Ints
    """Which strategy's revenue it is."""

    @classmethod
    def of(cls, log: EventLog, reading: Reading) -> Fees:
        """The fees of a log."""
        fees = log.fees
        rows = np.flatnonzero((fees.time >= 0) & (fees.time < reading.end))
        return cls(fees.customer[rows].astype(np.int64), fees.time[rows], fees.amount[rows], fees.kind[rows].astype(np.int64))


@dataclass(frozen=True)
class Purchases:
    """Orders by customer, then number; money in cents."""

    customer: Ints
    cell: Ints
    time: Floats
    observed: Flags
    """Placed in the observed time, not before it."""
    age: Ints
    """Whole days since the customer's first order."""
    number: Ints
    list_price: Ints
    discount: Ints
    margin: Ints
    cause: NDArray[np.int8]
    """What would claim the order; 0 is nothing."""
    first: Ints
    """Row of each customer's first order."""
    refunds: Refunds

    @classmethod
    def of(cls, log: EventLog, people: People, reading: Reading) -> Purchases:
        """The orders of a log, sorted only where they are not sorted yet."""
        orders = log.orders
        customer = orders.customer.astype(np.int64)
        first = np.cumsum(people.orders) - people.orders
        place = first.take(customer) + orders.number - 1
        order: Ints | slice = slice(None)
        if (place != np.arange(place.size)).any():
            # Each customer's orders are numbered from 1 without a gap, so counting sorts them.
            order = np.empty(place.size, dtype=np.int64)
            order[place] = np.arange(place.size)
            customer = customer[order]
        time, number = orders.time[order], orders.number[order].astype(np.int64)
        return cls(
            customer=customer,
            cell=people.cell.take(customer),
            time=time,
            observed=time >= 0,
            age=days_begun(time - people.acquired.take(customer)),
            number=number,
            list_price=orders.list_price[order],
            discount=orders.discount[order],
            margin=orders.margin[order],
            cause=orders.cause[order],
            first=first,
            refunds=_refunds(log, customer, number, order, reading),
        )

    def sum(self, values: NDArray[np.generic]) -> Ints:
        """Exact sums of an order's values by customer."""
        sums = np.zeros(self.first.size, dtype=np.int64)
        # Adding flags without the conversion takes forty times as long.
        np.add.at(sums, self.customer, values.astype(np.int64, copy=False))
        return sums

    def sum_of(self, rows: Ints, values: Ints | int) -> Ints:
        """Exact sums by customer of the values of some orders."""
        sums = np.zeros(self.first.size, dtype=np.int64)
        np.add.at(sums, self.customer[rows], values)
        return sums

    @cached_property
    def claimed(self) -> Ints:
        """Rows of the observed orders that a cause would claim."""
        return np.flatnonzero((self.cause != 0) & self.observed)

    def changes(self, values: Ints) -> Flags:
        """Where a value differs from that of the same customer's previous order; true for first orders."""
        changed = np.ones(values.size, dtype=bool)
        np.not_equal(values[1:], values[:-1], out=changed[1:])
        changed[self.first] = True
        return changed


def _refunds(log: EventLog, customer: Ints, number: Ints, order: Ints | slice, reading: Reading) -> Refunds:
    amount, margin = log.orders.refund[order], log.orders.refund_margin[order]
    rows = np.flatnonzero((amount != 0) | (margin != 0))
    time = log.orders.time[order][rows] + log.refund_after
    in_time = (time >= 0) & (time < reading.end)
    rows = rows[in_time]
    return Refunds(customer[rows], time[in_time], amount[rows], margin[rows], number[rows] == 1)
