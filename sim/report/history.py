"""A real history told to its reader: the figures of a simulation, its cohorts, and the account of how it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.orders.account import Account
from sim.report.as_csv import cohorts_csv, curves_csv, metrics_csv
from sim.report.as_json import dumps, number, scenario
from sim.report.as_markdown import escaped, markdown
from sim.report.as_table import plain_table
from sim.report.cohorts import cohort_markdown, cohort_text
from sim.report.parts import Report
from sim.results import CohortTable
from sim.terminal import Terminal

SCHEMA = "regulars.history/1"


@dataclass(frozen=True)
class HistoryReport:
    """A history that was read, and what belongs to its telling."""

    report: Report
    account: Account
    facts: Mapping[str, str | float]
    """Of the history: first and last day, orders, currency, and the conventions it was read by."""

    @property
    def cohorts(self) -> CohortTable:
        """The cohort table."""
        return self.report.comparison.scenarios[0].cohorts or CohortTable((), (), ())


def render_history(found: HistoryReport, form: str, terminal: Terminal | None = None) -> str:
    """The history as `table`, `json`, `csv` or `markdown`, each line ended; the terminal matters to the table alone."""
    if form == "json":
        return _json(found)
    if form == "csv":
        return metrics_csv(found.report.comparison)
    if form == "markdown":
        return _markdown(found)
    if form == "table":
        terminal = terminal or Terminal()
        return plain_table(found.report, terminal) + "\n" + cohort_text(found.cohorts, terminal)
    raise ValueError(f"no such format: {form}")


def history_files(found: HistoryReport) -> dict[str, str]:
    """The history in files, name by text, for a folder of results."""
    comparison = found.report.comparison
    return {
        "history.json": _json(found),
        "metrics.csv": metrics_csv(comparison),
        "curves.csv": curves_csv(comparison),
        "cohorts.csv": cohorts_csv(comparison.scenarios),
        "report.md": _markdown(found),
    }


def _json(found: HistoryReport) -> str:
    comparison = found.report.comparison
    return dumps(
        {
            "schema": SCHEMA,
            "version": comparison.version,
            **{name: fact if isinstance(fact, str) else number(fact) for name, fact in found.facts.items()},
            **scenario(comparison.scenarios[0]),
            "account": _account(found.account),
            "notes": list(comparison.notes),
        }
    )


def _account(found: Account) -> dict[str, Any]:
    return {
        "form": found.form,
        "rows": found.rows,
        "orders": found.orders,
        "recognised": list(found.recognised),
        "dropped": [
            {"count": each.count, "what": each.what, "reason": each.reason, "line": each.line or None} for each in found.dropped
        ],
        "remarks": list(found.remarks),
    }


def _markdown(found: HistoryReport) -> str:
    account = "".join(f"- {escaped(line)}\n" for line in found.account.lines())
    return f"{markdown(found.report)}\n## Cohorts\n\n{cohort_markdown(found.cohorts)}\n## How the file was read\n\n{account}"
