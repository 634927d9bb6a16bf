"""The bridge: from one store to another, step by step.

From a store without strategies to the same store with all of them; or, for one strategy, from the store without it to
the store with it, mechanism by mechanism: what it gives away for nothing, what it brings, what it only moves, what it
teaches. What a step adds depends on what else is there, so it is told three ways: in turn (added to those before it; these
sum exactly to the whole), alone and last (what would be missing without it).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from sim._version import __version__
from sim.errors import BadInput, Problem
from sim.experiment import Snapshot, collect, coupled
from sim.figures import figure
from sim.metrics.catalogue import METRICS
from sim.metrics.sums import Floats, Sums
from sim.nearest import nearest
from sim.results import ITSELF, Bridge, Figure, Plank
from sim.scenario import Scenario

Names = tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """The steps of a bridge, and the store in which some of them are taken."""

    steps: Names
    store: Callable[[Names], Scenario]
    under: Names = ()
    """Steps that must be taken before any other can stand alone."""

    def alone(self, step: str) -> tuple[Names, Names]:
        """The stores between which a step is told alone."""
        under = tuple(each for each in self.under if each != step)
        return (*under, step), under

    def last(self, step: str) -> tuple[Names, Names]:
        """The stores between which a step is told last."""
        return self.steps, () if step in self.under else tuple(each for each in self.steps if each != step)

    def in_turn(self, step: str) -> tuple[Names, Names]:
        """The stores between which a step is told in its turn."""
        place = self.steps.index(step)
        return self.steps[: place + 1], self.steps[:place]


def bridge(
    scenario: Scenario, metric: str = "profit", *, strategy: str = "", seed: int = 1, replications: int | None = None,
    workers: int | None = None,
) -> Generator[Snapshot, None, Bridge]:  # fmt: skip
    """Run the stores that it takes, yielding a snapshot after each piece of work; returns the bridge, over all strategies
    or over the mechanisms of one.

    Raises BadInput where the scenario has no strategy, or not the one asked for.
    """
    plan = _mechanisms(scenario, strategy) if strategy else _strategies(scenario)
    ways = [way(step) for step in plan.steps for way in (plan.in_turn, plan.alone, plan.last)]
    chosen = list(dict.fromkeys([(), *(end for ends in ways for end in ends)]))
    stores = [plan.store(choice) for choice in chosen]
    statistics, _ = yield from collect(stores, seed=seed, replications=replications, workers=workers)
    whole = coupled(stores)
    values = {
        choice: METRICS[metric].compute(Sums(found.pooled() if whole else found))[:, 0]
        for choice, found in zip(chosen, statistics, strict=True)
    }
    return Bridge(
        __version__, scenario.name, seed, statistics[0].replications, scenario.expected_customers(), scenario.currency,
        metric, _figure(values[()], metric), tuple(_planks(plan, values, metric)), _figure(values[plan.steps], metric),
        strategy,
    )  # fmt: skip


def _strategies(scenario: Scenario) -> _Plan:
    if not scenario.strategies:
        raise BadInput(Problem("there is no strategy to build a bridge of", file=scenario.file, path="strategies"))

    def store(choice: Names) -> Scenario:
        return dataclasses.replace(scenario, strategies={name: scenario.strategies[name] for name in choice})

    return _Plan(tuple(sorted(scenario.strategies)), store)


def _mechanisms(scenario: Scenario, name: str) -> _Plan:
    if name not in scenario.strategies:
        raise BadInput(
            Problem(
                f"the scenario has no strategy '{name}'", file=scenario.file, path="strategies",
                suggestion=nearest(name, scenario.strategies),
            )
        )
    strategy = scenario.strategies[name]
    parts = tuple(strategy.parts())
    if not parts:
        raise BadInput(Problem(f"'{name}' has no mechanisms that can be told apart", file=scenario.file, path="strategies"))

    def store(choice: Names) -> Scenario:
        rest = {other: found for other, found in scenario.strategies.items() if other != name}
        mine = {name: strategy.without(part for part in parts if part not in choice)} if choice else {}
        return dataclasses.replace(scenario, strategies=rest | mine)

    return _Plan((ITSELF, *parts), store, under=(ITSELF,))


def _planks(plan: _Plan, values: dict[Names, Floats], metric: str) -> Sequence[Plank]:
    def told(ends: tuple[Names, Names]) -> Figure:
        there, here = ends
        return _figure(values[there] - values[here], metric)

    return [
        Plank(step, told(plan.in_turn(step)), told(plan.alone(step)), told(plan.last(step))) for step in plan.steps
    ]


def _figure(versions: Floats, metric: str) -> Figure:
    return figure(versions, METRICS[metric].unit, "the metric does not exist in one of the stores it takes")
