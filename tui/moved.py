"""A preview that does not jump: what is known exactly of a scenario, moved by what a tweak changes in the small store.

The small store has the same luck before and after the tweak, so the difference between its two previews is far less a
matter of chance than either; added to the refined figures of before it gives the curve of now. It is the control variate
of simulation textbooks (Glasserman 2003, Monte Carlo Methods in Financial Engineering, section 4.1) with a slope of one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from sim.metrics.catalogue import METRICS
from sim.results import CohortTable, Curve, Figure, Point, ScenarioResult


def bare(result: ScenarioResult) -> ScenarioResult:
    """A preview alone: its figures without intervals, which are those of a store that is not meant."""
    return _mapped(result, result, result)


def moved(refined: ScenarioResult, before: ScenarioResult, after: ScenarioResult) -> ScenarioResult:
    """The refined result of before, moved by the difference between two previews; what cannot be moved is as in the later
    preview. Nothing has an interval."""
    return _mapped(refined, before, after)


def _mapped(refined: ScenarioResult, before: ScenarioResult, after: ScenarioResult) -> ScenarioResult:
    return dataclasses.replace(
        after,
        metrics=_figures(refined.metrics, before.metrics, after.metrics),
        curves={
            id: _curve(refined.curves.get(id, curve), before.curves.get(id, curve), curve)
            for id, curve in after.curves.items()
        },
        by_channel={},  # what no preview shows
        by_segment={},
        by_strategy={},
        cohorts=_cohorts(refined.cohorts, before.cohorts, after.cohorts),
    )


def _figures(
    refined: Mapping[str, Figure], before: Mapping[str, Figure], after: Mapping[str, Figure]
) -> dict[str, Figure]:  # fmt: skip
    moved = {}
    for id, found in after.items():
        largest = METRICS[id].largest if id in METRICS else float("inf")
        value = _value(_of(refined, id), _of(before, id), found.value, found.unit, largest)
        moved[id] = dataclasses.replace(found, value=value, low=None, high=None)
    return moved


def _of(figures: Mapping[str, Figure], id: str) -> float | None:
    return figures[id].value if id in figures else None


def _value(refined: float | None, before: float | None, after: float | None, unit: str, largest: float) -> float | None:
    if refined is None or before is None or after is None:
        return after
    value = refined + (after - before)
    return min(max(value, 0.0), largest) if unit == "share" else value


def _curve(refined: Curve, before: Curve, after: Curve) -> Curve:
    exact = {point.x: point.value for point in refined.points}
    was = {point.x: point.value for point in before.points}
    points = tuple(
        Point(point.x, _value(exact.get(point.x), was.get(point.x), point.value, after.unit, 1.0), None, None, point.n)
        for point in after.points
    )
    return Curve(after.x_unit, after.unit, points)


def _cohorts(refined: CohortTable | None, before: CohortTable | None, after: CohortTable | None) -> CohortTable | None:
    if refined is None or before is None or after is None:
        return after
    if not refined.cohorts == before.cohorts == after.cohorts:
        refined = before = after
    rows = zip(refined.retention, before.retention, after.retention, strict=True)
    return CohortTable(after.cohorts, refined.customers, tuple(_cells(*row) for row in rows))


def _cells(refined: tuple[Figure, ...], before: tuple[Figure, ...], after: tuple[Figure, ...]) -> tuple[Figure, ...]:
    values = (
        _value(one.value, two.value, three.value, "share", 1.0)
        for one, two, three in zip(refined, before, after, strict=False)
    )
    return tuple(
        dataclasses.replace(cell, value=value, low=None, high=None) for cell, value in zip(after, values, strict=False)
    )
