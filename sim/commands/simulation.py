"""From the files and options of a command to a comparison: load, scale, run, tell how far it is."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import re
import sys
from argparse import Namespace
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

from sim.commands.progress import Progress
from sim.errors import BadInput, Problem
from sim.files.scenario_file import differences, load_scenario
from sim.idle import idle
from sim.nearest import nearest
from sim.one_currency import note
from sim.paths import leaves
from sim.scenario import Scenario
from sim.text import tag

if TYPE_CHECKING:
    from sim.experiment import Precision, Snapshot
    from sim.report.parts import Differs
    from sim.results import Comparison

Result = TypeVar("Result")
MOST_A_MONTH = 1e12
"""The largest amount of money of a scaled store; more would pass the whole micros of its books."""
LETTERED = re.compile(r"([A-Z]\d*):(.*)", re.DOTALL)


def load(files: Sequence[str], options: Namespace) -> tuple[list[Scenario], list[str]]:
    """The scenarios of the files with the options applied, and what the reader should know of it.

    Raises BadInput with the mistakes of all files.
    """
    sets = _sets(options.sets, len(files))
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for file, given in zip(files, sets, strict=True):
        try:
            scenarios.append(load_scenario(file, given))
        except BadInput as mistake:
            problems += [problem for problem in mistake.problems if problem not in problems]
    if problems:
        raise BadInput(problems)
    scenarios = _named_apart(scenarios)
    if options.months is not None:
        scenarios = [_observed(scenario, options.months) for scenario in scenarios]
    notes = [*currencies(scenarios), *_definitions(scenarios)]
    factor = 1.0 if options.customers is None else options.customers / scenarios[0].expected_customers()
    notes += _advice(scenarios, factor)
    if options.customers is not None:
        scenarios, scaled = _scaled(scenarios, options.customers)
        notes.insert(0, scaled)
    return scenarios, [*notes, *_idle(scenarios)]


def simulate(scenarios: Sequence[Scenario], options: Namespace, notes: Sequence[str] = ()) -> Comparison:
    """Run the scenarios to the end, with a progress bar on standard error where that is a terminal."""
    from sim.experiment import run

    comparison, precision = None, precision_of(options)
    steps = run(scenarios, seed=options.seed, replications=options.replications, workers=options.workers, precision=precision)
    with Progress(None if options.quiet else sys.stderr, "simulating") as progress, contextlib.closing(steps):
        for snapshot in steps:
            progress.step(snapshot.done, snapshot.total)
            comparison = snapshot.comparison
    assert comparison is not None
    return dataclasses.replace(sized(comparison, options), notes=(*notes, *comparison.notes))


def sized(comparison: Comparison, options: Namespace) -> Comparison:
    """The comparison, its customers as many as were asked for, not 299.99999999999994."""
    return comparison if options.customers is None else dataclasses.replace(comparison, customers=options.customers)


def exhaust(steps: Generator[Snapshot, None, Result], options: Namespace) -> Result:
    """Run an experiment to its end, with a progress bar on standard error where that is a terminal; what it returns."""
    with Progress(None if options.quiet else sys.stderr, "simulating") as progress, contextlib.closing(steps):
        while True:
            try:
                snapshot = next(steps)
            except StopIteration as end:
                result: Result = end.value
                return result
            progress.step(snapshot.done, snapshot.total)


def precision_of(options: Namespace) -> Precision | None:
    """How narrow which interval is to be, if asked for."""
    return None if options.precision is None else _precision(options.precision)


def differs(scenarios: Sequence[Scenario]) -> Differs:
    """What differs between each scenario and the first, by the scenario's name."""
    rows = {each.name: differences(scenarios[0], each) for each in scenarios[1:]}
    return {name: [row for row in found if row[0] != "name"] for name, found in rows.items()}


def say(text: str, options: Namespace) -> None:
    """Tell the user something on standard error, unless they asked for quiet."""
    if not options.quiet and sys.stderr is not None:
        from sim.text import printable

        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(printable(text, sys.stderr.encoding or "utf-8") + "\n")


def _sets(sets: Sequence[str], count: int) -> list[list[str]]:
    """The overrides for each scenario: those without a letter are for all."""
    found: list[list[str]] = [[] for _ in range(count)]
    letters = [tag(i) for i in range(count)]
    for text in sets:
        match = LETTERED.fullmatch(text)
        if match is None:
            for each in found:
                each.append(text)
        elif match[1] in letters:
            found[letters.index(match[1])].append(match[2])
        else:
            raise BadInput(Problem(f"there is no scenario {match[1]}", file="--set", allowed=", ".join(letters)))
    return found


def _named_apart(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios, those of the same name numbered."""
    taken: set[str] = set()
    apart = []
    for scenario in scenarios:
        name, number = scenario.name, 2
        while name in taken:
            name, number = f"{scenario.name} ({number})", number + 1
        taken.add(name)
        apart.append(dataclasses.replace(scenario, name=name))
    return apart


def _idle(scenarios: Sequence[Scenario]) -> list[str]:
    """What cannot act in its store, told once for scenarios that have it in common."""
    texts: dict[str, list[str]] = {}
    for i, each in enumerate(scenarios):
        for text in idle(each):
            texts.setdefault(text, []).append(tag(i))
    return [text if len(scenarios) == 1 else f"{', '.join(tags)}: {text}" for text, tags in texts.items()]


def _observed(scenario: Scenario, months: int) -> Scenario:
    """The scenario watched for so many months; raises BadInput where nobody could be seen for its CLV horizon."""
    if scenario.clv_horizon >= months:
        raise BadInput(
            Problem(
                f"{months} months are no longer than the clv_horizon of {scenario.clv_horizon} in '{scenario.file}'",
                file="--months", allowed=f"more than {scenario.clv_horizon} months, or a shorter --set clv_horizon",
            )
        )  # fmt: skip
    return dataclasses.replace(scenario, months=months)


def _scaled(scenarios: Sequence[Scenario], customers: float) -> tuple[list[Scenario], str]:
    """All scenarios by the factor that brings the first to so many expected acquisitions, and a note of it."""
    expected = scenarios[0].expected_customers()
    factor = customers / expected
    note = (
        f"the store was scaled from {expected:,.0f} to {customers:,.0f} expected acquisitions (x {factor:.3g}); "
        "spend, pre-history and totals are those of the scaled store"
    )
    scaled = [scenario.scaled(scenario.expected_customers() * factor) for scenario in scenarios]
    for each, leaf in [(made, leaf) for made in scaled for leaf in leaves(made)]:
        if leaf.knob.kind == "money" and isinstance(leaf.value, float) and leaf.value > MOST_A_MONTH:
            raise BadInput(Problem(
                f"scaled by {factor:.3g}, {leaf.path} of '{each.file}' would be {leaf.value:.3g}", file="--customers",
                allowed=f"amounts up to {MOST_A_MONTH:.0e}; the store expects {expected:.3g} customers",
            ))  # fmt: skip
    return scaled, note


def currencies(scenarios: Sequence[Scenario]) -> list[str]:
    """What the reader should know where the scenarios are not all in one currency."""
    found = note({tag(i): each.currency for i, each in enumerate(scenarios)})
    return [found] if found else []


def _advice(scenarios: Sequence[Scenario], factor: float) -> list[str]:
    """What the strategies have to say to the reader, each once."""
    said: dict[str, None] = {}
    for i, each in enumerate(scenarios):
        for name, strategy in each.strategies.items():
            where = name if len(scenarios) == 1 else f"{tag(i)}: {name}"
            said |= {f"{where}: {text}": None for text in strategy.advice(each, factor)}
    return list(said)


def _definitions(scenarios: Sequence[Scenario]) -> list[str]:
    """What CLV and activity mean here, once for scenarios that agree."""
    texts: dict[str, list[str]] = {}
    for i, each in enumerate(scenarios):
        text = (
            f"CLV: discounted contribution margin to {each.clv_horizon} months of age at "
            f"{each.discount_rate * 100:g} % a year, first order included, acquisition cost not; "
            f"active: ordered within {each.activity_window:g} d; observed: {each.months} months from {each.start}"
        )
        texts.setdefault(text, []).append(tag(i))
    return [text if len(texts) == 1 else f"{', '.join(tags)}: {text}" for text, tags in texts.items()]


def known_metric(metric: str, option: str) -> None:
    """Raises BadInput, with the nearest one, where an option names no metric."""
    from sim.metrics.catalogue import METRICS

    if metric not in METRICS:
        raise BadInput(Problem(f"there is no metric '{metric}'", file=option, suggestion=nearest(metric, METRICS)))


def _precision(text: str) -> Precision:
    """METRIC=WIDTH; raises BadInput for an unknown metric or a width that is none."""
    from sim.experiment import Precision
    from sim.metrics.catalogue import METRICS

    metric, equals, width = (part.strip() for part in text.partition("="))
    if not equals:
        raise BadInput(Problem(f"'{text}' is not METRIC=WIDTH", file="--precision", allowed="e.g. clv=0.50"))
    known_metric(metric, "--precision")
    number, percent = (width[:-1], 0.01) if width.endswith("%") else (width, 1.0)
    try:
        value = float(number) * percent
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0) or (percent != 1.0 and METRICS[metric].unit != "share"):
        allowed = "a share above 0, as 0.01 or 1%" if METRICS[metric].unit == "share" else "a number above 0"
        raise BadInput(Problem(f"'{width}' is not a width for {metric}", file="--precision", allowed=allowed))
    return Precision(metric, value)
