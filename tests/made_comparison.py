"""A comparison made by hand, for tests of how it is told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.results import CohortTable, Comparison, Curve, Difference, Figure, Point, ScenarioResult

DEFAULT_NAMES = ("Tea shop", "Tea shop, points instead of sales")
CONTROL = "\x1b[31mred\x07\u202eevil\u009b\n"
NAMES = {
    "control": CONTROL,
    "wide": "客户" * 150,
    "rtl": "חנות תה",
    "long": "x" * 300,
    "zalgo": "e" + "\u0301" * 300,
    "emoji": "🍵 tea",
    "markdown": "a|b `c` <script>",
    "surrogate": "bad\udcff",
    "empty": "",
}
"""Names that have broken tables before."""


def figure(value: float, half: float, unit: str) -> Figure:
    """A figure with a symmetric interval."""
    return Figure(value, value - half, value + half, unit)


def curve(of: Callable[[float], float], unit: str) -> Curve:
    """A weekly curve over two years with a band of 2 % on either side."""
    points = tuple(Point(float(x), of(x), of(x) * 0.98, of(x) * 1.02, 1000 - x) for x in range(0, 729, 7))
    return Curve("days", unit, points)


def scenario(i: int, name: str, currency: str = "EUR") -> ScenarioResult:
    """The i-th scenario: better with every i, the first without a payback."""
    metrics = {
        "orders": figure(7300.0 + 10 * i, 25.0, "orders"),
        "clv": figure(31.2 + i, 0.4, "money"),
        "cac": figure(12.0, 0.1, "money"),
        "repeat_customer_rate": figure(0.324 + 0.02 * i, 0.004, "share"),
        "payback_days": Figure(None, None, None, "days", "not reached") if i == 0 else figure(200.0, 3.0, "days"),
    }
    channels = {"paid_search": {"cac": figure(20.0, 0.1, "money")}, "organic": {"cac": figure(0.0, 0.0, "money")}}
    rows = tuple(tuple(figure(1.0 if age == 0 else 0.4 / age, 0.01, "share") for age in range(24 - row)) for row in range(3))
    return ScenarioResult(
        name=name,
        file=f"{i}.yaml",
        metrics=metrics,
        curves={
            "retention_bracket_30": curve(lambda x: float(np.exp(-x / (90 + 50 * i)) * 0.7 + 0.1), "share"),
            "alive": curve(lambda x: float(np.exp(-x / 400) * 0.7 + 0.3), "share"),
            "clv_cumulative": curve(lambda x: float(40 * (1 - np.exp(-x / (200 - 20 * i))) + 8), "money"),
        },
        currency=currency,
        by_channel=channels,
        by_segment={"new": {"clv": figure(31.0, 0.4, "money")}},
        by_strategy={
            "email": {"messages_sent": figure(900.0, 9.0, "messages"), "fees": figure(0.0, 0.0, "money")},
            "points": {"enrolment_rate": figure(0.25, 0.01, "share"), "fees": figure(0.0, 0.0, "money")},
        },
        cohorts=CohortTable(("2025-01", "2025-02", "2025-03"), (100.0, 102.5, 98.0), rows),
    )


def made(*names: str, currency: str = "EUR") -> Comparison:
    """A comparison of scenarios with these names (two plain ones if none); CLV is better, the rest unclear."""
    scenarios = tuple(scenario(i, name, currency) for i, name in enumerate(names or DEFAULT_NAMES))
    differences = tuple(
        Difference(
            other.name, metric, found.value - base.value, found.value - base.value - 0.3, found.value - base.value + 0.3,
            0.0004 if metric == "clv" else 0.5, "better" if metric == "clv" else "no clear difference", base.unit,
        )
        for other in scenarios[1:]
        for metric, base in scenarios[0].metrics.items()
        if base.value is not None and (found := other.metrics[metric]).value is not None
    )  # fmt: skip
    return Comparison(
        version="0.1.0", seed=1, replications=20, customers=2400.0, baseline=scenarios[0].name, scenarios=scenarios,
        differences=differences, notes=("scaled from 100 to 2,400",),
    )  # fmt: skip
