"""Dotted paths into a scenario: every knob with its value, one knob turned, and what a scenario contradicts itself in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.knobs import Knob, knobs_of, mappings_of, sections_of
from sim.scenario import Scenario


@dataclass(frozen=True)
class Leaf:
    """One knob of a scenario and how it stands."""

    path: str
    """As in a file's sections and in `--set`: `strategies.email.every`."""
    knob: Knob
    value: Any


def leaves(made: Any, path: str = "") -> Iterator[Leaf]:
    """Every knob of a section and of those within it, the strategies and channels that are on among them."""
    for knob in knobs_of(made).values():
        yield Leaf(f"{path}{knob.name}", knob, getattr(made, knob.attribute))
    for name, part in parts(made).items():
        yield from leaves(part, f"{path}{name}.")


def parts(made: Any) -> dict[str, Any]:
    """The sections within a section, those in a mapping under two names with a dot between."""
    found = {name: getattr(made, name) for name in sections_of(made)}
    for name in mappings_of(made):
        found |= {f"{name}.{key}": part for key, part in getattr(made, name).items()}
    return found


def turned(scenario: Scenario, path: str, value: Any) -> Scenario:
    """The scenario with the knob at the path set to a value in its inner unit.

    Nothing is checked: `contradictions` tells what the new value does not go with. Raises KeyError where no knob of
    that path is on.
    """
    found = _turned(scenario, path.split("."), value)
    assert isinstance(found, Scenario)
    return found


def _turned(made: Any, keys: list[str], value: Any) -> Any:
    first, *rest = keys
    if not rest:
        return dataclasses.replace(made, **{knobs_of(made)[first].attribute: value})
    inner = made[first] if isinstance(made, Mapping) else getattr(made, first, None)
    if inner is None:
        raise KeyError(first)
    if isinstance(made, Mapping):
        return {**made, first: _turned(inner, rest, value)}
    return dataclasses.replace(made, **{first: _turned(inner, rest, value)})


def contradictions(made: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Pairs of a path and what stands there against the rest, in every section.

    A section is asked only when those within it are sound: it may count on them.
    """
    sound = True
    for name, part in parts(made).items():
        for found in contradictions(part, f"{path}{name}."):
            sound = False
            yield found
    find = getattr(made, "contradictions", None)
    for name, message in find() if find and sound else ():
        yield f"{path}{name}", message
