"""A comparison as Markdown, for a wiki or a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.report.amounts import NO_FIGURE, Amounts, probability
from sim.report.parts import BY_STRATEGY, MISSING, Report, by_strategy, differences_of, headline, label, reasons, shown
from sim.results import Comparison, ScenarioResult
from sim.text import printable, tag

SPECIAL = "\\`*_{}[]<>#|~"


def markdown(report: Report) -> str:
    """The report under headings, with tables of figures, of differences and of what differs between the files."""
    return "\n".join(_parts(report))


def escaped(text: str) -> str:
    """A text of one line that Markdown shows as it is."""
    return "".join("\\" + letter if letter in SPECIAL else letter for letter in printable(text))


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Cells that are escaped already as a table; its first columns are aligned to the left."""
    rule = ["---" if i < left else "---:" for i in range(len(header))]
    return "".join("| " + " | ".join(row) + " |\n" for row in (header, rule, *rows))


def _parts(report: Report) -> Iterator[str]:
    comparison = report.comparison
    names = [f"{tag(i)} {each.name}" for i, each in enumerate(comparison.scenarios)]
    yield f"# {escaped(' against '.join(each.name for each in reversed(comparison.scenarios[:2])))}\n"
    yield escaped(headline(comparison)) + "; 95 % intervals.\n"
    files = [f" ({escaped(each.file)})" if each.file else "" for each in comparison.scenarios]
    yield "".join(f"- {escaped(name)}{file}\n" for name, file in zip(names, files, strict=True))
    if report.charts:
        yield f"```text\n{report.charts}```\n"
    yield _figures(comparison)
    for i, each in enumerate(comparison.scenarios[1:], 1):
        yield from _against(comparison, i, each.name)
    for i, each in enumerate(comparison.scenarios):
        yield from _strategies(i, each)
    for i, each in enumerate(comparison.scenarios):
        if report.differs.get(each.name):
            rows = [[escaped(cell) for cell in row] for row in report.differs[each.name]]
            yield f"## What differs between A and {tag(i)}\n"
            yield markdown_table(["", "A", tag(i)], rows, left=3)
    remarks = [f"{NO_FIGURE}: {line}" for line in reasons(comparison)] + list(comparison.notes)
    if remarks:
        yield "".join(f"- {escaped(line)}\n" for line in remarks)


def _figures(comparison: Comparison) -> str:
    header = ["", *(f"{tag(i)} {escaped(each.name)}" for i, each in enumerate(comparison.scenarios))]
    rows = []
    for metric in shown(comparison.scenarios):
        figures = [each.metrics.get(metric, MISSING) for each in comparison.scenarios]
        cells = [
            escaped(Amounts(each.currency).interval(f.value, f.low, f.high, f.unit))
            for each, f in zip(comparison.scenarios, figures, strict=True)
        ]
        rows.append([escaped(label(metric)), *cells])
    return markdown_table(header, rows)


def _against(comparison: Comparison, i: int, name: str) -> Iterator[str]:
    amounts = Amounts(comparison.currency)
    rows = []
    found = differences_of(comparison, name)
    for metric in shown(comparison.scenarios):
        if metric in found:
            each = found[metric]
            text = amounts.interval(each.value, each.low, each.high, each.unit, signed=True)
            rows.append([escaped(label(metric)), escaped(text), escaped(each.verdict), probability(each.p_adjusted)])
    if rows:
        yield f"## {tag(i)} against A\n"
        yield markdown_table(["", f"{tag(i)} − A", "verdict", "adjusted p"], rows)


def _strategies(i: int, scenario: ScenarioResult) -> Iterator[str]:
    amounts = Amounts(scenario.currency)
    metrics, found = by_strategy(scenario)
    if metrics:
        rows = [[escaped(name), *(escaped(amounts.value(f.value, f.unit)) for f in figures)] for name, figures in found]
        yield f"## {tag(i)} by strategy\n"
        yield markdown_table(["", *(BY_STRATEGY[metric] for metric in metrics)], rows)
