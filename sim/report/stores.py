"""One metric store by store, in words, as bars and for machines."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.chart.chart import Look
from sim.chart.histogram import histogram
from sim.chart.raster import Raster, paint
from sim.report.amounts import Amounts
from sim.report.as_csv import csv_of
from sim.report.as_markdown import escaped
from sim.report.parts import differences_of, ends, headline, label
from sim.report.plot import difference_text
from sim.results import Comparison, Difference, Figure, ScenarioResult
from sim.terminal import Terminal, wrapped
from sim.text import printable, tag

EXPLAINED = (
    "Each store is one replication: what a single store would see. The bars show how far luck spreads them, and stay as "
    "wide; the interval is that of the estimate over all of them, and narrows with more."
)


ROWS, WIDEST = 12, 100
"""Lines of a histogram in a text, and its most columns."""


@dataclass(frozen=True)
class Stores:
    """One metric of a comparison, store by store."""

    comparison: Comparison
    metric: str
    levels: tuple[tuple[float, ...], ...]
    """By scenario, the metric of each replication; nan where that store has none."""

    def less(self, place: int) -> list[float]:
        """What a scenario has more than the baseline in each store."""
        return [mine - base for mine, base in zip(self.levels[place], self.levels[0], strict=True)]

    def found(self, place: int) -> Difference:
        """The difference over all stores."""
        return differences_of(self.comparison, self.comparison.scenarios[place].name)[self.metric]

    @property
    def others(self) -> Sequence[tuple[int, ScenarioResult]]:
        """The scenarios beside the baseline, with their places."""
        return list(enumerate(self.comparison.scenarios))[1:]


def render_stores(stores: Stores, form: str, terminal: Terminal) -> str:
    """The stores as `table`, `json`, `csv` or `markdown`, each line ended."""
    return {"json": _json, "csv": _csv, "markdown": _markdown, "table": _table}[form](stores, terminal)


def _json(stores: Stores, terminal: Terminal) -> str:
    run = stores.comparison
    told_all = {
        "schema": "regulars.stores/1", "version": run.version, "seed": run.seed, "replications": run.replications,
        "customers": run.customers, "currency": run.currency, "metric": stores.metric,
        "scenarios": [
            {"name": each.name, "file": each.file, "figure": ends(each.metrics[stores.metric]), "stores": _finite(values)}
            for each, values in zip(run.scenarios, stores.levels, strict=True)
        ],
        "differences": [
            {
                "scenario": each.name, "difference": _ends(stores.found(place)), "stores": _finite(stores.less(place)),
                **dict(zip(("below", "zero", "above"), sides(stores.less(place)), strict=True)),
            }
            for place, each in stores.others
        ],
        "notes": list(run.notes),
    }  # fmt: skip
    return json.dumps(told_all, allow_nan=False) + "\n"


def _csv(stores: Stores, terminal: Terminal) -> str:
    letters = [tag(place) for place in range(len(stores.levels))]
    header = ["metric", "store", *letters, *(f"{tag(place)} less {letters[0]}" for place, _ in stores.others)]
    columns = [*map(_finite, stores.levels), *(_finite(stores.less(place)) for place, _ in stores.others)]
    return csv_of(header, ([stores.metric, number, *row] for number, row in enumerate(zip(*columns, strict=True), 1)))


def _markdown(stores: Stores, terminal: Terminal) -> str:
    parts = [f"# {label(stores.metric)}, store by store\n\n{headline(stores.comparison)}; 95 % intervals.\n"]
    amounts = Amounts(stores.comparison.currency, Terminal())
    for place, each in stores.others:
        said = told(stores.less(place), stores.found(place), amounts, signed=True)
        parts.append(f"## {escaped(each.name)} less {escaped(stores.comparison.baseline)}\n\n{' '.join(said)}\n")
    return "\n".join(parts)


def _table(stores: Stores, terminal: Terminal) -> str:
    run, amounts = stores.comparison, Amounts(stores.comparison.currency, terminal)
    parts = [f"{headline(run)}; 95 % intervals\n"]
    for place, each in stores.others:
        values, found = stores.less(place), stores.found(place)
        names = f"{tag(place)} {each.name} less A {run.baseline}"
        lines = wrapped([f"{label(stores.metric)}, store by store: {printable(names, terminal.encoding)}"], terminal)
        bars = paint(_drawn(values, found, place, amounts), terminal.colour) if any(map(math.isfinite, values)) else ""
        *words, reading = told(values, found, amounts, signed=True)
        said = wrapped([*words, reading] if place == len(stores.levels) - 1 else words, terminal)
        parts.append("\n".join(lines) + "\n" + bars + "".join(f"{line}\n" for line in said))
    return "\n".join(parts)


def _drawn(values: Sequence[float], found: Difference, place: int, amounts: Amounts) -> Raster:
    terminal = amounts.terminal
    look = Look(terminal.unicode, terminal.colour, terminal.light)
    text = difference_text(found.unit, amounts)
    columns, mark = min(terminal.columns, WIDEST), mark_of(found)
    return histogram(values, columns, ROWS, look, mark=mark, zero=True, style=place, value_text=text)


def mark_of(found: Figure | Difference | None) -> tuple[float, float, float] | None:
    """The estimate with both ends of its interval, where there is one, to be drawn above the bars."""
    if found is None or found.value is None or found.low is None or found.high is None:
        return None
    return found.value, found.low, found.high


def _finite(values: Sequence[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


def _ends(found: Difference) -> dict[str, float | str | None]:
    return {
        "value": found.value, "low": found.low, "high": found.high, "unit": found.unit,
        "p_adjusted": found.p_adjusted, "verdict": found.verdict,
    }  # fmt: skip


def sides(values: Sequence[float]) -> tuple[int, int, int]:
    """How many values are below zero, zero, and above it."""
    known = [value for value in values if math.isfinite(value)]
    below, above = sum(value < 0 for value in known), sum(value > 0 for value in known)
    return below, len(known) - below - above, above


def told(values: Sequence[float], found: Figure | Difference, amounts: Amounts, *, signed: bool) -> list[str]:
    """The estimate, what single stores come to, and how to read it; a sentence each. `signed` for differences."""
    known = sorted(value for value in values if math.isfinite(value))
    if not known:
        return ["No store has this figure."]
    estimate = amounts.interval(found.value, found.low, found.high, found.unit, signed=signed)
    verdict = _judged(found) if isinstance(found, Difference) else ""
    ends = [amounts.value(value, found.unit, signed=signed) for value in (known[0], _middle(known), known[-1])]
    lines = [f"All stores together: {estimate}{verdict}."]
    if signed:
        lines.append(_sided(known))
    lines.append(f"Single stores: from {ends[0]} to {ends[2]}, the middle one {ends[1]}.")
    if missing := len(values) - len(known):
        lines.append(f"{missing} of {len(values)} stores have no such figure.")
    return [*lines, EXPLAINED]


def _judged(found: Difference) -> str:
    """The verdict with the p that it follows; nothing where there is none yet."""
    if not found.verdict:
        return ""
    if found.p_adjusted is None:
        return f": {found.verdict}"
    p = "below 0.001" if found.p_adjusted < 0.001 else f"{found.p_adjusted:.3f}"
    return f", {found.verdict} (adjusted p {p})"


def _sided(known: Sequence[float]) -> str:
    counts = [
        (count, side) for count, side in zip(sides(known), ("below zero", "exactly zero", "above zero"), strict=True) if count
    ]
    if len(counts) == 1:
        where = f"all {len(known)} stores" if len(known) > 1 else "the only store"
        return f"In {where} it is {counts[0][1]}."
    return f"Of {len(known)} stores it is {', '.join(f'{side} in {count}' for count, side in counts)}."


def _middle(values: Sequence[float]) -> float:
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
