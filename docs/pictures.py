"""The README's picture: the command line's own charts and table, as SVG.

    python docs/pictures.py

It runs the comparison of the README and writes `docs/compare.svg`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from sim.chart.chart import Look
from sim.chart.draw import draw
from sim.chart.raster import FAINT, PAGE, PLAIN, Raster, beside
from sim.commands.simulation import differs
from sim.experiment import run
from sim.files.scenario_file import find_scenario, load_scenario
from sim.report.amounts import Amounts
from sim.report.parts import Report
from sim.report.plot import RETENTION, VALUE, chart
from sim.report.report import render
from sim.terminal import Terminal

SCENARIOS = ("typical_online_store", "typical_quarterly_sale")
COLUMNS, CHART_ROWS = 150, 18
CELL, LINE = 7.8, 17
PAPER, INK, QUIET = "#111418", "#d8dee4", "#6a737d"


def picture() -> Raster:
    """Charts above the table."""
    scenarios = [replace(load_scenario(find_scenario(name)), file=name) for name in SCENARIOS]
    *_, last = run(scenarios, seed=1, workers=1)
    comparison = last.comparison
    assert comparison is not None
    terminal = Terminal(columns=COLUMNS, rows=50, unicode=True, colour="truecolor")
    amounts = Amounts(comparison.currency, terminal)
    look = Look(True, "truecolor", False)
    drawn = [
        draw(chart(comparison, [curve], amounts), (COLUMNS - 2) // 2, CHART_ROWS, look) for curve in (RETENTION, VALUE)
    ]
    charts = beside(*drawn)
    text = render(Report(comparison, differs(scenarios), every=False), "table", terminal)
    lines = [f"$ regulars compare {' '.join(SCENARIOS)} --plot", "", *text.splitlines()]
    head, rest = lines[:6], lines[6:]
    whole = Raster.blank(len(head) + charts.rows + 1 + len(rest), COLUMNS)
    for row, line in enumerate(head):
        whole.write(row, 0, line)
    window = (slice(len(head), len(head) + charts.rows), slice(0, charts.columns))
    whole.glyphs[window], whole.foreground[window] = charts.glyphs, charts.foreground
    whole.background[window] = charts.background
    for row, line in enumerate(rest, len(head) + charts.rows + 1):
        whole.write(row, 0, line)
    return whole


def svg(raster: Raster) -> Iterator[str]:
    """The picture as SVG, line by line."""
    width, height = raster.columns * CELL + 24, raster.rows * LINE + 24
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}">'
    yield f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>'
    yield '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13" xml:space="preserve">'
    for row in range(raster.rows):
        x, y = 12.0, 12 + row * LINE
        for part in raster.runs(row):
            cells = len(part.text)
            if part.background != PLAIN:
                size = f'width="{cells * CELL + 0.3:.1f}" height="{LINE}"'
                yield f'<rect x="{x:.1f}" y="{y}" {size} fill="{_hex(part.background)}"/>'
            text = part.text.strip()
            if text:
                # Blanks at the ends of a text are not drawn by every viewer; they are counted instead.
                begin = x + (len(part.text) - len(part.text.lstrip())) * CELL
                ink = {PLAIN: INK, FAINT: QUIET, PAGE: PAPER}.get(part.foreground) or _hex(part.foreground)
                yield (
                    f'<text x="{begin:.1f}" y="{y + 13}" fill="{ink}" textLength="{len(text) * CELL:.1f}" '
                    f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
                )
            x += cells * CELL
    yield "</g></svg>"


def _hex(colour: int) -> str:
    return f"#{colour:06x}"


if __name__ == "__main__":
    target = Path(__file__).with_name("compare.svg")
    unfinished = target.with_suffix(".unfinished")
    unfinished.write_text("\n".join(svg(picture())) + "\n", encoding="utf-8")
    os.replace(unfinished, target)
