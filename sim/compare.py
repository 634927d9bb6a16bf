"""Comparing: from the statistics of scenarios to figures, curves, cohorts and paired differences, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim._version import __version__
from sim.jackknife import Estimate, holm
from sim.metrics.catalogue import CHANNEL, METRICS, SEGMENT, STRATEGY, Metric
from sim.metrics.cohorts import cohort_estimate, seen_age_months
from sim.metrics.curves import CURVES, CurveValues
from sim.metrics.statistics import Statistics
from sim.metrics.sums import SEGMENTS, Sums
from sim.one_currency import apart
from sim.results import CohortTable, Comparison, Curve, Difference, Figure, Point, ScenarioResult
from sim.scenario import Scenario

Floats = NDArray[np.float64]

SIGNIFICANT = 0.05
COUPLED_CELLS = 10
"""Replications it takes for an interval where customers are coupled."""
NO_CLEAR_DIFFERENCE = "no clear difference"
NO_ACQUISITION = "nobody was acquired in this month"


@dataclass(frozen=True)
class _Read:
    """One scenario, read: its metrics and curves in all versions of the sums."""

    sums: Sums
    metrics: dict[str, Floats]
    curves: dict[str, CurveValues]
    least: int
    """Cells it takes for an interval."""

    @classmethod
    def of(cls, statistics: Statistics, coupled: bool) -> _Read:
        sums = Sums(statistics.pooled() if coupled else statistics)
        return cls(
            sums=sums,
            metrics={id: metric.compute(sums) for id, metric in METRICS.items()},
            curves={id: curve.compute(sums) for id, curve in CURVES.items()},
            least=COUPLED_CELLS if coupled else 2,
        )

    @property
    def currency(self) -> str:
        """Of all its money."""
        return self.sums.reading.currency

    def apart(self, other: _Read, unit: str) -> str:
        """Why a figure in this unit is not set against that of another reading; empty where it can be."""
        return apart(self.currency, other.currency, unit)

    @property
    def no_interval(self) -> str:
        """Why a figure has no interval."""
        if self.sums.statistics.cells < self.least:
            return f"no interval: it takes {self.least} replications or more"
        return "no interval: too few customers"


def compare(
    statistics: Sequence[Statistics],
    scenarios: Sequence[Scenario],
    seed: int,
    *,
    coupled: bool = False,
    notes: Sequence[str] = (),
) -> Comparison:
    """Scenarios side by side, the first being the baseline; one alone is read without differences.

    Every figure is a plain estimate with a 95 % delete-one jackknife interval over the groups of customers of all
    replications, or over whole replications where the customers of a store are `coupled`. Differences are paired
    by cell; p is Student's, adjusted by Holm over all metrics and scenarios. Raises ValueError where the scenarios
    do not have the same replications.
    """
    if not statistics or len(statistics) != len(scenarios):
        raise ValueError("as many statistics as scenarios are needed, at least one")
    if len({(part.replications, part.cells) for part in statistics}) > 1:
        raise ValueError("scenarios can only be compared over the same replications")
    reads = [_Read.of(part, coupled) for part in statistics]
    names = _names(scenarios)
    return Comparison(
        version=__version__,
        seed=seed,
        replications=statistics[0].replications,
        customers=scenarios[0].expected_customers(),
        baseline=names[0],
        scenarios=tuple(
            _result(read, name, scenario.file) for read, name, scenario in zip(reads, names, scenarios, strict=True)
        ),
        differences=_differences(reads, names),
        curve_differences={name: _curve_differences(read, reads[0]) for name, read in zip(names[1:], reads[1:], strict=True)},
        notes=tuple(notes),
    )


def read(statistics: Statistics, name: str, *, file: str = "", coupled: bool = False) -> ScenarioResult:
    """All figures of one history, a real one above all, with their intervals."""
    return _result(_Read.of(statistics, coupled), name, file)


def _names(scenarios: Sequence[Scenario]) -> list[str]:
    """The scenarios' names, told apart by a number where two are the same."""
    names: list[str] = []
    for scenario in scenarios:
        name, number = scenario.name or scenario.file or "scenario", 2
        unique = name
        while unique in names:
            unique, number = f"{name} ({number})", number + 1
        names.append(unique)
    return names


def _result(read: _Read, name: str, file: str) -> ScenarioResult:
    figures = {id: _figures(METRICS[id], values, read) for id, values in read.metrics.items()}
    channels = read.sums.statistics.channels
    strategies = read.sums.strategies
    return ScenarioResult(
        name=name,
        file=file,
        metrics={id: row[0] for id, row in figures.items()},
        curves={id: _curve(id, values, read) for id, values in read.curves.items()},
        currency=read.currency,
        by_channel=_by(figures, CHANNEL, channels, 1),
        by_segment=_by(figures, SEGMENT, SEGMENTS, 1 + len(channels)),
        by_strategy=_by(figures, STRATEGY, strategies, 1 + len(channels) + len(SEGMENTS)),
        cohorts=_cohorts(read),
    )


def _by(figures: dict[str, list[Figure]], what: str, names: Sequence[str], first: int) -> dict[str, dict[str, Figure]]:
    told = [id for id, metric in METRICS.items() if what in metric.by]
    return {name: {id: figures[id][first + place] for id in told} for place, name in enumerate(names)}


def _figures(metric: Metric, values: Floats, read: _Read) -> list[Figure]:
    """A figure for each slice."""
    estimate = Estimate.of(values, read.least)
    low, high = estimate.interval(metric.smallest, metric.largest)
    ends = zip(estimate.value.tolist(), low.tolist(), high.tolist(), strict=True)
    return [
        _figure(
            *numbers,
            unit=metric.unit,
            undefined="" if math.isfinite(numbers[0]) else metric.reason(read.sums, place),
            no_interval=read.no_interval,
        )
        for place, numbers in enumerate(ends)
    ]


def _figure(value: float, low: float, high: float, *, unit: str, undefined: str, no_interval: str) -> Figure:
    if not math.isfinite(value):
        return Figure(None, None, None, unit, undefined)
    if not math.isfinite(low):
        return Figure(value, None, None, unit, no_interval)
    return Figure(value, low, high, unit)


def _curve(id: str, curve: CurveValues, read: _Read) -> Curve:
    unit = CURVES[id].unit
    estimate = Estimate.of(curve.values, read.least)
    # At age 0 everybody has just ordered: a share of 1 by definition, not by observation.
    behind = np.where((curve.x == 0) & (estimate.value == 1), 0, curve.n).astype(np.float64)
    ends = estimate.share_interval(behind) if unit == "share" else estimate.interval()
    return Curve(CURVES[id].x_unit, unit, _points(curve, estimate, *ends))


def _points(curve: CurveValues, estimate: Estimate, low: Floats, high: Floats) -> tuple[Point, ...]:
    """The points that anybody stands behind."""
    columns = (curve.x, estimate.value, low, high, curve.n)
    return tuple(
        Point(float(x), _finite(value), _finite(down), _finite(up), n)
        for x, value, down, up, n in zip(*(column.tolist() for column in columns), strict=True)
        if n > 0
    )


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _cohorts(read: _Read) -> CohortTable:
    reading = read.sums.reading
    customers, estimate = cohort_estimate(read.sums, read.least)
    behind = np.broadcast_to(customers[:, None], estimate.value.shape) * read.sums.stores[0]
    low, high = estimate.share_interval(np.where(np.arange(behind.shape[1]) == 0, 0.0, behind))
    rows = zip(estimate.value.tolist(), low.tolist(), high.tolist(), seen_age_months(reading), strict=True)
    return CohortTable(
        cohorts=tuple(reading.month_name(month) for month in range(reading.month_count)),
        customers=tuple(customers.tolist()),
        retention=tuple(
            tuple(
                _figure(*ends, unit="share", undefined=NO_ACQUISITION, no_interval=read.no_interval)
                for ends in zip(value[:seen], down[:seen], up[:seen], strict=True)
            )
            for value, down, up, seen in rows
        ),
    )


def _differences(reads: list[_Read], names: list[str]) -> tuple[Difference, ...]:
    """Every metric of every scenario but the first, less the first's."""
    if len(reads) < 2:
        return ()
    versions = np.stack([_less(read, reads[0], metric) for read in reads[1:] for metric in METRICS.values()], axis=1)
    estimate = Estimate.of(versions, reads[0].least)
    low, high = (ends.tolist() for ends in estimate.interval())
    adjusted = holm(estimate.p_values())
    pairs = [(name, read, metric) for name, read in zip(names[1:], reads[1:], strict=True) for metric in METRICS.values()]
    differences = []
    for (name, read, metric), *numbers, p in zip(pairs, estimate.value.tolist(), low, high, adjusted, strict=True):
        value, down, up = (_finite(number) for number in numbers)
        if value is None or p is None:
            said = reads[0].no_interval if value is not None else _missing(metric, read, reads[0])
            down = up = None
        else:
            said = verdict(metric, value, p)
        differences.append(Difference(name, metric.id, value, down, up, p, said, metric.unit))
    return tuple(differences)


def _less(read: _Read, baseline: _Read, metric: Metric) -> Floats:
    """The metric less the baseline's, in all versions; none where they are not of one currency."""
    mine, theirs = (each.metrics[metric.id][:, 0] for each in (read, baseline))
    difference: Floats = np.full_like(mine, np.nan) if read.apart(baseline, metric.unit) else mine - theirs
    return difference


def _missing(metric: Metric, read: _Read, baseline: _Read) -> str:
    """Why there is no difference: the baseline's reason first."""
    without = [each for each in (baseline, read) if not math.isfinite(each.metrics[metric.id][0, 0])]
    return metric.reason(without[0].sums) if without else read.apart(baseline, metric.unit)


def verdict(metric: Metric, difference: float, p_adjusted: float) -> str:
    """The difference in words, by the adjusted p alone."""
    if p_adjusted >= SIGNIFICANT:
        return NO_CLEAR_DIFFERENCE
    if not metric.better:
        return "higher" if difference > 0 else "lower"
    return "better" if (difference > 0) == (metric.better == "higher") else "worse"


def _curve_differences(read: _Read, baseline: _Read) -> dict[str, Curve]:
    """Point by point where both have one; n is the smaller of the two. Without curves of money of two currencies."""
    curves = {}
    for id, curve in CURVES.items():
        if read.apart(baseline, curve.unit):
            continue
        mine, theirs = read.curves[id], baseline.curves[id]
        x, here, there = np.intersect1d(mine.x, theirs.x, return_indices=True)
        paired = CurveValues(x, mine.values[:, here] - theirs.values[:, there], np.minimum(mine.n[here], theirs.n[there]))
        estimate = Estimate.of(paired.values, read.least)
        curves[id] = Curve(curve.x_unit, curve.unit, _points(paired, estimate, *estimate.interval()))
    return curves
