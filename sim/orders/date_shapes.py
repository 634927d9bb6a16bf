"""What the shape of a date means: where its year, month, day and time stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from sim.orders.words import MONTHS, WEEKDAYS, plain

_TIME = (
    rb"(?:[ T]\s*|,\s*|\s+-\s+|\s+um\s+|\s+a\s+las\s+|\s*\xc3\xa0\s*)"
    rb"(?P<hour>0{1,2})[:.h](?P<minute>00)(?:[:.](?P<second>00)(?:[.,:](?P<fraction>0{1,9}))?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s*Uhr)?"
    rb"\s*(?:(?P<utc>Z|UTC|GMT)(?:\s*\+00:?00)?|(?P<sign>[+-])(?P<off_hour>00):?(?P<off_minute>00)?"
    rb"|(?P<zone>[A-Z]{3,5}|[A-Z][a-z]+/[A-Z][A-Za-z_/]+))?"
)
_END = rb"(?:" + _TIME + rb")?"
_YEAR_FIRST = re.compile(
    rb"(?P<y>0000)(?:(?P<sep>[-/.])\s?(?P<m>0{1,2})(?P=sep)\s?(?P<d>0{1,2})"
    rb"|\xe5\xb9\xb4(?P<m2>0{1,2})\xe6\x9c\x88(?P<d2>0{1,2})\xe6\x97\xa5)" + _END
)
_COMPACT = re.compile(
    rb"(?P<y>0000)(?P<m>00)(?P<d>00)(?:(?:[T ]?(?P<hour>00):?(?P<minute>00):?(?P<second>00)?(?P<utc>Z)?)?|"
    + _END.replace(b"?P<", b"?P<x_")
    + rb")"
)
_NUMBERS = re.compile(rb"(?P<a>0{1,2})(?P<sep>[-/.])\s?(?P<b>0{1,2})(?P=sep)\s?(?P<c>0000|00)" + _END)
_NAMED = re.compile(
    rb"(?:(?P<weekday>[^0\s.,]{2,14})[.,]*\s+)?"
    rb"(?:(?P<d>0{1,2})(?:st|nd|rd|th|\.|\xc2\xba)?[\s/-]*(?:de\s+)?(?P<month>[^0\s,./-]{3,14})[.,]?[\s/-]*(?:de\s+)?(?P<y>0000|00)"
    rb"|(?P<month2>[^0\s,./-]{3,14})[.]?[\s-]*(?P<d2>0{1,2})(?:st|nd|rd|th)?,?[\s-]+(?P<y2>0000|00)"
    rb"|(?P<y3>0000)[\s-](?P<month3>[^0\s,./-]{3,14})[\s-](?P<d3>0{1,2}))" + _END
)
# What a mail header and `date` write: Mon Jan 15 10:23:45 2024, the year at the end.
_CTIME = re.compile(
    rb"(?P<weekday>[A-Z][a-z]{2}) (?P<month>[A-Z][a-z]{2})\s+(?P<d>0{1,2})(?P<sep> )"
    rb"(?P<hour>0{1,2}):(?P<minute>00):(?P<second>00)"
    rb"(?: (?:(?P<utc>UTC|GMT)|(?P<zone>[A-Z]{3,5})))? (?P<y>0000)"
)
_SECONDS, _MILLISECONDS, _SERIAL = re.compile(rb"0{10}(?:\.0+)?"), re.compile(rb"0{13}"), re.compile(rb"0{5}(?:[.,]0+)?")
YEAR_FIRST, NUMBERS, COUNTED = "year first", "numbers", "counted"


@dataclass(frozen=True)
class DateShape:
    """Where the parts of a date stand in the cells of one shape."""

    kind: str
    """`YEAR_FIRST` for what has one meaning, `NUMBERS` for three numbers whose order is open, or a `COUNTED` unit."""
    places: dict[str, range] = field(default_factory=dict)
    """Where the digits of y, m, d (or a, b, c), hour, minute, second, fraction, off_hour and off_minute stand."""
    month: int = 0
    """The month where it is written as a word."""
    separator: bytes = b""
    afternoon: bool | None = None
    """Whether it is p.m.; None for a clock of 24 hours."""
    offset_sign: int = 0
    """1 or -1 for an offset from UTC, 0 where there is none."""
    utc: bool = False
    zone: str = ""
    """A zone that is named: it says no offset by itself."""
    unit: int = 0
    """Microseconds of one unit where the date is counted: from 1970, or in days from 1899-12-30."""


@lru_cache(4096)
def date_shape(shape: bytes) -> DateShape | None:
    """How to read the dates of a shape; None where it is none."""
    for pattern in (_YEAR_FIRST, _NUMBERS, _CTIME, _NAMED, _COMPACT):
        if found := pattern.fullmatch(shape):
            return _of_match(found, NUMBERS if pattern is _NUMBERS else YEAR_FIRST)
    whole = range(len(shape.partition(b".")[0].partition(b",")[0]))
    rest = range(len(whole) + 1, min(len(shape), len(whole) + 10))
    for pattern, unit in ((_SECONDS, 1_000_000), (_MILLISECONDS, 1_000), (_SERIAL, 86_400_000_000)):
        if pattern.fullmatch(shape):
            return DateShape(COUNTED, {"whole": whole, "rest": rest}, unit=unit)
    return None


def _of_match(found: re.Match[bytes], kind: str) -> DateShape | None:
    places: dict[str, range] = {}
    words: dict[str, bytes] = {}
    for name, text in found.groupdict().items():
        if text is None:
            continue
        plain_name = name.removeprefix("x_").rstrip("23")
        places[plain_name] = range(*found.span(name))
        words[plain_name] = text
    month = 0
    if "month" in words:
        month = MONTHS.get(plain(words["month"].decode("utf-8", "replace")), 0)
        if not month or ("weekday" in words and plain(words["weekday"].decode("utf-8", "replace")) not in WEEKDAYS):
            return None
    half = words.get("half", b"").lower()
    return DateShape(
        kind=kind,
        places=places,
        month=month,
        separator=words.get("sep", b""),
        afternoon=half == b"p" if half else None,
        offset_sign={b"+": 1, b"-": -1}.get(words.get("sign", b""), 0),
        utc="utc" in words,
        zone=words.get("zone", b"").decode(),
    )
