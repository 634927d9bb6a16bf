"""Values in words: as a user writes them, what a knob takes, and what was found instead."""

from __future__ import annotations

import datetime
from typing import Any

from sim.files.source import printable
from sim.knobs import Knob
from sim.scenario import DAYS_A_MONTH, DAYS_A_YEAR

FIRST_DATE, LAST_DATE = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
"""The dates a scenario may name: months before and after them are still dates."""
MAX_TEXT = 200
"""Characters in a text."""
LIMITS: dict[str, tuple[float, float]] = {
    "factor": (0.0, 1000.0),
    "number": (-1e9, 1e9),
    "integer": (-1e9, 1e9),
    "duration": (0.0, 36_500.0),
    "months": (0.0, 1200.0),
    "money": (0.0, 1e9),
    "numbers": (-1e9, 1e9),
}
"""Ranges by kind where a knob declares none: far beyond any store, and small enough that cents fit in 64 bits."""
SHOWN = 60
"""Characters of a value that messages repeat."""

_WANTED = {
    "share": "a share such as 15 % or 0.15",
    "factor": "a multiplier such as 1.05",
    "number": "a number",
    "integer": "a whole number",
    "duration": "a duration with its unit such as 14 d, 6 weeks, 3 months or 1 year",
    "months": "a number of months such as 24 or 2 years",
    "money": "an amount such as 12.50",
    "text": f"a text of at most {MAX_TEXT} characters",
    "flag": "true or false",
    "date": f"a date from {FIRST_DATE} to {LAST_DATE}, such as 2025-01-31",
    "numbers": "a list of numbers such as [1, 0.9, 1.1]",
    "clock": "a time of day such as 22:00",
}


def bounds(knob: Knob) -> tuple[float | None, float | None]:
    """The smallest and the largest value of a knob in its inner unit; None for kinds without an order."""
    low, high = LIMITS.get(knob.kind, (None, None))
    return low if knob.low is None else knob.low, high if knob.high is None else knob.high


def wanted(knob: Knob) -> str:
    """What kind of thing a knob takes, without an example."""
    return _WANTED[knob.kind].partition(" such")[0]


def allowed(knob: Knob) -> str:
    """What a knob takes, in words, with its range."""
    if knob.kind == "choice":
        return " or ".join(knob.choices)
    kind = f"a list of {knob.length} numbers" if knob.kind == "numbers" and knob.length else _WANTED[knob.kind]
    low, high = bounds(knob)
    if low is None or high is None:
        return kind
    return f"{kind}, from {_text_of(knob, low)} to {_text_of(knob, high)}"


def shown(value: Any) -> str:
    """A value found in a file, short enough for a message and free of characters that move the cursor."""
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "a section"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)[:SHOWN]
    return f"'{printable(value, SHOWN)}'"


def text(knob: Knob, value: Any) -> str:
    """A knob's value as a user would write it: `15 %`, `14 d`, `24 months`; `null` for one that is not set."""
    if value is None:
        return "null"
    if knob.kind == "numbers":
        return "[" + ", ".join(plain(number) for number in value) + "]"
    return _text_of(knob, value)


def _text_of(knob: Knob, value: Any) -> str:
    """The text of one value, also of a range's end."""
    if isinstance(value, bool):
        return str(value).lower()
    if knob.kind == "share":
        percent = f"{value * 100:.12g}"
        return f"{percent} %" if float(f"{percent}e-2" if "e" not in percent else "nan") == value else plain(value)
    if knob.kind == "duration":
        return _duration_text(value)
    if knob.kind == "clock":
        hours, minutes = divmod(round(value * 1440), 60)
        return f"{hours:02d}:{minutes:02d}"
    if knob.kind == "months":
        return f"{plain(value)} month{'s' * (value != 1)}"
    if knob.kind == "money" and value != int(value) and float(f"{value:.2f}") == value:
        return f"{value:.2f}"
    return plain(value) if isinstance(value, int | float) else str(value)


def _duration_text(days: float) -> str:
    """Days in the first unit that gives a whole number and the very same float again; else in days."""
    if days == 0:
        return "0 d"
    for unit, name in ((1.0, "d"), (DAYS_A_YEAR, "year"), (DAYS_A_MONTH, "month"), (1 / 24, "h"), (1 / 1440, "min")):
        count = round(days / unit)
        again = count / round(1 / unit) if unit < 1 else count * unit
        if count and again == days:
            return f"{count} {name}{'s' * (count != 1 and name in ('month', 'year'))}"
    return f"{plain(days)} d"


def plain(value: float) -> str:
    """A number without a needless `.0`; it reads back as the very same float."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
