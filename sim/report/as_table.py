"""A comparison as a table for the terminal, in numbers a founder can read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sim.report.amounts import NO_FIGURE, Amounts, probability
from sim.report.parts import (
    BY_CHANNEL,
    BY_STRATEGY,
    FIRST,
    MISSING,
    Report,
    by_strategy,
    differences_of,
    headline,
    label,
    reasons,
    shown,
    subject,
)
from sim.report.table import natural_width, table
from sim.results import Comparison, Difference, ScenarioResult
from sim.terminal import Terminal, wrapped
from sim.text import cut, pad, printable, tag, width

NAME_CELLS = 14
"""At the head of a column a longer name is cut, unless its figures are wider; the list above has more of it."""
PATH_CELLS = 60
TITLE = "# "
"""In front of a line of a table that is no metric but a subject."""


def plain_table(report: Report, terminal: Terminal) -> str:
    """The report as text for a terminal of this width and encoding: scenarios, figures, differences, what differs."""
    comparison = report.comparison
    amounts = Amounts(comparison.currency, terminal)
    parts = [headline(comparison) + "; 95 % intervals\n" + _scenarios(comparison, terminal)]
    if report.charts:
        parts.append(report.charts)
    parts.extend(_figures(comparison, amounts, report.every))
    parts.extend(_channels(comparison, amounts))
    parts.extend(_strategies(comparison, amounts))
    parts.extend(_differs(report, terminal))
    parts.extend(_remarks(report, terminal))
    return "\n".join(parts)


def _scenarios(comparison: Comparison, terminal: Terminal) -> str:
    lines = []
    for i, scenario in enumerate(comparison.scenarios):
        name = printable(scenario.name, terminal.encoding)
        file = printable(scenario.file, terminal.encoding)
        about = f"  ({file})" if file and width(file) <= PATH_CELLS else ""
        if i == 0 and len(comparison.scenarios) > 1:
            about += "  baseline"
        room = max(terminal.columns - 3 - width(about), NAME_CELLS)
        lines.append(f"{tag(i):<2} {pad(cut(name, room, terminal.ellipsis), 0)}{about}\n")
    return "".join(lines)


def _figures(comparison: Comparison, amounts: Amounts, every: bool) -> Iterator[str]:
    """The metrics that matter first, then the others by subject, or how many there are."""
    metrics = shown(comparison.scenarios)
    first, others = [m for m in metrics if m in FIRST], [m for m in metrics if m not in FIRST]
    if first:
        yield _part(comparison, first, amounts)
    if others and every:
        yield _part(comparison, _titled(others), amounts)
    elif others:
        yield f"{len(others)} more metrics: --all\n"


def _titled(metrics: list[str]) -> list[str]:
    """The metrics with a line in front of each subject."""
    lines: list[str] = []
    for about, group in groupby(metrics, subject):
        lines += [TITLE + about, *group]
    return lines


def _part(comparison: Comparison, metrics: list[str], amounts: Amounts) -> str:
    """Some metrics; with two scenarios the difference stands beside them, with more in a table below."""
    scenarios, terminal = comparison.scenarios, amounts.terminal
    rows = []
    for metric in metrics:
        figures = [each.metrics.get(metric, MISSING) for each in scenarios]
        cells = [
            Amounts(each.currency, terminal).interval(f.value, f.low, f.high, f.unit)
            for each, f in zip(scenarios, figures, strict=True)
        ]
        rows.append([_label(metric, terminal), *([""] * len(cells) if metric.startswith(TITLE) else cells)])
    sizes = [max([NAME_CELLS, *(width(row[i + 1]) for row in rows)]) for i in range(len(scenarios))]
    header = ["", *(_head(i, each, terminal, sizes[i]) for i, each in enumerate(scenarios))]
    if len(scenarios) == 1:
        return _table(header, rows, terminal)
    if len(scenarios) > 2:
        return _table(header, rows, terminal) + "\n" + _matrix(comparison, metrics, amounts)
    found = differences_of(comparison, scenarios[1].name)
    return _pair(header, rows, [_beside(found.get(metric), amounts) for metric in metrics], terminal)


def _pair(header: list[str], rows: list[list[str]], beside: list[list[str]], terminal: Terminal) -> str:
    """Two scenarios with their difference beside them; below, or without p, where it is narrow."""
    head = [f"B {terminal.minus} A", "verdict", "p"]
    spare = max(width(row[0]) for row in rows) // 3  # the names of metrics may be cut by so much
    for count in (3, 2):
        whole = [row + more[:count] for row, more in zip(rows, beside, strict=True)]
        if natural_width([header + head[:count], *whole]) - spare <= terminal.columns:
            return _table(header + head[:count], whole, terminal, "<>>><>")
    below = [row[:1] + more for row, more in zip(rows, beside, strict=True) if any(more)]
    return _table(header, rows, terminal) + "\n" + _table(["", *head], below, terminal, "<><>")


def _matrix(comparison: Comparison, metrics: list[str], amounts: Amounts) -> str:
    """Each scenario's differences to the baseline with their verdicts, scenarios side by side."""
    others = [differences_of(comparison, each.name) for each in comparison.scenarios[1:]]
    header = ["against A"]
    for i, each in enumerate(comparison.scenarios[1:], 1):
        header += [_head(i, each, amounts.terminal, NAME_CELLS), "verdict"]
    rows = []
    for metric in metrics:
        cells = [cell for found in others for cell in _beside(found.get(metric), amounts)[:2]]
        if any(cells):
            rows.append([_label(metric, amounts.terminal), *cells])
    return _table(header, rows, amounts.terminal, "<" + "><" * len(others)) if rows else ""


def _beside(found: Difference | None, amounts: Amounts) -> list[str]:
    if found is None:
        return ["", "", ""]
    text = amounts.interval(found.value, found.low, found.high, found.unit, signed=True)
    return [text, printable(found.verdict, amounts.terminal.encoding), probability(found.p_adjusted)]


def _channels(comparison: Comparison, amounts: Amounts) -> Iterator[str]:
    """With one scenario: what each channel's customers cost and are worth; channels without customers are left out."""
    for scenario in comparison.scenarios if len(comparison.scenarios) == 1 else ():
        channels = scenario.by_channel
        metrics = [m for m in BY_CHANNEL if any(m in figures for figures in channels.values())]
        if len(channels) < 2 or not metrics:
            continue
        header = ["by channel", *map(label, metrics)]
        rows = []
        for name, figures in channels.items():
            if figures.get("customers", MISSING).value == 0:
                continue
            found = [figures.get(metric, MISSING) for metric in metrics]
            cells = (amounts.value(f.value, f.unit) for f in found)
            rows.append([printable(name, amounts.terminal.encoding), *cells])
        yield _table(header, rows, amounts.terminal)


def _strategies(comparison: Comparison, amounts: Amounts) -> Iterator[str]:
    """With one scenario: what each strategy sent, brought and cost."""
    for scenario in comparison.scenarios if len(comparison.scenarios) == 1 else ():
        metrics, found = by_strategy(scenario)
        if metrics:
            rows = [
                [printable(name, amounts.terminal.encoding), *(amounts.value(f.value, f.unit) for f in figures)]
                for name, figures in found
            ]
            yield _table(["by strategy", *(BY_STRATEGY[metric] for metric in metrics)], rows, amounts.terminal)


def _differs(report: Report, terminal: Terminal) -> Iterator[str]:
    for i, scenario in enumerate(report.comparison.scenarios):
        if scenario.name not in report.differs:
            continue
        rows = [[printable(cell, terminal.encoding) for cell in row] for row in report.differs[scenario.name]]
        if not rows:
            yield f"What differs between A and {tag(i)}: nothing\n"
            continue
        header = [f"what differs: {tag(i)}", "A", tag(i)]
        yield _table(header, rows, terminal, "<<<")


def _remarks(report: Report, terminal: Terminal) -> Iterator[str]:
    missing = [f"{NO_FIGURE}: {line}" for line in reasons(report.comparison, report.every)]
    lines = wrapped([*missing, *report.comparison.notes], terminal)
    if lines:
        yield "\n".join(lines) + "\n"


def _head(i: int, scenario: ScenarioResult, terminal: Terminal, cells: int) -> str:
    return cut(f"{tag(i)} {printable(scenario.name, terminal.encoding)}", cells, terminal.ellipsis)


def _label(metric: str, terminal: Terminal) -> str:
    if metric.startswith(TITLE):
        return printable(metric.removeprefix(TITLE), terminal.encoding) + ":"
    return printable(label(metric), terminal.encoding)


def _table(header: list[str], rows: list[list[str]], terminal: Terminal, align: str = "<") -> str:
    rule = "─" if terminal.unicode else "-"
    return table(header, rows, terminal.columns, align=align, ellipsis=terminal.ellipsis, rule=rule)
