"""A comparison as tidy CSV tables: figures and differences, curves, cohorts."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sim.one_currency import MONEY
from sim.results import Comparison, Curve, Figure, ScenarioResult
from sim.text import printable

METRICS_HEADER = (
    "kind", "scenario", "file", "group", "metric", "unit", "value", "low", "high", "p_adjusted", "verdict", "reason",
    "currency",
)  # fmt: skip
CURVES_HEADER = ("kind", "scenario", "curve", "unit", "x_unit", "x", "value", "low", "high", "n", "currency")
COHORTS_HEADER = ("scenario", "cohort", "customers", "age_month", "value", "low", "high", "reason")


def metrics_csv(comparison: Comparison) -> str:
    """One row a figure (of all customers, a channel, a segment or a strategy) and one a difference to the baseline."""
    return csv_text(METRICS_HEADER, _metric_rows(comparison))


def curves_csv(comparison: Comparison) -> str:
    """One row a point of a curve, and of a curve's difference to the baseline."""
    return csv_text(CURVES_HEADER, _curve_rows(comparison))


def cohorts_csv(scenarios: Sequence[ScenarioResult]) -> str:
    """One row a cohort and age in months."""
    return csv_text(COHORTS_HEADER, _cohort_rows(scenarios))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as CSV, each line ended by a newline; control characters are escaped."""
    return csv_of(header, ([printable(cell) for cell in row] for row in rows))


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows of texts and numbers as CSV, each line ended by a newline; a cell of None is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def number(value: float | None) -> str:
    """A number with all its digits; empty where there is none."""
    if value is None or not math.isfinite(value):
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _metric_rows(comparison: Comparison) -> Iterator[Sequence[str]]:
    for scenario in comparison.scenarios:
        groups: dict[str, Mapping[str, Figure]] = {"all": scenario.metrics}
        groups |= {f"channel: {name}": figures for name, figures in scenario.by_channel.items()}
        groups |= {f"segment: {name}": figures for name, figures in scenario.by_segment.items()}
        groups |= {f"strategy: {name}": figures for name, figures in scenario.by_strategy.items()}
        for group, figures in groups.items():
            for metric, found in figures.items():
                yield ("figure", scenario.name, scenario.file, group, metric, found.unit, number(found.value),
                       number(found.low), number(found.high), "", "", found.reason,
                       scenario.currency if found.unit == MONEY else "")  # fmt: skip
    of = {scenario.name: scenario for scenario in comparison.scenarios}
    for each in comparison.differences:
        yield ("difference", each.scenario, of[each.scenario].file, "all", each.metric, each.unit,
               number(each.value), number(each.low), number(each.high), number(each.p_adjusted),
               each.verdict, "", comparison.currency if each.unit == MONEY and each.value is not None else "")  # fmt: skip


def _curve_rows(comparison: Comparison) -> Iterator[Sequence[str]]:
    tables: list[tuple[str, str, str, Mapping[str, Curve]]] = [
        ("curve", scenario.name, scenario.currency, scenario.curves) for scenario in comparison.scenarios
    ]
    tables += [("difference", name, comparison.currency, curves) for name, curves in comparison.curve_differences.items()]
    for kind, scenario_name, currency, curves in tables:
        for name, curve in curves.items():
            for point in curve.points:
                yield (kind, scenario_name, name, curve.unit, curve.x_unit, number(point.x), number(point.value),
                       number(point.low), number(point.high), str(int(point.n)),
                       currency if curve.unit == MONEY else "")  # fmt: skip


def _cohort_rows(scenarios: Sequence[ScenarioResult]) -> Iterator[Sequence[str]]:
    for scenario in scenarios:
        found = scenario.cohorts
        if found is None:
            continue
        for month, size, row in zip(found.cohorts, found.customers, found.retention, strict=True):
            for age, cell in enumerate(row):
                yield (scenario.name, month, number(size), str(age), number(cell.value), number(cell.low),
                       number(cell.high), cell.reason)  # fmt: skip
