"""Identifiers as running numbers, so that nobody's name goes any further."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.orders.abreast import abreast
from sim.orders.cells import WIDEST, WORD, Cells, Words
from sim.orders.faults import MISSING, Column, refused
from sim.orders.shapes import CHUNK, all_have_shape
from sim.orders.texts import Texts

Ints = NDArray[np.int64]
Whole = NDArray[np.signedinteger[Any]]
Mask = NDArray[np.bool_]

NOBODY = -1
"""The number of a cell that names nobody."""
ROOM = 4
"""So many places in a table for each row, where identifiers are numbers that serve as their places."""
ROUNDS = 4
"""How often places are mixed anew for texts that share theirs with another."""
_DIGITS = b"0" * WORD
_SHORTENED = re.compile(rb"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{1,2}")
STRANGERS = (
    "0 0.0 guest Guest GUEST guests Guests gast Gast GAST invite Invite invité Invité invitado Invitado ospite Ospite "
    "gość Gość gosc Gosc gäst Gäst unknown Unknown"
)
"""What shops write in place of an account's number for whoever ordered without one."""
_ODD = np.uint64(0x9E3779B97F4A7C15)


def numbers(texts: Texts, lines: Ints, column: Column, file: str) -> Ints:
    """A number from 0 for each different text, in the order of first sight; `NOBODY` for cells that name nobody.

    Raises BadInput, without the text, for one that is too long to be an identifier.
    """
    values = _as_numbers(texts)
    if values is None:
        cells = texts.joined()
        _refuse_long(cells, lines, column, file)
        codes, heads = _by_sight(_by_text(cells.words))
        _refuse_shortened(cells.where(heads), lines[heads], column, file)
        return _without_nobody(cells, codes, heads)
    if (values[1:] > values[:-1]).all():  # as the numbers of orders often are
        return np.arange(values.size)
    table = _table(values, int(values.max()) + 1)
    heads = np.sort(table[table < values.size])
    code = np.empty(table.size, dtype=np.int64)
    code[values.take(heads)] = np.arange(heads.size)
    return code.take(values, mode="clip")


def strangers(texts: Texts) -> Mask:
    """Which cells stand for whoever ordered without an account, instead of for one customer."""
    known = np.array([int.from_bytes(word.encode(), "little") for word in STRANGERS.split()], dtype=np.uint64)
    found = [np.isin(part.words[0], known) & ~part.words[1:].any(axis=0) for part in texts.parts]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.bool_)


def _refuse_long(cells: Cells, lines: Ints, column: Column, file: str) -> None:
    if cells.words.shape[0] > WIDEST // WORD:
        long = cells.words[WIDEST // WORD] != 0
        if long.any():
            message = f"a text of more than {WIDEST} characters identifies nobody"
            raise refused(file, message, line=int(lines[long][0]), column=column)


def _refuse_shortened(cells: Cells, lines: Ints, column: Column, file: str) -> None:
    """A spreadsheet writes long numbers as 4.91702E+11 and thereby makes many into one."""
    for at in np.flatnonzero(cells.holds("+") & (cells.holds("E") | cells.holds("e"))).tolist():
        if _SHORTENED.fullmatch(cells.text(at)):
            raise refused(
                file, "a spreadsheet has shortened this number, as in 4.9E+11: several have become one", line=int(lines[at]),
                column=column, allowed="the export itself, or another column",
            )  # fmt: skip


def folded(cells: Cells) -> tuple[Cells, bool]:
    """The cells with addresses in small letters, which are one however they are written, and whether that changed any."""
    if not cells.capitals:
        return cells, False
    address = cells.holds("@")
    if not address.any():
        return cells, False
    small = cells.lower(address)
    return small, not np.array_equal(small.words, cells.words)


def _by_sight(first: Whole) -> tuple[Ints, Ints]:
    """Running numbers in the order of first sight, and the row of each number's first; `first` has it by row."""
    rows = np.arange(first.size, dtype=first.dtype)
    heads = np.flatnonzero(first == rows)
    if heads.size == rows.size:
        return heads, heads
    rank = np.empty(rows.size, dtype=np.int64)
    rank[heads] = np.arange(heads.size)
    return rank.take(first, mode="clip"), heads


def _as_numbers(texts: Texts) -> Ints | None:
    """The numbers that the texts are behind letters with which all begin, less the least of them; None where they are no
    numbers, where two texts might be one, and where they are too far apart to be places in a table."""
    if not len(texts) or any(part.words.shape[0] > 2 for part in texts.parts):
        return None
    found = re.match(rb"[^0-9]{0,8}", texts.text(0))
    prefix = found[0] if found else b""
    values: Ints = np.empty(len(texts), dtype=np.int64)
    lengths: set[int] = set()
    zeros, at = False, 0
    for part in abreast(partial(_behind, prefix), texts.chunks(CHUNK)):
        if part is None:
            return None
        value, shortest, longest, zero = part
        values[at : at + value.size] = value
        at += value.size
        lengths |= {shortest, longest}
        zeros |= zero
    values -= values.min()
    return None if (zeros and len(lengths) > 1) or values.max() >= ROOM * values.size else values


def _behind(prefix: bytes, chunk: tuple[int, list[Cells]]) -> tuple[Ints, int, int, bool] | None:
    """The numbers behind a prefix, the least and most digits of one, and whether one of several digits begins with 0;
    None where a text is anything else."""
    word, *more = Cells.joined(chunk[1]).words
    if prefix:
        shift, begin = np.uint64(8 * len(prefix)), np.uint64(int.from_bytes(prefix, "little"))
        if ((word & np.uint64((1 << 8 * len(prefix)) - 1)) != begin).any():
            return None
        word = np.right_shift(word, shift)
    if more:
        if not prefix or np.right_shift(more[0], shift).any():
            return None
        word = word | np.left_shift(more[0], np.uint64(8 * WORD) - shift)
    padded, length = Cells(word[np.newaxis]).padded()
    shortest = int(length.min())
    if not shortest or not all_have_shape(padded.words, _DIGITS):
        return None
    first = word & np.uint64(0xFF)
    zero = first.min() == ord("0") and bool(((first == ord("0")) & (length > 1)).any())
    return padded.numbers(), shortest, int(length.max()), zero


def _table(places: Ints, size: int) -> Whole:
    """For each place, the first row that has it, or how many rows there are; in 32 bits where they do."""
    kind = np.int32 if places.size < 1 << 31 else np.int64
    table: Whole = np.full(size, places.size, dtype=kind)
    np.minimum.at(table, places, np.arange(places.size, dtype=kind))
    return table


def _earliest(key: Words) -> Whole:
    """For each row, the first one whose key has the same place in a table with room for the keys to be apart."""
    bits = max(key.size, 2).bit_length() + 1
    places = (key >> np.uint64(64 - bits)).view(np.int64)
    return _table(places, 1 << bits).take(places, mode="clip")


def _by_text(words: Words) -> Whole:
    """For each column of words, the first that is the same.

    Texts find their place in a table by a key that is mixed from their words; those that find another's there are mixed
    anew, all rows of a text together.
    """
    key = _mixed(words)
    first = _earliest(key)
    left = np.flatnonzero(_differ(words, first))
    key = key.take(left)
    for _ in range(ROUNDS):
        if not left.size:
            return first
        key *= _ODD
        found = _earliest(key)
        first[left] = left.take(found)
        other = _differ(words.take(left, axis=1), found)
        left, key = left[other], key[other]
    order = np.lexsort((left, *words[:, left]))
    arranged = words[:, left[order]]
    begins = np.ones(left.size, dtype=np.bool_)
    begins[1:] = (arranged[:, 1:] != arranged[:, :-1]).any(axis=0)
    first[left[order]] = left[order[np.flatnonzero(begins)]][np.cumsum(begins) - 1]
    return first


def _differ(words: Words, first: Whole) -> Mask:
    """Which texts are not those of the rows that they were found to share a place with."""
    wrong = np.zeros(first.size, dtype=np.bool_)
    for other in abreast(lambda word: word.take(first, mode="clip") != word, words):
        wrong |= other
    return wrong


def _mixed(words: Words) -> Words:
    key: Words = words[0].copy()
    for word in words[1:]:
        key ^= key >> np.uint64(32)
        key *= _ODD
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
