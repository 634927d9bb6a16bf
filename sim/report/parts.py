"""What every form of a report shares: which metrics come first, what they are called, how scenarios are lettered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sim.metrics.catalogue import METRICS, SUBJECTS
from sim.metrics.curves import CURVES
from sim.results import Comparison, Difference, Figure, ScenarioResult
from sim.text import tag

FIRST = (
    "clv", "clv_after_cac", "cac", "cac_paid", "ltv_cac", "payback_days", "repeat_customer_rate",
    "repeat_purchase_rate", "churn_rate", "customers", "orders", "aov", "revenue", "contribution_margin",
)  # fmt: skip
"""The metrics that matter first, in this order; the others follow in the order of `METRICS`."""
BY_CHANNEL = ("customers", "cac", "clv", "clv_after_cac", "ltv_cac", "payback_days", "repeat_customer_rate")
"""What is worth knowing of each channel at a glance; the machine-readable forms have all."""
BY_STRATEGY = {
    "messages_sent": "sent",
    "message_open_rate": "opened",
    "message_click_rate": "clicked",
    "unsubscribe_rate": "left",
    "attributed_orders": "orders, last click",
    "attributed_revenue": "revenue, last click",
    "enrolled": "enrolled",
    "enrolment_rate": "of eligible",
    "fees": "fees",
    "strategy_costs": "costs",
    "fixed_costs": "fixed costs",
}
"""What is worth knowing of each strategy at a glance, and its head in a table that must not grow wide."""
OTHERS = "Others"
"""The subject of metrics that the catalogue does not know."""
MANY = 3
"""More metrics of one subject than this are told by their number where they are missing for one reason."""
_SUBJECT = {id: subject for subject, ids in SUBJECTS.items() for id in ids}

MISSING = Figure(None, None, None, "", "not measured")
"""Stands for a metric that one of the scenarios does not have."""

Differs = Mapping[str, Sequence[tuple[str, str, str]]]
"""For each scenario but the baseline: path, value in the baseline, value in the scenario."""


@dataclass(frozen=True)
class Report:
    """A comparison and what belongs to its telling."""

    comparison: Comparison
    differs: Differs = field(default_factory=dict)
    charts: str = ""
    """A picture to stand with the figures, ready to be printed."""
    every: bool = True
    """Whether a table for people shows every metric, or only those that matter first."""


def label(metric: str) -> str:
    """What a metric is called in a table."""
    return METRICS[metric].label if metric in METRICS else metric


def subject(metric: str) -> str:
    """What a metric is about."""
    return _SUBJECT.get(metric, OTHERS)


def curve_label(curve: str) -> str:
    """What a curve is called above its chart."""
    return CURVES[curve].label if curve in CURVES else curve


def ordered(scenarios: Sequence[ScenarioResult]) -> list[str]:
    """The metrics of the scenarios, those that matter first in front."""
    there = {metric: None for scenario in scenarios for metric in scenario.metrics}
    known = [metric for metric in (*FIRST, *METRICS) if metric in there]
    return list(dict.fromkeys([*known, *there]))


def differences_of(comparison: Comparison, scenario: str) -> dict[str, Difference]:
    """One scenario's differences to the baseline, by metric."""
    return {each.metric: each for each in comparison.differences if each.scenario == scenario}


def shown(scenarios: Sequence[ScenarioResult]) -> list[str]:
    """The metrics of a table for people: ordered, without lesser ones that no scenario has a figure for."""
    there = {metric for each in scenarios for metric, found in each.metrics.items() if found.value is not None}
    return [metric for metric in ordered(scenarios) if metric in there or metric in FIRST]


def by_strategy(scenario: ScenarioResult) -> tuple[list[str], list[tuple[str, list[Figure]]]]:
    """The metrics of `BY_STRATEGY` that say something of any of a scenario's strategies, and each strategy's figures."""
    strategies = scenario.by_strategy

    def says(metric: str) -> bool:
        return any(figures.get(metric, MISSING).value for figures in strategies.values())

    metrics = [metric for metric in BY_STRATEGY if says(metric)]
    rows = [(name, [figures.get(metric, MISSING) for metric in metrics]) for name, figures in strategies.items()]
    return metrics, rows


def reasons(comparison: Comparison, every: bool = True) -> list[str]:
    """Why figures are missing, one line for each reason: the metrics (`every` one, or those that matter first), with
    the scenarios' letters unless it is all."""
    scenarios = comparison.scenarios
    found: dict[str, dict[str, list[str]]] = {}
    for metric in ordered(scenarios) if every else FIRST:
        lacking: dict[str, list[str]] = {}
        for i, scenario in enumerate(scenarios):
            figure = scenario.metrics.get(metric, MISSING)
            if figure.value is None:
                lacking.setdefault(figure.reason or "no reason given", []).append(tag(i))
        for reason, tags in lacking.items():
            where = "" if len(tags) == len(scenarios) else f" ({', '.join(tags)})"
            found.setdefault(reason, {}).setdefault(where, []).append(metric)
    return [
        f"{'; '.join(name + where for where, metrics in groups.items() for name in _named(metrics))}: {reason}"
        for reason, groups in found.items()
    ]


def _named(metrics: Sequence[str]) -> Iterator[str]:
    """What metrics are called in one breath: many of one subject by its name alone."""
    groups: dict[str, list[str]] = {}
    for metric in metrics:
        groups.setdefault(subject(metric), []).append(metric)
    for about, members in groups.items():
        if about == OTHERS or len(members) <= MANY or set(members) & set(FIRST):
            yield from map(label, members)
        elif len(members) == len(SUBJECTS[about]):
            yield about
        else:
            yield f"{about}, {len(members)} metrics"


class Simulated(Protocol):
    """What any result says of the runs behind it."""

    @property
    def version(self) -> str:
        """Of the program."""

    @property
    def seed(self) -> int:
        """Of the luck."""

    @property
    def replications(self) -> int:
        """How many."""

    @property
    def customers(self) -> float:
        """Expected in each."""



def headline(run: Simulated) -> str:
    """What was run, or read, in one line."""
    if isinstance(run, Comparison) and run.history:
        return f"regulars {run.version}, {run.history}"
    times = "1 replication" if run.replications == 1 else f"{run.replications:,} replications"
    size = f"{run.customers:,.0f} customer{'s' * (round(run.customers) != 1)}"
    return f"regulars {run.version}, seed {run.seed}, {times} of {size}"


def ends(figure: Figure) -> dict[str, float | str | None]:
    """A figure for a machine: its value, both ends, its unit, and why there is none."""
    told: dict[str, float | str | None] = {
        "value": figure.value, "low": figure.low, "high": figure.high, "unit": figure.unit,
    }  # fmt: skip
    return told | {"reason": figure.reason} if figure.reason else told
