"""Cells by their shape: texts that differ in their digits alone are read in the same way, and at once.

A column of a million dates has a handful of shapes, `0000-00-00 00:00:00` and few others. What a shape means is found
out once, in plain Python; the digits are then read by numpy for all of its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.orders.cells import WORD, Cells, Words, each_byte

Ints = NDArray[np.int64]

CHUNK = 1 << 15
"""Cells that are looked at together: few enough to stay in a processor's own memory."""
PEELED = 24
"""Shapes that are found one after the other; a column with more of them is sorted by a dictionary."""


@dataclass(frozen=True)
class Group:
    """The cells of one shape."""

    shape: bytes
    """The text with 0 for every digit."""
    rows: Ints | slice
    """Which cells they are; a slice where they are all."""
    cells: Cells
    line: int
    """The row of the first of them."""
    _pairs: dict[int, Words] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.cells)

    def number(self, places: Sequence[int]) -> Ints:
        """The number that the digits at these places of the text make; at most 18 of them."""
        value: Ints | None = None
        at = 0
        while at < len(places):
            word, byte = divmod(places[at], WORD)
            if at + 1 < len(places) and places[at + 1] == places[at] + 1 and byte < WORD - 1:
                part, scale, at = (self._pair(word) >> np.uint64(8 * byte)) & np.uint64(0xFF), 100, at + 2
            else:
                part, scale, at = (self.cells.words[word] >> np.uint64(8 * byte)) & np.uint64(0x0F), 10, at + 1
            value = part.view(np.int64) if value is None else value * scale + part.view(np.int64)
        return np.zeros(self.size, dtype=np.int64) if value is None else value

    def text(self, row: int) -> bytes:
        """The cell in a row of the group."""
        return self.cells.text(row)

    def _pair(self, word: int) -> Words:
        """In each byte, the number that its digit and the next one make."""
        if word not in self._pairs:
            digits = self.cells.words[word] & each_byte(0x0F)
            self._pairs[word] = digits * np.uint64(10) + (digits >> np.uint64(8))
        return self._pairs[word]


def groups(cells: Cells) -> Iterator[Group]:
    """The cells, group by group, some ten thousands of them at a time."""
    for first in range(0, len(cells), CHUNK):
        yield from _groups(Cells(cells.words[:, first : first + CHUNK]), first)


def _groups(cells: Cells, base: int) -> Iterator[Group]:
    """The groups of some cells; `base` is the row of the first of them."""
    shapes = cells.shapes()
    alike = _alike(shapes, slice(None), 0)
    if alike.all():
        yield Group(Cells(shapes).text(0), slice(base, base + len(cells)), cells, base)
        return
    left = np.arange(len(cells))
    for _ in range(PEELED):
        rows, left = left[alike], left[~alike]
        yield Group(Cells(shapes).text(int(rows[0])), rows + base, cells.where(rows), int(rows[0]) + base)
        if not left.size:
            return
        alike = _alike(shapes, left, int(left[0]))
    yield from _by_dictionary(shapes, cells, left, base)


def _alike(shapes: Words, left: Ints | slice, first: int) -> NDArray[np.bool_]:
    """Which of the cells that are left have the shape of one."""
    alike: NDArray[np.bool_] = shapes[0, left] == shapes[0, first]
    for word in shapes[1:]:
        alike &= word[left] == word[first]
    return alike


def _by_dictionary(shapes: Words, cells: Cells, left: Ints, base: int) -> Iterator[Group]:
    codes: dict[bytes, int] = {}
    texts = Cells(shapes[:, left]).strings().tolist()
    code = np.fromiter((codes.setdefault(text, len(codes)) for text in texts), np.int64, left.size)
    order = np.argsort(code, kind="stable")
    cuts = np.searchsorted(code[order], np.arange(len(codes) + 1))
    for shape, start, stop in zip(codes, cuts[:-1], cuts[1:], strict=True):
        rows = left[order[start:stop]]
        yield Group(shape, rows + base, cells.where(rows), int(rows[0]) + base)
