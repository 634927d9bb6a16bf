"""What is wrong with a file of orders, told with its place and without what identifies a customer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.errors import BadInput, Problem
from sim.files.source import printable
from sim.orders.words import CODES, MONTHS, WEEKDAYS, plain

MOST = 20
"""So many mistakes of one file are told; of the others only how many there are."""
LONGEST = 30
MISSING = frozenset((b"", b"-", b"na", b"n/a", b"nan", b"nat", b"null", b"none", b"nil", b"#n/a"))
"""What stands for nothing in a cell, in small letters."""


PHONE = 7
"""Digits that a telephone number has at least."""
_WORDS = "am pm utc gmt t z w q e uhr st nd rd th de um nan inf zl kc ft kr rs"
_HARMLESS = frozenset((*MONTHS, *WEEKDAYS, *(code.lower() for code in CODES), *_WORDS.split(), ""))
"""Words beside the digits of dates and amounts, as `plain` writes them; signs have none."""
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d)")
_NUMBER = re.compile(r"[-\u2212]?(?:\d+|\d{1,3}(?:[\s.,'\u2019]\d{3})+)(?:[.,]\d+)*[-\u2212]?\D?")


def safe(value: bytes | str) -> str:
    """A value from a cell, quoted for a message; hidden where it may be a name or an address."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if not text.strip():
        return "an empty cell"
    if text.lower().encode() in MISSING:
        return f"'{text}'"
    if not any(letter.isdigit() for letter in text) or _personal(text):
        return f"a text of {len(text)} characters (not shown: it may be personal)"
    return f"'{printable(text, LONGEST)}'"


def _personal(text: str) -> bool:
    """Whether a text with digits may be an address or a telephone number: it has words that no date or amount has, or many
    digits grouped as neither groups them."""
    words = re.findall(r"[^\W\d_]+", text)
    if "@" in text or any(plain(word) not in _HARMLESS for word in words):
        return True
    if words or ":" in text or sum(letter.isdigit() for letter in text) < PHONE or _DATE.match(text):
        return False
    return text.lstrip("'").startswith(("+", "0")) or _NUMBER.fullmatch(text) is None


def safe_name(heading: str) -> str:
    """A heading, quoted for a message; hidden where it looks like data."""
    if "@" in heading or sum(letter.isdigit() for letter in heading) > 4:
        return "(not shown: it looks like data)"
    return f"'{printable(heading, 40)}'"


@dataclass(frozen=True)
class Column:
    """A column of a file."""

    name: str
    number: int
    """From 1."""

    def __str__(self) -> str:
        return safe_name(self.name) if self.name else f"column {self.number}"


@dataclass(frozen=True)
class Faulty:
    """A row that cannot be read."""

    line: int
    column: Column
    message: str
    """With the value where it may be shown."""
    reason: str
    """Without the value."""
    allowed: str = ""


@dataclass
class Faults:
    """The rows of a file that cannot be read."""

    file: str
    found: list[Faulty] = field(default_factory=list)

    def add(self, fault: Faulty) -> None:
        """Note a row; beyond the first few it is only counted."""
        self.found.append(fault)

    def check(self) -> None:
        """Raise BadInput with the first of them, in the order of the file, if there are any."""
        if not self.found:
            return
        told = sorted(self.found, key=lambda each: (each.line, each.column.number))
        problems = [
            Problem(each.message, self.file, each.line, each.column.number, each.column.name and str(each.column).strip("'"),
                    each.allowed)
            for each in told[:MOST]
        ]  # fmt: skip
        if len(told) > MOST:
            problems.append(Problem(f"{len(told) - MOST:,} more rows cannot be read", self.file))
        problems.append(Problem("to leave such rows out, and have them counted: --skip-bad-rows", self.file))
        raise BadInput(problems)


def refused(file: str, message: str, *, line: int = 0, column: Column | None = None, allowed: str = "") -> BadInput:
    """One mistake of a file, to be raised."""
    return BadInput(Problem(message, file, line, column.number if column else 0, allowed=allowed))


def listed(columns: Sequence[Column]) -> str:
    """The columns' names, for a message."""
    return ", ".join(str(each) for each in columns[:30]) + (" ..." if len(columns) > 30 else "")
