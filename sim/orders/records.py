"""Records of a CSV: where their fields stand in a buffer, and the cells of a column taken from it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.orders.cells import Cells

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

NEWLINE, QUOTE, RETURN, SPACE, TAB = 10, 34, 13, 32, 9


@dataclass(frozen=True)
class Records:
    """Some records of a file, without blank lines."""

    buffer: Bytes
    ends: Ints
    """Where each field ends, in all records one after the other."""
    at: Ints
    """Index into `ends` of each record's first field."""
    fields: Ints
    """How many fields each record has."""
    begins: Ints
    """Where each record begins."""
    lines: Ints
    """The line in the file on which each record begins, from 1."""
    quoted: bool
    """Whether there are quotation marks to look for."""
    blanks: bool
    """Whether there is white space to look for."""
    addresses: bool = True
    """Whether there are @ signs."""
    even: int = 0
    """How many fields each record has where all have as many, and `ends` those of no other record; else 0."""

    def __len__(self) -> int:
        return self.at.size

    def where(self, which: Ints) -> Records:
        """Some of the records."""
        return dataclasses.replace(
            self, at=self.at[which], fields=self.fields[which], begins=self.begins[which], lines=self.lines[which], even=0
        )

    def cells(self, column: int) -> Cells:
        """The text of a column from 0, without quotation marks and white space around it; empty where a record is
        too short. One text a record."""
        start, end = self._spans(column)
        if not self.quoted:
            # Most columns are without blanks at their sides: one look tells, before each cell is stripped.
            bare = not self.blanks or (self._no_blanks(start) and self._no_blanks(end - 1))
            return Cells.cut(self.buffer, *((start, end) if bare else self._stripped(start, end)))
        start, end = self._stripped(start, end)
        marked = (end - start > 1) & (self.buffer[start] == QUOTE)
        marked &= self.buffer[end - 1] == QUOTE
        start, end = self._stripped(start + marked, end - marked)
        cells = Cells.cut(self.buffer, start, end)
        twice = marked & cells.holds('"')
        if not twice.any():
            return cells
        texts = np.where(twice, np.char.replace(cells.strings(), b'""', b'"'), cells.strings())
        return Cells.of(texts.tolist())

    def _no_blanks(self, at: Ints) -> bool:
        """Whether none of these places has white space; an end of line is none."""
        letters = self.buffer.take(at, mode="clip")
        return bool((letters > SPACE).all() or ((letters > SPACE) | (letters == NEWLINE)).all())

    @cached_property
    def by_column(self) -> Ints:
        """Where the fields end, fields x records, where all records have as many."""
        return np.ascontiguousarray(self.ends.reshape(-1, self.even).T)

    def _spans(self, column: int) -> tuple[Ints, Ints]:
        """Where the cells of a column begin and end in the buffer."""
        if self.even > column:
            ends = self.by_column
            return (ends[column - 1] + 1 if column else self.begins), ends[column]
        last = np.minimum(self.at + column, self.ends.size - 1)
        end = self.ends[last]
        start = self.begins if column == 0 else self.ends[last - 1] + 1
        there = self.fields > column
        return np.where(there, start, 0), np.where(there, end, 0)

    def fingerprints(self) -> Ints:
        """A number for the whole text of each record: the same for the same text, within this process."""
        text = self.buffer.tobytes()
        ends = self.ends[self.at + self.fields - 1]
        spans = zip(self.begins.tolist(), ends.tolist(), strict=True)
        return np.fromiter((hash(text[start:end]) for start, end in spans), np.int64, len(self))

    def short_or_long(self, fields: int) -> Ints:
        """The records that do not have so many fields; empty ones at the end do not matter."""
        wrong = np.flatnonzero(self.fields != fields) if self.even != fields else self.at[:0]
        if wrong.size:
            wrong = wrong[~self._only_empty_beyond(wrong, fields)]
        return wrong

    def _only_empty_beyond(self, which: Ints, fields: int) -> NDArray[np.bool_]:
        long = self.fields[which] > fields
        text = self.buffer.tobytes() if long.any() else b""
        after = [
            b"" if not more else text[self.ends[self.at[i] + fields - 1] : self.ends[self.at[i] + self.fields[i] - 1]]
            for i, more in zip(which.tolist(), long.tolist(), strict=True)
        ]
        return long & np.array([len(set(each.strip())) <= 1 for each in after], dtype=np.bool_)

    def _stripped(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Without white space at either side."""
        if not self.blanks:
            return start, end
        while (blank := _BLANK[self.buffer[end - 1]] & (end > start)).any():
            end = end - blank
        while (blank := _BLANK[self.buffer[start]] & (end > start)).any():
            start = start + blank
        return start, end


_BLANK = np.zeros(256, dtype=np.bool_)
_BLANK[[SPACE, TAB, RETURN]] = True


def without_blank(records: Records) -> Records:
    """Without lines that have nothing on them, which are no records."""
    fields = records.fields
    if fields[0] > 1 and ((fields == fields[0]).all()):
        return dataclasses.replace(records, even=int(fields[0]))
    single = np.flatnonzero(fields == 1)
    start, end = records._stripped(records.begins[single], records.ends[records.at[single]])
    keep = np.ones(len(records), dtype=np.bool_)
    keep[single[start == end]] = False
    return records.where(np.flatnonzero(keep))
