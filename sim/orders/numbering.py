"""Identifiers as running numbers, so that nobody's name goes any further."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.orders.cells import WIDEST, WORD, Cells, Words
from sim.orders.faults import MISSING, Column, refused

Ints = NDArray[np.int64]

NOBODY = -1
"""The number of a cell that names nobody."""


def numbers(cells: Cells, lines: Ints, column: Column, file: str, *, distinct: bool = False) -> Ints:
    """A number from 0 for each different text, in the order of first sight; `NOBODY` for cells that name nobody.

    `distinct` says that most texts stand once, which is then looked at first. Raises BadInput, without the text, for
    one that is too long to be an identifier.
    """
    if cells.words.shape[0] > WIDEST // WORD:
        long = cells.words[WIDEST // WORD] != 0
        if long.any():
            message = f"a text of more than {WIDEST} characters identifies nobody"
            raise refused(file, message, line=int(lines[long][0]), column=column)
    key = cells.words[0] if cells.words.shape[0] == 1 else _mixed(cells.words)
    if distinct and _are_distinct(key):
        codes = heads = np.arange(len(cells))
    else:
        order, begins = _sorted(cells.words, key)
        at = np.flatnonzero(begins)
        # The earliest row of each text, for the sorting is stable; texts are numbered by it.
        heads = order[at]
        seen = np.argsort(heads)
        rank = np.empty(seen.size, dtype=np.int64)
        rank[seen] = np.arange(seen.size)
        text: Ints = np.cumsum(begins, dtype=np.int64)
        text -= 1
        codes = np.empty(len(cells), dtype=np.int64)
        codes[order] = rank[text]
        heads = heads[seen]
    return _without_nobody(cells, codes, heads)


def folded(cells: Cells) -> tuple[Cells, bool]:
    """The cells with addresses in small letters, which are one however they are written, and whether that changed any."""
    address = cells.holds("@")
    if not address.any():
        return cells, False
    small = cells.lower(address)
    return small, not np.array_equal(small.words, cells.words)


def _are_distinct(key: Words) -> bool:
    arranged = np.sort(key)
    return bool((arranged[1:] != arranged[:-1]).all())


def _sorted(words: Words, key: Words) -> tuple[Ints, NDArray[np.bool_]]:
    """Rows in an order in which the same texts stand together, earlier ones first, and where each text begins.

    A key is mixed from the words and cut so that the row fits behind it: numbers are sorted several times as fast as
    places. The rare text that shares its key with another is found by looking at the words themselves.
    """
    places = np.uint64(max(key.size - 1, 1).bit_length())
    packed = ((_mixed(words) >> places) << places) | np.arange(key.size, dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << places) - np.uint64(1))).view(np.int64)
    packed >>= places
    begins = np.ones(key.size, dtype=np.bool_)
    begins[1:] = packed[1:] != packed[:-1]
    if not begins.all() and not _are_alike(words, order, begins):
        order = np.lexsort((np.arange(key.size), *words))
        begins[1:] = (words[:, order[1:]] != words[:, order[:-1]]).any(axis=0)
    return order, begins


def _mixed(words: Words) -> Words:
    key: Words = words[0].copy()
    for word in words[1:]:
        key ^= key >> np.uint64(32)
        key *= np.uint64(0x9E3779B97F4A7C15)
        key ^= word
    key ^= key >> np.uint64(29)
    key *= np.uint64(0xBF58476D1CE4E5B9)
    return key


def _are_alike(words: Words, order: Ints, begins: NDArray[np.bool_]) -> bool:
    """Whether all texts of one key are the same."""
    for word in words:
        arranged = word[order]
        if (arranged[1:] != arranged[:-1])[~begins[1:]].any():
            return False
    return True


def _without_nobody(cells: Cells, codes: Ints, heads: Ints) -> Ints:
    """The numbers without those of texts that stand for nothing, and without gaps; `heads` has a row of each text."""
    words = cells.words if heads.size == len(cells) else cells.words[:2, heads]
    few = words[0] < np.uint64(1 << 32)  # four letters or less
    if words.shape[0] > 1:
        few &= words[1] == 0
    short = np.flatnonzero(few)
    if short.size:
        short = short[np.isin(np.char.lower(cells.where(heads[short]).strings()), sorted(MISSING))]
    if not short.size:
        return codes
    there = np.ones(heads.size, dtype=np.bool_)
    there[short] = False
    return np.where(there, np.cumsum(there) - 1, NOBODY)[codes]
