"""A cohort table told to its reader: months of the first order down, age in months across, in per cent."""

from __future__ import annotations

from sim.report.as_csv import cohorts_csv
from sim.report.as_json import COHORTS_SCHEMA, cohorts, dumps
from sim.report.as_markdown import escaped, markdown_table
from sim.report.parts import headline
from sim.results import CohortTable, Comparison, Figure
from sim.terminal import Terminal, wrapped
from sim.text import cut, pad, printable

SHADES, ASCII_SHADES = " ░▒▓█", " .:+#"
CELL = 5
"""Cells of the terminal for each age: up to three digits, the shade, a gap."""


def render_cohorts(comparison: Comparison, form: str, terminal: Terminal | None = None) -> str:
    """The cohort table of the first scenario as `table`, `json`, `csv` or `markdown`, each line ended."""
    scenario = comparison.scenarios[0]
    found = scenario.cohorts or CohortTable((), (), ())
    if form == "json":
        return dumps(
            {
                "schema": COHORTS_SCHEMA, "version": comparison.version, "seed": comparison.seed,
                "replications": comparison.replications, "name": scenario.name, "file": scenario.file,
                "cohorts": cohorts(found), "notes": list(comparison.notes),
            }
        )  # fmt: skip
    if form == "csv":
        return cohorts_csv([scenario])
    if form == "markdown":
        return _markdown(comparison, found)
    return _plain(comparison, found, terminal or Terminal())


def shade(value: float | None, most: float, shades: str = SHADES) -> str:
    """One of five shades for a share, by fifths of the largest share after the first month."""
    if value is None or most <= 0:
        return " "
    return shades[min(int(value / most * len(shades)), len(shades) - 1)]


def _largest(found: CohortTable) -> float:
    """The largest share after the month of the first order, in which everybody orders."""
    return max((cell.value or 0.0 for row in found.retention for cell in row[1:]), default=0.0)


def _percent(cell: Figure) -> str:
    return "-" if cell.value is None else f"{cell.value * 100:.0f}"


def _plain(comparison: Comparison, found: CohortTable, terminal: Terminal) -> str:
    name = cut(printable(comparison.scenarios[0].name, terminal.encoding), terminal.columns, terminal.ellipsis)
    notes = "".join(f"{line}\n" for line in wrapped(comparison.notes, terminal))
    return f"{headline(comparison)}\n{pad(name, 0)}\n\n{cohort_text(found, terminal)}{notes if found.cohorts else ''}"


def cohort_text(found: CohortTable, terminal: Terminal) -> str:
    """The table alone, for a terminal, each line ended; in blocks where it is too wide."""
    lines = ["% of the cohort that ordered in each month of age", ""]
    ages = max(map(len, found.retention), default=0)
    if not ages:
        return "\n".join([*lines, "no cohort was seen for a whole month of age" if found.cohorts else "no cohort"]) + "\n"
    shades, most = SHADES if terminal.unicode else ASCII_SHADES, _largest(found)
    sizes = [f"{size:,.0f}" for size in found.customers]
    side = max(map(len, (*sizes, "customers")))
    a_block = max((terminal.columns - 8 - side - 1) // CELL, 1)
    a_block = -(-ages // -(-ages // a_block))  # blocks of the same width, as few as there can be
    for start in range(0, ages, a_block):
        shown = range(start, min(start + a_block, ages))
        lines.append(f"{'cohort':<7} {'customers':>{side}} " + " ".join(f"{age:>{CELL - 1}}" for age in shown))
        for month, size, row in zip(found.cohorts, sizes, found.retention, strict=True):
            cells = [row[age] for age in shown if age < len(row)]
            line = "".join(f"{_percent(cell):>{CELL - 2}}{shade(cell.value, most, shades)} " for cell in cells)
            if line:
                lines.append(f"{month:<7} {size:>{side}} {line}".rstrip())
        lines.append("")
    if most > 0:
        step = most * 100 / len(shades)
        lines.append("  ".join(f"{shades[i]} from {i * step:.0f} %" for i in range(1, len(shades))))
    return "\n".join(lines) + "\n"


def _markdown(comparison: Comparison, found: CohortTable) -> str:
    title = f"# Cohorts of {escaped(comparison.scenarios[0].name)}\n\n{escaped(headline(comparison))}\n\n"
    return title + cohort_markdown(found)


def cohort_markdown(found: CohortTable) -> str:
    """The table alone as Markdown."""
    ages = max(map(len, found.retention), default=0)
    rows = []
    for month, size, row in zip(found.cohorts, found.customers, found.retention, strict=True):
        cells = [_percent(row[age]) if age < len(row) else "" for age in range(ages)]
        rows.append([month, f"{size:,.0f}", *cells])
    table = markdown_table(["cohort", "customers", *map(str, range(ages))], rows)
    return "Per cent of the cohort that ordered in each month of age.\n\n" + table
