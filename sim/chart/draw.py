"""Our own terminal chart: curves in braille on shaded bands, told apart by letter and dashes as well as by colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.chart import scale
from sim.chart.bands import bands
from sim.chart.chart import NEED_COLUMNS, NEED_ROWS, Chart, Look, Series, banded
from sim.chart.frame import legend, legend_rows, tags, too_small, x_axis, y_axis
from sim.chart.raster import PLAIN, Colours, Raster
from sim.chart.scale import Scale, across, interpolated, row_of
from sim.text import width

BRAILLE = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bits of a cell's 4 x 2 dots in the Unicode block from U+2800."""

LINEAR = "linear axis: nothing above 0"
"""What is said where a log axis was asked for and cannot be."""


@dataclass(frozen=True)
class Layout:
    """Where a chart's parts stand in its picture."""

    drawn: Sequence[Series]
    """The series that have anything to draw."""
    entries: Sequence[Sequence[tuple[Series, int]]]
    """The legend, by row, with the room of each entry."""
    labels: Sequence[str]
    """Beside the ticks of the y axis."""
    top: int
    bottom: int
    """One past the last row of the curves; the x axis is drawn there."""
    left: int
    """Column of the y axis; the curves begin after it."""
    columns: int
    """Cells across the curves."""
    x_scale: Scale
    y_scale: Scale

    def column(self, x: float) -> int:
        """The column of the picture in which an x stands."""
        return self.left + 1 + int(np.rint(float(self.x_scale.place(np.array([x]))[0]) * (self.columns - 1)))

    def x_at(self, column: int) -> float:
        """The x in the middle of a column of the picture, within the axis."""
        place = min(max((column - self.left - 1) / max(self.columns - 1, 1), 0.0), 1.0)
        return self.x_scale.low + place * (self.x_scale.high - self.x_scale.low)


def layout(chart: Chart, columns: int, rows: int) -> Layout | None:
    """Where the parts of a chart stand in columns x rows cells; None where it is too small or has nothing to draw."""
    drawn = [each for each in chart.series if np.isfinite(each.y).any()]
    if columns < NEED_COLUMNS or rows < NEED_ROWS or not drawn:
        return None
    entries = legend_rows(chart, columns, rows) if chart.legend else []
    top, bottom = 1, rows - 2 - len(entries)
    y_scale = _y_scale(chart, drawn, bottom - top)
    labels = [chart.y_text(tick) for tick in y_scale.ticks]
    left = min(max(map(width, labels)) + 1, columns // 2)
    across = columns - 2 - (left + 1)
    return Layout(drawn, entries, labels, top, bottom, left, across, _x_scale(chart, _x_range(drawn), across), y_scale)


def draw(chart: Chart, columns: int, rows: int, look: Look | None = None) -> Raster:
    """The chart in columns x rows cells; one too small for a chart says what it needs."""
    look = look or Look()
    if columns < NEED_COLUMNS or rows < NEED_ROWS:
        return too_small(max(columns, 0), max(rows, 0))
    picture = Raster.blank(rows, columns)
    picture.write(0, 0, chart.title)
    found = layout(chart, columns, rows)
    if found is None:
        picture.write(rows // 2, 2, "nothing to draw")
        return picture
    if chart.log and not found.y_scale.log:
        picture.write(0, 0, f"{chart.title}  {LINEAR}")
    area = picture_area(picture, found.top, found.bottom, found.left + 1, columns - 2)
    y_axis(picture, area, found.y_scale, found.labels, look)
    x_axis(picture, area, found.x_scale, chart, found.bottom, found.left, look)
    middle = bands(area, found.drawn, found.x_scale, found.y_scale, look)
    for each in found.drawn:
        _line(area, each, _dots(each, found.x_scale, found.y_scale, area.rows, area.columns, look), middle, look)
    hidden = (area.background != PLAIN) & (area.glyphs == "┈")  # under a band the band alone shows
    area.glyphs[hidden] = " "
    tags(picture, found.drawn, found.y_scale, found.top, found.bottom, columns - 1)
    for i, line in enumerate(found.entries):
        legend(picture, rows - len(found.entries) + i, line, look)
    return picture


def picture_area(picture: Raster, top: int, bottom: int, left: int, right: int) -> Raster:
    """A window of the picture, from `top` and `left` to before `bottom` and `right`; writing in it writes through."""
    window = (slice(top, bottom), slice(left, right))
    return Raster(picture.glyphs[window], picture.foreground[window], picture.background[window])


def _x_range(series: Sequence[Series]) -> tuple[float, float]:
    seen = [each.x[np.isfinite(each.y)] for each in series]
    return float(min(x.min() for x in seen)), float(max(x.max() for x in seen))


def _x_scale(chart: Chart, x_range: tuple[float, float], columns: int) -> Scale:
    widest = max(width(chart.x_text(x)) for x in x_range)
    most = max(columns // (widest + 4), 2)
    if chart.x_steps:
        return scale.stepped(*x_range, chart.x_steps, most)
    return scale.linear(*x_range, most)


def _y_scale(chart: Chart, series: Sequence[Series], rows: int) -> Scale:
    held = banded(series)
    parts = [each.y for each in series] + [bound for each in held for bound in (each.low, each.high)]
    parts.append(np.array(chart.y_range or (), dtype=np.float64))
    values = np.concatenate(parts)
    values = values[np.isfinite(values)]
    positive = values[values > 0]
    most = max(min(rows // 3 + 1, 8), 2)
    if chart.log and positive.size:
        return scale.logarithmic(float(positive.min()), float(positive.max()), most)
    if not values.size:
        return scale.linear(0.0, 1.0, most)
    low, high = float(values.min()), float(values.max())
    return scale.linear(min(low, 0.0), max(high, 0.0), most) if chart.from_zero else scale.linear(low, high, most)


def _dots(each: Series, x_scale: Scale, y_scale: Scale, rows: int, columns: int, look: Look) -> NDArray[np.bool_]:
    """Which dots of the picture the curve covers: rows x columns of the picture times 4 x 2, or times 1 in ASCII."""
    down, over = (4, 2) if look.unicode else (1, 1)
    dots = np.zeros((rows * down, columns * over), dtype=bool)
    y = y_scale.place(interpolated(each.x, each.y, across(x_scale, columns * over)))
    seen = np.isfinite(y)
    at = row_of(np.where(seen, y, 0.0), rows * down)
    halves = (at[:-1] + at[1:]) // 2
    joined = seen[:-1] & seen[1:]
    before, after = at.copy(), at.copy()
    before[1:], after[:-1] = np.where(joined, halves, at[1:]), np.where(joined, halves, at[:-1])
    first, last = np.minimum(np.minimum(before, after), at), np.maximum(np.maximum(before, after), at)
    lengths = np.where(seen, last - first + 1, 0)
    column = np.repeat(np.arange(columns * over), lengths)
    step = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rising = np.repeat(before > after, lengths)
    row = np.where(rising, np.repeat(last, lengths) - step, np.repeat(first, lengths) + step)
    pattern = np.array([mark == "#" for mark in each.dashes])
    drawn = pattern[np.arange(len(row)) % len(pattern)]
    dots[row[drawn], column[drawn]] = True
    return dots


def _line(area: Raster, each: Series, dots: NDArray[np.bool_], middle: Colours, look: Look) -> None:
    """Draw the curve's dots over what is there, on the bands' colour in the middle of each cell.

    Where two curves share a cell it takes the later one's colour.
    """
    if not look.unicode:
        area.glyphs[dots] = each.mark
        area.foreground[dots] = each.colour
        return
    cells = dots.reshape(area.rows, 4, area.columns, 2)
    codes = (cells * BRAILLE[None, :, None, :]).sum(axis=(1, 3))
    for row, column in zip(*np.nonzero(codes), strict=True):
        there = area.glyphs[row, column]
        held = ord(there) - 0x2800 if len(there) == 1 and 0x2800 <= ord(there) < 0x2900 else 0
        area.glyphs[row, column] = chr(0x2800 | held | int(codes[row, column]))
        area.foreground[row, column] = each.colour
        area.background[row, column] = middle[row, column]
