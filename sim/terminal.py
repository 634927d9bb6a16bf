"""What the terminal at the other end of a stream can show: its size, its colours and its letters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

from sim.text import cut, printable, width

COLUMNS, ROWS = 100, 32
"""What is assumed where there is no terminal: a file or a pipe."""
TIED = "\N{NO-BREAK SPACE}"
"""Stands for a space at which no line may end while texts are wrapped."""
NO_BRAILLE = ("linux", "vt100", "vt102", "vt220", "ansi")
"""Terminals whose own fonts have no braille, whatever the encoding."""


@dataclass(frozen=True)
class Terminal:
    """What can be shown; the defaults are those of a UTF-8 file."""

    columns: int = COLUMNS
    rows: int = ROWS
    colour: str = "none"
    """`truecolor`, `256` or `none`."""
    encoding: str = "utf-8"
    unicode: bool = True
    """Whether braille, blocks and typographic signs arrive."""
    tty: bool = False
    light: bool = False
    """Whether the page is known to be light (COLORFGBG); dark otherwise."""

    @property
    def ellipsis(self) -> str:
        """What stands for text that was cut."""
        return "…" if self.unicode else "..."

    @property
    def minus(self) -> str:
        """A minus sign between words."""
        return "−" if self.unicode else "-"


def look(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> Terminal:
    """What the stream's terminal can show, from the stream and the environment.

    Honours NO_COLOR, COLORTERM, TERM, COLUMNS, LINES and COLORFGBG.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    tty = _is_tty(stream)
    columns, rows = _size(stream if tty else None, environ)
    name = environ.get("TERM", "")
    return Terminal(
        columns=columns,
        rows=rows,
        colour=_colour(environ) if tty else "none",
        encoding=encoding,
        unicode=_can_encode("⣿▅±−…┤", encoding) and not (tty and name in NO_BRAILLE),
        tty=tty,
        light=environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15"),
    )


def wrapped(texts: Iterable[str], terminal: Terminal) -> list[str]:
    """The texts as lines no wider than the terminal (than 20 cells, if that is narrower), later lines indented."""
    import textwrap  # paid for by those who print a text

    lines: list[str] = []
    for text in texts:
        # A number keeps its per cent sign beside it.
        safe = printable(text, terminal.encoding).replace(" %", f"{TIED}%")
        lines += (line.replace(TIED, " ") for line in textwrap.wrap(safe, max(terminal.columns, 20), subsequent_indent="  "))
    return lines


def fitting(texts: Iterable[str], terminal: Terminal, rows: int) -> list[str]:
    """The texts as lines of the terminal, at most so many; where they are more, the last one ends in what says so."""
    lines = wrapped(texts, terminal)
    if len(lines) <= rows or rows <= 0:
        return lines[: max(rows, 0)]
    more = f" {terminal.ellipsis}"
    last, columns = lines[rows - 1], max(terminal.columns, 20)
    kept = last if width(last) + len(more) <= columns else cut(last, columns - len(more), "").rpartition(" ")[0]
    return [*lines[: rows - 1], kept + more]


def _is_tty(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _size(stream: TextIO | None, environ: Mapping[str, str]) -> tuple[int, int]:
    found = (COLUMNS, ROWS)
    if stream is not None:
        try:
            size = os.get_terminal_size(stream.fileno())
            found = (size.columns or 80, size.lines or 24)
        except (OSError, ValueError):
            found = (80, 24)
    asked = (environ.get("COLUMNS", ""), environ.get("LINES", ""))
    pairs = zip(asked, found, strict=True)
    columns, rows = (int(text) if text.isdecimal() and int(text) else size for text, size in pairs)
    return min(columns, 1000), min(rows, 1000)


def _colour(environ: Mapping[str, str]) -> str:
    name = environ.get("TERM", "")
    if environ.get("NO_COLOR") or name == "dumb":
        return "none"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or environ.get("WT_SESSION"):
        return "truecolor"
    return "256" if "256" in name else "none"


def _can_encode(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except (UnicodeError, LookupError):
        return False
