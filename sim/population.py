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

    def __init__(self, people: Population, fill: Any, data: NDArray[Any]) -> None:
        self.people = people
        self.fill = fill
        self.data = data

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        found: NDArray[Any] = self.data[: self.people.size] if rows.__class__ is slice else self.data[rows]
        return found

    def __setitem__(self, rows: Any, values: Any) -> None:
        if rows.__class__ is slice:
            rows = slice(self.people.size)
        self.data[rows] = values

    def grow(self, capacity: int, size: int) -> None:
        """Make room for so many rows, of which the first `size` are in use."""
        grown = np.full(capacity, self.fill, dtype=self.data.dtype)
        grown[:size] = self.data[:size]
        self.data = grown

    def close_up(self, keep: Rows, size: int) -> None:
        """Keep only these of the first `size` rows."""
        self.data[: keep.size] = self.data[keep]
        self.data[keep.size : size] = self.fill


class Bundle:
    """Columns that are read together: the lines of one array, so that one call gathers them all."""

    def __init__(self, people: Population, fill: float) -> None:
        self.people = people
        self.fill = fill
        self.columns: list[Column] = []
        self._lines: Floats = np.empty((8, people.capacity))
        self.data = self._lines[:0]

    def add(self, column: Column) -> None:
        """One more column; its data move into the bundle."""
        if len(self.columns) == len(self._lines):
            self._lines = np.concatenate((self._lines, np.empty_like(self._lines)))
        self._lines[len(self.columns)] = column.data
        self.columns.append(column)
        self._hand_out()

    def of(self, rows: Rows | slice) -> Floats:
        """The rows' values, of shape (columns, rows); a view where `rows` are all."""
        if isinstance(rows, slice):
            return self.data[:, : self.people.size]
        return self.data.take(rows, axis=1)

    def least(self, rows: Rows | slice) -> Floats:
        """The least of each row's values."""
        least: Floats = np.minimum.reduce(self.of(rows))
        return least

    def grow(self, capacity: int, size: int) -> None:
        """Make room for so many rows, of which the first `size` are in use."""
        grown = np.full((len(self._lines), capacity), self.fill)
        grown[:, :size] = self._lines[:, :size]
        self._lines = grown
        self._hand_out()

    def close_up(self, keep: Rows, size: int) -> None:
        """Keep only these of the first `size` rows."""
        for column in self.columns:
            column.close_up(keep, size)

    def _hand_out(self) -> None:
        self.data = self._lines[: len(self.columns)]
        for column, line in zip(self.columns, self.data, strict=True):
            column.data = line


class Factor(Column):
    """A multiplier on a rate, 1 until somebody writes to it; writing marks the rows, and their clocks are re-read."""

    def __init__(self, people: Population, marks: Column) -> None:
        super().__init__(people, 1.0, np.ones(people.capacity))
        self.marks = marks

    def __setitem__(self, rows: Any, values: Any) -> None:
        which = slice(self.people.size) if isinstance(rows, slice) else rows
        self.data[which] = values
        self.marks.data[which] = True


class Clocks:
    """One kind of clock of all rows, the rate it runs at, and the factors that bend that rate."""

    def __init__(self, people: Population) -> None:
        self.bends = people.bundle(1.0)
        """The base rates, then the factors in the order of their making."""
        self.base = people.column(np.float64, 1.0, self.bends)
        self.rate = people.column(np.float64, 1.0)
        self.due = people.column(np.float64, NEVER, people.clocks)
        self.marked = people.column(np.bool_, False)
        self.held: Column | None = None
        """Rows whose clock stands fast whatever happens to the rate."""
        self.season = 1.0
        self.fixed = 0.0
        """The rate at which these clocks run whatever bends others, for a contract's due dates; 0 where they can be bent."""
        self.most, self.least = NEVER, 0.0
        """How far all factors together can bend a rate."""

    @property
    def factors(self) -> list[Column]:
        """What bends the base rates, in the order of its making."""
        return self.bends.columns[1:]

    def bend(self, rows: Rows) -> Floats:
        """By what the rows' rates are multiplied now, against those they were born with."""
        base = self.base[rows]
        bend: Floats = np.divide(self.rate[rows], base, out=np.ones(base.size), where=base > 0.0)
        return bend

    def restart(self, rows: Rows, now: Floats, work: Floats) -> None:
        """Re-read what bends the rows' rates and set their clocks anew: `work` is how long they take at rate 1."""
        if self.fixed:
            self.due[rows] = now + work / self.fixed
            return
        if len(self.bends.columns) > 1:
            self.marked[rows] = False
            rate = self._bent(rows)
            self.rate[rows] = rate
        else:
            rate = self.rate[rows]
        self.due[rows] = now + work / rate

    def settle(self, rows: Rows | slice, now: Floats | float) -> None:
        """Re-read what bends the rows' rates and move their clocks; `now` is a time, or one for each row.

        A clock moves only when the customer's own rate has changed, bit for bit: due = now + (due - now) x old / new.
        """
        self.marked[rows] = False
        if self.fixed:
            return
        new, old, due = self._bent(rows), self.rate[rows], self.due[rows]
        stays = new == old
        if self.held is not None:
            stays |= self.held[rows]
        moved = due - now
        moved *= old / new
        moved += now
        # Few of those who are looked at keep their rate.
        where = places(stays)
        if where.size:
            moved[where] = due[where]
        self.due[rows] = moved
        self.rate[rows] = new

    def settle_marked(self, rows: Rows, now: Floats) -> None:
        """Settle those of the rows whose factors were written to; `now` holds a time for each row."""
        marked = self.marked.data[rows].nonzero()[0]
        if marked.size:
            self.settle(rows[marked], now[marked])

    def settle_all(self, now: float) -> None:
        """Settle whoever was written to, at a moment of the store's own."""
        marked = places(self.marked[:])
        if marked.size * 2 > self.marked.people.size:
            self.settle(slice(None), now)
        elif marked.size:
            self.settle(marked, now)

    def _bent(self, rows: Rows | slice) -> Floats:
        bends = self.bends.of(rows)
        base = bends[0]
        if self.season == 1.0:
            bent: Floats = np.multiply.reduce(bends)
        else:
            base = base * self.season
            bent = base.copy()
            for factor in bends[1:]:
                bent *= factor
        if self.most < NEVER:
            np.minimum(bent, base * self.most, out=bent)
        if self.least > 0.0:
            np.maximum(bent, base * self.least, out=bent)
        return bent


class Population:
    """Clocks, rates and counts of a block's customers.

    A clock is an absolute time in days; a rate is per day.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = max(capacity, 16)
        self.size = 0
        self.columns: list[Column | Bundle] = []
        self.clocks = self.bundle(NEVER)
        """The due times of all clocks: the next order, the end of life, then the timers in the order of their making."""
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
        self._row_of = np.full(self.capacity, -1, dtype=np.intp)

    def bundle(self, fill: float) -> Bundle:
        """A new bundle of columns; rows to come hold `fill`."""
        made = Bundle(self, fill)
        self.columns.append(made)
        return made

    def column(self, dtype: Any, fill: Any, bundle: Bundle | None = None) -> Column:
        """A new column, in a bundle or on its own; rows to come hold `fill`."""
        made = Column(self, fill, np.full(self.capacity, fill, dtype=dtype))
        if bundle is None:
            self.columns.append(made)
        else:
            bundle.add(made)
        return made

    def factor(self, on: Clocks) -> Factor:
        """A new multiplier on a kind of rate."""
        made = Factor(self, on.marked)
        on.bends.add(made)
        return made

    def timer(self, then: Callable[[Rows, Floats], None]) -> Column:
        """A new personal clock; when it strikes it is cleared and `then(rows, times)` is called."""
        made = self.column(np.float64, NEVER, self.clocks)
        self.timers.append((made, then))
        return made

    def add(self, count: int) -> Rows:
        """Rows for so many more customers, all columns at their fill."""
        first, self.size = self.size, self.size + count
        if self.size > self.capacity:
            self.capacity = max(self.size, self.capacity * 3 // 2)
            for column in self.columns:
                column.grow(self.capacity, first)
        return np.arange(first, self.size)

    def retire(self, gone: NDArray[np.bool_]) -> None:
        """Close up over the rows marked in `gone`, a mask over all rows."""
        keep = places(~gone)
        for column in self.columns:
            column.close_up(keep, self.size)
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


def places(mask: NDArray[np.bool_]) -> Rows:
    """Where a mask is true."""
    found: Rows = mask.nonzero()[0]
    return found
