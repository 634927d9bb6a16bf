"""What lies between two scenarios as edits of a file: values to set, strategies and channels to add or to take away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.errors import BadInput
from sim.files import units
from sim.files.scenario_text import written
from sim.files.yaml_edit import Value
from sim.files.yaml_nodes import scalar
from sim.knobs import Knob, knobs_of, mappings_of, sections_of

_QUANTITY = re.compile(rf"({units.NUMBER})(\s*)([A-Za-z%]+)")


@dataclass(frozen=True)
class Edit:
    """One difference of a scenario from another."""

    path: tuple[str, ...]
    value: Any = None
    """A knob's new value; a whole strategy, channel or section that is new; nothing where one is taken away."""
    knob: Knob | None = None
    """The knob that is set; None for a strategy or a channel as a whole."""
    order: tuple[str, ...] = ()
    """The names that are declared in its section."""

    @property
    def removal(self) -> bool:
        """Whether a strategy or a channel is taken away."""
        return self.knob is None and self.value is None


def edits(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Edit]:
    """What to do to `before` so that it is `after`, in the order of declaration."""
    knobs, sections, many = knobs_of(after), sections_of(after), mappings_of(after)
    order = (*knobs, *sections, *many)
    for name, knob in knobs.items():
        value = getattr(after, knob.attribute)
        if getattr(before, knob.attribute) != value:
            yield Edit((*path, name), value, knob, order)
    for name in sections:
        yield from edits(getattr(before, name), getattr(after, name), (*path, name))
    for name in many:
        ones, others = getattr(before, name), getattr(after, name)
        for key in (*ones, *(key for key in others if key not in ones)):
            if key not in others:
                yield Edit((*path, name, key))
            elif key in ones:
                yield from edits(ones[key], others[key], (*path, name, key))
            else:
                yield Edit((*path, name, key), others[key])


def whole(made: Any, *, full: bool = False) -> dict[str, Value]:
    """A section as values to write: what differs from the defaults, or with `full` every knob."""
    found: dict[str, Value] = {
        knob.name: written(knob, getattr(made, knob.attribute))
        for knob in knobs_of(made).values()
        if full or getattr(made, knob.attribute) != knob.default
    }
    for name in sections_of(made):
        if inner := whole(getattr(made, name), full=full):
            found[name] = inner
    return found


def in_style(knob: Knob, value: Any, old: str | None) -> str:
    """A value written as the old one was where that says the same: with its unit, its quotes, a share as a fraction."""
    for candidate in _candidates(knob, value, old) if old is not None and value is not None else ():
        try:
            if units.parse(knob, scalar(candidate)) == value:
                return candidate
        except BadInput:
            continue
    if old is not None and old[:1] == "'" and knob.kind in ("text", "choice") and value is not None:
        return "'" + str(value).replace("'", "''") + "'"
    if old is not None and old[:1] == '"' and knob.kind in ("text", "choice") and value is not None:
        plain = written(knob, value)
        return plain if plain.startswith('"') else f'"{plain}"'
    return written(knob, value)


def _candidates(knob: Knob, value: Any, old: str) -> Iterator[str]:
    """Ways to write a number like the old text."""
    if knob.kind == "share" and isinstance(scalar(old), int | float):
        yield repr(value)
    if knob.kind == "share" and old.endswith("%"):
        gap = " " if " " in old else ""
        yield units.text(knob, value).replace(" %", f"{gap}%")
    if knob.kind == "months" and isinstance(scalar(old), int):
        yield str(value)
    found = _QUANTITY.fullmatch(old)
    if found and knob.kind in ("duration", "months") and found[3] in units.UNIT_OF:
        _, gap, spelling = found.groups()
        days = units.DAYS[units.UNIT_OF[spelling]]
        size = days if knob.kind == "duration" else {"month": 1, "year": 12}.get(units.UNIT_OF[spelling], 0)
        if size and (count := round(value / size * 1000) / 1000) > 0:
            number = f"{count:g}"
            yield f"{number}{gap}{_counted(spelling, number)}"


def _counted(spelling: str, number: str) -> str:
    """The unit in the singular or the plural, where the spelling has both."""
    if number == "1" and spelling.endswith("s") and spelling[:-1] in units.UNIT_OF:
        return spelling[:-1]
    return f"{spelling}s" if number != "1" and len(spelling) > 2 and f"{spelling}s" in units.UNIT_OF else spelling
