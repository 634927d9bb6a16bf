"""A table as CSV: which sign separates its cells, whether it has headings, and the needed columns of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain

import numpy as np

from sim.orders.abreast import abreast
from sim.orders.account import Telling, many
from sim.orders.amounts import amount_shape
from sim.orders.date_shapes import date_shape
from sim.orders.encoding import utf8_blocks
from sim.orders.faults import Column, Faults, Faulty, refused
from sim.orders.headings import Layout, known_names, layout, named
from sim.orders.options import OrderOptions
from sim.orders.overlooked import LOOKED_AT, overlooked
from sim.orders.raw import Gathering, Part, Raw, needs_fingerprints, part_of
from sim.orders.records import Records
from sim.orders.scanning import FIELD_END, Scanner

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", FIELD_END: "white space"}
SIGNS = {"tab": "\t", "\\t": "\t", "space": FIELD_END, " ": FIELD_END, "comma": ",", "semicolon": ";", "bar": "|"}
"""What the user may call a separator."""
SAMPLE_LINES, SAMPLE_BYTES = 50, 1 << 16
MOST_TITLES, MOST_TITLE_CELLS = 30, 2
"""Lines before the headings that may be a title and notes, and filled cells of one of them."""
WHOLE_ROW = Column("", 0)


def read_csv(stream: io.BufferedReader, options: OrderOptions, telling: Telling, faults: Faults) -> Raw:
    """The needed columns of a CSV. Raises BadInput for what is no table, and where a needed column is not found."""
    blocks = utf8_blocks(stream, options.encoding, telling)
    head = b""
    while len(head) < SAMPLE_BYTES and (block := next(blocks, b"")):
        head += block
    if not head.strip():
        raise refused(telling.file, "is empty")
    skipped, head, delimiter = _hinted(head)
    delimiter = _given(options.delimiter) or delimiter
    if options.header is not False:
        title, head = _untitled(head, delimiter or ",;\t|")
        if title:
            telling.recognised.append(f"left out before the headings: {many(title, 'line')} of a title")
        skipped += title
    delimiter = delimiter or _sniffed(head, telling.file)
    telling.recognised.append(f"cells separated by: {NAMES.get(delimiter, repr(delimiter))}")
    text = chain([head], blocks)
    scanner = Scanner(_spaced(text) if delimiter == FIELD_END else text, delimiter, telling.file)
    scanner.line += skipped
    raw = _gathered(scanner, options, telling, faults)
    if scanner.unterminated:
        telling.remarks.append("the last line is not ended: if the file was cut short, its last amount may be too")
    return raw


def _gathered(scanner: Scanner, options: OrderOptions, telling: Telling, faults: Faults) -> Raw:
    pieces = iter(scanner)
    records = next((found for piece in pieces if len(found := piece())), None)
    if records is None:
        raise refused(telling.file, "is empty")
    plan, header = _layout(records, options, telling)
    gathering = Gathering(plan, telling.file)
    first = records.where(np.arange(1, len(records))) if header else records
    sample = first.where(np.arange(min(len(first), LOOKED_AT)))
    overlooked(plan, lambda column: sample.cells(column.number - 1).strings().tolist(), telling)
    for wrong, part in abreast(partial(_taken, plan), chain([lambda: first], pieces)):
        telling.rows += part.lines.size + len(wrong)
        for fault in wrong:
            faults.add(fault)
        gathering.add(part)
    return gathering.finish(telling)


def _taken(plan: Layout, piece: Callable[[], Records]) -> tuple[list[Faulty], Part]:
    """The needed columns of some records, and those records that do not have as many cells as there are columns."""
    records = piece()
    wrong = records.short_or_long(len(plan.columns))
    faults = [
        Faulty(
            int(records.lines[i]), WHOLE_ROW,
            f"the row has {many(int(records.fields[i]), 'cell')}, the table has {len(plan.columns)} columns",
            "the number of cells is not that of the columns", "a cell that holds the separator stands in quotation marks",
        )
        for i in wrong.tolist()
    ]  # fmt: skip
    if wrong.size:
        records = records.where(np.delete(np.arange(len(records)), wrong))
    columns = {role: records.cells(column.number - 1) for role, column in plan.roles.items()}
    prints = records.fingerprints() if needs_fingerprints(plan) else None
    return faults, part_of(columns, records.lines, prints, addresses=records.addresses)


def _layout(records: Records, options: OrderOptions, telling: Telling) -> tuple[Layout, bool]:
    """What the columns are, and whether the first record says so."""
    first = records.where(np.arange(1))
    names = [first.cells(column).text(0).decode("utf-8", "replace") for column in range(int(first.fields[0]))]
    header = options.header if options.header is not None else _is_header(names, options)
    if not header:
        telling.recognised.append("no headings: the first row holds data")
        names = [""] * len(names)
    elif names and not names[-1]:
        names = _without_trailing(names)
    plan = layout(named(names), options.columns(), telling.file)
    telling.form = plan.form
    return plan, header


def _without_trailing(names: list[str]) -> list[str]:
    while len(names) > 1 and not names[-1]:
        names = names[:-1]
    return names


def _is_header(names: Sequence[str], options: OrderOptions) -> bool:
    if known_names(names) or any(text in names for text in options.columns().values()):
        return True
    return not any(_is_data(name) for name in names)


def _is_data(text: str) -> bool:
    shape = re.sub(rb"[0-9]", b"0", text.strip().encode())
    return date_shape(shape) is not None or amount_shape(shape) is not None or "@" in text


def _hinted(head: bytes) -> tuple[int, bytes, str]:
    """Spreadsheets begin a file with a line `sep=;` that says what separates."""
    found = re.match(rb'"?sep=(.)"?\r?\n', head)
    if found is None:
        return 0, head, ""
    return 1, head[found.end() :], found[1].decode("latin-1")


def _untitled(head: bytes, signs: str) -> tuple[int, bytes]:
    """How many lines stand before the headings, as titles and notes in some exports do, and the text from these on.

    Headings are a line with names for at least two of the needed columns; what stands before has none, and as a rule fewer
    cells.
    """
    begin = 0
    for number, line in enumerate(head[:SAMPLE_BYTES].split(b"\n")[:MOST_TITLES]):
        rows = [_sample(line.decode("utf-8", "replace"), sign) for sign in signs]
        cells = max((row[0] for row in rows if row), key=known_names, default=[])
        if known_names(cells) >= 2:
            return (number, head[begin:]) if head[:begin].strip() else (0, head)
        if known_names(cells) or sum(bool(cell.strip()) for cell in cells) > MOST_TITLE_CELLS:
            break
        begin += len(line) + 1
    return 0, head


def _given(delimiter: str | None) -> str:
    """The sign that the user says."""
    if delimiter is None:
        return ""
    word = delimiter.strip().lower() if len(delimiter) > 1 else delimiter
    sign = SIGNS.get(word, word)
    if len(sign) != 1 or not sign.isascii() or sign in '"\r\n' or sign.isalnum():
        raise refused("--delimiter", f"'{delimiter[:20]}' is no sign that separates", allowed="one character, tab, or space")
    return sign


def _sniffed(head: bytes, file: str) -> str:
    """The separator that makes the first lines a table: the most known headings, then the most even rows."""
    sample = head[:SAMPLE_BYTES].decode("utf-8", "replace")
    best, most = "", (-1, -1.0, 0)
    for sign in ",;\t|":
        rows = _sample(sample, sign)
        wide = max((len(row) for row in rows), default=0)
        if wide < 2:
            continue
        even = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        score = (known_names(rows[0]), even, wide)
        if score > most:
            best, most = sign, score
    if best and (most[0] or most[1] > 0.5):
        return best
    lines = [line.split() for line in sample.splitlines()[:SAMPLE_LINES] if line.strip()]
    if len(lines[0]) > 1 and sum(len(line) == len(lines[0]) for line in lines[:-1]) >= 0.9 * len(lines[:-1]):
        return FIELD_END
    allowed = "a table of customer, date and amount, or --delimiter"
    raise refused(file, "has one column only: nothing separates its cells", line=1, allowed=allowed)


def _sample(text: str, sign: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            if row:
                rows.append(row)
            if len(rows) == SAMPLE_LINES:
                break
    except csv.Error:
        pass  # told when the file itself is read
    return rows


def _spaced(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Text whose cells are separated by runs of white space, with one sign instead."""
    mark, rest = FIELD_END.encode(), b""
    for block in blocks:
        whole, newline, rest = (rest + block).rpartition(b"\n")
        yield re.sub(rb"[ \t\r]+", mark, re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", whole)) + newline
    yield re.sub(rb"[ \t\r]+", mark, rest.strip())
