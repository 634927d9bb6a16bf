"""Single figures with their intervals, from the versions of a metric: with all groups of customers, and without each."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.jackknife import Estimate
from sim.metrics.catalogue import METRICS
from sim.metrics.statistics import Statistics
from sim.metrics.sums import Floats, Sums
from sim.results import Figure

NO_DIFFERENCE = "the metric does not exist in one of the stores it takes"


class Measure(NamedTuple):
    """One metric of one store: all that differences and levels are made of."""

    versions: Floats
    """Its value in every version of the sums; nan where it does not exist."""
    level: Figure


def measure(statistics: Statistics, metric: str, whole: bool = False) -> Measure:
    """The metric of a store; over `whole` replications where customers of any of the stores depend on each other."""
    if whole:
        statistics = statistics.pooled()
    return Measure(versions(statistics, metric), level(statistics, metric))


def versions(statistics: Statistics, metric: str) -> Floats:
    """A metric of all customers in every version of the sums; nan where it does not exist."""
    found: Floats = METRICS[metric].compute(Sums(statistics))[:, 0]
    return found


def store_by_store(statistics: Statistics, metric: str) -> Floats:
    """A metric of each replication by itself, in their order; nan where that store has none."""
    stores = statistics.pooled() if statistics.cells_per_store != 1 else statistics
    compute = METRICS[metric].compute
    return np.array([compute(Sums(stores.store(at)))[0, 0] for at in range(stores.replications)])


def level(statistics: Statistics, metric: str) -> Figure:
    """A metric as it stands; where there is none, why."""
    declared = METRICS[metric]
    smallest = 0.0 if declared.unit == "share" else -np.inf
    found = _figure(versions(statistics, metric), declared.unit, smallest, declared.largest)
    return found or Figure(None, None, None, declared.unit, declared.reason(Sums(statistics)))


def difference(paired: Floats, metric: str) -> Figure:
    """A difference of versions, group by group, so that the luck that both share cancels."""
    unit = METRICS[metric].unit
    return _figure(paired, unit) or Figure(None, None, None, unit, NO_DIFFERENCE)


def figure(numbers: Floats, unit: str, undefined: str) -> Figure:
    """A figure from its versions; `undefined` says why there is none."""
    return _figure(numbers, unit) or Figure(None, None, None, unit, undefined)


def _figure(numbers: Floats, unit: str, smallest: float = -np.inf, largest: float = np.inf) -> Figure | None:
    if not math.isfinite(numbers[0]):
        return None
    estimate = Estimate.of(numbers[:, None])
    low, high = (float(ends[0]) for ends in estimate.interval(smallest, largest))
    value = float(numbers[0])
    if not math.isfinite(low):
        return Figure(value, None, None, unit, "no interval: too few customers")
    return Figure(value, low, high, unit)
