"""A comparison told to its reader: the same figures as a table, as JSON, as CSV and as Markdown."""

from __future__ import annotations

from sim.report.as_csv import cohorts_csv, curves_csv, metrics_csv
from sim.report.as_json import json_text
from sim.report.as_markdown import markdown
from sim.report.as_table import plain_table
from sim.report.parts import Report
from sim.terminal import Terminal

FORMATS = ("table", "json", "csv", "markdown")


def render(report: Report, form: str, terminal: Terminal | None = None) -> str:
    """The report in one of `FORMATS`, each line ended; the terminal matters to the table alone."""
    if form == "json":
        return json_text(report)
    if form == "csv":
        return metrics_csv(report.comparison)
    if form == "markdown":
        return markdown(report)
    if form == "table":
        return plain_table(report, terminal or Terminal())
    raise ValueError(f"no such format: {form}")


def files(report: Report) -> dict[str, str]:
    """The report in files, name by text, for a folder of results."""
    return {
        "comparison.json": json_text(report),
        "metrics.csv": metrics_csv(report.comparison),
        "curves.csv": curves_csv(report.comparison),
        "cohorts.csv": cohorts_csv(report.comparison.scenarios),
        "report.md": markdown(report),
    }
