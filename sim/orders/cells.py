"""A column of short texts, eight letters to a machine word, so that numpy looks at eight letters at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

WIDEST = 256
"""Longer cells are cut to one letter more than this, which is how they are known."""
WORD = 8
PADDING = WIDEST + 2 * WORD
"""Bytes that must follow a buffer from which cells are taken."""
_LENGTHS = np.arange(WIDEST + 2)
_SIZES = np.array([(1 << 8 * size) - 1 for size in range(WORD)] + [2**64 - 1], dtype=np.uint64)
_MASKS = tuple(_SIZES[np.clip(_LENGTHS - first, 0, WORD)] for first in range(0, WIDEST + 1, WORD))
"""For each word of a text, the bytes of it that belong to a text of each length."""


def each_byte(byte: int) -> np.uint64:
    """A word of eight times the same byte."""
    return np.uint64(byte * 0x0101010101010101)


@dataclass(frozen=True)
class Cells:
    """Texts of one column. Zero bytes fill the words behind the end of a text; no text holds any."""

    words: Words
    """words x cells, the first letter in the lowest byte; at least one word."""

    def __len__(self) -> int:
        return int(self.words.shape[1])

    @classmethod
    def cut(cls, buffer: Bytes, start: Ints, end: Ints) -> Cells:
        """The texts between these places of a buffer that has `PADDING` bytes behind its last text."""
        length = np.minimum(end - start, WIDEST + 1)
        most, least = int(length.max(initial=0)), int(length.min(initial=0))
        width = max(-(-most // WORD), 1) * WORD
        # So many bytes from every byte of the buffer on, whatever the alignment, are taken in one go.
        everywhere = np.ndarray((buffer.size - width + 1,), f"V{width}", buffer, strides=(1,))
        words: Words = np.ascontiguousarray(everywhere[start].view("<u8").reshape(start.size, width // WORD).T)
        for first, word, masks in zip(range(0, width, WORD), words, _MASKS, strict=False):
            if least < first + WORD:
                word &= masks[most] if least == most else masks.take(length, mode="clip")
        return cls(words)

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Cells:
        """Texts as cells; those that are too long are cut."""
        cut = np.array([text[: WIDEST + 1] for text in texts] or [b""], dtype="S")[: len(texts)]
        width = -(-max(cut.dtype.itemsize, 1) // WORD) * WORD
        letters = cut.astype(f"S{width}")
        return cls(np.ascontiguousarray(letters.view("<u8").reshape(len(texts), -1).T.astype(np.uint64)))

    @classmethod
    def joined(cls, parts: Sequence[Cells]) -> Cells:
        """Columns one after the other; the one that there is, where it is one."""
        if len(parts) == 1:
            return parts[0]
        deepest = max((part.words.shape[0] for part in parts), default=1)
        whole = np.empty((deepest, sum(len(part) for part in parts)), dtype=np.uint64)
        at = 0
        for part in parts:
            depth, stop = part.words.shape[0], at + len(part)
            whole[:depth, at:stop] = part.words
            whole[depth:, at:stop] = 0
            at = stop
        return cls(whole)

    def where(self, which: Mask | Ints) -> Cells:
        """Some of the cells."""
        at = np.flatnonzero(which) if which.dtype == np.bool_ else which
        return Cells(self.words.take(at, axis=1, mode="clip"))  # which looks at no place twice

    def between(self, start: int, stop: int) -> Cells:
        """The cells from one row on to before another."""
        return Cells(self.words[:, start:stop])

    @property
    def alike(self) -> bool:
        """Whether all have the same text."""
        return all(bool(word[0] == word[-1] and (word == word[0]).all()) for word in self.words)

    @property
    def empty(self) -> Mask:
        """Which cells hold nothing."""
        nothing: Mask = self.words[0] == 0
        return nothing

    @property
    def capitals(self) -> bool:
        """Whether there is any ASCII capital."""
        letters = np.ascontiguousarray(self.words).view(np.uint8)
        return bool((letters - np.uint8(ord("A")) < np.uint8(26)).any())

    def text(self, i: int) -> bytes:
        """One cell."""
        return self.words[:, i].astype("<u8").tobytes().rstrip(b"\0")

    def strings(self) -> NDArray[np.bytes_]:
        """The cells as an array of byte strings."""
        letters = np.ascontiguousarray(self.words.T).astype("<u8")
        return letters.view(f"S{self.words.shape[0] * WORD}").ravel()

    def holds(self, letter: str) -> Mask:
        """Which cells have this ASCII letter in them."""
        found = np.zeros(len(self), dtype=np.bool_)
        for word in self.words:
            # A byte of the difference is zero where the letter stands.
            apart = word ^ each_byte(ord(letter))
            found |= ((apart - each_byte(1)) & ~apart & each_byte(0x80)) != 0
        return found

    def lower(self, which: Mask) -> Cells:
        """The same with the ASCII capitals of some cells in small letters."""
        words = self.words.copy()
        for i, word in enumerate(self.words):
            low = word & each_byte(0x7F)
            capital = (low + each_byte(0x80 - ord("A"))) & ~(low + each_byte(0x80 - ord("Z") - 1)) & ~word & each_byte(0x80)
            words[i] = np.where(which, word | (capital >> np.uint64(2)), word)
        return Cells(words)

    def padded(self) -> tuple[Cells, Ints]:
        """Texts of at most eight letters with zeros before them, to eight letters, and how many letters each had."""
        (word,) = self.words
        there = word & each_byte(0x7F)
        there += each_byte(0x7F)
        there |= word
        there >>= np.uint64(7)
        there &= each_byte(0x01)
        there *= each_byte(0x01)
        there >>= np.uint64(56)
        length = there.view(np.int64)
        before = np.uint64(8 * WORD) - (there << np.uint64(3))
        zeros = np.left_shift(np.uint64(1), before)  # 0 where all eight are zeros
        zeros -= np.uint64(1)
        zeros &= each_byte(ord("0"))
        zeros |= np.left_shift(word, before)
        return Cells(zeros[np.newaxis]), length

    def numbers(self) -> Ints:
        """The numbers that texts of eight digits are, two digits at a time, then four, then eight."""
        (word,) = self.words
        digits = word & each_byte(0x0F)
        for bits, scale, kept in ((8, 10, 0x00FF00FF00FF00FF), (16, 100, 0x0000FFFF0000FFFF), (32, 10_000, 0xFFFFFFFF)):
            behind = digits >> np.uint64(bits)
            digits *= np.uint64(scale)
            digits += behind
            digits &= np.uint64(kept)
        found: Ints = digits.view(np.int64)
        return found

    def shapes(self) -> Words:
        """The words with 0 for every digit."""
        shapes = np.empty_like(self.words)
        for i, word in enumerate(self.words):
            apart = word ^ each_byte(0x30)
            other = (((apart & each_byte(0x7F)) + each_byte(0x76)) | apart) & each_byte(0x80)
            digit = other ^ each_byte(0x80)
            # 0x80 becomes 0x0f: the bits in which digits differ from each other.
            shapes[i] = word & ~((digit >> np.uint64(3)) - (digit >> np.uint64(7)))
        return shapes
