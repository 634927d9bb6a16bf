"""Scenarios that could as well be true: a knob at the end of its range, all effects drawn anew, the other dropout law."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.errors import BadInput, RegularsError
from sim.law import after_order_parameters
from sim.paths import contradictions, leaves, turned
from sim.randomness import at, purpose, root, step, uniform
from sim.ranges import Range
from sim.scenario import Scenario

Pair = tuple[Scenario, Scenario | None]
"""A scenario, and the baseline it is to be held against, if any."""
Place = int | str
"""Which pair of several; or why there is none."""
ATTEMPTS = 200
"""How often a draw that contradicts itself is drawn again."""
LAWS = {"lifetime": "after_order", "after_order": "lifetime"}
"""The dropout laws, each with the other."""


class Pairs:
    """The pairs that are to be run, each store of them once."""

    def __init__(self, here: Pair) -> None:
        self.stores: list[Scenario] = []
        self.pairs: list[tuple[int, int | None]] = []
        self.here = self._places(here)
        self.pairs.append(self.here)

    def add(self, pair: Pair) -> Place:
        """Where the pair will be found; what it contradicts itself in where it cannot be run."""
        if wrong := mistakes(pair):
            return wrong
        self.pairs.append(self._places(pair))
        return len(self.pairs) - 1

    def _places(self, pair: Pair) -> tuple[int, int | None]:
        scenario, baseline = pair
        return self._store(scenario), None if baseline is None else self._store(baseline)

    def _store(self, scenario: Scenario) -> int:
        # Only the stores as they are come back often enough to be looked for.
        for place, there in enumerate(self.stores[:2]):
            if there == scenario:
                return place
        self.stores.append(scenario)
        return len(self.stores) - 1


def mistakes(pair: Pair) -> str:
    """What one of the two contradicts itself in; empty where both can be run."""
    return next((wrong for scenario in pair if scenario is not None and (wrong := _mistake(scenario))), "")


def _mistake(scenario: Scenario) -> str:
    for path, message in contradictions(scenario):
        return f"{path}: {message}"
    try:
        if scenario.store.dropout == "after_order":
            after_order_parameters(scenario.store)
    except BadInput as wrong:
        return f"store.after_order: {wrong}"
    return ""


def at_end(here: Pair, each: Range, value: Any) -> Pair:
    """The pair with one knob at an end of its range: in both where both have it at the same value."""
    scenario, baseline = here
    mine, theirs = _standing(scenario, each.path), _standing(baseline, each.path)
    if not mine:
        return scenario, _turned(baseline, each.path, value)
    return _turned(scenario, each.path, value), _turned(baseline, each.path, value) if mine == theirs else baseline


def _standing(scenario: Scenario | None, path: str) -> list[Any]:
    """The value of a knob, as a list of one; of none where it is not on."""
    return [leaf.value for leaf in leaves(scenario) if leaf.path == path] if scenario is not None else []


def _turned(scenario: Scenario | None, path: str, value: Any) -> Any:
    return None if scenario is None else turned(scenario, path, value)


def draws(here: Pair, graded: Sequence[Range], seed: int, count: int) -> Iterator[Pair]:
    """Pairs with all graded effects drawn anew, the same draw of an effect for both.

    The n-th draw is a function of the seed and n alone. One that contradicts itself is drawn again. Raises
    RegularsError where that does not end.
    """
    for number in range(count):
        for attempt in range(ATTEMPTS):
            drawn = {each.path: _uniform(seed, number, attempt, each.path) for each in graded}
            scenario, baseline = here
            pair = _drawn(scenario, graded, drawn), None if baseline is None else _drawn(baseline, graded, drawn)
            if not (wrong := mistakes(pair)):
                yield pair
                break
        else:
            raise RegularsError(f"{ATTEMPTS} draws of the effects contradict themselves: {wrong}")


def _uniform(seed: int, number: int, attempt: int, path: str) -> float:
    key = np.array([root(seed, 0)], dtype=np.uint64)
    return float(uniform(at(key, number), step(purpose(f"sensitivity.{path}"), attempt))[0])


def _drawn(scenario: Scenario, graded: Sequence[Range], drawn: dict[str, float]) -> Scenario:
    standing = {leaf.path: leaf for leaf in leaves(scenario)}
    for each in graded:
        if each.path in standing:
            mine = dataclasses.replace(each, leaf=standing[each.path])
            if mine.uncertain:
                scenario = turned(scenario, each.path, mine.drawn(drawn[each.path]))
    return scenario


def other_law(scenario: Scenario) -> str:
    """The dropout law that the scenario is not under."""
    return LAWS[scenario.store.dropout]


def under(here: Pair, law: str) -> Pair:
    """The pair under a dropout law, with the parameters of the file; an after-order law without any is matched to the
    lifetime law's repeats."""
    scenario, baseline = here
    return _under(scenario, law), None if baseline is None else _under(baseline, law)


def _under(scenario: Scenario, law: str) -> Scenario:
    return dataclasses.replace(scenario, store=dataclasses.replace(scenario.store, dropout=law))
