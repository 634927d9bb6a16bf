"""What has been computed, kept by scenario, so that undoing and switching back cost nothing."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sim.experiment import Task, plan
from sim.files.scenario_text import to_yaml
from sim.log import GROUPS
from sim.metrics.statistics import Statistics
from sim.scenario import Scenario

Value = TypeVar("Value")
Key = tuple[str, tuple[str, ...], int]
"""What a simulation depends on."""


def key_of(scenario: Scenario, seed: int) -> Key:
    """What the figures of a scenario depend on: all of it but its name and its file, and the seed."""
    return *content_of(scenario), seed


def content_of(scenario: Scenario) -> tuple[str, tuple[str, ...]]:
    """All that figures depend on but the seed."""
    return to_yaml(dataclasses.replace(scenario, name="", file="")), tuple(scenario.channels)


class Kept(Generic[Value]):
    """The values asked for last, as many as there is room for."""

    def __init__(self, room: int, size: Callable[[Value], int] = lambda value: 1) -> None:
        self.room, self.size = room, size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The value, if it is still there."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value; those asked for longest ago make room, the newest always stays."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > 1 and sum(map(self.size, self._values.values())) > self.room:
            self._values.popitem(last=False)


class Remembered(Generic[Value]):
    """What was found out about scenarios, by the very object: a workspace holds on to those that do not change."""

    def __init__(self, find: Callable[[Scenario], Value], room: int = 64) -> None:
        self.find = find
        self._kept: Kept[tuple[Scenario, Value]] = Kept(room)

    def of(self, scenario: Scenario) -> Value:
        """The finding; made only once while the scenario is asked for."""
        known = self._kept.get(id(scenario))
        # Holding the scenario keeps its id from being another's.
        if known is None or known[0] is not scenario:
            known = scenario, self.find(scenario)
            self._kept.put(id(scenario), known)
        return known[1]


class Stretches:
    """The replications of one scenario: pieces of work that are done, and those that are not."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.planned = 0
        self.found: dict[Task, Statistics] = {}

    def reach(self, scenario: Scenario, count: int, workers: int) -> None:
        """Plan so many replications."""
        if count > self.planned:
            self.tasks += plan([scenario], self.planned, count, workers)
            self.planned = count

    def missing(self, count: int) -> list[Task]:
        """The pieces that the first `count` replications lack."""
        return [task for task in self.tasks if task.first < count and task not in self.found]

    @property
    def replications(self) -> int:
        """How many replications from the first on are done without a gap."""
        return next((task.first for task in self.tasks if task not in self.found), self.planned)

    def first(self, count: int) -> list[Statistics]:
        """The first so many replications, in their order. Raises KeyError where they are not done."""
        stretches: dict[int, Statistics] = {}
        for task in self.tasks:
            if task.first < count:
                found = self.found[task]
                stretches[task.first] = stretches[task.first] + found if task.first in stretches else found
        return [leading(each, count - first) for first, each in stretches.items()]

    @property
    def size(self) -> int:
        """Bytes of what is done."""
        return sum(array.nbytes for each in self.found.values() for array in each.tallies.arrays())


def leading(statistics: Statistics, count: int) -> Statistics:
    """The first `count` replications of some, or all where they are fewer."""
    if count >= statistics.replications:
        return statistics
    arrays = [array[: count * GROUPS] for array in statistics.tallies.arrays()]
    return dataclasses.replace(statistics, replications=count, tallies=statistics.tallies.with_arrays(arrays))
