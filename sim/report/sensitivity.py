"""A sensitivity analysis as a table, JSON, CSV or Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.chart.chart import Look
from sim.chart.raster import Raster
from sim.chart.tornado import Bar, tornado
from sim.report.amounts import NO_FIGURE, Amounts
from sim.report.as_markdown import escaped, markdown_table
from sim.report.parts import label
from sim.report.sensitivity_data import sensitivity_csv, sensitivity_json
from sim.report.table import table
from sim.results import Figure
from sim.terminal import Terminal, wrapped
from sim.text import printable
from sim.tornado import EVIDENCE, End, Sampling, Sensitivity, Swing, Uncertainty

BASES = {
    "after_order": "with the a and b of the file, else matched to the lifetime law's repeats at 52 and 104 weeks",
    "lifetime": "with the s and beta of the file",
}
"""What each dropout law has its parameters from when it is the other one."""


def render_sensitivity(found: Sensitivity, form: str, terminal: Terminal, picture: str = "") -> str:
    """The analysis in one of the report's formats, each line ended; a picture stands in tables and Markdown alone."""
    if form == "json":
        return sensitivity_json(found)
    if form == "csv":
        return sensitivity_csv(found)
    return _markdown(found, picture) if form == "markdown" else _table(found, terminal, picture)


def question(found: Sensitivity) -> str:
    """What is asked, in a few words: the metric, and of what."""
    of = f"{label(found.metric)} of {found.name}"
    return f"{of}, less that of {found.baseline}" if found.baseline else of


def chart(found: Sensitivity, columns: int, rows: int, terminal: Terminal, *, chosen: int = -1) -> Raster:
    """The knobs that move the metric as a tornado, the widest swing on top."""
    amounts = Amounts(found.currency, terminal)
    bars = [
        Bar(short(swing.path), swing.low.change.value, swing.high.change.value, swing.low.text, swing.high.text)
        for swing in found.swings
        if swing.reach > 0
    ]
    of = "change of the difference" if found.baseline else "change"
    return tornado(
        f"{label(found.metric)}: {of}", bars, columns, rows, Look(terminal.unicode, terminal.colour, terminal.light),
        value_text=lambda value: amounts.value(value, found.base.unit, signed=True), chosen=chosen,
    )  # fmt: skip


def _still(found: Sensitivity) -> Iterator[str]:
    """What is said of the knobs that do not: they change nothing, or cannot be told."""
    ends = [(swing, [swing.low, swing.high]) for swing in found.swings]
    still = [swing.path for swing, both in ends if all(end.change.value == 0 for end in both)]
    if still:
        yield f"without effect on {label(found.metric)} here: {', '.join(still)}"
    for swing, both in ends:
        for end in both:
            if end.change.value is None:
                yield f"{NO_FIGURE}: {swing.path} at {end.text}: {end.change.reason}"


def _explained(found: Sensitivity) -> Iterator[str]:
    less = "the difference to the baseline" if found.baseline else "the metric"
    yield (
        f"each knob alone at the ends of its range, all else as it is, same luck: the change of {less} with the 95 % "
        "interval of simulation chance, not adjusted for looking at many"
    )
    if found.sampling is not None:
        yield (
            f"effects: {found.sampling.draws} draws of all {len(found.sampling.knobs)} graded effects together, each "
            "triangular between the ends of its evidence and likeliest as it is; choices of the store (without a grade, "
            "or set so that there is no such thing) stay as they are; the range leaves 2.5 % of the draws out at either end"
        )
        yield f"structure: the dropout law '{found.sampling.law}', {BASES[found.sampling.law]}; chance's interval beside it"
        for each in (found.sampling.level, found.sampling.difference):
            if each is not None and each.structure.value is None:
                yield f"{NO_FIGURE}: structure: {each.structure.reason}"
                break
        yield "the three are not to be added up: chance shrinks with more replications, the other two do not"
    yield from _still(found)
    yield from found.notes


def _headline(found: Sensitivity) -> str:
    times = "1 replication" if found.replications == 1 else f"{found.replications:,} replications"
    return f"regulars {found.version}, seed {found.seed}, {times} of {found.customers:,.0f} customers"


def _rows(found: Sensitivity, amounts: Amounts) -> list[list[str]]:
    """One row a knob that moves something, the widest swing first."""

    def cell(end: End) -> str:
        change = end.change
        return f"{end.text}: {amounts.interval(change.value, change.low, change.high, change.unit, signed=True)}"

    shown = [swing for swing in found.swings if swing.reach > 0 or None in (swing.low.change.value, swing.high.change.value)]
    return [[short(swing.path), swing.text, cell(swing.low), cell(swing.high), _range(swing)] for swing in shown]


def _range(swing: Swing) -> str:
    """What the range rests on: the grade of its evidence, a choice of the store, or so much around the value."""
    return (swing.grade or "choice") if swing.basis == EVIDENCE else f"by {swing.basis}"


def short(path: str) -> str:
    """A path without what most have in common."""
    return path.removeprefix("strategies.")


HEADER = ["", "as it is", "low end", "high end", "range"]


def _base(found: Sensitivity, amounts: Amounts) -> str:
    base = found.base
    return amounts.interval(base.value, base.low, base.high, base.unit, signed=bool(found.baseline))


def _uncertainties(found: Sensitivity, amounts: Amounts) -> list[list[str]]:
    """The three uncertainties, one a row; figures in columns."""
    sampling = found.sampling
    assert sampling is not None
    columns = [(sampling.level, False), *([(sampling.difference, True)] if sampling.difference else [])]
    return [
        ["chance", *(_chance(each, amounts, signed) for each, signed in columns)],
        ["effects", *(_effects(each, sampling, amounts, signed) for each, signed in columns)],
        ["structure", *(_figure(each.structure, amounts, signed) for each, signed in columns)],
    ]


def _figure(found: Figure, amounts: Amounts, signed: bool) -> str:
    return amounts.interval(found.value, found.low, found.high, found.unit, signed=signed)


def _chance(each: Uncertainty, amounts: Amounts, signed: bool) -> str:
    return _figure(each.chance, amounts, signed)


def _effects(each: Uncertainty, sampling: Sampling, amounts: Amounts, signed: bool) -> str:
    spread = each.effects
    if spread is None:
        return NO_FIGURE
    decimals = max(amounts.decimals(value, spread.unit) for value in (spread.low, spread.high))
    values = (spread.low, spread.median, spread.high)
    low, middle, high = (amounts.value(value, spread.unit, signed=signed, decimals=decimals) for value in values)
    above = f", above 0 in {spread.above:.0%} of the draws" if signed else ""
    missing = f", without a figure in {each.missing} of {sampling.draws}" if each.missing else ""
    return f"{middle} [{low}, {high}]{above}{missing}"


def _sampling_header(found: Sensitivity) -> list[str]:
    assert found.sampling is not None
    return ["", label(found.metric), *(["less the baseline's"] if found.sampling.difference else [])]


def _table(found: Sensitivity, terminal: Terminal, picture: str) -> str:
    amounts = Amounts(found.currency, terminal)
    look: dict[str, Any] = {"ellipsis": terminal.ellipsis, "rule": "─" if terminal.unicode else "-"}
    parts = ["\n".join(wrapped([_headline(found), f"{question(found)}: {_base(found, amounts)}"], terminal)) + "\n"]
    if rows := _rows(found, amounts):
        parts.append(table(HEADER, rows, terminal.columns, align="<>>>>", **look))
    if picture:
        parts.append(picture)
    if found.sampling is not None:
        rows = [[printable(cell, terminal.encoding) for cell in row] for row in _uncertainties(found, amounts)]
        parts.append(table(_sampling_header(found), rows, terminal.columns, align="<<<", **look))
    parts.append("\n".join(wrapped(_explained(found), terminal)) + "\n")
    return "\n".join(parts)


def _markdown(found: Sensitivity, picture: str) -> str:
    amounts = Amounts(found.currency)
    parts = [f"# {escaped(question(found))}: {escaped(_base(found, amounts))}\n", f"{escaped(_headline(found))}.\n"]
    if rows := _rows(found, amounts):
        parts.append(markdown_table(HEADER, [[escaped(cell) for cell in row] for row in rows]))
    if picture:
        parts.append(f"```text\n{picture}```\n")
    if found.sampling is not None:
        rows = [[escaped(cell) for cell in row] for row in _uncertainties(found, amounts)]
        parts.append(markdown_table([escaped(cell) for cell in _sampling_header(found)], rows, left=3))
    parts.append("".join(f"- {escaped(line)}\n" for line in _explained(found)))
    return "\n".join(parts)
