"""Nudges: by how much an arrow key turns a knob, and how far along its way a value stands."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

from sim.files import units
from sim.knobs import Knob

STEPS_ACROSS = 25
"""A nudge is about so small a part of what a knob plausibly is."""
FAR = 20
"""A value so many times what is plausible has steps of its own size."""
SMALLEST = 1e-6
LINEAR = ("share", "factor", "number", "integer", "duration", "months", "money")
"""Kinds of knob with a value along a line."""


def nudged(knob: Knob, value: Any, steps: int) -> Any:
    """The value so many nudges further, within the knob's range; the same value where it cannot be nudged.

    A number moves to the multiples of its step, so that `12.559` becomes `13` and not `13.059`.
    """
    if value is None or not steps:
        return value
    if knob.kind == "flag":
        return not value
    if knob.kind == "choice":
        return knob.choices[(knob.choices.index(value) + steps) % len(knob.choices)]
    if knob.kind == "date":
        date = value + datetime.timedelta(days=steps)
        return min(max(date, units.FIRST_DATE), units.LAST_DATE)
    return _along(knob, value, steps) if knob.kind in LINEAR else value


def _along(knob: Knob, value: float, steps: int) -> float:
    size = step(knob, value)
    place = Decimal(repr(value)) / size
    whole = math.floor(place) if steps > 0 else math.ceil(place)
    moved: float = float((whole + steps) * size)
    low, high = units.bounds(knob)
    moved = min(max(moved, -math.inf if low is None else low), math.inf if high is None else high)
    return int(moved) if knob.kind in ("integer", "months") else moved


def step(knob: Knob, value: float) -> Decimal:
    """By how much one nudge moves the knob: a round number that suits its unit and what it plausibly is."""
    if knob.kind == "months":
        return Decimal(1)
    size = _size(knob, value)
    if knob.kind == "duration":
        return next(Decimal(days) for days, least in ((30, 400), (7, 60), (1, 2), (0, -1)) if size >= least) or Decimal("0.125")
    if knob.kind == "share":
        return Decimal("0.01") if size >= 0.08 else Decimal("0.001") if size >= 0.008 else Decimal("0.0001")
    found = round_below(size / STEPS_ACROSS)
    return max(found, Decimal(1)) if knob.kind == "integer" else found


def _size(knob: Knob, value: float) -> float:
    """What the knob's values are like: the span of what is plausible, or its default; what it is, where that is far more."""
    ends = knob.evidence or (0.0, abs(knob.default or 0.0))
    usual = ends[1] if knob.kind in ("share", "duration") else ends[1] - ends[0]
    if not usual or abs(value) > FAR * max(map(abs, ends)):
        usual = abs(value)
    return usual if usual > SMALLEST else 1.0


def round_below(size: float) -> Decimal:
    """The largest of 1, 2, 5, 10, 20, ... and their tenths that is not above a positive number."""
    power = Decimal(10) ** math.floor(math.log10(size))
    return next(found for factor in (5, 2, 1) if (found := factor * power) <= Decimal(repr(size)) or factor == 1)


def way(knob: Knob, *values: Any) -> tuple[float, float]:
    """The stretch of values that a slider shows: what is plausible, and wherever the values are."""
    low, high = units.bounds(knob)
    known = [float(value) for value in (knob.default, knob.neutral, *values) if isinstance(value, int | float)]
    if knob.evidence is not None:
        known += knob.evidence
    elif knob.kind == "share":
        known += [0.0, high if high is not None and high < 1 else 1.0]
    else:
        known += [max(low or 0.0, 0.0), 2.0 * max(map(abs, known), default=1.0)]
    return max(min(known), -math.inf if low is None else low), min(max(known), math.inf if high is None else high)


def place(value: Any, along: tuple[float, float]) -> float:
    """Where a value stands on its way, from 0 to 1."""
    low, high = along
    return min(max((float(value) - low) / (high - low), 0.0), 1.0) if high > low else 0.0
