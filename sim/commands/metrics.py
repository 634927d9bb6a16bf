"""`regulars metrics [NAME]`: every metric and curve, and the cohort table, with its exact definition."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """examples:
  regulars metrics
  regulars metrics clv"""


def execute(words: Sequence[str]) -> int:
    """Print the list, or one definition; returns the exit code."""
    parser = options.Parser("metrics", "List the metrics and curves, or define one exactly.", EXAMPLE)
    parser.add_argument("name", metavar="NAME", nargs="?", help="define this metric or curve")
    options.add_format(parser)
    found = parser.read(words)

    from sim.commands.listing import known, listed, paragraph
    from sim.files.writing import emit
    from sim.metrics.catalogue import METRICS
    from sim.metrics.cohorts import DEFINITION
    from sim.metrics.curves import CURVES
    from sim.report.parts import subject

    rows = [
        {
            "id": each.id, "label": each.label, "subject": subject(each.id), "unit": each.unit, "better": each.better,
            "formula": each.formula, "definition": each.definition, "source": each.source, "by": ", ".join(each.by),
            "undefined": "; ".join(reason.text for reason in each.undefined), "kind": "metric",
        }
        for each in METRICS.values()
    ] + [
        {
            "id": each.id, "label": each.label, "subject": "Curves", "unit": each.unit, "better": "",
            "formula": each.formula, "definition": each.definition, "source": each.source, "by": "",
            "undefined": "", "kind": "curve",
        }
        for each in CURVES.values()
    ] + [
        {
            "id": "cohorts", "label": "Cohort table", "subject": "Curves", "unit": "share", "better": "",
            "formula": "customers of the month who ordered in the age-month / customers of the month",
            "definition": DEFINITION, "source": "", "by": "", "undefined": "", "kind": "table",
        }
    ]  # fmt: skip
    if found.name is not None:
        known(found.name, [row["id"] for row in rows], "metric", "metrics")
        rows = [row for row in rows if row["id"] == found.name]
    if found.name is not None and found.format == "table":
        row = rows[0]
        lines = [f"{row['label']} ({row['id']})\n", "\n", paragraph(row["definition"]), "\n"]
        facts = {
            "formula": row["formula"],
            "unit": row["unit"],
            "better": row["better"] or "neither",
            "told by": row["by"],
            "missing where": row["undefined"],
            "source": row["source"],
        }
        emit("".join([*lines, *(paragraph(f"{key}: {value}") for key, value in facts.items() if value)]))
        return 0
    short = found.format == "table"
    emit(listed([{k: v for k, v in row.items() if not short or k in SHORT} for row in rows], found.format))
    return 0


SHORT = ("id", "label", "subject", "unit", "better")
"""What the list on the terminal has room for."""
