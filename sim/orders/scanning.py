"""CSV cut into records and cells by numpy, a block at a time; only the cells that are asked for become anything.

The signs that separate are found in whole blocks at once; what stands between an odd and an even quotation mark is
text. Where quotation marks do not stand where RFC 4180 puts them, the csv module reads on, strictly.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.orders.cells import PADDING, Cells
from sim.orders.faults import refused

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NEWLINE, QUOTE, RETURN, SPACE, TAB = 10, 34, 13, 32, 9
LONGEST_RECORD = 1 << 26
FIELD_END, RECORD_END = "\x1f", "\x1e"
"""What the records that the csv module has read are separated by again."""
BATCH = 20_000


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
    """How many fields each record has where all have as many and none was left out; else 0."""

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
            # Nearly all cells are without blanks at their sides: one look tells, before each is stripped.
            if not self.blanks or (self.buffer[end - 1] > SPACE).all():
                cells = Cells.cut(self.buffer, start, end)
                if not self.blanks or not cells.begin_blank:
                    return cells
            return Cells.cut(self.buffer, *self._stripped(start, end))
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

    def _spans(self, column: int) -> tuple[Ints, Ints]:
        """Where the cells of a column begin and end in the buffer."""
        if self.even > column:
            ends = self.ends.reshape(-1, self.even)
            end = np.ascontiguousarray(ends[:, column])
            return (self.begins if column == 0 else ends[:, column - 1] + 1), end
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
        wrong = np.flatnonzero(self.fields != fields)
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


class Scanner:
    """Cuts blocks of UTF-8 into records."""

    def __init__(self, blocks: Iterator[bytes], delimiter: str, file: str) -> None:
        self.blocks, self.delimiter, self.file = blocks, delimiter, file
        self.line = self.next_line = 1
        self.unterminated = False
        """Whether the file ended without ending its last line."""

    def __iter__(self) -> Iterator[Records]:
        """The records, some at a time. Raises BadInput for quotation marks that nobody closes."""
        pending = b""
        for block in self.blocks:
            pending += block
            records, done = self._cut(pending)
            if records is None:
                yield from self._strictly(pending)
                return
            if done:
                self.line = self.next_line
                pending = pending[done:]
                yield records
            elif len(pending) > LONGEST_RECORD:
                raise self._endless(pending)
        if pending:
            self.unterminated = True
            records, done = self._cut(pending + b"\n")
            if records is None:
                yield from self._strictly(pending)
            elif done <= len(pending):
                raise self._endless(pending)
            else:
                yield records

    def _cut(self, text: bytes) -> tuple[Records | None, int]:
        """The whole records at the head of a text and where they end; None where the quotation marks are sloppy."""
        buffer = np.frombuffer(text + bytes(PADDING), dtype=np.uint8)
        ends = np.flatnonzero((buffer == NEWLINE) | (buffer == ord(self.delimiter)))
        newline = buffer[ends] == NEWLINE
        every = ends[:0]
        quoted = b'"' in text
        if quoted:
            quotes = np.flatnonzero(buffer == QUOTE)
            every = ends[newline]
            if not self._well_placed(buffer[: len(text)], quotes):
                return None, 0
            outside = np.searchsorted(quotes, ends) % 2 == 0
            ends, newline = ends[outside], newline[outside]
        last = np.flatnonzero(newline)
        if not last.size:
            return _NOTHING, 0
        ends = ends[: last[-1] + 1]
        stops = ends[last]
        begins = np.empty_like(stops)
        begins[0], begins[1:] = 0, stops[:-1] + 1
        at = np.empty_like(last)
        at[0], at[1:] = 0, last[:-1] + 1
        lines = self.line + (np.searchsorted(every, begins) if quoted else np.arange(at.size))
        self.next_line = self.line + (int(np.searchsorted(every, stops[-1])) + 1 if quoted else at.size)
        fields = last - at + 1
        blanks = any(sign in text for sign in (b" ", b"\t", b"\r"))
        records = Records(buffer, ends, at, fields, begins, lines, quoted, blanks, b"@" in text)
        return _without_blank(records), int(stops[-1]) + 1

    def _well_placed(self, buffer: Bytes, quotes: Ints) -> bool:
        """Whether every odd quotation mark opens a field, and every even one closes it or is the first of two."""
        opening, closing = quotes[0::2], quotes[1::2]
        before = buffer[np.maximum(opening - 1, 0)]
        after = buffer[np.minimum(closing + 1, buffer.size - 1)]
        separator = ord(self.delimiter)
        opens = (opening == 0) | (before == separator) | (before == NEWLINE) | (before == QUOTE)
        closes = (closing + 1 == buffer.size) | (after == separator) | (after == NEWLINE) | (after == QUOTE) | (after == RETURN)
        return bool(opens.all() and closes.all())

    def _endless(self, text: bytes) -> BadInput:
        place = text.rfind(b'"')
        if place < 0:
            message = f"has a row of more than {LONGEST_RECORD:,} bytes: it is no table of orders"
            return refused(self.file, message, line=self.line)
        buffer = np.frombuffer(text, dtype=np.uint8)
        first = int(np.flatnonzero(buffer == QUOTE)[0])
        line = self.line + text.count(b"\n", 0, first)
        return refused(self.file, "a quotation mark in this line or below is never closed; is the file whole?", line=line)

    def _strictly(self, pending: bytes) -> Iterator[Records]:
        """What the csv module makes of the rest, in the same form."""
        offset = self.line - 1
        reader = csv.reader(_text_lines(pending, self.blocks), delimiter=self.delimiter, strict=True, skipinitialspace=True)
        rows: list[str] = []
        lines: list[int] = []
        line = 1
        try:
            for row in reader:
                if row:
                    rows.append(FIELD_END.join(cell.replace(FIELD_END, " ").replace(RECORD_END, " ") for cell in row))
                    lines.append(offset + line)
                line = reader.line_num + 1
                if len(rows) == BATCH:
                    yield _again(rows, lines)
                    rows, lines = [], []
        except csv.Error as fault:
            raise refused(self.file, f"quotation marks: {fault}; is the file whole?", line=offset + line) from None
        if rows:
            yield _again(rows, lines)


def _text_lines(pending: bytes, blocks: Iterator[bytes]) -> Iterator[str]:
    for block in blocks:
        *whole, pending = (pending + block).split(b"\n")
        yield from (each.decode("utf-8", "replace") + "\n" for each in whole)
    yield from (each + "\n" for each in pending.decode("utf-8", "replace").split("\n"))


def _again(rows: list[str], lines: list[int]) -> Records:
    """Records in a text that needs no quotation marks."""
    text = "".join(row + RECORD_END for row in rows).encode()
    buffer = np.frombuffer(text + bytes(PADDING), dtype=np.uint8)
    stop = buffer == ord(RECORD_END)
    ends = np.flatnonzero(stop | (buffer == ord(FIELD_END)))
    last = np.flatnonzero(stop[ends])
    at = np.concatenate([[0], last[:-1] + 1])
    begins = np.concatenate([[0], ends[last[:-1]] + 1])
    return _without_blank(Records(buffer, ends, at, last - at + 1, begins, np.array(lines, dtype=np.int64), False, True))


def _without_blank(records: Records) -> Records:
    """Lines with nothing on them are no records."""
    fields = records.fields
    if fields[0] > 1 and (fields == fields[0]).all():
        return dataclasses.replace(records, even=int(fields[0]))
    single = np.flatnonzero(fields == 1)
    start, end = records._stripped(records.begins[single], records.ends[records.at[single]])
    keep = np.ones(len(records), dtype=np.bool_)
    keep[single[start == end]] = False
    return records.where(np.flatnonzero(keep))


_NONE = np.zeros(0, dtype=np.int64)
_NOTHING = Records(np.zeros(PADDING, dtype=np.uint8), _NONE, _NONE, _NONE, _NONE, _NONE, False, False)
