"""Three views of a lift as a table, JSON, CSV or Markdown."""

from __future__ import annotations

import json

from sim.report.amounts import Amounts
from sim.report.as_csv import csv_of
from sim.report.as_markdown import escaped, markdown_table
from sim.report.parts import ends, headline
from sim.report.table import table
from sim.results import LIFT_VIEWS, Figure, Lift, LiftRow
from sim.terminal import Terminal
from sim.text import printable

LABELS = {"clicks": "last click", "members": "members", "test": "holdout test", "truth": "truth"}
OUTCOMES = {
    "orders": "Orders",
    "revenue": "Revenue",
    "margin": "Margin after its costs",
    "cost of an order": "Cost of an order",
}
EXPLAINED = (
    "last click: what a dashboard credits; members: what members have more than others; holdout test: those reached\n"
    "against those held out by chance; truth: the same customers with the same luck without it. Of one store, in the\n"
    "observed time; the cost of an order is that of messages, gifts and work, not what was taken off prices."
)


BRINGS = "it changes how many customers come, which a holdout test among customers cannot see: only the truth has it"


def render_lift(lift: Lift, form: str, terminal: Terminal) -> str:
    """The lift in one of the report's formats, each line ended."""
    return {"json": _json, "csv": _csv, "markdown": _markdown, "table": _table}[form](lift, terminal)


def _json(lift: Lift, terminal: Terminal) -> str:
    told = {
        "schema": "regulars.lift/1", "version": lift.version, "scenario": lift.name, "seed": lift.seed,
        "replications": lift.replications, "customers": lift.customers, "currency": lift.currency,
        "strategy": lift.strategy, "holdout": lift.holdout, "holdout_assumed": lift.assumed, "changes_who_comes": lift.brings,
        "outcomes": {row.outcome: {view: ends(getattr(row, view)) for view in LIFT_VIEWS} for row in lift.rows},
    }  # fmt: skip
    return json.dumps(told, allow_nan=False) + "\n"


def _csv(lift: Lift, terminal: Terminal) -> str:
    rows = []
    for row in lift.rows:
        for view in LIFT_VIEWS:
            figure: Figure = getattr(row, view)
            rows.append([lift.strategy, row.outcome, view, figure.value, figure.low, figure.high, figure.unit])
    return csv_of(["strategy", "outcome", "view", "value", "low", "high", "unit"], rows)


def _views(lift: Lift) -> list[str]:
    """The views that say anything."""
    return [view for view in LIFT_VIEWS if any(getattr(row, view).value is not None for row in lift.rows)]


def headed(lift: Lift) -> list[str]:
    """The words above the columns: the strategy, then each view that says anything."""
    return [lift.strategy, *(LABELS[view] for view in _views(lift))]


def rows(lift: Lift, amounts: Amounts) -> list[list[str]]:
    """An outcome a row: its label, then its figure with its interval in each view that says anything."""
    def cells(row: LiftRow) -> list[str]:
        figures: list[Figure] = [getattr(row, view) for view in _views(lift)]
        signed = row.outcome != "cost of an order"
        return [amounts.interval(f.value, f.low, f.high, f.unit, signed=signed) for f in figures]

    return [[OUTCOMES[row.outcome], *cells(row)] for row in lift.rows]


def notes(lift: Lift) -> list[str]:
    """What the reader should know of this one."""
    assumed = f"the scenario holds out nobody; {lift.holdout * 100:.0f} % were held out for the test"
    return [note for note, holds in ((assumed, lift.assumed), (BRINGS, lift.brings)) if holds]


def _table(lift: Lift, terminal: Terminal) -> str:
    rule = "─" if terminal.unicode else "-"
    cells = rows(lift, Amounts(lift.currency, terminal))
    body = table(headed(lift), cells, terminal.columns, ellipsis=terminal.ellipsis, rule=rule)
    said = "".join(f"{line}\n" for line in (*notes(lift), EXPLAINED))
    return f"{headline(lift)}; 95 % intervals\n{printable(lift.name, terminal.encoding)}\n\n{body}\n{said}"


def _markdown(lift: Lift, terminal: Terminal) -> str:
    cells = [[escaped(cell) for cell in row] for row in rows(lift, Amounts(lift.currency, Terminal()))]
    header = [escaped(cell) for cell in headed(lift)]
    said = " ".join((*notes(lift), EXPLAINED.replace("\n", " ")))
    return f"# {escaped(lift.name)}\n\n{headline(lift)}; 95 % intervals.\n\n{markdown_table(header, cells)}\n{said}\n"
