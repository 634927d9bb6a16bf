"""Knobs: every value a user can set, declared once with its unit, range, help and evidence.

A section of a scenario is a frozen dataclass whose fields are made with `knob`. From that one declaration follow
the YAML keys, their validation, the `--set` paths, the listing, the JSON Schema and the forms on the screen.
"""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

Section = TypeVar("Section", bound=Any)

GRADES = {
    "S": "solid: field experiment, meta-analysis or peer-reviewed estimate",
    "O": "observational or matched comparison",
    "V": "vendor or trade claim",
    "E": "our own estimate: enter your own if you know better",
    "": "a choice of the store, not an effect",
}
"""The grades of evidence and what they mean."""

KINDS = {
    "share": "a share: 0.15 or 15 %",
    "factor": "a multiplier: 1.05",
    "number": "a number: 2.5",
    "integer": "a whole number: 3",
    "duration": "a duration with its unit: 14 d, 6 weeks, 3 months, 1 year",
    "months": "a number of months: 24, 24 months or 2 years",
    "money": "an amount in the scenario's currency: 12.50",
    "text": "a text",
    "choice": "one of a few words",
    "flag": "true or false",
    "date": "a calendar date: 2025-01-31",
    "numbers": "a list of numbers",
    "clock": "a time of day: 22:00",
}
"""The kinds of value and how each is written. Inside the program a share and a factor are floats, a duration is a
float in days, months are an int, money is a float in units of the currency, a date is a `datetime.date`, numbers are
a tuple of floats, a time of day is the share of the day that is over."""


@dataclass(frozen=True)
class Knob:
    """One value that can be set: what it is, what it may be and how far to trust its default."""

    name: str
    """The name in the YAML file."""
    attribute: str
    """The name of the dataclass field (differs from `name` only for Python keywords: `from_`)."""
    kind: str
    """One of `KINDS`."""
    default: Any
    """The value when the file is silent; None means "not set" and is only allowed where it is the default."""
    label: str
    """A few words for a form."""
    help: str
    """One line: what it does."""
    unit: str = ""
    """The unit in words (`share of the price`, `per week`); empty where the kind says it all."""
    low: float | None = None
    """The smallest allowed value, in the kind's inner unit."""
    high: float | None = None
    """The largest allowed value, in the kind's inner unit."""
    neutral: Any = None
    """The value at which the knob does nothing; None where there is none."""
    evidence: tuple[float, float] | None = None
    """The low and high end of what is plausible, for sensitivity; of a choice of the store: of what is usual."""
    grade: str = ""
    """One of `GRADES`: customers or the world decide what it is, and nobody knows for sure. What the store decides (when,
    how much, to whom) has none."""
    decided: Any = None
    """The value of a graded knob that is a decision of the store all the same, so that nothing is unknown about it: no event
    is held, all are enrolled. None where there is no such value."""
    source: str = ""
    """Author, year and journal, or where the figure comes from."""
    choices: tuple[str, ...] = ()
    """The words allowed for a choice."""
    length: int | None = None
    """How many numbers a `numbers` knob takes."""
    scales: bool = False
    """Whether it is an amount of the whole store, so that it grows and shrinks with it."""


def knob(
    default: Any,
    kind: str,
    label: str,
    help: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    neutral: Any = None,
    evidence: tuple[float, float] | None = None,
    grade: str = "",
    decided: Any = None,
    source: str = "",
    choices: tuple[str, ...] = (),
    length: int | None = None,
    scales: bool = False,
) -> Any:
    """A dataclass field that is a knob; the arguments are those of `Knob`.

    Raises ValueError for a kind or a grade that does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of knob: {kind}")
    if grade not in GRADES:
        raise ValueError(f"no such grade of evidence: {grade}")
    if kind in ("share", "factor", "money", "duration", "months") and low is None:
        low = 0.0
    if kind == "share" and high is None:
        high = 1.0
    declared = {
        "kind": kind, "default": default, "label": label, "help": help, "unit": unit, "low": low, "high": high,
        "neutral": neutral, "evidence": evidence, "grade": grade, "decided": decided, "source": source,
        "choices": choices, "length": length, "scales": scales,
    }  # fmt: skip
    return field(default=default, metadata={"knob": declared})


def section(of: type, help: str) -> Any:
    """A dataclass field that holds a whole section (another dataclass of knobs) with that section's defaults."""
    return field(default_factory=of, metadata={"section": of, "help": help})


def knobs_of(declaration: Any) -> dict[str, Knob]:
    """The knobs of a section, class or instance, by their YAML name in the order of declaration, its own before those it
    shares with others."""
    return dict(_knobs_of(declaration if isinstance(declaration, type) else type(declaration)))


@cache
def _knobs_of(kind: type) -> dict[str, Knob]:
    lineage = [inspect.get_annotations(parent) for parent in kind.__mro__]
    found = {}
    for item in sorted(
        dataclasses.fields(kind), key=lambda item: next(i for i, names in enumerate(lineage) if item.name in names)
    ):
        if "knob" in item.metadata:
            name = item.name.rstrip("_")
            found[name] = Knob(name=name, attribute=item.name, **item.metadata["knob"])
    return found


def scaled(declaration: Section, factor: float) -> Section:
    """The same section in a store `factor` times as large."""
    amounts = {
        knob.attribute: getattr(declaration, knob.attribute) * factor
        for knob in knobs_of(declaration).values()
        if knob.scales and getattr(declaration, knob.attribute) is not None
    }
    parts = {name: scaled(getattr(declaration, name), factor) for name in sections_of(declaration)}
    return dataclasses.replace(declaration, **amounts, **parts)


def mappings_of(declaration: Any) -> dict[str, dataclasses.Field[Any]]:
    """The fields that hold much by a name: channels under names of the user's, strategies under their own, plain texts."""
    return {
        item.name: item
        for item in dataclasses.fields(declaration)
        if item.metadata.keys() & {"named", "strategies", "texts"}
    }


def sections_of(declaration: Any) -> dict[str, type]:
    """The sections within a section, by their YAML name in the order of declaration."""
    return {
        item.name: item.metadata["section"]
        for item in dataclasses.fields(declaration)
        if "section" in item.metadata
    }
