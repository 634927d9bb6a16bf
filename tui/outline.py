"""The knobs of a scenario in groups, from their declarations alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sim.strategies
from sim.knobs import knobs_of, sections_of
from sim.paths import Leaf
from sim.scenario import Scenario
from sim.strategy import Strategy

CHANNELS, STRATEGIES = "channels", "strategies"
NO_GROUP = ("name",)
"""Knobs that are no matter of a slider: renaming has a key of its own."""


@dataclass(frozen=True)
class Group:
    """The knobs of one strategy, one channel or one section of the store."""

    path: str
    title: str
    help: str
    leaves: tuple[Leaf, ...]
    on: bool | None = None
    """Whether a strategy is on; None for what cannot be switched."""


def outline(scenario: Scenario, shelved: dict[str, Any] | None = None) -> list[Group]:
    """Strategies first, those that were switched off among them, then the store, its channels and what is observed."""
    groups = list(_strategies(scenario, shelved or {}))
    for name in sections_of(Scenario):
        groups += _sections(getattr(scenario, name), name, worded(name), _helps(scenario)[name])
    for name, channel in scenario.channels.items():
        path = f"{CHANNELS}.{name}"
        groups.append(Group(path, f"Channel {name}", "A way of winning customers.", tuple(_leaves(channel, path))))
    leaves = tuple(leaf for leaf in _leaves(scenario, "") if leaf.path not in NO_GROUP)
    return [*groups, Group("", "Observation", "What is watched, for how long, and how it is read.", leaves)]


def _strategies(scenario: Scenario, shelved: dict[str, Any]) -> Iterator[Group]:
    shared = knobs_of(Strategy)
    there = {**shelved, **scenario.strategies}
    for name, made in sorted(there.items(), key=lambda item: item[1].title):
        path = f"{STRATEGIES}.{name}"
        # What a founder decides, which no evidence can, comes before what customers make of it; what all share comes last.
        leaves = sorted(_leaves(made, path), key=lambda leaf: (leaf.knob.name in shared, leaf.knob.grade != ""))
        on = name in scenario.strategies
        yield Group(path, made.title, about(type(made)), tuple(leaves) if on else (), on)


def _sections(made: Any, path: str, title: str, help: str) -> Iterator[Group]:
    if leaves := tuple(_leaves(made, path)):
        yield Group(path, title, help, leaves)
    for name in sections_of(made):
        yield from _sections(getattr(made, name), f"{path}.{name}", worded(name), _helps(made)[name])


def _helps(made: Any) -> dict[str, str]:
    """What is said of each section within a section."""
    return {name: type(made).__dataclass_fields__[name].metadata.get("help", "") for name in sections_of(made)}


def _leaves(made: Any, path: str) -> Iterator[Leaf]:
    for knob in knobs_of(made).values():
        yield Leaf(f"{path}.{knob.name}" if path else knob.name, knob, getattr(made, knob.attribute))


def worded(name: str) -> str:
    """A section's name as a title."""
    return name.replace("_", " ").capitalize()


def about(kind: type[Strategy]) -> str:
    """The first paragraph of a strategy's docstring in one line."""
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())


def addable(scenario: Scenario) -> list[type[Strategy]]:
    """The strategies of the catalogue that are not on, by title."""
    kinds = sim.strategies.catalogue().values()
    return sorted((kind for kind in kinds if kind.name not in scenario.strategies), key=lambda kind: kind.title)
