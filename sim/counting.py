"""Counting: what strategies and the store count while history is made, by cell and by place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Ledger
from sim.population import Floats, Population, Rows


class Counter:
    """One named count: cells x places. `rows` are of customers; a customer may be counted several times."""

    def __init__(self, name: str, places: int, people: Population, ledger: Ledger) -> None:
        self._people = people
        self._places = places
        self._counts = ledger.tally(name, places).reshape(-1)

    def add(
        self, rows: Rows, amounts: NDArray[np.integer] | int = 1, place: NDArray[np.integer] | int = 0
    ) -> None:
        """Count whole amounts for rows, at one place for all or one for each."""
        np.add.at(self._counts, self._people.cell[rows].astype(np.int64) * self._places + place, amounts)

    def add_from(self, rows: Rows, amounts: int, place: NDArray[np.int64]) -> None:
        """Count for rows at a place and at all that follow it: a stock by month, where `add` counts a flow."""
        table = self._counts.reshape(-1, self._places)
        first = self._people.cell[rows].astype(np.int64) * self._places + place
        if rows.size * self._places >= table.size:
            begin = np.bincount(first, minlength=table.size).reshape(table.shape)
            table += amounts * begin.cumsum(axis=1)
            return
        onwards = self._places - place
        steps = np.arange(onwards.sum()) - np.repeat(np.cumsum(onwards) - onwards, onwards)
        np.add.at(self._counts, np.repeat(first, onwards) + steps, amounts)

    def clear_from(self, place: int) -> None:
        """Nothing is left of a stock, from a place on."""
        self._counts.reshape(-1, self._places)[:, place:] = 0

    def add_cells(
        self, cells: NDArray[np.integer], amounts: NDArray[np.integer] | int = 1, place: NDArray[np.integer] | int = 0
    ) -> None:
        """The same for customers known by their cell, who may have no row any more."""
        np.add.at(self._counts, cells.astype(np.int64) * self._places + place, amounts)


class Months:
    """Which observed month a time falls into."""

    def __init__(self, edges: list[float], first: int) -> None:
        self._edges = np.array(edges[first:])
        self.count = len(self._edges) - 1

    def of(self, time: Floats | float) -> NDArray[np.int64]:
        """The observed month of times; what lies before or behind counts in the first or the last."""
        month = np.searchsorted(self._edges, time, side="right") - 1
        return np.clip(month, 0, self.count - 1).astype(np.int64)
