"""Values of a scenario by their dotted path, as in `--set`: read one, or make the scenario in which it is another."""

from __future__ import annotations

import dataclasses
from typing import Any

from sim.errors import BadInput, Problem
from sim.knobs import knobs_of, mappings_of, sections_of
from sim.paths import contradictions
from sim.scenario import Scenario


def value_at(scenario: Scenario, path: str) -> Any:
    """The value, section, channel or strategy at the path; None for a channel or a strategy that is off.

    Raises KeyError for a path that no scenario has.
    """
    made: Any = scenario
    for key in path.split("."):
        if made is None:
            return None
        made = made.get(key) if isinstance(made, dict) else getattr(made, _attribute(made, key))
    return made


def replaced(scenario: Scenario, path: str, value: Any) -> Scenario:
    """The scenario with another value at the path; None takes a channel or a strategy away.

    Raises KeyError for a path that no scenario has.
    """
    made: Scenario = _replaced(scenario, path.split("."), value)
    return made


def _replaced(made: Any, keys: list[str], value: Any) -> Any:
    key, *rest = keys
    if isinstance(made, dict):
        others = {name: part for name, part in made.items() if name != key or value is not None or rest}
        part = _replaced(made[key], rest, value) if rest else value
        return others if part is None else _in_order(others, key, part)
    attribute = _attribute(made, key)
    return dataclasses.replace(made, **{attribute: _replaced(getattr(made, attribute), rest, value) if rest else value})


def _in_order(parts: dict[str, Any], key: str, part: Any) -> dict[str, Any]:
    """The parts with one replaced in its place, or added where the alphabet has it."""
    if key in parts:
        return {name: part if name == key else other for name, other in parts.items()}
    return dict(sorted([*parts.items(), (key, part)]))


def _attribute(made: Any, key: str) -> str:
    knobs = knobs_of(made)
    if key in knobs:
        return knobs[key].attribute
    if key in sections_of(made) or key in mappings_of(made):
        return key
    raise KeyError(key)


def problems(scenario: Scenario) -> list[Problem]:
    """What of the scenario contradicts itself; such a store cannot be simulated."""
    found = [Problem(message, path=path) for path, message in contradictions(scenario)]
    if not found and scenario.store.dropout == "after_order":
        from sim.law import after_order_parameters

        try:
            after_order_parameters(scenario.store)
        except BadInput as mistake:
            found = list(mistake.problems)
    return found
