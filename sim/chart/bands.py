"""Intervals in the background of a chart: shaded bands, or dotted bounds where a terminal cannot shade."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.chart.chart import Look, Series, banded
from sim.chart.raster import PAGE, PLAIN, Colours, Raster
from sim.chart.scale import Scale, across, interpolated, row_of

DARK_256 = {0xE69F00: 0x5F5F00, 0x56B4E9: 0x005F87, 0x009E73: 0x005F00, 0xCC79A7: 0x5F005F, 0x0072B2: 0x00005F,
            0xD55E00: 0x5F0000}  # fmt: skip
"""Bands for 256 colours: blending would land on the wrong hues."""
OVERLAP_256 = 0x4E4E4E
"""Where two of those bands overlap."""
SUBROWS = 8
"""A cell's edge of a band is drawn to an eighth of its height."""
EIGHTHS = " ▁▂▃▄▅▆▇█"


def bands(area: Raster, series: Sequence[Series], x_scale: Scale, y_scale: Scale, look: Look) -> Colours:
    """Shade the intervals in the background, or mark their bounds with dots.

    Returns the colour in the middle of each cell, for what is drawn over an edge.
    """
    held = banded(series)
    if look.shade == "none" or not look.unicode:
        for each in held:
            _bounds(area, each, x_scale, y_scale, look)
        return area.background
    codes = np.zeros((area.rows * SUBROWS, area.columns), dtype=np.int64)
    sub = np.arange(area.rows * SUBROWS)[:, None]
    x = across(x_scale, area.columns)
    for i, each in enumerate(held):
        ends = [y_scale.place(interpolated(each.x, bound, x)) for bound in (each.high, each.low)]
        # A bound without a place on a log axis lies below everything that has one.
        ends[1] = np.where(np.isnan(ends[1]) & np.isfinite(ends[0]), 0.0, ends[1])
        seen = np.isfinite(ends[0])
        top, bottom = (row_of(np.where(seen, end, 0.0), area.rows * SUBROWS) for end in ends)
        codes |= np.where(seen & (sub >= top) & (sub <= bottom), 1 << i, 0)
    colours = _band_colours(held, look)
    cells = codes.reshape(area.rows, SUBROWS, area.columns)
    _shade(area, cells, colours)
    return np.asarray(colours[cells[:, SUBROWS // 2, :]])


def _shade(area: Raster, codes: NDArray[np.int64], colours: Colours) -> None:
    """Give each cell the colours of its upper and lower part, split at an eighth of its height."""
    upper, lower = codes[:, 0, :], codes[:, -1, :]
    split = (codes == lower[:, None, :])[:, ::-1, :].argmin(axis=1)  # eighths of the lower colour, 0: all of it
    whole = (codes == lower[:, None, :]).all(axis=1)
    area.background[:] = np.where(whole, colours[lower], colours[upper])
    for row, column in zip(*np.nonzero(~whole), strict=True):
        area.glyphs[row, column] = EIGHTHS[split[row, column]]
        below = int(colours[lower[row, column]])
        area.foreground[row, column] = PAGE if below == PLAIN else below


def _band_colours(held: Sequence[Series], look: Look) -> Colours:
    """The background for each set of bands, by the bits of the set."""
    if look.shade == "256":
        dark = [_tint(each.colour, True) if look.light else DARK_256[each.colour] for each in held]
        both = 0xBCBCBC if look.light else OVERLAP_256
    else:
        dark = [_tint(each.colour, look.light) for each in held]
        both = _mean(dark[0], dark[1], 0.92 if look.light else 1.15) if len(dark) == 2 else PLAIN
    found = [PLAIN, *dark[:1], *dark[1:2], both]
    return np.array(found + [PLAIN] * (4 - len(found)), dtype=np.int64)


def _tint(colour: int, light: bool) -> int:
    """The colour thinned into the page."""
    page, share = (255, 0.35) if light else (16, 0.28)
    return sum(round(page + ((colour >> shift & 255) - page) * share) << shift for shift in (16, 8, 0))


def _mean(one: int, other: int, strength: float) -> int:
    """Half of each, a little stronger than either."""
    parts = [((one >> shift & 255) + (other >> shift & 255)) / 2 * strength for shift in (16, 8, 0)]
    return sum(min(round(part), 255) << shift for part, shift in zip(parts, (16, 8, 0), strict=True))


def _bounds(area: Raster, each: Series, x_scale: Scale, y_scale: Scale, look: Look) -> None:
    """A dot in every second cell along both ends of the interval."""
    x = across(x_scale, area.columns)
    for bound in (each.low, each.high):
        y = y_scale.place(interpolated(each.x, bound, x))
        rows = row_of(np.where(np.isfinite(y), y, 0.0), area.rows)
        for column in range(each.style % 2, area.columns, 2):
            if np.isfinite(y[column]):
                area.glyphs[rows[column], column] = "·" if look.unicode else "."
                area.foreground[rows[column], column] = each.colour
