"""Sensitivity: how far a metric moves when what is not known for sure is otherwise.

Two questions. One knob at a time: each end of its range is a scenario of its own, with the same customers and the same
luck as the scenario as it is. All at once: draws of every graded effect together, beside two other uncertainties that
are kept apart from it: simulation chance (the interval of the figure itself) and structure (the other dropout law).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from sim import uncertain
from sim._version import __version__
from sim.errors import BadInput, Problem
from sim.experiment import Snapshot, collect, coupled, default_replications
from sim.figures import Measure, difference, measure
from sim.files.units import text
from sim.metrics.catalogue import METRICS
from sim.metrics.sums import Floats
from sim.ranges import Range, outside, ranges
from sim.results import Figure
from sim.scenario import Scenario
from sim.tornado import EVIDENCE, End, Sampling, Sensitivity, Spread, Swing, Uncertainty
from sim.uncertain import Pair, Pairs, Place

TAILS = (0.025, 0.5, 0.975)
"""What is told of the draws: their middle, and all but the outermost twentieth."""
AT_ONCE = 300
"""Replications of all stores together whose statistics are held at once, of half a megabyte each."""
STEPS = 1000
"""Into how many steps a store is divided to tell how far the work is."""


def sensitivity(
    scenario: Scenario, metric: str = "clv", *, baseline: Scenario | None = None, around: float | None = None,
    only: Sequence[str] = (), sample: int = 0, seed: int = 1, replications: int | None = None, workers: int | None = None,
) -> Generator[Snapshot, None, Sensitivity]:  # fmt: skip
    """Run what it takes, yielding a snapshot after each piece of work; returns the analysis.

    With a baseline every swing is one of the difference to it; a knob that both have at the same value is turned in
    both. `around` and `only` are those of `ranges`; `sample` draws of all graded effects (none if 0). Raises BadInput
    where there is nothing to vary or to draw.
    """
    here: Pair = (scenario, baseline)
    found = _ranges(here, around, only)
    graded = _unknown(here, found)
    if not found or (sample and not graded):
        what = "graded effect to draw" if found else "knob to vary"
        raise BadInput(Problem(f"there is no {what}", file=scenario.file))
    pairs = Pairs(here)
    ends = [[pairs.add(uncertain.at_end(here, each, end)) for end in (each.low, each.high)] for each in found]
    draws = [pairs.add(pair) for pair in uncertain.draws(here, graded, seed, sample)]
    law = uncertain.other_law(scenario)
    other = pairs.add(uncertain.under(here, law)) if sample else ""
    count = replications or default_replications(pairs.stores)
    read = _Reading(pairs, metric, (yield from _measured(pairs.stores, metric, seed, count, workers)))
    swings = [_swing(each, low, high, read) for each, (low, high) in zip(found, ends, strict=True)]
    return Sensitivity(
        version=__version__,
        name=scenario.name,
        baseline=baseline.name if baseline else "",
        seed=seed,
        replications=count,
        customers=scenario.expected_customers(),
        currency=scenario.currency,
        metric=metric,
        base=read.figure(0, compared=baseline is not None),
        swings=tuple(sorted(swings, key=lambda swing: -swing.reach)),
        sampling=_sampling(read, sample, graded, draws, law, other) if sample else None,
        notes=tuple(outside(found)),
    )


def _ranges(here: Pair, around: float | None, only: Sequence[str]) -> list[Range]:
    """The ranges of both scenarios' knobs, the scenario's own before what the baseline alone has."""
    scenario, baseline = here
    found = ranges(scenario, around=around, only=only)
    if baseline is not None:
        own = {each.path for each in found}
        found += [each for each in ranges(baseline, around=around) if each.path not in own and not only]
    return found


def _unknown(here: Pair, found: Sequence[Range]) -> list[Range]:
    """What is to be drawn: the knobs of which nobody knows where they lie, in the scenario or in the baseline."""
    _, baseline = here
    theirs = {each.path for each in ranges(baseline) if each.uncertain} if baseline is not None else set()
    return [each for each in found if each.uncertain or (each.basis == EVIDENCE and each.path in theirs)]


def _measured(
    stores: Sequence[Scenario], metric: str, seed: int, replications: int, workers: int | None
) -> Generator[Snapshot, None, list[Measure]]:
    """The metric of every store. The statistics of many would not fit into memory: a few stores are run at a time."""
    found: list[Measure] = []
    together, whole = max(AT_ONCE // replications, 2), coupled(stores)
    for batch in (stores[first : first + together] for first in range(0, len(stores), together)):
        steps = collect(batch, seed=seed, replications=replications, workers=workers)
        try:
            while True:
                snapshot = next(steps)
                done = len(found) + snapshot.done / snapshot.total * len(batch)
                yield Snapshot(round(done * STEPS), len(stores) * STEPS, 0, None)
        except StopIteration as end:
            statistics, _ = end.value
        finally:
            steps.close()
        found += [measure(part, metric, whole) for part in statistics]
    return found


class _Reading:
    """The metric in every pair, in all versions of the sums."""

    def __init__(self, pairs: Pairs, metric: str, measures: Sequence[Measure]) -> None:
        self.pairs, self.metric, self.measures = pairs, metric, measures
        self.unit = METRICS[metric].unit

    def value(self, pair: int, *, compared: bool) -> Floats:
        """The scenario's metric, `compared` less the baseline's."""
        mine, theirs = self.pairs.pairs[pair]
        if not compared or theirs is None:
            return self.measures[mine].versions
        return self.measures[mine].versions - self.measures[theirs].versions

    def figure(self, place: Place, *, compared: bool) -> Figure:
        """The figure of one pair with the interval of simulation chance."""
        if isinstance(place, str):
            return Figure(None, None, None, self.unit, place)
        if compared:
            return difference(self.value(place, compared=True), self.metric)
        return self.measures[self.pairs.pairs[place][0]].level

    def change(self, place: Place) -> Figure:
        """How far one pair lies from the scenario as it is, in the difference to the baseline if there is one."""
        if isinstance(place, str):
            return Figure(None, None, None, self.unit, place)
        return difference(self.value(place, compared=True) - self.value(0, compared=True), self.metric)


def _swing(each: Range, low: Place, high: Place, read: _Reading) -> Swing:
    knob = each.leaf.knob
    return Swing(
        path=each.path,
        label=knob.label,
        text=text(knob, each.leaf.value),
        low=End(text(knob, each.low), read.change(low)),
        high=End(text(knob, each.high), read.change(high)),
        grade=knob.grade,
        basis=each.basis,
    )


def _sampling(
    read: _Reading, sample: int, graded: Sequence[Range], draws: Sequence[Place], law: str, other: Place
) -> Sampling:
    def uncertainty(compared: bool) -> Uncertainty:
        values = np.array([read.value(place, compared=compared)[0] for place in draws if not isinstance(place, str)])
        there = values[np.isfinite(values)]
        return Uncertainty(
            chance=read.figure(0, compared=compared),
            effects=_spread(there, read.unit) if there.size else None,
            missing=sample - int(there.size),
            structure=read.figure(other, compared=compared),
        )

    compared = read.pairs.pairs[0][1] is not None
    paths = tuple(each.path for each in graded)
    return Sampling(sample, paths, law, uncertainty(False), uncertainty(True) if compared else None)


def _spread(values: Floats, unit: str) -> Spread:
    low, median, high = np.quantile(values, TAILS).tolist()
    return Spread(median, low, high, float((values > 0).mean()), unit)
