"""Quantities as a user writes them, `15 %`, `6 weeks`, `12.50`, read into what the program holds.

`parse` takes the value of a YAML scalar (or a list of them), `read` takes text; `text`, from the room beside, writes a
value back: `read(knob, text(knob, value)) == value` for every value that is allowed.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

from sim.errors import BadInput, Problem
from sim.files.wording import FIRST_DATE, LAST_DATE, MAX_TEXT, SHOWN, allowed, bounds, plain, shown, text, wanted
from sim.files.yaml_nodes import scalar
from sim.knobs import Knob
from sim.nearest import nearest
from sim.scenario import DAYS_A_MONTH, DAYS_A_YEAR

__all__ = [
    "DAYS", "FIRST_DATE", "LAST_DATE", "MAX_TEXT", "NUMBER", "UNIT_OF", "allowed", "bounds", "parse", "read", "shown", "text",
]  # fmt: skip

DAYS = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "week": 7.0, "month": DAYS_A_MONTH, "year": DAYS_A_YEAR}
"""Days in one unit of time; a month is a twelfth of a year of 365.25 days."""

_SPELLINGS = {
    "min": ("min", "minute", "minutes"),
    "h": ("h", "hour", "hours"),
    "d": ("d", "day", "days"),
    "week": ("w", "week", "weeks"),
    "month": ("mo", "month", "months"),
    "year": ("y", "year", "years"),
}
UNIT_OF = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings}
"""Every spelling of a unit of time, and the unit in `DAYS`."""

NUMBER = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,4})?"
"""A number within a quantity, as a regular expression."""
_DURATION = re.compile(rf"({NUMBER})\s*([A-Za-z]+)")
_PERCENT = re.compile(rf"({NUMBER})\s*%")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(knob: Knob, text: str) -> Any:
    """The value that a typed text stands for; raises as `parse` does."""
    text = text.strip()
    if knob.kind == "text" and not (text == "null" and knob.default is None):
        return parse(knob, text)
    if knob.kind == "numbers" and text.startswith("[") and text.endswith("]"):
        return parse(knob, [scalar(item.strip()) for item in text[1:-1].split(",")])
    return parse(knob, scalar(text))


def parse(knob: Knob, value: Any) -> Any:
    """The inner value of what a YAML file gives for a knob; None only for a knob that may be not set.

    Raises BadInput with one problem, without a place, that says what is wrong and what is allowed.
    """
    if value is None:
        if knob.default is None:
            return None
        raise _refusal(knob, "has no value")
    found = _PARSERS[knob.kind](knob, value)
    for number in found if isinstance(found, tuple) else (found,):
        if isinstance(number, int | float) and not isinstance(number, bool):
            _check_range(knob, number, value)
    return found


def _refusal(knob: Knob, message: str, suggestion: str = "") -> BadInput:
    return BadInput(Problem(message, allowed=allowed(knob), suggestion=suggestion))


def _check_range(knob: Knob, number: float, value: Any) -> None:
    found = plain(number) if isinstance(value, list | tuple) else shown(value).strip("'")
    low, high = bounds(knob)
    if low is not None and number < low:
        raise _refusal(knob, f"{found} is too small")
    if high is not None and number > high:
        advice = ""
        if knob.kind == "share" and isinstance(value, int | float):
            advice = f": it is {text(knob, number)}; {plain(value)} % is written '{plain(value)} %'"
        raise _refusal(knob, f"{found} is too large{advice}")


def _float(knob: Knob, value: Any) -> float:
    """A finite number. Text is refused, with a hint where it only looks like one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        hint = ""
        if isinstance(value, str) and isinstance(scalar(value), int | float):
            hint = "; leave out the quotes"
        elif isinstance(value, str) and re.fullmatch(r"[-+]?[0-9][0-9,' _]*(\.[0-9]+)?", value):
            hint = "; write it without separators"
        raise _refusal(knob, f"{shown(value)} is not {wanted(knob)}{hint}")
    if not math.isfinite(value):
        raise _refusal(knob, f"{'infinity' if math.isinf(value) else 'not a number (nan)'} is no value")
    return float(value)


def _integer(knob: Knob, value: Any) -> int:
    number = _float(knob, value)
    if not number.is_integer():
        raise _refusal(knob, f"{shown(value)} is not a whole number")
    return int(value)


def _share(knob: Knob, value: Any) -> float:
    if isinstance(value, str) and (found := _PERCENT.fullmatch(value.strip())):
        mantissa, _, exponent = found.group(1).lower().partition("e")
        # Shifted in the text, not divided: 15 % is the very float that 0.15 is.
        return _float(knob, float(f"{mantissa}e{int(exponent or 0) - 2}"))
    return _float(knob, value)


def _quantity(knob: Knob, value: str) -> tuple[str, str]:
    """The number and the unit (a key of `DAYS`) of a text such as `6 weeks`."""
    found = _DURATION.fullmatch(value.strip())
    if found is None:
        raise _refusal(knob, f"{shown(value)} is not {wanted(knob)}")
    number, spelling = found.groups()
    known = spelling[0].lower() + spelling[1:]
    if known not in UNIT_OF:
        raise _refusal(knob, f"'{spelling[:SHOWN]}' is no unit of time", nearest(spelling, UNIT_OF))
    return number, UNIT_OF[known]


def _duration(knob: Knob, value: Any) -> float:
    if isinstance(value, str):
        count, unit = _quantity(knob, value)
        # Divided where a day holds several: 24 h is the very float that 1 d is.
        parts = {"h": 24, "min": 1440}.get(unit)
        return _float(knob, float(count) / parts if parts else float(count) * DAYS[unit])
    if number := _float(knob, value):
        found = plain(number)
        raise _refusal(knob, f"{found} has no unit: '{found} d' for days, '{found} weeks' for weeks")
    return 0.0


def _months(knob: Knob, value: Any) -> int:
    if not isinstance(value, str):
        return _integer(knob, value)
    number, unit = _quantity(knob, value)
    if unit not in ("month", "year"):
        raise _refusal(knob, f"{shown(value)} is not counted in months or years")
    return _integer(knob, float(number) * (12 if unit == "year" else 1))


def _text(knob: Knob, value: Any) -> str:
    if not isinstance(value, str):
        raise _refusal(knob, f"{shown(value)} is not a text")
    value = value.strip()
    if not value and knob.default != "":
        raise _refusal(knob, "the text is empty")
    if len(value) > MAX_TEXT:
        raise _refusal(knob, f"the text has {len(value):,} characters")
    # No-break spaces and joiners belong to names; what moves the cursor or hides text does not.
    if not re.sub("[\u00a0\u202f\u200d]", "", value).isprintable():
        raise _refusal(knob, f"{shown(value)} holds characters that cannot be printed")
    return str(value)


def _choice(knob: Knob, value: Any) -> str:
    if isinstance(value, str) and value in knob.choices:
        return value
    near = nearest(value, knob.choices) if isinstance(value, str) else ""
    raise _refusal(knob, f"{shown(value)} is not one of the choices", near)


def _flag(knob: Knob, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"yes": "true", "on": "true", "no": "false", "off": "false"}
    near = words.get(value.lower(), "") if isinstance(value, str) else ""
    raise _refusal(knob, f"{shown(value)} is neither true nor false", near)


def _date(knob: Knob, value: Any) -> datetime.date:
    try:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise ValueError
        date = datetime.date.fromisoformat(value)
    except ValueError:
        raise _refusal(knob, f"{shown(value)} is not a date") from None
    if not FIRST_DATE <= date <= LAST_DATE:
        raise _refusal(knob, f"{date} is too far from today")
    return date


def _numbers(knob: Knob, value: Any) -> tuple[float, ...]:
    if not isinstance(value, list | tuple):
        raise _refusal(knob, f"{shown(value)} is not a list of numbers")
    if knob.length is not None and len(value) != knob.length:
        raise _refusal(knob, f"the list holds {len(value)} numbers")
    return tuple(_float(knob, item) for item in value)


def _clock(knob: Knob, value: Any) -> float:
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise _refusal(knob, f"{shown(value)} is not a time of day")
    return (60 * int(found.group(1)) + int(found.group(2))) / 1440


_PARSERS: dict[str, Any] = {
    "share": _share,
    "factor": _float,
    "number": _float,
    "integer": _integer,
    "duration": _duration,
    "months": _months,
    "money": _float,
    "text": _text,
    "choice": _choice,
    "flag": _flag,
    "date": _date,
    "numbers": _numbers,
    "clock": _clock,
}
