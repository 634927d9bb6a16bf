"""Rows of orders, understood: who, when, how much, each with its line in the file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.orders.abreast import abreast
from sim.orders.dates import DAY, SECOND

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
SEVERAL = 1 << 17
"""Rows beyond which columns are worth a thread each."""


@dataclass(frozen=True)
class Rows:
    """Orders, lines of orders and refunds, in the order of the file; columns of the same length."""

    customer: Ints
    wall: Ints
    """Microseconds since 1970 by the shop's clock."""
    cents: Ints
    """Before refunds; a row below 0 is itself a refund."""
    refund: Ints
    """Cents paid back of this order; 0 or more."""
    order: Ints
    """Number of the order; NOBODY where there is none."""
    lines: Ints
    """The line of each row of the file that was understood."""
    place: Ints | None = None
    """Which of those each row here is; None: they are all here, in their order."""
    margin: Ints | None = None
    """Cents of contribution margin, refunds taken off."""
    fingerprint: Ints | None = None
    """The same for rows that are the same throughout the file's columns."""

    @property
    def size(self) -> int:
        """How many there are."""
        return self.customer.size

    @property
    def line(self) -> Ints:
        """Where each row stands in the file; looked up when it is asked for, as few ask."""
        return self.lines if self.place is None else self.lines.take(self.place)

    @property
    def day(self) -> Ints:
        """Days since 1970."""
        return self.wall // DAY

    @property
    def has_orders(self) -> bool:
        """Whether the file numbers its orders."""
        return bool(self.size) and not is_everywhere(self.order)

    @property
    def orders_repeat(self) -> bool:
        """Whether any number of an order stands more than once."""
        if not self.has_orders or (self.order[1:] > self.order[:-1]).all():
            return False
        return bool((np.bincount(self.order + 1)[1:] > 1).any())

    def by_customer(self) -> Rows:
        """The rows sorted by customer and then time, as they stand where these agree."""
        order, customer = sorted_by(self.customer, self.wall)
        return self.where(order, customer=customer)

    def where(self, kept: Mask | Ints, **known: Ints) -> Rows:
        """Some of the rows, or all in another order; `known` has columns of them that need not be looked up."""
        if kept.dtype == np.bool_ and kept.all():
            return self
        at: Ints = np.flatnonzero(kept) if kept.dtype == np.bool_ else kept.astype(np.int64, copy=False)
        there = (each.name for each in dataclasses.fields(self) if each.name != "lines")
        names = [name for name in there if getattr(self, name) is not None and name not in known]
        columns = [getattr(self, name) for name in names]
        taken = (abreast if at.size > SEVERAL else map)(partial(_taken, at), columns)
        return dataclasses.replace(self, **{"place": at} | dict(zip(names, taken, strict=True)) | known)


def everywhere(value: int, size: int) -> Ints:
    """A column of one value, which takes no memory."""
    return np.broadcast_to(np.int64(value), (size,))


def is_everywhere(column: Ints) -> bool:
    """Whether a column was made by `everywhere`: the file says nothing of it."""
    return bool(column.size) and column.strides == (0,)


def _taken(kept: Ints, column: Ints) -> Ints:
    if is_everywhere(column):
        return everywhere(int(column[0]), kept.size)
    return column.take(kept, mode="clip")  # which looks at no place twice


def sorted_by(first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """The order that sorts by one column of numbers from -1 and then another, rows that are alike as they stand, and the
    first column in that order."""
    places, span = max(first.size - 1, 0).bit_length(), 0
    key = first + 1
    most = int(key.max(initial=0)).bit_length()
    if not (second[1:] >= second[:-1]).all():  # as it is in most files: what is left is one column
        second = _fewer_bits(second - second.min())
        span = int(second.max()).bit_length()
        if most + span > 62:
            order = np.lexsort((second, first))
            return order, first.take(order)
        key <<= span
        key |= second
    if most + span + places < 63:
        # Sorting the place along with the key is several times as fast as sorting places by the key.
        key <<= places
        key |= np.arange(first.size)
        key.sort()
        arranged = key >> (span + places)
        arranged -= 1
        key &= (1 << places) - 1
        return key, arranged
    order = np.argsort(key, kind="stable")
    return order, first.take(order)


def _fewer_bits(second: Ints) -> Ints:
    """Days or seconds, where microseconds tell no more."""
    for step in (DAY, SECOND):
        whole = second // step
        if (whole * step == second).all():
            return whole
    return second


def groups_of(*keys: Ints) -> Ints:
    """Where, in sorted columns, each run of the same keys begins."""
    if not keys[0].size:
        return np.zeros(0, dtype=np.int64)
    changes = np.zeros(keys[0].size, dtype=np.bool_)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)
