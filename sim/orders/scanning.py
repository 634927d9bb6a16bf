"""CSV cut into records and cells by numpy, a block at a time; only the cells that are asked for become anything.

The signs that separate are found in whole blocks at once; what stands between an odd and an even quotation mark is
text. Where quotation marks do not stand where RFC 4180 puts them, the csv module reads on, strictly.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from sim.errors import BadInput
from sim.orders.cells import PADDING
from sim.orders.encoding import newlines
from sim.orders.faults import refused
from sim.orders.records import NEWLINE, QUOTE, RETURN, Bytes, Ints, Records, without_blank

LONGEST_RECORD = 1 << 26
FIELD_END, RECORD_END = "\x1f", "\x1e"
"""What the records that the csv module has read are separated by again."""
BATCH = 20_000


class Scanner:
    """Cuts blocks of UTF-8 into records."""

    def __init__(self, blocks: Iterator[bytes], delimiter: str, file: str) -> None:
        self.blocks, self.delimiter, self.file = blocks, delimiter, file
        self.line = self.next_line = 1
        self.unterminated = False
        """Whether the file ended without ending its last line."""

    def __iter__(self) -> Iterator[Callable[[], Records]]:
        """What cuts the records, some at a time, when it is called, in whatever order and thread.

        Raises BadInput for quotation marks that nobody closes.
        """
        pending = b""
        for block in self.blocks:
            pending += block
            if b'"' not in pending:
                done = pending.rfind(b"\n") + 1
                if done:
                    whole = memoryview(pending)[:done]
                    count = newlines(whole)
                    yield partial(_plainly, b"".join((whole, _PADDING)), self.delimiter, self.line, count)
                    self.line += count
            else:
                records, done = self._cut(pending)
                if records is None:
                    yield from self._strictly(pending)
                    return
                if done:
                    self.line = self.next_line
                    yield partial(_as_they_are, records)
            pending = pending[done:]
            if not done and len(pending) > LONGEST_RECORD:
                raise self._endless(pending)
        if pending:
            self.unterminated = True
            records, done = self._cut(pending + b"\n")
            if records is None:
                yield from self._strictly(pending)
            elif done <= len(pending):
                raise self._endless(pending)
            else:
                yield partial(_as_they_are, records)

    def _cut(self, text: bytes) -> tuple[Records | None, int]:
        """The whole records at the head of a text and where they end; None where the quotation marks are sloppy."""
        buffer = np.frombuffer(text + _PADDING, dtype=np.uint8)
        quotes = np.flatnonzero(buffer == QUOTE)
        if not self._well_placed(buffer[: len(text)], quotes):
            return None, 0
        ends = np.flatnonzero((buffer == NEWLINE) | (buffer == ord(self.delimiter)))
        newline = buffer[ends] == NEWLINE
        every = ends[newline]
        outside = np.searchsorted(quotes, ends) % 2 == 0
        ends, newline = ends[outside], newline[outside]
        last = np.flatnonzero(newline)
        if not last.size:
            return _NOTHING, 0
        records = _between(buffer, text, ends[: last[-1] + 1], last, quoted=quotes.size > 0)
        stop = int(records.ends[-1])
        self.next_line = self.line + int(np.searchsorted(every, stop)) + 1
        lines = self.line + np.searchsorted(every, records.begins)
        return without_blank(dataclasses.replace(records, lines=lines)), stop + 1

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

    def _strictly(self, pending: bytes) -> Iterator[Callable[[], Records]]:
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
                    yield partial(_again, rows, lines)
                    rows, lines = [], []
        except csv.Error as fault:
            raise refused(self.file, f"quotation marks: {fault}; is the file whole?", line=offset + line) from None
        if rows:
            yield partial(_again, rows, lines)


def _plainly(padded: bytes, delimiter: str, line: int, count: int) -> Records:
    """The records of a text of so many lines without quotation marks, which has its padding behind it."""
    buffer = np.frombuffer(padded, dtype=np.uint8)
    stop = buffer == NEWLINE
    separator = buffer == ord(delimiter)
    separator |= stop
    ends = np.flatnonzero(separator)
    even = ends.size // count
    if even * count != ends.size or not stop[ends[even - 1 :: even]].all():
        even = 0
    last = np.arange(even - 1, ends.size, even) if even else np.flatnonzero(stop[ends])
    records = _between(buffer, padded, ends, last, quoted=False)
    return without_blank(dataclasses.replace(records, lines=np.arange(line, line + count), even=even))


def _between(buffer: Bytes, text: bytes, ends: Ints, last: Ints, *, quoted: bool) -> Records:
    """The records whose fields end here; `last` has the place of each record's last one in `ends`."""
    stops = ends[last]
    begins = np.empty_like(stops)
    begins[0], begins[1:] = 0, stops[:-1] + 1
    at = np.empty_like(last)
    at[0], at[1:] = 0, last[:-1] + 1
    blanks = any(sign in text for sign in (b" ", b"\t", b"\r"))
    return Records(buffer, ends, at, last - at + 1, begins, _NONE, quoted, blanks, b"@" in text)


def _as_they_are(records: Records) -> Records:
    return records


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
    return without_blank(Records(buffer, ends, at, last - at + 1, begins, np.array(lines, dtype=np.int64), False, True))


_PADDING = bytes(PADDING)
_NONE = np.zeros(0, dtype=np.int64)
_NOTHING = Records(np.zeros(PADDING, dtype=np.uint8), _NONE, _NONE, _NONE, _NONE, _NONE, False, False)
