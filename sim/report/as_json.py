"""A comparison as one JSON object, schema `regulars.comparison/1`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.results import CohortTable, Curve, Difference, Figure, ScenarioResult

if TYPE_CHECKING:
    from sim.report.parts import Report

SCHEMA = "regulars.comparison/1"
COHORTS_SCHEMA = "regulars.cohorts/1"


def json_text(report: Report) -> str:
    """The whole comparison, ASCII only, no NaN or Infinity: null and a `reason` instead."""
    found = report.comparison
    return dumps(
        {
            "schema": SCHEMA,
            "version": found.version,
            "seed": found.seed,
            "replications": found.replications,
            "customers": number(found.customers),
            "baseline": found.baseline,
            "currency": found.currency,
            "scenarios": [scenario(each) for each in found.scenarios],
            "differences": [_difference(each) for each in found.differences],
            "curve_differences": {name: _curves(curves) for name, curves in found.curve_differences.items()},
            "differs": {
                name: [{"path": path, "baseline": before, "value": after} for path, before, after in rows]
                for name, rows in report.differs.items()
            },
            "notes": list(found.notes),
        }
    )


def dumps(found: Any) -> str:
    """JSON text of plain data, one line ended; raises ValueError for a number that JSON does not have."""
    return json.dumps(found, indent=2, allow_nan=False) + "\n"


def number(value: float | None) -> float | int | None:
    """A number that JSON has: whole ones without a point, None for what is not finite."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def scenario(found: ScenarioResult) -> dict[str, Any]:
    """All that is known of one scenario, or of a history."""
    plain: dict[str, Any] = {
        "name": found.name,
        "file": found.file,
        "currency": found.currency,
        "metrics": _figures(found.metrics),
        "curves": _curves(found.curves),
        "by_channel": {name: _figures(figures) for name, figures in found.by_channel.items()},
        "by_segment": {name: _figures(figures) for name, figures in found.by_segment.items()},
        "by_strategy": {name: _figures(figures) for name, figures in found.by_strategy.items()},
    }
    if found.cohorts is not None:
        plain["cohorts"] = cohorts(found.cohorts)
    return plain


def _figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {metric: figure(found) for metric, found in figures.items()}


def figure(found: Figure) -> dict[str, Any]:
    """One figure with its interval; with its reason where there is no value."""
    value = number(found.value)
    plain = {"value": value, "low": number(found.low), "high": number(found.high), "unit": found.unit}
    if value is None or found.reason:
        plain["reason"] = found.reason or "not a finite number"
    return plain


def _curves(curves: Mapping[str, Curve]) -> dict[str, Any]:
    return {
        name: {
            "x_unit": curve.x_unit,
            "unit": curve.unit,
            "points": [
                {"x": number(p.x), "value": number(p.value), "low": number(p.low), "high": number(p.high), "n": p.n}
                for p in curve.points
            ],
        }
        for name, curve in curves.items()
    }


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "scenario": found.scenario,
        "metric": found.metric,
        "value": number(found.value),
        "low": number(found.low),
        "high": number(found.high),
        "unit": found.unit,
        "p_adjusted": number(found.p_adjusted),
        "verdict": found.verdict,
    }


def cohorts(found: CohortTable) -> list[dict[str, Any]]:
    """The cohort table, one object a cohort."""
    return [
        {"cohort": month, "customers": number(size), "retention": [figure(cell) for cell in row]}
        for month, size, row in zip(found.cohorts, found.customers, found.retention, strict=True)
    ]
