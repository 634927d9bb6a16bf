"""The ledger: the log while it is being written, in columns that grow, put into its final order at the end.

The order in which a block happens to work off its customers must not show, so `closed` numbers the customers by the
time of their first order (then by key) and puts the orders of each together, in the order of their number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.log import GROUPS, BulkCost, Costs, Customers, Messages, Orders

Ints = NDArray[np.int64]
People = NDArray[np.int32]


class Table:
    """Columns of equal length that are written at their end."""

    def __init__(self, capacity: int, **dtypes: Any) -> None:
        self.length = 0
        self._columns = {name: np.empty(max(capacity, 256), dtype=dtype) for name, dtype in dtypes.items()}

    def append(self, count: int, **values: Any) -> None:
        """Write so many more rows; a value is an array of that length or stands for all of them."""
        first, self.length = self.length, self.length + count
        for name, value in values.items():
            column = self._columns[name]
            if self.length > column.size:
                grown = np.empty(max(self.length, 2 * column.size), dtype=column.dtype)
                grown[:first] = column[:first]
                self._columns[name] = column = grown
            column[first : self.length] = value

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
            customers, key=np.uint64, cell=np.int32, channel=np.int16, acquired=np.float64, died=np.float64, parent=np.int32
        )
        self.orders = Table(
            3 * customers, customer=np.int32, number=np.int32, time=np.float64, list_price=np.int64, discount=np.int64,
            refund=np.int64, margin=np.int64, refund_margin=np.int64, cause=np.int8,
        )  # fmt: skip
        self.costs = Table(
            customers if kinds else 0, customer=np.int32, time=np.float64, amount=np.int64, kind=np.int8
        )
        self.bulk: list[tuple[float, int, int, People]] = []
        self.counts = np.zeros((4, kinds, cells), dtype=np.int64)
        self.invites = np.zeros(cells, dtype=np.int64)

    def count(self, what: int, kind: int, cells: NDArray[np.int32]) -> None:
        """Count messages sent (0), opened (1), clicked (2) or left by (3), one for each cell given."""
        self.counts[what, kind] += np.bincount(cells, minlength=self.counts.shape[2])

    def closed(self, ranked: bool) -> tuple[Customers, Orders, Costs, tuple[BulkCost, ...]]:
        """The tables; `ranked` numbers the customers anew, by the time of their first order and then by key, and puts
        everything into their order."""
        if not ranked:
            same = np.arange(self.people.length, dtype=np.int32)
            return self._tables(same, same, slice(None))
        rank_to_person = np.lexsort((self.people["key"], self.people["acquired"]))
        place = np.empty(self.people.length, dtype=np.int32)
        place[rank_to_person] = np.arange(self.people.length, dtype=np.int32)
        by_customer = np.lexsort((self.costs["time"], place[self.costs["customer"]]))
        return self._tables(rank_to_person, place, by_customer)

    def _tables(
        self, rank_to_person: NDArray[np.integer], place: People, costs: NDArray[np.integer] | slice
    ) -> tuple[Customers, Orders, Costs, tuple[BulkCost, ...]]:
        columns = {name: self.people[name][rank_to_person] for name in self.people.names}
        parent = columns.pop("parent")
        known = parent >= 0
        parent[known] = place[parent[known]]
        spent = {name: self.costs[name][costs] for name in self.costs.names}
        return (
            Customers(parent=parent, **columns),
            self._orders(self.orders, place),
            Costs(customer=place[spent.pop("customer")], **spent),
            tuple(BulkCost(time, amount, kind, place[who]) for time, amount, kind, who in self.bulk),
        )

    @staticmethod
    def _orders(orders: Table, place: People) -> Orders:
        # Each customer's orders are numbered 1, 2, ..., so their places follow from counting; nothing is sorted.
        customer = place[orders["customer"]]
        last = np.cumsum(np.bincount(customer, minlength=place.size))
        goes_to = np.concatenate(([0], last[:-1]))[customer] + orders["number"] - 1 if place.size else customer
        columns = {}
        for name in ("number", "time", "list_price", "discount", "refund", "margin", "refund_margin", "cause"):
            column = orders[name]
            columns[name] = np.empty_like(column)
            columns[name][goes_to] = column
        return Orders(customer=np.sort(customer), **columns)

    def messages(self) -> Messages | None:
        """What was sent, where anything was."""
        kinds, cells = self.counts.shape[1:]
        if not self.counts.any():
            return None
        sent, opened, clicked, left = self.counts.reshape(4, kinds * cells)
        return Messages(
            kind=np.repeat(np.arange(kinds, dtype=np.int8), cells),
            cell=np.tile(np.arange(cells, dtype=np.int32), kinds),
            sent=sent, opened=opened, clicked=clicked, unsubscribed=left,
        )  # fmt: skip


def group_of(keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """The jackknife group of the first ancestor with this key."""
    from sim.randomness import purpose, uniform

    return (uniform(keys, purpose("law.group")) * GROUPS).astype(np.int32)
