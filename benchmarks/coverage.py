"""Whether the intervals hold what they say: how often they cover the truth in a thousand small comparisons.

    python -m benchmarks.coverage

The truth is one very large run with another seed.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Iterator

from benchmarks.timing import verdict
from sim.compare import compare
from sim.experiment import simulate
from sim.metrics.statistics import Statistics
from sim.results import Comparison, Figure, Point
from sim.scenario import Scenario
from sim.strategies import catalogue

COMPARISONS, CUSTOMERS, BATCH = 1_000, 2_000, 10
LARGE, BLOCKS = 2_000_000, 40
MONTHS = 12


def scenarios() -> list[Scenario]:
    """A store without strategies, and with a discount cycle."""
    base = Scenario(name="base", months=MONTHS, clv_horizon=6)
    return [base, dataclasses.replace(base, name="cycle", strategies={"discount_cycle": catalogue()["discount_cycle"]()})]


def small(pair: list[Scenario]) -> Iterator[Comparison]:
    """The small comparisons, each of one replication."""
    for first in range(0, COMPARISONS, BATCH):
        sides = [simulate(scenario, 1, range(first, first + BATCH)) for scenario in pair]
        for index in range(BATCH):
            yield compare([_one(side, index) for side in sides], pair, 1)


def _one(statistics: Statistics, index: int) -> Statistics:
    part = slice(index * statistics.cells_per_store, (index + 1) * statistics.cells_per_store)
    tallies = statistics.tallies.with_arrays([array[part] for array in statistics.tallies.arrays()])
    return dataclasses.replace(statistics, replications=1, tallies=tallies)


def truth(pair: list[Scenario]) -> Comparison:
    """One very large run."""
    sides = []
    for scenario in pair:
        total = simulate(scenario, 2, range(1), 0, BLOCKS)
        for block in range(1, BLOCKS):
            total += simulate(scenario, 2, range(1), block, BLOCKS)
        sides.append(total)
    return compare(sides, pair, 2)


def figures(comparison: Comparison) -> dict[str, Figure | Point]:
    """What is looked at: CLV and retention at six months, in both scenarios and as differences."""
    found: dict[str, Figure | Point] = {}
    for result in comparison.scenarios:
        found[f"CLV, {result.name}"] = result.metrics["clv"]
        found[f"retention at 6 months, {result.name}"] = _at_six_months(result.curves["retention_bracket_30"].points)
    clv = next(d for d in comparison.differences if d.metric == "clv")
    found["CLV, difference"] = Figure(clv.value, clv.low, clv.high, "money")
    curves = comparison.curve_differences["cycle"]
    found["retention at 6 months, difference"] = _at_six_months(curves["retention_bracket_30"].points)
    return found


def _at_six_months(points: tuple[Point, ...]) -> Point:
    return next(point for point in points if point.x >= 180)


def main() -> int:
    """Run the benchmark; the exit code says whether every coverage lies within 93 to 97 %."""
    pair = [scenario.scaled(CUSTOMERS) for scenario in scenarios()]
    true = figures(truth([scenario.scaled(LARGE) for scenario in scenarios()]))
    covered, shown = dict.fromkeys(true, 0), dict.fromkeys(true, 0.0)
    for comparison in small(pair):
        for name, figure in figures(comparison).items():
            value = true[name].value
            if figure.low is None or figure.high is None or value is None:
                raise ValueError(f"{name} has no interval")
            covered[name] += figure.low <= value <= figure.high
            shown[name] += (figure.high - figure.low) / 2 / COMPARISONS
    kept = True
    for name, count in covered.items():
        print(f"{name}: truth {true[name].value:.4f}, mean half-width {shown[name]:.4f}")
        share = count / COMPARISONS
        kept &= verdict("covered", 100 * share, 97, at_most=True, unit=" %")
        kept &= verdict("covered", 100 * share, 93, at_most=False, unit=" %")
    print(f"the Monte Carlo error of a coverage is {100 * math.sqrt(0.95 * 0.05 / COMPARISONS):.1f} points")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
