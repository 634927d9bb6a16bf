"""The cells of a file that are needed, column by column, before anybody knows what they mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.orders.account import Telling, many
from sim.orders.cells import Cells
from sim.orders.faults import Column, Faults, Faulty, safe
from sim.orders.headings import SHOPIFY, Layout
from sim.orders.numbering import NOBODY, folded, numbers, strangers
from sim.orders.texts import Texts
from sim.orders.words import TOTALS, plain

__all__ = ["NOBODY", "Gathering", "Part", "Raw", "add_faults", "needs_fingerprints", "part_of", "which", "words"]

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

NUMBERED = ("customer", "customer_too", "order")
"""Roles whose cells become running numbers while they are read."""

LAST = 3
"""Rows at the end of a table that may be sums."""


@dataclass(frozen=True)
class Raw:
    """The needed cells of a file, one row a row of data."""

    layout: Layout
    cells: dict[str, Texts]
    """By role, the text; not for the roles that are numbered."""
    codes: dict[str, Ints]
    """By role, running numbers from 0 in the order of first sight; NOBODY where the cell is empty."""
    lines: Ints
    """Where each row stands: the line of a text, the row of a Parquet file, from 1."""
    fingerprints: Ints | None = None
    """The same for rows that are the same in all columns; None where what is read tells rows apart well enough."""

    @property
    def rows(self) -> int:
        """Rows of data."""
        return self.lines.size

    def where(self, kept: Mask) -> Raw:
        """Some of the rows."""
        if kept.all():
            return self
        return dataclasses.replace(
            self,
            cells={role: cells.where(kept) for role, cells in self.cells.items()},
            codes={role: codes[kept] for role, codes in self.codes.items()},
            lines=self.lines[kept],
            fingerprints=None if self.fingerprints is None else self.fingerprints[kept],
        )


@dataclass(frozen=True)
class Part:
    """The needed cells of some records."""

    cells: dict[str, Cells]
    lines: Ints
    fingerprints: Ints | None
    folded: bool
    """Whether any address was written in small letters."""


def part_of(cells: dict[str, Cells], lines: Ints, fingerprints: Ints | None, *, addresses: bool = True) -> Part:
    """The cells of some records; `addresses` says whether any may be among their identifiers."""
    small = {role: folded(cells[role]) for role in NUMBERED if role in cells} if addresses else {}
    changed = any(fold for role, (_, fold) in small.items() if role != "order")
    return Part(cells | {role: column for role, (column, _) in small.items()}, lines, fingerprints, changed)


def needs_fingerprints(layout: Layout) -> bool:
    """Whether rows that are alike in what is read may differ in other columns, and that matters: an order that is
    told again has its number, unless rows are lines of it."""
    others = len(layout.columns) > len(set(layout.roles.values()))
    return others and ("order" not in layout.roles or layout.line_items)


class Gathering:
    """The columns of a table while its records come in."""

    def __init__(self, layout: Layout, file: str) -> None:
        self.layout, self.file = layout, file
        self.parts: list[Part] = []

    def add(self, part: Part) -> None:
        """Take some records in."""
        if part.lines.size:
            self.parts.append(part)

    def finish(self, telling: Telling) -> Raw:
        """The whole table, its identifiers numbered."""
        lines = np.concatenate([part.lines for part in self.parts]) if self.parts else np.zeros(0, dtype=np.int64)
        cells, codes = {}, {}
        for role in self.layout.roles:
            texts = Texts(tuple(part.cells.pop(role) for part in self.parts))
            if role in NUMBERED:
                codes[role] = numbers(texts, lines, self.layout.roles[role], self.file)
                if role == "customer" and "customer_too" in self.layout.roles and self.layout.form != SHOPIFY:
                    codes[role] = np.where(strangers(texts), NOBODY, codes[role])
                if role == "customer":
                    _leave_totals_out(texts, codes[role], telling)
            else:
                cells[role] = texts
        if any(part.folded for part in self.parts):
            telling.recognised.append("e-mail addresses that differ in capitals alone are one customer")
        prints = [part.fingerprints for part in self.parts if part.fingerprints is not None]
        return Raw(self.layout, cells, codes, lines, np.concatenate(prints) if prints else None)


def _leave_totals_out(texts: Texts, codes: Ints, telling: Telling) -> None:
    """A sum at the end of a table is no customer's order."""
    last = range(max(len(texts) - LAST, 0), len(texts))
    sums = [row for row in last if plain(texts.text(row).decode("utf-8", "replace")) in TOTALS]
    if sums:
        codes[sums] = NOBODY
        telling.remarks.append(f"{many(len(sums), 'row')} at the end called a total: taken for no order")


def words(cells: Texts) -> tuple[list[str], Ints]:
    """The different texts of a column of few, as `plain` writes them, and which each cell has."""
    if len(cells) and cells.alike:
        return [plain(cells.text(0).decode("utf-8", "replace"))], np.zeros(len(cells), dtype=np.int64)
    known: dict[bytes, int] = {}
    codes = np.fromiter((known.setdefault(text, len(known)) for text in cells.strings()), np.int64, len(cells))
    return [plain(text.decode("utf-8", "replace")) for text in known], codes


def which(chosen: Sequence[bool], codes: Ints) -> Mask:
    """The rows whose word, by its code, is chosen."""
    if len(chosen) == 1:
        return np.full(codes.size, chosen[0])
    return np.array(chosen, dtype=np.bool_)[codes]


def add_faults(
    faults: Faults, raw: Raw, column: Column, wrong: Mask, role: str, message: str, allowed: str = ""
) -> None:
    """Note the rows whose cell of a role is wrong, with what stands there where it may be shown."""
    for i in np.flatnonzero(wrong).tolist() if wrong.any() else ():
        value = safe(raw.cells[role].text(i))
        faults.add(Faulty(int(raw.lines[i]), column, f"{value} {message}", f"the {role} {message}", allowed))
