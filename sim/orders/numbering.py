"""Identifiers as running numbers, so that nobody's name goes any further."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.orders.abreast import abreast
from sim.orders.cells import WIDEST, WORD, Cells, Words
from sim.orders.faults import MISSING, Column, refused
from sim.orders.shapes import CHUNK, have_shape, number

Ints = NDArray[np.int64]

NOBODY = -1
"""The number of a cell that names nobody."""
ROOM = 4
"""So many places in a table for each row, where identifiers are numbers that serve as their places."""
ROUNDS = 4
"""How often places are mixed anew for texts that share theirs with another."""
_DIGITS = b"0" * WORD


def numbers(cells: Cells, lines: Ints, column: Column, file: str) -> Ints:
    """A number from 0 for each different text, in the order of first sight; `NOBODY` for cells that name nobody.

    Raises BadInput, without the text, for one that is too long to be an identifier.
    """
    if cells.words.shape[0] > WIDEST // WORD:
        long = cells.words[WIDEST // WORD] != 0
        if long.any():
            message = f"a text of more than {WIDEST} characters identifies nobody"
            raise refused(file, message, line=int(lines[long][0]), column=column)
    rows = np.arange(len(cells))
    first = first_rows(cells)
    heads = np.flatnonzero(first == rows)
    if heads.size == rows.size:
        return _without_nobody(cells, rows, heads)
    rank = np.empty(rows.size, dtype=np.int64)
    rank[heads] = np.arange(heads.size)
    return _without_nobody(cells, rank.take(first, mode="clip"), heads)


def folded(cells: Cells) -> tuple[Cells, bool]:
    """The cells with addresses in small letters, which are one however they are written, and whether that changed any."""
    if not cells.capitals:
        return cells, False
    address = cells.holds("@")
    if not address.any():
        return cells, False
    small = cells.lower(address)
    return small, not np.array_equal(small.words, cells.words)


def first_rows(cells: Cells) -> Ints:
    """For each cell, the row of the first one with the same text."""
    values = _as_numbers(cells)
    if values is not None:
        least, most = int(values.min(initial=0)), int(values.max(initial=0))
        if most - least < ROOM * values.size:
            return _earliest(values - least, most - least + 1)
    return _by_text(cells.words)


def _as_numbers(cells: Cells) -> Ints | None:
    """The numbers that the texts are, behind letters with which all begin; None where they are none, or two texts might
    be one number."""
    if not len(cells) or cells.words.shape[0] > 2:
        return None
    found = re.match(rb"[^0-9]{0,8}", cells.text(0))
    prefix = found[0] if found else b""
    chunks = (Cells(cells.words[:, at : at + CHUNK]) for at in range(0, len(cells), CHUNK))
    values, lengths, zeros = [], set(), False
    for part in abreast(partial(_behind, prefix), chunks):
        if part is None:
            return None
        value, shortest, longest, zero = part
        values.append(value)
        lengths |= {shortest, longest}
        zeros |= zero
    return np.concatenate(values) if len(lengths) == 1 or not zeros else None


def _behind(prefix: bytes, cells: Cells) -> tuple[Ints, int, int, bool] | None:
    """The numbers behind a prefix, the least and most digits of one, and whether one of several digits begins with 0;
    None where a text is anything else."""
    begin, shift = int.from_bytes(prefix, "little"), np.uint64(8 * len(prefix))
    word = cells.words[0]
    if prefix:
        if ((word & np.uint64((1 << 8 * len(prefix)) - 1)) != np.uint64(begin)).any():
            return None
        word = np.right_shift(word, shift)
    if cells.words.shape[0] > 1:
        if np.right_shift(cells.words[1], shift).any():
            return None
        word = word | np.left_shift(cells.words[1], np.uint64(8 * WORD) - shift)
    padded, length = Cells(word[np.newaxis]).padded()
    shortest = int(length.min())
    if not shortest or not have_shape(padded, _DIGITS).all():
        return None
    zero = (word & np.uint64(0xFF)) == np.uint64(ord("0"))
    zero &= length > 1
    return number(padded, range(WORD)), shortest, int(length.max()), bool(zero.any())


def _earliest(places: Ints, size: int) -> Ints:
    """For each row, the first one that has the same place in a table of this size."""
    kind = np.int32 if places.size < 1 << 31 else np.int64
    table = np.full(size, places.size, dtype=kind)
    np.minimum.at(table, places, np.arange(places.size, dtype=kind))
    return table.take(places, mode="clip").astype(np.int64)


def _by_text(words: Words) -> Ints:
    """For each column of words, the first that is the same.

    Texts find their place in a table by a key that is mixed from their words; those that find another's there are mixed
    anew, all rows of a text together.
    """
    first, left, key = np.arange(words.shape[1]), np.arange(words.shape[1]), _mixed(words)
    for _ in range(ROUNDS):
        bits = max(left.size, 2).bit_length() + 1
        found = left.take(_earliest((key >> np.uint64(64 - bits)).view(np.int64), 1 << bits))
        first[left] = found
        other = np.zeros(left.size, dtype=np.bool_)
        for word in words:
            other |= word.take(found, mode="clip") != word.take(left, mode="clip")
        left, key = left[other], key[other] * np.uint64(0x9E3779B97F4A7C15)
        if not left.size:
            return first
    order = np.lexsort((left, *words[:, left]))
    arranged = words[:, left[order]]
    begins = np.ones(left.size, dtype=np.bool_)
    begins[1:] = (arranged[:, 1:] != arranged[:, :-1]).any(axis=0)
    first[left[order]] = left[order[np.flatnonzero(begins)]][np.cumsum(begins) - 1]
    return first


def _mixed(words: Words) -> Words:
    key: Words = words[0].copy()
    for word in words[1:]:
        key ^= key >> np.uint64(32)
        key *= np.uint64(0x9E3779B97F4A7C15)
        key ^= word
    key ^= key >> np.uint64(29)
    key *= np.uint64(0xBF58476D1CE4E5B9)
    return key


def _without_nobody(cells: Cells, codes: Ints, heads: Ints) -> Ints:
    """The numbers without those of texts that stand for nothing, and without gaps; `heads` has a row of each text."""
    words = cells.words if heads.size == len(cells) else cells.words[:2].take(heads, axis=1, mode="clip")
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
