"""The bridge: from a store without strategies to the same store with all of them, strategy by strategy.

What a strategy adds depends on what else is done, so it is told three ways: in turn (added to those before it in the
alphabet; these sum exactly to the whole), alone (against doing nothing) and last (what would be missing without it).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Mapping, Sequence

from sim._version import __version__
from sim.errors import BadInput, Problem
from sim.experiment import Snapshot, collect
from sim.figures import Measure, difference, measure
from sim.metrics.sums import Floats
from sim.results import Bridge, Plank
from sim.scenario import Scenario

Names = tuple[str, ...]


def bridge(
    scenario: Scenario, metric: str = "profit", *, seed: int = 1, replications: int | None = None,
    workers: int | None = None,
) -> Generator[Snapshot, None, Bridge]:  # fmt: skip
    """Run the store with the strategies it takes, yielding a snapshot after each piece of work; returns the bridge.

    Raises BadInput where the scenario has no strategy.
    """
    stores = stores_of(scenario)
    statistics, _ = yield from collect(list(stores.values()), seed=seed, replications=replications, workers=workers)
    measures = {choice: measure(part, metric) for choice, part in zip(stores, statistics, strict=True)}
    return assembled(scenario, metric, seed, statistics[0].replications, measures)


def stores_of(scenario: Scenario) -> dict[Names, Scenario]:
    """The stores it takes, by the strategies that each has, the bare one first. Raises BadInput where there is no strategy."""
    names = tuple(sorted(scenario.strategies))
    if not names:
        raise BadInput(Problem("there is no strategy to build a bridge of", file=scenario.file, path="strategies"))
    return {
        choice: dataclasses.replace(scenario, strategies={name: scenario.strategies[name] for name in choice})
        for choice in _choices(names)
    }


def assembled(
    scenario: Scenario, metric: str, seed: int, replications: int, measures: Mapping[Names, Measure]
) -> Bridge:
    """The bridge, once the metric is known of every store that it takes."""
    names = tuple(sorted(scenario.strategies))
    values = {choice: found.versions for choice, found in measures.items()}
    return Bridge(
        __version__, scenario.name, seed, replications, scenario.expected_customers(), scenario.currency,
        metric, measures[()].level, tuple(_planks(names, values, metric)), measures[names].level,
    )  # fmt: skip


def _choices(names: Names) -> list[Names]:
    """The sets of strategies it takes, each once, the bare store first."""
    prefixes = [names[:count] for count in range(len(names) + 1)]
    alone = [(name,) for name in names]
    return list(dict.fromkeys([*prefixes, *alone, *(_without(names, name) for name in names)]))


def _without(names: Names, name: str) -> Names:
    return tuple(other for other in names if other != name)


def _planks(names: Names, values: dict[Names, Floats], metric: str) -> Sequence[Plank]:
    return [
        Plank(
            name,
            in_turn=difference(values[names[: place + 1]] - values[names[:place]], metric),
            alone=difference(values[name,] - values[()], metric),
            last=difference(values[names] - values[_without(names, name)], metric),
        )
        for place, name in enumerate(names)
    ]
