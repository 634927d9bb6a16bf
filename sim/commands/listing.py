"""Lists of what there is, in every format, and names that must be known."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from sim.errors import BadInput, Problem
from sim.nearest import nearest
from sim.report.as_csv import csv_text
from sim.report.as_json import dumps
from sim.report.as_markdown import escaped, markdown_table
from sim.report.table import natural_width, table
from sim.terminal import look
from sim.text import printable


def known(name: str, names: Iterable[str], kind: str, plural: str) -> str:
    """The name if it is known; raises BadInput with the nearest one, or the way to the list, if not."""
    names = list(names)
    if name not in names:
        suggestion = nearest(name, names)
        way = "" if suggestion else f"; see 'regulars {plural}'"
        raise BadInput(Problem(f"there is no {kind} '{name}'{way}", suggestion=suggestion))
    return name


def listed(rows: Sequence[Mapping[str, str]], form: str) -> str:
    """Rows with the same keys as a table of text, JSON, CSV or Markdown."""
    if form == "json":
        return dumps(list(rows))
    header = list(rows[0]) if rows else []
    cells = [list(row.values()) for row in rows]
    if form == "csv":
        return csv_text(header, cells)
    if form == "markdown":
        return markdown_table(header, [[escaped(cell) for cell in row] for row in cells], left=len(header))
    terminal = look(sys.stdout)
    shown = [[printable(cell, terminal.encoding) for cell in row] for row in cells]
    rule = "─" if terminal.unicode else "-"
    wrapped = _wrapped(header, shown, terminal.columns)
    return table(header, wrapped, terminal.columns, align="<" * len(header), ellipsis=terminal.ellipsis, rule=rule)


def _wrapped(header: list[str], rows: list[list[str]], columns: int) -> list[list[str]]:
    """The rows with a last column that is too wide continued in rows below."""
    import textwrap

    if not rows:
        return rows
    others = natural_width([[*row[:-1], ""] for row in (header, *rows)])
    room = max(columns - others, 24)
    lines = []
    for row in rows:
        first, *rest = textwrap.wrap(row[-1], room) or [""]
        lines += [[*row[:-1], first], *([""] * (len(row) - 1) + [line] for line in rest)]
    return lines


def paragraph(text: str, indent: str = "") -> str:
    """A text wrapped to the terminal, each line ended."""
    import textwrap

    terminal = look(sys.stdout)
    columns = max(min(terminal.columns, 100), 30)
    return (
        textwrap.fill(
            printable(" ".join(text.split()), terminal.encoding),
            columns,
            initial_indent=indent,
            subsequent_indent=indent,
        )
        + "\n"
    )
