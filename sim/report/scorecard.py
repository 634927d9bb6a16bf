"""The scorecard as a table, Markdown or JSON: what must agree with its mark, and what does not fit the world beside it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence

from sim.report.as_markdown import escaped, markdown_table
from sim.report.table import table
from sim.scorecard.row import Row, Scorecard
from sim.terminal import Terminal, wrapped

FORMATS = ("table", "json", "markdown")
HEADER = ("", "reference", "engine", "may differ by", "", "source")
MISFIT_HEADER = ("", "as it was", "engine", "off", "misfit if", "")


def render_scorecard(card: Scorecard, form: str, terminal: Terminal | None = None) -> str:
    """The scorecard in one of `FORMATS`, each line ended."""
    if form == "json":
        return _json(card)
    return _markdown(card) if form == "markdown" else _table(card, terminal or Terminal())


def verdict(card: Scorecard) -> str:
    """How it went, in a sentence."""
    judged = sum(row.judged for row in card.rows)
    missed = sum(not row.judged and not row.agrees for row in card.rows)
    misfits = sum(not row.judged for row in card.rows)
    return (
        f"{judged - card.failures} of {judged} figures agree; of {misfits} figures of real customers the laws miss "
        f"{missed}"
    )


def _sections(card: Scorecard) -> Iterator[tuple[str, list[Row]]]:
    """What must agree first, what is shown beside it after."""
    for judged in (True, False):
        names = dict.fromkeys(row.section for row in card.rows if row.judged is judged)
        for name in names:
            yield name, [row for row in card.rows if row.section == name and row.judged is judged]


def _cells(row: Row) -> list[str]:
    made, reference = _shown(row.made, row.unit), _shown(row.reference, row.unit)
    off = row.made - row.reference
    if row.judged:
        return [row.what, reference, made, _shown(row.tolerance, row.unit), "ok" if row.agrees else "WRONG", row.source]
    share = f" ({off / row.reference * 100:+.1f} %)" if row.reference else ""
    sign = "+" if off >= 0 else "-"
    spread = f"within {_shown(row.tolerance, row.unit)}" if row.agrees else f"beyond {_shown(row.tolerance, row.unit)}"
    return [row.what, reference, made, f"{sign}{_shown(abs(off), row.unit)}{share}", spread, "" if row.agrees else "MISFIT"]


def _shown(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value * 100:.2f} %"
    return f"{value:,.1f}" if unit == "count" else f"{value:.4f}"


def _table(card: Scorecard, terminal: Terminal) -> str:
    rule = "─" if terminal.unicode else "-"
    parts = [_head(card) + "\n"]
    for name, rows in _sections(card):
        # The sources are named once a section: most lines of one share theirs.
        cells = [_cells(row)[:5] if rows[0].judged else _cells(row) for row in rows]
        header = list(HEADER[:5] if rows[0].judged else MISFIT_HEADER)
        header[0] = name
        sources = "; ".join(dict.fromkeys(row.source for row in rows))
        laid = table(header, cells, terminal.columns, align="<>>>>", ellipsis=terminal.ellipsis, rule=rule)
        parts.append(laid + "\n".join(wrapped([f"source: {sources}"], terminal)) + "\n")
    return "\n".join([*parts, "\n".join(wrapped([verdict(card)], terminal)) + "\n"])


def _head(card: Scorecard) -> str:
    return f"regulars {card.version}, scorecard of {card.customers:,} customers a line, seed {card.seed}"


def _markdown(card: Scorecard) -> str:
    parts = [f"{escaped(_head(card))}\n"]
    for name, rows in _sections(card):
        header: Sequence[str] = HEADER if rows[0].judged else MISFIT_HEADER
        parts.append(f"### {escaped(name)}\n\n" + markdown_table(header, [_cells(row) for row in rows]))
    return "\n".join([*parts, escaped(verdict(card)) + "\n"])


def _json(card: Scorecard) -> str:
    told = {
        "schema": "regulars.scorecard/1", "version": card.version, "seed": card.seed, "customers": card.customers,
        "failures": card.failures,
        "rows": [dataclasses.asdict(row) | {"agrees": row.agrees, "failed": row.failed} for row in card.rows],
    }  # fmt: skip
    return json.dumps(told, allow_nan=False) + "\n"
