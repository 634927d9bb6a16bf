"""A bridge as a table, JSON, CSV or Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sim.report.amounts import Amounts
from sim.report.as_csv import csv_of
from sim.report.as_markdown import escaped, markdown_table
from sim.report.parts import ends, headline, label
from sim.report.table import table
from sim.results import ITSELF, Bridge, Figure, Plank
from sim.terminal import Terminal
from sim.text import printable

WAYS = ("in_turn", "alone", "last")
EXPLAINED = (
    "in turn: added to those above it, which sums to the whole; alone: against doing nothing;\n"
    "last: what would be missing without it"
)
EXPLAINED_ITSELF = (
    f"{ITSELF}: what it costs and takes off prices while nobody responds; in turn: added to those above it, which\n"
    "sums to the whole; alone: beside that alone; last: what would be missing without it"
)


def render_bridge(bridge: Bridge, form: str, terminal: Terminal) -> str:
    """The bridge in one of the report's formats, each line ended."""
    return {"json": _json, "csv": _csv, "markdown": _markdown, "table": _table}[form](bridge, terminal)


def _json(bridge: Bridge, terminal: Terminal) -> str:
    kind = "step" if bridge.strategy else "strategy"
    told = {
        "schema": "regulars.bridge/1", "version": bridge.version, "scenario": bridge.name, "seed": bridge.seed,
        "replications": bridge.replications, "customers": bridge.customers, "currency": bridge.currency,
        "metric": bridge.metric, "strategy": bridge.strategy or None, "bare": ends(bridge.bare),
        f"{kind}s" if bridge.strategy else "strategies": [
            {kind: plank.strategy, **{way: ends(getattr(plank, way)) for way in WAYS}} for plank in bridge.planks
        ],
        "whole": ends(bridge.whole),
    }  # fmt: skip
    return json.dumps(told, allow_nan=False) + "\n"


def _csv(bridge: Bridge, terminal: Terminal) -> str:
    return csv_of(
        ["step", "way", "metric", "value", "low", "high", "unit"],
        ([step, way, bridge.metric, each.value, each.low, each.high, each.unit] for step, way, each in _lines(bridge)),
    )


def _lines(bridge: Bridge) -> Iterator[tuple[str, str, Figure]]:
    yield "bare store", "level", bridge.bare
    for plank in bridge.planks:
        for way in WAYS:
            yield plank.strategy, way, getattr(plank, way)
    yield "whole store", "level", bridge.whole


def _rows(bridge: Bridge, amounts: Amounts) -> list[list[str]]:
    def cells(plank: Plank) -> list[str]:
        figures: list[Figure] = [getattr(plank, way) for way in WAYS]
        return [amounts.interval(f.value, f.low, f.high, f.unit, signed=True) for f in figures]

    def level(name: str, figure: Figure) -> list[str]:
        return [name, amounts.interval(figure.value, figure.low, figure.high, figure.unit), "", ""]

    return [
        level(f"without {bridge.strategy or 'strategies'}", bridge.bare),
        *([plank.strategy, *cells(plank)] for plank in bridge.planks),
        level(f"with {bridge.strategy or 'all of them'}", bridge.whole),
    ]


def _explained(bridge: Bridge) -> str:
    return EXPLAINED_ITSELF if bridge.strategy else EXPLAINED


def _table(bridge: Bridge, terminal: Terminal) -> str:
    header = [label(bridge.metric), "in turn", "alone", "last"]
    rule = "─" if terminal.unicode else "-"
    body = table(
        header, _rows(bridge, Amounts(bridge.currency, terminal)), terminal.columns, ellipsis=terminal.ellipsis, rule=rule
    )
    return f"{headline(bridge)}; 95 % intervals\n{printable(bridge.name, terminal.encoding)}\n\n{body}\n{_explained(bridge)}\n"


def _markdown(bridge: Bridge, terminal: Terminal) -> str:
    rows = [[escaped(cell) for cell in row] for row in _rows(bridge, Amounts(bridge.currency, Terminal()))]
    header = [escaped(label(bridge.metric)), "in turn", "alone", "last"]
    body = markdown_table(header, rows)
    return f"# {escaped(bridge.name)}\n\n{headline(bridge)}; 95 % intervals.\n\n{body}\n{_explained(bridge)}\n"
