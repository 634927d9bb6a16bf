"""The population: the living and the pending customers of a block in columns, one row a customer.

Rows are working memory: a customer who can do nothing more is retired and the rows close up, so a row number means
nothing from one event to the next. What lasts is in the log, by person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
NEVER = np.inf


class Column:
    """One value a row; it grows and closes up with the population. Index it with rows, or with `[:]` for all."""

    def __init__(self, people: Population, dtype: Any, fill: Any) -> None:
        self.fill = fill
        self.people = people
        self.data: NDArray[Any] = np.full(people.capacity, fill, dtype=dtype)

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        found: NDArray[Any] = self.data[: self.people.size] if isinstance(rows, slice) else self.data[rows]
        return found

    def __setitem__(self, rows: Any, values: Any) -> None:
        if isinstance(rows, slice):
            self.data[: self.people.size] = values
        else:
            self.data[rows] = values


class Factor(Column):
    """A multiplier on a rate, 1 until somebody writes to it; writing marks the rows, and their clocks are re-read."""

    def __init__(self, people: Population, marks: Column) -> None:
        super().__init__(people, np.float64, 1.0)
        self.marks = marks

    def __setitem__(self, rows: Any, values: Any) -> None:
        super().__setitem__(rows, values)
        self.marks[rows] = True


class Clocks:
    """One kind of clock of all rows, the rate it runs at, and the factors that bend that rate."""

    def __init__(self, people: Population) -> None:
        self.base = people.column(np.float64, 1.0)
        self.rate = people.column(np.float64, 1.0)
        self.due = people.column(np.float64, NEVER)
        self.marked = people.column(np.bool_, False)
        self.held: Column | None = None
        """Rows whose clock stands fast whatever happens to the rate."""
        self.factors: list[Factor] = []
        self.season = 1.0

    def settle(self, rows: Rows | slice, now: Floats | float) -> None:
        """Re-read what bends the rows' rates and move their clocks; `now` is a time, or one for each row.

        A clock moves only when the customer's own rate has changed, bit for bit: due = now + (due - now) x old / new.
        """
        self.marked[rows] = False
        new = self.base[rows] * self.season
        for factor in self.factors:
            new *= factor[rows]
        old = self.rate[rows]
        changed = new != old
        if self.held is not None:
            changed &= ~self.held[rows]
        moved = self.due[rows] - now
        moved *= old / new
        moved += now
        self.due[rows] = np.where(changed, moved, self.due[rows])
        self.rate[rows] = new


class Population:
    """Clocks, rates and counts of a block's customers.

    `due` is the earliest of a row's clocks. A clock is an absolute time in days; a rate is per day.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = max(capacity, 16)
        self.size = 0
        self.columns: list[Column] = []
        self.timers: list[tuple[Column, Callable[[Rows, Floats], None]]] = []
        self.key = self.column(np.uint64, 0)
        self.cell = self.column(np.int32, 0)
        self.channel = self.column(np.int16, 0)
        self.person = self.column(np.int32, -1)
        self.parent = self.column(np.int32, -1)
        self.basket = self.column(np.float64, 1.0)
        self.number = self.column(np.int32, 0)
        self.alive = self.column(np.bool_, False)
        self.held = self.column(np.bool_, False)
        self.last_order = self.column(np.float64, -NEVER)
        self.orders = Clocks(self)
        self.orders.held = self.held
        self.dropout = Clocks(self)
        self.due = self.column(np.float64, NEVER)
        self._row_of = np.full(self.capacity, -1, dtype=np.intp)

    def column(self, dtype: Any, fill: Any) -> Column:
        """A new column; rows to come hold `fill`."""
        made = Column(self, dtype, fill)
        self.columns.append(made)
        return made

    def factor(self, on: Clocks) -> Factor:
        """A new multiplier on a kind of rate."""
        made = Factor(self, on.marked)
        self.columns.append(made)
        on.factors.append(made)
        return made

    def timer(self, then: Callable[[Rows, Floats], None]) -> Column:
        """A new personal clock; when it strikes it is cleared and `then(rows, times)` is called."""
        made = self.column(np.float64, NEVER)
        self.timers.append((made, then))
        return made

    def add(self, count: int) -> Rows:
        """Rows for so many more customers, all columns at their fill."""
        first, self.size = self.size, self.size + count
        if self.size > self.capacity:
            self.capacity = max(self.size, self.capacity * 3 // 2)
            for column in self.columns:
                grown = np.full(self.capacity, column.fill, dtype=column.data.dtype)
                grown[:first] = column.data[:first]
                column.data = grown
        return np.arange(first, self.size)

    def retire(self, gone: NDArray[np.bool_]) -> None:
        """Close up over the rows marked in `gone`, a mask over all rows."""
        keep = places(~gone)
        for column in self.columns:
            column.data[: keep.size] = column.data[keep]
            column.data[keep.size : self.size] = column.fill
        self.size = keep.size
        self._row_of[:] = -1
        there = places(self.person[:] >= 0)
        self._row_of[self.person[there]] = there

    def know(self, rows: Rows, people: NDArray[np.int32]) -> None:
        """These rows are these persons from now on."""
        self.person[rows] = people
        if people.size and people[-1] >= self._row_of.size:
            grown = np.full(max(int(people[-1]) + 1, 2 * self._row_of.size), -1, dtype=np.intp)
            grown[: self._row_of.size] = self._row_of
            self._row_of = grown
        self._row_of[people] = rows

    def row_of(self, people: NDArray[np.int32]) -> Rows:
        """The rows of persons; -1 for those who have none any more."""
        return self._row_of[people]

    def settle(self, rows: Rows, now: Floats) -> None:
        """Settle those of the rows whose factors were written to; `now` holds a time for each row."""
        for clocks in (self.orders, self.dropout):
            if clocks.factors:
                marked = places(clocks.marked[rows])
                if marked.size:
                    clocks.settle(rows[marked], now[marked])

    def settle_all(self, now: float) -> None:
        """Settle whoever was written to at a moment of the store's own, and find their earliest clocks anew."""
        for clocks in (self.orders, self.dropout):
            marked = places(clocks.marked[:])
            if marked.size * 2 > self.size:
                clocks.settle(slice(None), now)
            elif marked.size:
                clocks.settle(marked, now)
        self.refresh(slice(None))

    def refresh(self, rows: Rows | slice) -> None:
        """Find the rows' earliest clocks anew."""
        due = np.minimum(self.orders.due[rows], self.dropout.due[rows])
        for timer, _ in self.timers:
            np.minimum(due, timer[rows], out=due)
        self.due[rows] = due


def places(mask: NDArray[np.bool_]) -> Rows:
    """Where a mask is true."""
    found: Rows = mask.nonzero()[0]
    return found
