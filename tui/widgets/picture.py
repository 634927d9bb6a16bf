"""A chart in the cells of a widget: its rows as strips, in the colours of the page that they stand on."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sim.chart.chart import Chart, Look
from sim.chart.draw import Layout, draw, layout
from sim.chart.raster import FAINT, PAGE, PLAIN, Raster, nearest_256

Page = tuple[Style, Style, bool]
"""What a chart stands on: the widget's style, that of axes and grid lines, and whether colours are given as red, green and
blue, else from the 256 of the palette."""


class Picture:
    """One chart in so many cells."""

    def __init__(self, chart: Chart, columns: int, rows: int, look: Look) -> None:
        self.chart, self._drawn_for = chart, (columns, rows, look)
        self.raster: Raster = draw(chart, columns, rows, look)
        self.layout: Layout | None = layout(chart, columns, rows)
        """Where its parts are; None where there is no room for them."""

    def shows(self, chart: Chart, columns: int, rows: int, look: Look) -> bool:
        """Whether it is of this very chart, in these cells."""
        return self.chart is chart and self._drawn_for == (columns, rows, look)

    def line(self, y: int, page: Page, cross: float | None = None, glyph: str = "") -> Strip:
        """A row, with the crosshair through it where no curve is in its way."""
        strip = strip_of(self.raster, y, page)
        if self.layout is None or cross is None or not self.layout.top <= y < self.layout.bottom:
            return strip
        column = self.layout.column(cross)
        if not 0 <= column < self.raster.columns or self.raster.glyphs[y, column] not in (" ", "┈"):
            return strip
        style = style_of(FAINT, int(self.raster.background[y, column]), page)
        left, right = strip.crop(0, column), strip.crop(column + 1)
        return Strip.join([left, Strip([Segment(glyph, style)]), right])


def strip_of(raster: Raster, y: int, page: Page) -> Strip:
    """A row of a drawing; nothing below its last."""
    if y >= raster.rows:
        return Strip([])
    return Strip([Segment(run.text, style_of(run.foreground, run.background, page)) for run in raster.runs(y)])


@lru_cache(maxsize=1024)
def style_of(foreground: int, background: int, page: Page) -> Style:
    """The colours of a run of cells."""
    own, faint, rgb = page
    if foreground == PAGE:  # the page through a band: reversed where the page has no colour of its own
        bare = own.bgcolor
        if bare is None or bare.is_default or bare.triplet is None:
            return Style(color=_colour(background, rgb), reverse=True)
        return Style(color=bare, bgcolor=_colour(background, rgb))
    if foreground in (FAINT, PLAIN):
        style = own + faint if foreground == FAINT else own
    else:
        style = own + Style(color=_colour(foreground, rgb))
    return style if background == PLAIN else style + Style(bgcolor=_colour(background, rgb))


def _colour(colour: int, rgb: bool) -> Color:
    red, green, blue = colour >> 16, colour >> 8 & 255, colour & 255
    return Color.from_rgb(red, green, blue) if rgb else Color.from_ansi(nearest_256(red, green, blue))
