"""The cells of a file that are needed, column by column, before anybody knows what they mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.orders.faults import MISSING, Column, refuse
from sim.orders.headings import Layout
from sim.orders.scanning import WIDEST, Cells
from sim.orders.words import plain

Ints = NDArray[np.int64]

NOBODY = -1
"""The number of an empty cell."""
NUMBERED = ("customer", "customer_too", "order")
"""Roles whose cells become running numbers while they are read."""


@dataclass(frozen=True)
class Raw:
    """The needed cells of a file, one row a row of data."""

    layout: Layout
    cells: dict[str, Cells]
    """By role, the text; not for the roles that are numbered."""
    codes: dict[str, Ints]
    """By role, running numbers from 0 in the order of first sight; NOBODY where the cell is empty."""
    lines: Ints
    """Where each row stands: the line of a text, the row of a Parquet file, from 1."""
    fingerprints: Ints | None = None
    """The same for rows that are the same in all columns; None where the needed columns are all there are."""

    @property
    def rows(self) -> int:
        """Rows of data."""
        return self.lines.size

    def where(self, kept: NDArray[np.bool_]) -> Raw:
        """Some of the rows."""
        return dataclasses.replace(
            self,
            cells={role: cells[kept] for role, cells in self.cells.items()},
            codes={role: codes[kept] for role, codes in self.codes.items()},
            lines=self.lines[kept],
            fingerprints=None if self.fingerprints is None else self.fingerprints[kept],
        )


class Numbering:
    """Identifiers as running numbers; addresses that differ in capitals alone have the same."""

    def __init__(self, column: Column, file: str) -> None:
        self.column, self.file = column, file
        self.known: dict[bytes, int] = {}
        self.folded = False
        """Whether any address was written in small letters."""

    def codes(self, cells: Cells, lines: Ints) -> Ints:
        """A number for each cell. Raises BadInput, without the text, for one that is too long to be an identifier."""
        if cells.dtype.itemsize > WIDEST:
            long = np.char.str_len(cells) > WIDEST
            if long.any():
                refuse(
                    self.file, f"a text of more than {WIDEST} characters identifies nobody", line=int(lines[long][0]),
                    column=self.column,
                )  # fmt: skip
        cells = self._small(cells)
        known = self.known
        return np.fromiter((known.setdefault(text, len(known)) for text in cells.tolist()), np.int64, cells.size)

    def finished(self, codes: Ints) -> Ints:
        """The numbers without those of cells that name nobody, and without gaps."""
        nobody = [self.known[text] for each in MISSING for text in _spellings(each) if text in self.known]
        if not nobody:
            return codes
        there = np.ones(len(self.known), dtype=np.bool_)
        there[nobody] = False
        numbers = np.where(there, np.cumsum(there) - 1, NOBODY)
        return numbers[codes]

    def _small(self, cells: Cells) -> Cells:
        letters = cells.view(np.uint8).reshape(cells.size, -1)
        address = (letters == ord("@")).any(axis=1)
        if not address.any():
            return cells
        capital = (letters >= ord("A")) & (letters <= ord("Z")) & address[:, None]
        if not capital.any():
            return cells
        self.folded = True
        small: Cells = (letters + np.uint8(32) * capital).view(cells.dtype).ravel()
        return small


class Gathering:
    """The columns of a table while its records come in."""

    def __init__(self, layout: Layout, file: str) -> None:
        self.layout = layout
        self.numberings = {role: Numbering(layout.roles[role], file) for role in NUMBERED if role in layout.roles}
        self.cells: dict[str, list[Cells]] = {role: [] for role in layout.roles if role not in NUMBERED}
        self.codes: dict[str, list[Ints]] = {role: [] for role in self.numberings}
        self.lines: list[Ints] = []
        self.fingerprints: list[Ints] = []

    @property
    def needs_fingerprints(self) -> bool:
        """Whether there are columns beside those that are read."""
        return len(self.layout.columns) > len(set(self.layout.roles.values()))

    def add(self, columns: dict[str, Cells], lines: Ints, fingerprints: Ints | None) -> None:
        """Take some records in."""
        for role, cells in columns.items():
            if role in self.numberings:
                self.codes[role].append(self.numberings[role].codes(cells, lines))
            else:
                self.cells[role].append(cells)
        self.lines.append(lines)
        if fingerprints is not None:
            self.fingerprints.append(fingerprints)

    def finish(self) -> Raw:
        """The whole table."""
        return Raw(
            layout=self.layout,
            cells={role: _joined(parts, np.dtype("S1")) for role, parts in self.cells.items()},
            codes={
                role: self.numberings[role].finished(_joined(parts, np.dtype(np.int64))) for role, parts in self.codes.items()
            },
            lines=_joined(self.lines, np.dtype(np.int64)),
            fingerprints=_joined(self.fingerprints, np.dtype(np.int64)) if self.needs_fingerprints else None,
        )


def _joined(parts: Sequence[NDArray[np.generic]], kind: np.dtype[np.generic]) -> NDArray[np.generic]:  # type: ignore[type-arg]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _spellings(word: bytes) -> tuple[bytes, ...]:
    return (word, word.upper(), word.title(), {b"nan": b"NaN", b"nat": b"NaT"}.get(word, word))


def words(cells: Cells) -> tuple[list[str], Ints]:
    """The different texts of a column of few, as `plain` writes them, and which each cell has."""
    known: dict[bytes, int] = {}
    codes = np.fromiter((known.setdefault(text, len(known)) for text in cells.tolist()), np.int64, cells.size)
    return [plain(text.decode("utf-8", "replace")) for text in known], codes

