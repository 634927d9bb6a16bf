"""Counting: what strategies and the store count while history is made, by cell and by place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Ledger
from sim.population import Floats, Population, Rows

MANY = 500
"""From so many rows on they are counted together before they are added."""


class Counter:
    """One named count: cells x places. `rows` are of customers; a customer may be counted several times."""

    def __init__(self, name: str, places: int, people: Population, ledger: Ledger) -> None:
        self._name, self._people, self._ledger = name, people, ledger
        self._places = places
        self._counts = ledger.tally(name, places).reshape(-1)

    def add(
        self, rows: Rows, amounts: NDArray[np.integer] | int = 1, place: NDArray[np.integer] | int = 0
    ) -> None:
        """Count whole amounts for rows, at one place for all or one for each."""
        if rows.size:
            self.add_cells(self._people.cell[rows], amounts, place)

    def add_from(self, rows: Rows, amounts: NDArray[np.int64] | int, place: NDArray[np.int64]) -> None:
        """Count for rows at a place and at all that follow it: a stock by month, where `add` counts a flow."""
        if rows.size:
            self.add_cells_from(self._people.cell[rows], amounts, place)

    def add_cells_from(
        self, cells: NDArray[np.integer], amounts: NDArray[np.int64] | int, place: NDArray[np.int64]
    ) -> None:
        """The same for customers known by their cell, who may have no row any more."""
        np.add.at(self._flows().reshape(-1), cells.astype(np.int64) * self._places + place, amounts)

    def clear_from(self, place: int) -> None:
        """Nothing is left of a stock, from a place on."""
        flows = self._flows()
        flows[:, place] = -flows[:, :place].sum(axis=1)
        flows[:, place + 1 :] = 0

    def _flows(self) -> NDArray[np.int64]:
        """What comes to a stock and goes, cells x places; the ledger adds it up at the end."""
        return self._ledger.flow(self._name)

    def add_cells(
        self, cells: NDArray[np.integer], amounts: NDArray[np.integer] | int = 1, place: NDArray[np.integer] | int = 0
    ) -> None:
        """The same for customers known by their cell, who may have no row any more."""
        if self._places > 1:
            cells = cells.astype(np.int64)
            cells *= self._places
            cells += place
        if cells.size > MANY and isinstance(amounts, int):
            counted = np.bincount(cells, minlength=self._counts.size)
            counted *= amounts
            self._counts += counted
        else:
            np.add.at(self._counts, cells, amounts)


class Months:
    """Which observed month a time falls into."""

    def __init__(self, edges: list[float], first: int) -> None:
        self.count = len(edges) - first - 1
        self._between = np.array(edges[first + 1 : -1])
        """Where one observed month ends and the next begins."""

    def of(self, time: Floats | float) -> NDArray[np.int64]:
        """The observed month of times; what lies before or behind counts in the first or the last."""
        month: NDArray[np.int64] = self._between.searchsorted(time, side="right")
        return month
