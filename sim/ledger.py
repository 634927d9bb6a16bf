"""The ledger: the log while it is being written, in columns that grow, put into its final order at the end.

The order in which a block happens to work off its customers must not show, so `closed` numbers the customers by the
time of their first order (then by key) and puts the orders of each together, in the order of their number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.log import GROUPS, BulkCost, Costs, Customers, Messages, Orders
from sim.randomness import purpose, uniform

_GROUP = purpose("law.group")

Ints = NDArray[np.int64]
People = NDArray[np.int32]
Costing = Callable[[Ints, Ints, NDArray[np.bool_]], tuple[Ints, Ints, Ints]]
"""Refund, margin and the margin lost by the refund of orders, from list price, discount and whether they came back."""



@dataclass(frozen=True)
class Closed:
    """A ledger's tables, in their final order."""

    customers: Customers
    orders: Orders
    costs: Costs
    fees: Costs
    bulk: tuple[BulkCost, ...]


HANDFUL = 500
"""Fewer counts than this wait to be added up with others."""


class Table:
    """Columns of equal length that are written at their end."""

    def __init__(self, capacity: int, **dtypes: Any) -> None:
        self.length = 0
        self._capacity = max(capacity, 256)
        self._columns = {name: np.empty(self._capacity, dtype=dtype) for name, dtype in dtypes.items()}

    def append(self, count: int, **values: Any) -> None:
        """Write so many more rows; a value is an array of that length or stands for all of them."""
        first, self.length = self.length, self.length + count
        if self.length > self._capacity:
            self._grow(first)
        new = slice(first, self.length)
        for name, value in values.items():
            self._columns[name][new] = value

    def _grow(self, used: int) -> None:
        self._capacity = max(self.length, 2 * self._capacity)
        for name, column in self._columns.items():
            self._columns[name] = np.empty(self._capacity, dtype=column.dtype)
            self._columns[name][:used] = column[:used]

    @property
    def names(self) -> list[str]:
        """The columns."""
        return list(self._columns)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name][: self.length]


class Ledger:
    """Everything a block of a store leaves behind."""

    def __init__(self, cells: int, kinds: int, customers: int) -> None:
        self.people = Table(
            customers, key=np.uint64, cell=np.int32, channel=np.int16, acquired=np.float64, died=np.float64, parent=np.int32,
            held=np.uint64, enrolled=np.uint64,
        )  # fmt: skip
        self.orders = Table(
            3 * customers, customer=np.int32, number=np.int32, time=np.float64, list_price=np.int64, discount=np.int64,
            cause=np.int8, returned=np.bool_,
        )  # fmt: skip
        self.costs = Table(
            customers if kinds else 0, customer=np.int32, time=np.float64, amount=np.int64, kind=np.int8
        )
        self.fees = Table(0, customer=np.int32, time=np.float64, amount=np.int64, kind=np.int8)
        self.tallies: dict[str, Ints] = {}
        """What is counted by cell, by name: cells x places."""
        self.flows: dict[str, Ints] = {}
        self.bulk: list[tuple[float, int, int, People]] = []
        self.counts = np.zeros((4, kinds, cells), dtype=np.int64)
        self.aside: dict[tuple[int, int], list[People]] = {}
        self.invites = np.zeros(cells, dtype=np.int64)

    def count(self, what: int, kind: int, cells: NDArray[np.int32]) -> None:
        """Count messages sent (0), opened (1), clicked (2) or left by (3), one for each cell given."""
        # A call for each handful would be dear: those are put aside and added up at the end.
        if cells.size < HANDFUL:
            self.aside.setdefault((what, kind), []).append(cells)
        else:
            self.counts[what, kind] += np.bincount(cells, minlength=self.counts.shape[2])

    def tally(self, name: str, places: int) -> Ints:
        """The array in which something is counted, cells x places; made where it is not there yet."""
        if name not in self.tallies:
            self.tallies[name] = np.zeros((self.counts.shape[2], places), dtype=np.int64)
        return self.tallies[name]

    def flow(self, name: str) -> Ints:
        """What is added to a tally and, as a stock is, to all later places: cells x places."""
        if name not in self.flows:
            self.flows[name] = np.zeros_like(self.tallies[name])
        return self.flows[name]

    def counted(self) -> dict[str, Ints]:
        """What has been counted, by name."""
        for name, flow in self.flows.items():
            self.tallies[name] += flow.cumsum(axis=1)
        self.flows.clear()
        return self.tallies

    def closed(self, ranked: bool, costed: Costing) -> Closed:
        """The tables; `ranked` numbers the customers anew, by the time of their first order and then by key, and puts
        everything into their order."""
        if not ranked:
            return self._tables(slice(None), None, costed)
        rank_to_person = np.lexsort((self.people["key"], self.people["acquired"]))
        place = np.empty(self.people.length, dtype=np.int32)
        place[rank_to_person] = np.arange(self.people.length, dtype=np.int32)
        return self._tables(rank_to_person, place, costed)

    def _tables(self, rank_to_person: NDArray[np.integer] | slice, place: People | None, costed: Costing) -> Closed:
        columns = {name: self.people[name][rank_to_person] for name in self.people.names}
        if place is not None:
            known = columns["parent"] >= 0
            columns["parent"][known] = place[columns["parent"][known]]
        return Closed(
            Customers(**columns),
            self._orders(place, costed),
            _payments(self.costs, place),
            _payments(self.fees, place),
            tuple(
                BulkCost(time, amount, kind, who if place is None else np.sort(place[who]))
                for time, amount, kind, who in self.bulk
            ),
        )

    def _orders(self, place: People | None, costed: Costing) -> Orders:
        # Each customer's orders are numbered 1, 2, ..., so their places follow from counting; nothing is sorted.
        customer = self.orders["customer"] if place is None else place[self.orders["customer"]]
        counts = np.bincount(customer, minlength=self.people.length)
        goes_to = (np.cumsum(counts) - counts - 1)[customer] + self.orders["number"]
        columns = {}
        for name in self.orders.names[1:]:
            column = self.orders[name]
            columns[name] = np.empty_like(column)
            columns[name][goes_to] = column
        refund, margin, lost = costed(columns["list_price"], columns["discount"], columns.pop("returned"))
        who = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
        return Orders(customer=who, refund=refund, margin=margin, refund_margin=lost, **columns)

    def messages(self) -> Messages | None:
        """What was sent, where anything was."""
        kinds, cells = self.counts.shape[1:]
        for (what, kind), handfuls in self.aside.items():
            self.counts[what, kind] += np.bincount(np.concatenate(handfuls), minlength=cells)
        self.aside.clear()
        if not self.counts.any():
            return None
        sent, opened, clicked, left = self.counts.reshape(4, kinds * cells)
        return Messages(
            kind=np.repeat(np.arange(kinds, dtype=np.int8), cells),
            cell=np.tile(np.arange(cells, dtype=np.int32), kinds),
            sent=sent, opened=opened, clicked=clicked, unsubscribed=left,
        )  # fmt: skip


def _payments(table: Table, place: People | None) -> Costs:
    """Payments in the order of the customers, or as they were written."""
    columns = {name: table[name] for name in table.names}
    if place is not None:
        customer = place[columns["customer"]]
        order = np.lexsort((columns["time"], customer))
        columns = {name: column[order] for name, column in (columns | {"customer": customer}).items()}
    return Costs(**columns)


def group_of(keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """The jackknife group of the first ancestor with this key."""
    return (uniform(keys, _GROUP) * GROUPS).astype(np.int32)
