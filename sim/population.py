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
        if isinstance(rows, slice):
            return self.data[: self.people.size]
        return self.data[rows]

    def __setitem__(self, rows: Any, values: Any) -> None:
        if isinstance(rows, slice):
            self.data[: self.people.size] = values
        else:
            self.data[rows] = values


class Stirring(Column):
    """A column on which clocks depend: writing to it marks the rows, and the population re-reads them."""

    def __setitem__(self, rows: Any, values: Any) -> None:
        super().__setitem__(rows, values)
        self.people.stirred[rows] = True


class Population:
    """Clocks, rates and counts of a block's customers.

    `due` is the earliest of a row's clocks. A clock is an absolute time in days; a rate is per day.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = max(capacity, 16)
        self.size = 0
        self.columns: list[Column] = []
        self.order_factors: list[Stirring] = []
        self.dropout_factors: list[Stirring] = []
        self.timers: list[tuple[Stirring, Callable[[Rows, Floats], None]]] = []
        self.seasonal = False
        self.season = 1.0
        self.stirred = self.column(np.bool_, False)
        self.key = self.column(np.uint64, 0)
        self.cell = self.column(np.int32, 0)
        self.channel = self.column(np.int16, 0)
        self.person = self.column(np.int32, -1)
        self.parent = self.column(np.int32, -1)
        self.base_rate = self.column(np.float64, 1.0)
        self.base_hazard = self.column(np.float64, 1.0)
        self.basket = self.column(np.float64, 1.0)
        self.rate = self.column(np.float64, 1.0)
        self.hazard = self.column(np.float64, 1.0)
        self.number = self.column(np.int32, 0)
        self.alive = self.column(np.bool_, False)
        self.held = self.column(np.bool_, False)
        self.last_order = self.column(np.float64, -NEVER)
        self.order_due = self.column(np.float64, NEVER)
        self.death_due = self.column(np.float64, NEVER)
        self.due = self.column(np.float64, NEVER)

    def column(self, dtype: Any, fill: Any) -> Column:
        """A new column; rows to come hold `fill`."""
        made = Column(self, dtype, fill)
        self.columns.append(made)
        return made

    def factor(self, on: list[Stirring]) -> Stirring:
        """A new multiplier on the order rate or the dropout rate: 1 until somebody writes to it."""
        made = Stirring(self, np.float64, 1.0)
        self.columns.append(made)
        on.append(made)
        return made

    def timer(self, then: Callable[[Rows, Floats], None]) -> Stirring:
        """A new personal clock; when it strikes it is cleared and `then(rows, times)` is called."""
        made = Stirring(self, np.float64, NEVER)
        self.columns.append(made)
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
        keep = np.flatnonzero(~gone)
        for column in self.columns:
            column.data[: keep.size] = column.data[keep]
            column.data[keep.size : self.size] = column.fill
        self.size = keep.size

    def settle(self, rows: Rows | slice, now: Floats | float) -> None:
        """Re-read what bends the rows' rates and move their clocks; `now` is a time, or one for each row.

        A clock moves only when the customer's own rate has changed, bit for bit: due = now + (due - now) x old / new.
        """
        self.stirred[rows] = False
        if self.order_factors or self.seasonal:
            new = self.base_rate[rows] * self.season
            self._bend(new, self.order_factors, rows)
            self._move(self.rate, self.order_due, new, rows, now, self.held)
        if self.dropout_factors:
            new = self.base_hazard[rows].copy()
            self._bend(new, self.dropout_factors, rows)
            self._move(self.hazard, self.death_due, new, rows, now, None)

    @staticmethod
    def _bend(rate: Floats, factors: list[Stirring], rows: Rows | slice) -> None:
        for factor in factors:
            rate *= factor[rows]

    @staticmethod
    def _move(
        rate: Column, clock: Column, new: Floats, rows: Rows | slice, now: Floats | float, held: Column | None
    ) -> None:
        old, due = rate[rows], clock[rows]
        changed = new != old
        if held is not None:
            changed &= ~held[rows]
        moved = now + (due - now) * (old / new)
        clock[rows] = np.where(changed, moved, due)
        rate[rows] = new

    def refresh(self, rows: Rows | slice) -> None:
        """Find the rows' earliest clocks anew."""
        due = np.minimum(self.order_due[rows], self.death_due[rows])
        for timer, _ in self.timers:
            np.minimum(due, timer[rows], out=due)
        self.due[rows] = due
