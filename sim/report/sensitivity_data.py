"""A sensitivity analysis as data: JSON, schema `regulars.sensitivity/1`, and tidy CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.metrics.catalogue import METRICS
from sim.report.as_csv import csv_text
from sim.report.as_csv import number as digits
from sim.report.as_json import dumps, figure, number
from sim.results import Figure
from sim.tornado import End, Sampling, Sensitivity, Swing, Uncertainty

SCHEMA = "regulars.sensitivity/1"
CSV_HEADER = ("kind", "subject", "at", "metric", "unit", "value", "low", "high", "grade", "basis", "reason")


def sensitivity_csv(found: Sensitivity) -> str:
    """One row a knob's end, and one each of the three uncertainties."""
    return csv_text(CSV_HEADER, _csv_rows(found))


def _csv_rows(found: Sensitivity) -> Iterator[Sequence[str]]:
    def row(kind: str, subject: str, at: str, each: Figure, grade: str = "", basis: str = "") -> Sequence[str]:
        numbers = (digits(each.value), digits(each.low), digits(each.high))
        return (kind, subject, at, found.metric, each.unit, *numbers, grade, basis, each.reason)

    yield row("base", found.name, "", found.base)
    for swing in found.swings:
        for end in (swing.low, swing.high):
            yield row("change", swing.path, end.text, end.change, swing.grade, swing.basis)
    if found.sampling is None:
        return
    for name, each in (("level", found.sampling.level), ("difference", found.sampling.difference)):
        if each is not None:
            yield row("chance", name, "", each.chance)
            if each.effects is not None:
                spread = each.effects
                yield row("effects", name, "", Figure(spread.median, spread.low, spread.high, spread.unit))
                yield row("effects above 0", name, "", Figure(spread.above, None, None, "share"))
            yield row("structure", name, found.sampling.law, each.structure)


def sensitivity_json(found: Sensitivity) -> str:
    """The whole analysis, no NaN or Infinity: null and a `reason` instead."""
    return dumps(
        {
            "schema": SCHEMA,
            "version": found.version,
            "scenario": found.name,
            "baseline": found.baseline or None,
            "seed": found.seed,
            "replications": found.replications,
            "customers": number(found.customers),
            "currency": found.currency,
            "metric": found.metric,
            "better": METRICS[found.metric].better or None,
            "base": figure(found.base),
            "knobs": [_swing_json(swing) for swing in found.swings],
            "sampling": None if found.sampling is None else _sampling_json(found.sampling),
            "notes": list(found.notes),
        }
    )


def _swing_json(swing: Swing) -> dict[str, Any]:
    def end(each: End) -> dict[str, Any]:
        return {"at": each.text, "change": figure(each.change)}

    return {
        "path": swing.path,
        "label": swing.label,
        "value": swing.text,
        "low": end(swing.low),
        "high": end(swing.high),
        "reach": number(swing.reach),
        "grade": swing.grade or None,
        "basis": swing.basis,
    }


def _sampling_json(sampling: Sampling) -> dict[str, Any]:
    def uncertainty(each: Uncertainty) -> dict[str, Any]:
        spread = each.effects
        return {
            "chance": figure(each.chance),
            "effects": None
            if spread is None
            else {
                "median": number(spread.median),
                "low": number(spread.low),
                "high": number(spread.high),
                "above_zero": number(spread.above),
                "unit": spread.unit,
            },
            "draws_without_figure": each.missing,
            "structure": figure(each.structure),
        }

    return {
        "draws": sampling.draws,
        "knobs": list(sampling.knobs),
        "law": sampling.law,
        "level": uncertainty(sampling.level),
        "difference": None if sampling.difference is None else uncertainty(sampling.difference),
    }
