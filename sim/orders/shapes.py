"""Cells by their shape: texts that differ in their digits alone are read in the same way, and at once.

A column of a million dates has a handful of shapes, `0000-00-00 00:00:00` and few others. What a shape means is found
out once, in plain Python; the digits are then read by numpy for all of its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Cells = NDArray[np.bytes_]
Bytes = NDArray[np.uint8]

ZERO = 48
PEELED = 24
"""Shapes that are found one after the other; a column with more of them is sorted by a dictionary."""


@dataclass(frozen=True)
class Group:
    """The cells of one shape."""

    shape: bytes
    """The text with 0 for every digit."""
    rows: Ints
    """Which cells they are."""
    letters: Bytes
    """Their bytes, one row a cell."""

    def number(self, places: Sequence[int]) -> Ints:
        """The number that the digits at these places of the text make; at most 18 of them."""
        value = np.zeros(self.rows.size, dtype=np.int64)
        for place in places:
            value = value * 10 + (self.letters[:, place] - np.uint8(ZERO))
        return value

    def text(self, row: int) -> bytes:
        """The cell in a row of the group."""
        return self.letters[row].tobytes().rstrip(b"\0")


def groups(cells: Cells) -> Iterator[Group]:
    """The cells, group by group."""
    width = -(-max(cells.dtype.itemsize, 1) // 8) * 8
    letters = cells.astype(f"S{width}").view(np.uint8).reshape(cells.size, width)
    shapes = np.where(letters - np.uint8(ZERO) < 10, np.uint8(ZERO), letters)
    words = shapes.view(np.uint64)
    left = np.arange(cells.size)
    for _ in range(PEELED):
        if not left.size:
            return
        first = left[0]
        alike = np.ones(left.size, dtype=np.bool_)
        for word in range(words.shape[1]):
            alike &= words[left, word] == words[first, word]
        rows, left = left[alike], left[~alike]
        yield Group(shapes[first].tobytes().rstrip(b"\0"), rows, letters[rows])
    yield from _by_dictionary(shapes, letters, left)


def _by_dictionary(shapes: Bytes, letters: Bytes, left: Ints) -> Iterator[Group]:
    codes: dict[bytes, int] = {}
    texts = shapes[left].view(f"S{shapes.shape[1]}").ravel().tolist()
    code = np.fromiter((codes.setdefault(text, len(codes)) for text in texts), np.int64, left.size)
    order = np.argsort(code, kind="stable")
    cuts = np.searchsorted(code[order], np.arange(len(codes) + 1))
    for shape, start, stop in zip(codes, cuts[:-1], cuts[1:], strict=True):
        rows = left[order[start:stop]]
        yield Group(shape, rows, letters[rows])
