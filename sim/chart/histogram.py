"""A histogram: how often figures fall where, with the estimate and its interval above the bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.chart.chart import NEED_COLUMNS, PALETTE, Look
from sim.chart.frame import too_small
from sim.chart.raster import FAINT, PLAIN, Raster
from sim.chart.scale import Floats, linear
from sim.text import width

NEED_ROWS = 6
"""The interval, three rows of bars, the axis and its numbers."""
MOST_BINS = 40
BLOCKS = " ▁▂▃▄▅▆▇█"
UNICODE, ASCII = ("├", "─", "●", "┤", "│", "┬"), ("|", "-", "o", "|", "|", "+")
"""The interval's left end, its line, the estimate, its right end, the line at zero, a tick."""


@dataclass(frozen=True)
class Bins:
    """Stretches of equal length, one of whose edges is zero where zero is among them."""

    edges: Floats
    counts: tuple[int, ...]


def binned(values: Floats, low: float, high: float, most: int) -> Bins:
    """The values in at most so many bins of a round length, about twice the root of their number, over low to high; where
    all is one value, that is the middle of five."""
    if high == low:
        edges = low + (abs(low) * 0.05 or 1.0) * np.arange(-2.5, 3.0)
        return Bins(edges, (0, 0, len(values), 0, 0))
    wanted = min(max(2 * int(np.sqrt(len(values))), 6), most, MOST_BINS)
    ticks = linear(low, high, wanted).ticks
    step = ticks[1] - ticks[0] if len(ticks) > 1 else (high - low) or 1.0
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    edges = np.arange(first, max(last, first + 1) + 1) * step
    places = np.clip(np.floor(values / step + 1e-9) - first, 0, len(edges) - 2).astype(np.int64)
    return Bins(edges, tuple(np.bincount(places, minlength=len(edges) - 1).tolist()))


def histogram(
    values: Sequence[float], columns: int, rows: int, look: Look | None = None,
    *, mark: tuple[float, float, float] | None = None, zero: bool = False, style: int = 0,
    value_text: Callable[[float], str] = lambda value: f"{value:g}",
) -> Raster:  # fmt: skip
    """The values as bars in columns x rows cells. `mark`: an estimate and its interval, above them. `zero`: zero is on the
    axis even where no value is near it. A picture too small for a bar says what it needs."""
    known = np.array([value for value in values if np.isfinite(value)])
    if columns < NEED_COLUMNS or rows < NEED_ROWS or not known.size:
        return too_small(max(columns, 0), max(rows, 0)) if known.size else Raster.blank(max(rows, 0), max(columns, 0))
    ends = [*known.tolist(), *(mark or ()), *([0.0] if zero else [])]
    picture = Raster.blank(rows, columns)
    gutter = width(str(len(known))) + 1
    room = columns - gutter - 1
    bins = binned(known, min(ends), max(ends), room // 2)
    cells = room // len(bins.counts)
    area = _Area(gutter + 1, cells * len(bins.counts), 1, rows - 2, float(bins.edges[0]), float(bins.edges[-1]))
    signs = UNICODE if look is None or look.unicode else ASCII
    colour = PALETTE[style % len(PALETTE)]
    _bars(picture, area, bins, cells, colour, look is None or look.unicode)
    _axis(picture, area, signs, value_text, zero)
    picture.write(1, 0, f"{max(bins.counts):>{gutter - 1}}", FAINT)
    if mark is not None:
        _interval(picture, area, mark, signs)
    return picture


@dataclass(frozen=True)
class _Area:
    """Where the bars stand."""

    left: int
    columns: int
    top: int
    bottom: int
    """One past the last row of the bars; the axis is drawn there."""
    low: float
    high: float

    def column(self, value: float) -> int:
        """The cell of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(round(share * self.columns), 0), self.columns - 1)


def _bars(picture: Raster, area: _Area, bins: Bins, cells: int, colour: int, unicode: bool) -> None:
    most, rows = max(bins.counts), area.bottom - area.top
    for place, count in enumerate(bins.counts):
        eighths = max(round(count / most * rows * 8), 1) if count else 0
        at = area.left + place * cells
        across = max(cells - 1, 1)  # a gap tells bars of the same height apart
        for row in range(rows):
            filled = min(max(eighths - (rows - 1 - row) * 8, 0), 8)
            glyph = BLOCKS[filled] if unicode else "#" if filled >= 4 or (filled and row == rows - 1) else " "
            if filled:
                picture.write(area.top + row, at, glyph * across, colour)


def _axis(picture: Raster, area: _Area, signs: Sequence[str], value_text: Callable[[float], str], zero: bool) -> None:
    line, wall, tick_sign = signs[1], signs[4], signs[5]
    picture.write(area.bottom, area.left, line * area.columns, FAINT)
    end = 0
    ticks = linear(area.low, area.high, max(area.columns // 14, 2)).ticks
    for tick in ticks:
        at, text = area.column(tick), value_text(tick)
        start = min(max(at - width(text) // 2, 0), picture.columns - width(text))
        if start < end:
            continue
        picture.write(area.bottom, at, tick_sign, FAINT)
        end = picture.write(area.bottom + 1, start, text) + 1
    if zero and area.low <= 0.0 <= area.high:
        at = area.column(0.0)
        for row in range(area.top, area.bottom):
            if picture.glyphs[row, at] == " ":
                picture.write(row, at, wall, FAINT)


def _interval(picture: Raster, area: _Area, mark: tuple[float, float, float], signs: Sequence[str]) -> None:
    value, low, high = mark
    first, last = area.column(low), area.column(high)
    for at in range(first, last + 1):
        picture.write(0, at, signs[0] if at == first < last else signs[3] if at == last > first else signs[1], PLAIN)
    picture.write(0, area.column(value), signs[2], PLAIN)
