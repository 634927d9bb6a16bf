"""What every form of a report shares: which metrics come first, what they are called, how scenarios are lettered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sim.metrics.catalogue import METRICS
from sim.metrics.curves import CURVES
from sim.results import Comparison, Difference, Figure, ScenarioResult

FIRST = (
    "clv", "clv_after_cac", "cac", "cac_paid", "ltv_cac", "payback_days", "repeat_customer_rate",
    "repeat_purchase_rate", "churn_rate", "customers", "orders", "aov", "revenue", "contribution_margin",
)  # fmt: skip
"""The metrics that matter first, in this order; the others follow in the order of `METRICS`."""
BY_CHANNEL = ("customers", "cac", "clv", "clv_after_cac", "ltv_cac", "payback_days", "repeat_customer_rate")
"""What is worth knowing of each channel at a glance; the machine-readable forms have all."""

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


def tag(i: int) -> str:
    """The letter of the i-th scenario, the baseline being A."""
    return chr(ord("A") + i % 26) + (str(i // 26 + 1) if i >= 26 else "")


def label(metric: str) -> str:
    """What a metric is called in a table."""
    return METRICS[metric].label if metric in METRICS else metric


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


def reasons(comparison: Comparison, every: bool = True) -> list[str]:
    """Why figures are missing, one line for each reason: the metrics (`every` one, or those that matter first), with
    the scenarios' letters unless it is all."""
    scenarios = comparison.scenarios
    found: dict[str, list[str]] = {}
    for metric in ordered(scenarios) if every else FIRST:
        lacking: dict[str, list[str]] = {}
        for i, scenario in enumerate(scenarios):
            figure = scenario.metrics.get(metric, MISSING)
            if figure.value is None:
                lacking.setdefault(figure.reason or "no reason given", []).append(tag(i))
        for reason, tags in lacking.items():
            where = "" if len(tags) == len(scenarios) else f" ({', '.join(tags)})"
            found.setdefault(reason, []).append(label(metric) + where)
    return [f"{'; '.join(metrics)}: {reason}" for reason, metrics in found.items()]


def headline(comparison: Comparison) -> str:
    """What was run, or read, in one line."""
    if comparison.history:
        return f"regulars {comparison.version}, {comparison.history}"
    times = "1 replication" if comparison.replications == 1 else f"{comparison.replications:,} replications"
    size = f"{comparison.customers:,.0f} customer{'s' * (round(comparison.customers) != 1)}"
    return f"regulars {comparison.version}, seed {comparison.seed}, {times} of {size}"
