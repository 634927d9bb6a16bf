"""What worker processes do for the lab: a preview of one scenario, and a comparison of what has been simulated."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from sim.compare import compare, read
from sim.experiment import collect, coupled, simulate
from sim.figures import Measure, measure, store_by_store
from sim.lift import lift
from sim.metrics.catalogue import METRICS
from sim.metrics.curves import CURVES
from sim.metrics.statistics import Statistics, concatenate
from sim.results import Comparison, Curve, Figure, Lift, Point, ScenarioResult
from sim.scenario import Scenario
from sim.sensitivity import sensitivity
from sim.tornado import Swing

TOTALS = frozenset(id for id, metric in METRICS.items() if metric.total)
"""Metrics that grow with the store."""
TOTAL_CURVES = frozenset(id for id, curve in CURVES.items() if curve.total)
"""Curves that grow with the store."""


def preview(scenario: Scenario, seed: int, factor: float) -> ScenarioResult:
    """What one replication of a store `factor` times as large comes to, with totals brought back to full size.

    Raises RegularsError where referrals explode.
    """
    small = scenario.scaled(scenario.expected_customers() * factor) if factor != 1.0 else scenario
    result = read(simulate(small, seed, range(1)), scenario.name, file=scenario.file)
    return grown(result, 1.0 / factor) if factor != 1.0 else result


def judge(parts: Sequence[Sequence[Statistics]], scenarios: Sequence[Scenario], seed: int) -> Comparison:
    """The comparison of scenarios of which so many replications were simulated, each in its order."""
    return compare([concatenate(each) for each in parts], scenarios, seed, coupled=coupled(scenarios))


def spread(mine: Sequence[Statistics], base: Sequence[Statistics] | None, metric: str) -> tuple[float, ...]:
    """One metric store by store: the scenario's, or with a `base` the difference to that of the same luck; nan where a
    store has none."""
    found = store_by_store(concatenate(mine), metric)
    if base is not None:
        found = found - store_by_store(concatenate(base), metric)
    return tuple(found.tolist())


def grown(result: ScenarioResult, times: float) -> ScenarioResult:
    """The result with all that grows with the store multiplied."""
    metrics = {id: _figure(found, times) if id in TOTALS else found for id, found in result.metrics.items()}
    curves = {id: _curve(found, times) if id in TOTAL_CURVES else found for id, found in result.curves.items()}
    return dataclasses.replace(
        result, metrics=metrics, curves=curves,
        by_channel=_slices(result.by_channel, times), by_segment=_slices(result.by_segment, times),
        by_strategy=_slices(result.by_strategy, times),
    )  # fmt: skip


def _slices(slices: Mapping[str, Mapping[str, Figure]], times: float) -> dict[str, dict[str, Figure]]:
    return {
        name: {id: _figure(found, times) if id in TOTALS else found for id, found in figures.items()}
        for name, figures in slices.items()
    }


def _figure(found: Figure, times: float) -> Figure:
    ends = (None if end is None else end * times for end in (found.value, found.low, found.high))
    value, low, high = ends
    return dataclasses.replace(found, value=value, low=low, high=high)


def _curve(curve: Curve, times: float) -> Curve:
    return dataclasses.replace(curve, points=tuple(_point(point, times) for point in curve.points))


def _point(point: Point, times: float) -> Point:
    value, low, high = (None if end is None else end * times for end in (point.value, point.low, point.high))
    return dataclasses.replace(point, value=value, low=low, high=high)


def swing(scenario: Scenario, metric: str, path: str, seed: int, replications: int) -> tuple[Figure, list[Swing]]:
    """The metric as it is, and how far it swings with one knob. Raises RegularsError where referrals explode."""
    steps = sensitivity(scenario, metric, only=[path], seed=seed, replications=replications, workers=1)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value.base, list(end.value.swings)


def measured(scenario: Scenario, metric: str, seed: int, replications: int, whole: bool) -> Measure:
    """One metric of one store, over `whole` replications where it is compared with one whose customers are coupled.

    Raises RegularsError where referrals explode.
    """
    steps = collect([scenario], seed=seed, replications=replications, workers=1)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return measure(end.value[0][0], metric, whole)


def lifted(scenario: Scenario, strategy: str, seed: int, replications: int) -> Lift:
    """The three views of a strategy's lift. Raises BadInput without that strategy, RegularsError where referrals explode."""
    steps = lift(scenario, strategy, seed=seed, replications=replications, workers=1)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Lift = end.value
            return found
