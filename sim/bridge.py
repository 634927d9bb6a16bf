"""The bridge: from a store without strategies to the same store with all of them, strategy by strategy.

What a strategy adds depends on what else is done, so it is told three ways: in turn (added to those before it in the
alphabet; these sum exactly to the whole), alone (against doing nothing) and last (what would be missing without it).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence

from sim._version import __version__
from sim.errors import BadInput, Problem
from sim.experiment import Snapshot, collect
from sim.figures import difference, level, versions
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
    names = tuple(sorted(scenario.strategies))
    if not names:
        raise BadInput(Problem("there is no strategy to build a bridge of", file=scenario.file, path="strategies"))
    chosen = _choices(names)
    stores = [
        dataclasses.replace(scenario, strategies={name: scenario.strategies[name] for name in choice}) for choice in chosen
    ]
    statistics, _ = yield from collect(stores, seed=seed, replications=replications, workers=workers)
    found = dict(zip(chosen, statistics, strict=True))
    values = {choice: versions(part, metric) for choice, part in found.items()}
    return Bridge(
        __version__, scenario.name, seed, statistics[0].replications, scenario.expected_customers(), scenario.currency,
        metric, level(found[()], metric), tuple(_planks(names, values, metric)), level(found[names], metric),
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
