"""Rows of orders, understood: who, when, how much, each with its line in the file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.orders.dates import DAY
from sim.orders.raw import NOBODY

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
        """Whether orders are numbered."""
        return bool((self.order != NOBODY).any())

    def where(self, kept: Mask | Ints) -> Rows:
        """Some of the rows, or all in another order."""
        columns = {
            each.name: None if getattr(self, each.name) is None else getattr(self, each.name)[kept]
            for each in dataclasses.fields(self)
        }
        return Rows(**columns)


def sorted_by(first: Ints, second: Ints) -> Ints:
    """The order that sorts by one column and then another, rows that are alike as they stand."""
    if not first.size:
        return np.zeros(0, dtype=np.int64)
    second = second - second.min()
    step = np.gcd.reduce(second[: 1 << 12])
    if step > 1 and not (second % step).any():
        second = second // step  # days or seconds, told in microseconds
    span, most = int(second.max()) + 1, int(first.max()) + 2
    if span * most < 1 << 62:
        return np.argsort((first + 1) * span + second, kind="stable")
    return np.lexsort((second, first))


def groups_of(*keys: Ints) -> Ints:
    """Where, in sorted columns, each run of the same keys begins."""
    if not keys[0].size:
        return np.zeros(0, dtype=np.int64)
    changes = np.zeros(keys[0].size, dtype=np.bool_)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)
