"""Rows of orders, understood: who, when, how much, each with its line in the file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.orders.dates import DAY, SECOND

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


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
    line: Ints
    margin: Ints | None = None
    """Cents of contribution margin, refunds taken off."""
    fingerprint: Ints | None = None
    """The same for rows that are the same throughout the file's columns."""

    @property
    def size(self) -> int:
        """How many there are."""
        return self.line.size

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
        return self.has_orders and bool((np.bincount(self.order + 1)[1:] > 1).any())

    def where(self, kept: Mask | Ints) -> Rows:
        """Some of the rows, or all in another order."""
        if kept.dtype == np.bool_ and kept.all():
            return self
        columns = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return dataclasses.replace(
            self, **{name: _taken(column, kept) for name, column in columns.items() if column is not None}
        )


def everywhere(value: int, size: int) -> Ints:
    """A column of one value, which takes no memory."""
    return np.broadcast_to(np.int64(value), (size,))


def is_everywhere(column: Ints) -> bool:
    """Whether a column was made by `everywhere`: the file says nothing of it."""
    return bool(column.size) and column.strides == (0,)


def _taken(column: Ints, kept: Mask | Ints) -> Ints:
    if is_everywhere(column):
        size = int(np.count_nonzero(kept)) if kept.dtype == np.bool_ else kept.size
        return everywhere(int(column[0]), size)
    return column[kept]


def sorted_by(first: Ints, second: Ints) -> Ints:
    """The order that sorts by one column of numbers from -1 and then another, rows that are alike as they stand."""
    if not first.size:
        return np.zeros(0, dtype=np.int64)
    if (second[1:] >= second[:-1]).all():  # as most files are: what is left is one column
        second = everywhere(0, second.size)
    second = second - second.min()
    for step in (DAY, SECOND):  # days or seconds, told in microseconds, take fewer bits
        whole = second // step
        if (whole * step == second).all():
            second = whole
            break
    span, places = int(second.max()).bit_length(), (first.size - 1).bit_length()
    most = (int(first.max()) + 1).bit_length()
    if most + span > 62:
        return np.lexsort((second, first))
    key = ((first + 1) << span) | second
    if most + span + places < 63:
        # Sorting the place along with the key is several times as fast as sorting places by the key.
        key = (key << places) | np.arange(first.size)
        key.sort()
        return key & ((1 << places) - 1)
    order = np.argsort(key)
    key = key[order]
    ties = np.flatnonzero(key[1:] == key[:-1])
    if ties.size:
        tied = np.union1d(ties, ties + 1)
        order[tied] = order[tied][np.lexsort((order[tied], key[tied]))]
    return order


def groups_of(*keys: Ints) -> Ints:
    """Where, in sorted columns, each run of the same keys begins."""
    if not keys[0].size:
        return np.zeros(0, dtype=np.int64)
    changes = np.zeros(keys[0].size, dtype=np.bool_)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)
