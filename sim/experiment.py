"""Experiments: replications of scenarios, worked off on all cores, and put together in the order of their index.

Nothing about the result depends on how the work was split: the unit is a block of a scenario's replications, its sums
are integers, and they are added by index, never in the order of their arrival.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from sim.errors import RegularsError
from sim.log import GROUPS, EventLog
from sim.metrics.statistics import Reading, Statistics, concatenate, fold
from sim.results import Comparison
from sim.scenario import Scenario
from sim.store import Store
from sim.workforce import Workforce, available_cores, workforce

CUSTOMERS = 20_000
"""Expected acquisitions a scenario that the default number of replications adds up to."""
FEWEST, MOST = 4, 50
"""Bounds of the default number of replications."""
FEWEST_COUPLED = 16
"""The fewest where customers are coupled, so that replications are the only independent things."""
BLOCK = 50_000
"""Customers a block at most; smaller blocks repeat the calendar's fixed cost."""
SHARE = 12_000
"""Customers that small replications are put together to, so that they share one calendar."""
SMALL = 15_000
"""Customers below which starting further processes costs more than it saves."""
ENDLESS = 50_000_000
"""Customers a scenario that no wish for precision may take."""


@dataclass(frozen=True)
class Task:
    """One piece of work: a block of some replications of a scenario."""

    scenario: int
    first: int
    last: int
    """One past the last replication."""
    block: int = 0
    blocks: int = 1


@dataclass(frozen=True)
class Snapshot:
    """How far an experiment is, and what it comes to so far."""

    done: int
    """Pieces of work done."""
    total: int
    replications: int
    """Replications that are complete in every scenario."""
    comparison: Comparison | None
    """None where it was not asked for yet."""


@dataclass(frozen=True)
class Precision:
    """A wish for a metric's interval."""

    metric: str
    width: float
    """From the low to the high end of the 95 % interval, in the metric's unit."""


def default_replications(scenarios: Sequence[Scenario]) -> int:
    """As many replications as make figures useful in about a second."""
    largest = max(scenario.expected_customers() for scenario in scenarios)
    fewest = FEWEST_COUPLED if coupled(scenarios) else FEWEST
    return min(max(round(CUSTOMERS / largest), fewest), MOST)


def coupled(scenarios: Sequence[Scenario]) -> bool:
    """Whether intervals must be taken over whole replications, because in some scenario customers depend on each other."""
    return any(scenario.coupled for scenario in scenarios)


def simulate(scenario: Scenario, seed: int, replications: range, block: int = 0, blocks: int = 1) -> Statistics:
    """The statistics of one piece of work."""
    store = Store(scenario, seed, replications, block, blocks)
    log = store.run(ranked=False)
    store.close()
    return fold(log, Reading.of_scenario(scenario))


def event_log(scenario: Scenario, seed: int, replication: int = 0) -> EventLog:
    """The whole log of one replication."""
    store = Store(scenario, seed, range(replication, replication + 1))
    log = store.run()
    store.close()
    return log


def run(
    scenarios: Sequence[Scenario],
    *,
    seed: int = 1,
    replications: int | None = None,
    workers: int | None = None,
    precision: Precision | None = None,
    partial: bool = False,
) -> Generator[Snapshot, None, None]:
    """Run scenarios, the first being the baseline, and yield a snapshot after each piece of work.

    The last snapshot has the comparison; with `partial` each has the comparison of the replications that are complete.
    To cancel, stop iterating. Raises RegularsError when a worker process dies or a scenario's referrals explode.
    """
    from sim.compare import compare

    statistics, notes = yield from collect(
        scenarios, seed=seed, replications=replications, workers=workers, precision=precision, partial=partial
    )
    comparison = compare(statistics, scenarios, seed, coupled=coupled(scenarios), notes=notes)
    yield Snapshot(1, 1, comparison.replications, comparison)


def collect(
    scenarios: Sequence[Scenario],
    *,
    seed: int = 1,
    replications: int | None = None,
    workers: int | None = None,
    precision: Precision | None = None,
    partial: bool = False,
) -> Generator[Snapshot, None, tuple[list[Statistics], tuple[str, ...]]]:
    """Run scenarios as `run` does, but return their statistics, for whoever reads them in a way of their own, and notes
    on what was run."""
    from sim.compare import compare

    count = replications or default_replications(scenarios)
    finished: dict[Task, Statistics] = {}
    notes: tuple[str, ...] = ()
    with workforce(_cores(scenarios, count, workers, precision)) as force:
        tasks = plan(scenarios, 0, count, force.size)
        yield from _work(force, scenarios, seed, tasks, finished, partial)
        if precision is not None:
            first = compare(_reduce(finished, len(scenarios)), scenarios, seed, coupled=coupled(scenarios))
            more = _wanted(first, precision, count, count if coupled(scenarios) else count * GROUPS)
            if more > count:
                notes = (f"{more} replications, so that {precision.metric} has an interval of {precision.width:g}",)
                tasks = plan(scenarios, count, more, force.size)
                yield from _work(force, scenarios, seed, tasks, finished, partial)
    return _reduce(finished, len(scenarios)), notes


def plan(scenarios: Sequence[Scenario], first: int, last: int, workers: int) -> list[Task]:
    """The pieces of work for replications `first` to `last`: small replications together, large ones in blocks."""
    tasks = []
    for index, scenario in enumerate(scenarios):
        size = scenario.expected_customers() * (1.0 + scenario.pre_history / scenario.months)
        blocks = 1 if scenario.coupled else max(1, math.ceil(size / BLOCK))
        # With few scenarios every worker should still have something to do.
        fair = math.ceil((last - first) * len(scenarios) / max(workers, len(scenarios)))
        together = max(1, min(int(SHARE // size), fair)) if blocks == 1 else 1
        for start in range(first, last, together):
            stop = min(start + together, last)
            tasks += [Task(index, start, stop, block, blocks) for block in range(blocks)]
    # Replication by replication, so that all scenarios grow together.
    return sorted(tasks, key=lambda task: (task.first, task.scenario, task.block))


def _reduce(finished: dict[Task, Statistics], scenarios: int) -> list[Statistics]:
    """The scenarios' statistics: blocks added, replications put behind one another, all by index."""
    reduced = []
    for scenario in range(scenarios):
        stretches: dict[tuple[int, int], Statistics] = {}
        for task in sorted(finished, key=lambda task: (task.first, task.block)):
            if task.scenario == scenario:
                place = (task.first, task.last)
                stretches[place] = stretches[place] + finished[task] if place in stretches else finished[task]
        reduced.append(concatenate(list(stretches.values())))
    return reduced


def _wanted(comparison: Comparison, precision: Precision, count: int, cells: int) -> int:
    """How many replications the wished precision takes, after `count` of them with so many independent `cells`.

    Stein's rule of two stages (1945, Annals of Mathematical Statistics 16:243): the number is fixed once, after the
    first stage, and the interval is taken over all of it; looking again and again would cost coverage.
    """
    widths = []
    for scenario in comparison.scenarios:
        figure = scenario.metrics[precision.metric]
        if figure.low is None or figure.high is None:
            raise RegularsError(f"{precision.metric} has no interval in '{scenario.name}': {figure.reason}")
        widths.append(figure.high - figure.low)
    # The first stage knows its width only up to chance, and the second will have a little luck of its own: two standard
    # errors more than the plain rule, so that the wish is met nearly always.
    safety = 1.0 + 2.3 * math.sqrt(2.0 / max(cells - 1, 1))
    wanted = math.ceil(count * safety * (max(widths) / precision.width) ** 2)
    if wanted * comparison.customers > ENDLESS:
        raise RegularsError(
            f"{precision.metric}={precision.width:g} would take {wanted:,} replications of {comparison.customers:,.0f} "
            f"customers: with {count} the interval is {max(widths):.3g} wide; wish for a wider one"
        )
    return wanted


def _work(
    force: Workforce, scenarios: Sequence[Scenario], seed: int, tasks: list[Task],
    finished: dict[Task, Statistics], partial: bool,
) -> Iterator[Snapshot]:  # fmt: skip
    from sim.compare import compare

    total = len(finished) + len(tasks)
    waiting = deque(tasks)
    for place, statistics in force.work(simulate, [_arguments(scenarios, seed, task) for task in tasks]):
        finished[tasks[place]] = statistics
        while waiting and waiting[0] in finished:
            waiting.popleft()
        complete = waiting[0].first if waiting else max(task.last for task in tasks)
        comparison = None
        if partial and complete and len(finished) < total:
            ready = {done: value for done, value in finished.items() if done.last <= complete}
            if all(any(done.scenario == i for done in ready) for i in range(len(scenarios))):
                comparison = compare(_reduce(ready, len(scenarios)), scenarios, seed, coupled=coupled(scenarios))
        if len(finished) < total:
            yield Snapshot(len(finished), total, complete, comparison)


def _arguments(scenarios: Sequence[Scenario], seed: int, task: Task) -> tuple[Scenario, int, range, int, int]:
    return scenarios[task.scenario], seed, range(task.first, task.last), task.block, task.blocks


def _cores(scenarios: Sequence[Scenario], count: int, workers: int | None, precision: Precision | None) -> int:
    """How many processes to work with."""
    customers = count * sum(s.expected_customers() * (1.0 + s.pre_history / s.months) for s in scenarios)
    if workers is None and precision is None and customers < SMALL:
        return 1
    return workers or available_cores()
