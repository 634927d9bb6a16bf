"""The frame of a chart: its axes, the letters at the curves' ends and the legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.chart.chart import NEED_COLUMNS, NEED_ROWS, Chart, Look, Series
from sim.chart.raster import FAINT, Raster
from sim.chart.scale import Scale, row_of
from sim.text import width

SAMPLE = 6
"""Cells of a curve in the legend: enough to tell its dashes."""


def too_small(columns: int, rows: int) -> Raster:
    picture = Raster.blank(rows, columns)
    if rows:
        picture.write(rows // 2, 0, f"chart: needs {NEED_COLUMNS} x {NEED_ROWS}"[:columns])
    return picture


def y_axis(picture: Raster, area: Raster, y_scale: Scale, labels: Sequence[str], look: Look) -> None:
    top, left = 1, picture.columns - 2 - area.columns - 1
    bar, tick_bar, grid = ("│", "┤", "┈") if look.unicode else ("|", "+", ".")
    for row in range(area.rows):
        picture.write(top + row, left, bar, FAINT)
    for tick, label in zip(y_scale.ticks, labels, strict=True):
        row = int(row_of(y_scale.place(np.array([tick])), area.rows)[0])
        room = left - 1
        picture.write(top + row, max(room - width(label), 0), label, room=room)
        picture.write(top + row, left, tick_bar, FAINT)
        if look.unicode:
            area.glyphs[row, :], area.foreground[row, :] = grid, FAINT


def x_axis(
    picture: Raster, area: Raster, x_scale: Scale, chart: Chart, row: int, left: int, look: Look
) -> None:  # fmt: skip
    line, corner, tick_bar = ("─", "└", "┬") if look.unicode else ("-", "+", "+")
    picture.glyphs[row, left], picture.glyphs[row, left + 1 : left + 1 + area.columns] = corner, line
    picture.foreground[row, left : left + 1 + area.columns] = FAINT
    end = 0
    for tick in x_scale.ticks:
        column = left + 1 + int(np.rint(float(x_scale.place(np.array([tick]))[0]) * (area.columns - 1)))
        label = chart.x_text(tick)
        start = min(max(column - width(label) // 2, left), picture.columns - width(label))
        if start < end:
            continue
        picture.write(row, column, tick_bar, FAINT)
        end = picture.write(row + 1, start, label) + 1
    if chart.x_label and picture.columns - end >= width(chart.x_label):
        picture.write(row + 1, picture.columns - width(chart.x_label), chart.x_label, FAINT)


def tags(picture: Raster, series: Sequence[Series], y_scale: Scale, top: int, bottom: int, column: int) -> None:
    """Letters at the right edge beside the ends of the curves, moved apart in the order of the ends."""
    ends = [float(y_scale.place(each.y[np.isfinite(each.y)][-1:])[0]) for each in series]
    known = [(each, end) for each, end in zip(series, ends, strict=True) if np.isfinite(end)]
    known = sorted(known, key=lambda pair: -pair[1])[: bottom - top]
    rows = spread_out([int(row_of(end, bottom - top)) for _, end in known], bottom - top)
    for (each, _), row in zip(known, rows, strict=True):
        picture.write(top + row, column, each.tag[:1], each.colour)


def spread_out(wanted: Sequence[int], count: int) -> list[int]:
    """Rows for tags that want these rows (in rising order): one a row, in the same order, all within `count` rows."""
    rows: list[int] = []
    for want in wanted:
        rows.append(max(want, rows[-1] + 1 if rows else 0))
    limit = count
    for i in reversed(range(len(rows))):
        limit = min(rows[i], limit - 1)
        rows[i] = limit
    return rows


def legend_rows(chart: Chart, columns: int, rows: int) -> list[list[tuple[Series, int]]]:
    """The legend's entries by row, each with its room; empty where the chart would be left too low."""
    most = max(min((rows - NEED_ROWS) // 2, len(chart.series)), 0)
    for each_row in range(len(chart.series), 0, -1):
        room = columns // each_row
        need = max((width(each.name) + SAMPLE + 5 for each in chart.series), default=0)
        lines = -(-len(chart.series) // each_row)
        if (room >= need or each_row == 1) and lines <= most:
            entries = [(each, room) for each in chart.series]
            return [entries[i : i + each_row] for i in range(0, len(entries), each_row)]
    if not most:
        return []
    each_row = -(-len(chart.series) // most)
    entries = [(each, columns // each_row) for each in chart.series]
    return [entries[i : i + each_row] for i in range(0, len(entries), each_row)]


def legend(picture: Raster, row: int, entries: Sequence[tuple[Series, int]], look: Look) -> None:
    column = 0
    for each, room in entries:
        end = picture.write(row, column, f"{each.tag} ", each.colour, room=room)
        end = picture.write(row, end, sample(each, look) + " ", each.colour, room=max(column + room - end, 0))
        picture.write(row, end, each.name, room=max(column + room - 2 - end, 0))
        column += room


def sample(each: Series, look: Look) -> str:
    """A few cells of the curve's dashes."""
    if not look.unicode:
        return each.mark * SAMPLE
    drawn = [each.dashes[i % len(each.dashes)] == "#" for i in range(2 * SAMPLE)]
    return "".join(chr(0x2800 + 0x02 * drawn[i] + 0x10 * drawn[i + 1]) for i in range(0, 2 * SAMPLE, 2))
