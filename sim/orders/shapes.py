"""Cells by their shape: texts that differ in their digits alone are read in the same way, and at once.

A column of a million dates has a handful of shapes, `0000-00-00 00:00:00` and few others. What a shape means is found
out once, in plain Python; the digits are then read by numpy for all of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.orders.abreast import abreast
from sim.orders.cells import WORD, Cells, Mask, Words, each_byte
from sim.orders.texts import Texts

Ints = NDArray[np.int64]

CHUNK = 1 << 15
"""Cells that are looked at together: few enough to stay in a processor's own memory."""
STRETCHES = 5
"""Stretches of a chunk of which each is worth being looked at by itself."""
PEELED = 24
"""Shapes that are found one after the other; a column with more of them is sorted by a dictionary."""


@dataclass(frozen=True)
class Group:
    """The cells of one shape."""

    shape: bytes
    """The text with 0 for every digit."""
    rows: Ints | slice
    """Which cells they are; a slice where they are all."""
    words: Sequence[Words] | Words
    """Their words; one alone where that is the same in all of them, as the year of a date often is."""
    size: int
    line: int
    """The row of the first of them."""
    example: bytes
    """The text of the first of them."""
    pairs: dict[int, Words] = field(default_factory=dict)
    """What `number` has found on its way, kept until it is cleared."""

    def number(self, places: Sequence[int]) -> Ints:
        """The number that the digits at these places of the text make, at most 18 of them; one alone where it is the same
        in all cells."""
        return number(self.words, places, self.pairs)


def number(words: Sequence[Words] | Words, places: Sequence[int], pairs: dict[int, Words]) -> Ints:
    """The numbers that the digits at these places of some texts make, at most 18 of them."""
    value: Ints | None = None
    at = 0
    while at < len(places):
        word, byte = divmod(places[at], WORD)
        if at + 1 < len(places) and places[at + 1] == places[at] + 1 and byte < WORD - 1:
            if word not in pairs:
                pairs[word] = _pairs(words[word])
            part, scale, at = _byte(pairs[word], byte, 0xFF), 100, at + 2
        else:
            part, scale, at = _byte(words[word], byte, 0x0F), 10, at + 1
        if value is not None and value.size == part.size:
            value *= scale
            value += part
        else:
            value = part if value is None else value * scale + part
    return np.zeros(1, dtype=np.int64) if value is None else value


def _pairs(word: Words) -> Words:
    """In each byte, the number that its digit and the next one make."""
    digits = word & each_byte(0x0F)
    pairs: Words = digits * np.uint64(10)
    digits >>= np.uint64(8)
    pairs += digits
    return pairs


def _byte(word: Words, byte: int, mask: int) -> Ints:
    found: Words = word >> np.uint64(8 * byte)
    found &= np.uint64(mask)
    return found.view(np.int64)


def groups(texts: Texts, plain: re.Pattern[bytes] | None = None) -> Iterator[Group]:
    """The cells, group by group, some ten thousands of them at a time.

    Texts that are of a shape that is `plain` once there are zeros before them, to eight letters, are one group; so
    their groups have no cells of less.
    """
    for found in abreast(partial(_of_chunk, plain), texts.chunks(CHUNK)):
        yield from found


def _of_chunk(plain: re.Pattern[bytes] | None, chunk: tuple[int, list[Cells]]) -> list[Group]:
    base, pieces = chunk
    return list(_chunk(Cells.joined(pieces), base, plain))


def _stretches(cells: Cells) -> list[tuple[int, int]]:
    """Where the cells are best cut further: dates in the order of time share their year and month for long."""
    word = cells.words[0]
    changes = np.flatnonzero(word[1:] != word[:-1])
    cuts = [0, *(changes + 1).tolist(), len(cells)] if changes.size < STRETCHES else [0, len(cells)]
    return list(pairwise(cuts))


def _chunk(cells: Cells, base: int, plain: re.Pattern[bytes] | None) -> Iterator[Group]:
    """The groups of some cells; `base` is the row of the first of them."""
    rows = np.arange(base, base + len(cells))
    if plain is None or cells.words.shape[0] > 1:
        for start, stop in _stretches(cells):
            yield from _groups(cells.between(start, stop), rows[start:stop])
        return
    padded, length = cells.padded()
    shape = shape_of(padded.text(0))
    if not length[0] or not plain.fullmatch(shape):
        yield from _groups(cells, rows)
        return
    if length.min() and all_have_shape(padded.words, shape):
        yield Group(shape, slice(base, base + rows.size), padded.words, rows.size, base, cells.text(0))
        return
    alike = have_shape(padded.words, shape) & (length > 0)
    some, others = np.flatnonzero(alike), np.flatnonzero(~alike)
    yield Group(shape, rows[some], padded.where(some).words, some.size, base, cells.text(0))
    yield from _groups(cells.where(others), rows[others])


def _groups(cells: Cells, rows: Ints) -> Iterator[Group]:
    """The groups of some cells, which are these rows."""
    shape, first = shape_of(cells.text(0)), int(rows[0])
    words = [word[:1] if word[0] == word[-1] and (word == word[0]).all() else word for word in cells.words]
    if all_have_shape(words, shape):
        which = slice(first, first + rows.size) if rows[-1] - first == rows.size - 1 else rows
        yield Group(shape, which, words, rows.size, first, cells.text(0))
        return
    shapes = cells.shapes()
    left = np.arange(rows.size)
    for _ in range(PEELED):
        alike = _alike(shapes, left, int(left[0]))
        yield _group(shapes, cells, left[alike], rows)
        left = left[~alike]
        if not left.size:
            return
    yield from _by_dictionary(shapes, cells, left, rows)


def _group(shapes: Words, cells: Cells, alike: Ints, rows: Ints) -> Group:
    first, words = int(alike[0]), cells.where(alike).words
    return Group(Cells(shapes).text(first), rows[alike], words, alike.size, int(rows[first]), cells.text(first))


def shape_of(text: bytes) -> bytes:
    """A text with 0 for every digit."""
    return re.sub(rb"[0-9]", b"0", text)


def have_shape(words: Sequence[Words] | Words, shape: bytes) -> Mask:
    """Which texts, by their words, have this shape."""
    alike: Mask = np.ones(1, dtype=np.bool_)
    for found, known in _apart(words, shape):
        found &= known
        alike = alike & (found == 0)
    return alike


def all_have_shape(words: Sequence[Words] | Words, shape: bytes) -> bool:
    """Whether all texts, by their words, have this shape."""
    return not any(np.bitwise_or.reduce(found) & known for found, known in _apart(words, shape))


def _apart(words: Sequence[Words] | Words, shape: bytes) -> Iterator[tuple[Words, np.uint64]]:
    """How each word differs from a shape, and the bits of it that tell."""
    width = len(words) * WORD
    for word, *parts in zip(words, *(_words(each, width) for each in _test(shape.ljust(width, b"\0"))), strict=True):
        wanted, beyond, known = map(np.uint64, parts)
        apart = word ^ wanted
        found = apart + beyond
        found |= apart
        yield found, known


def _test(shape: bytes) -> tuple[bytes, bytes, bytes]:
    """What a text is compared with, byte by byte: what stands there or 0, what makes a difference from 0 of more than nine
    show in the highest bit, and which bits tell. Where a sum runs over into the next byte, that bit shows already."""
    digit = [letter == ord("0") for letter in shape]
    return shape, bytes(0x76 * each for each in digit), bytes(0x80 if each else 0xFF for each in digit)


def _words(text: bytes, width: int) -> list[int]:
    return [int.from_bytes(text[at : at + WORD], "little") for at in range(0, width, WORD)]


def _alike(shapes: Words, left: Ints, first: int) -> Mask:
    """Which of the cells that are left have the shape of one."""
    alike: Mask = shapes[0, left] == shapes[0, first]
    for word in shapes[1:]:
        alike &= word[left] == word[first]
    return alike


def _by_dictionary(shapes: Words, cells: Cells, left: Ints, rows: Ints) -> Iterator[Group]:
    codes: dict[bytes, int] = {}
    texts = Cells(shapes[:, left]).strings().tolist()
    code = np.fromiter((codes.setdefault(text, len(codes)) for text in texts), np.int64, left.size)
    order = np.argsort(code, kind="stable")
    cuts = np.searchsorted(code[order], np.arange(len(codes) + 1))
    for start, stop in pairwise(cuts.tolist()):
        yield _group(shapes, cells, left[order[start:stop]], rows)
