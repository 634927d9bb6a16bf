"""The band chart: curves in braille on shaded intervals, with a crosshair that reads them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from sim.chart.chart import Chart
from sim.chart.draw import Layout, draw, layout
from sim.chart.raster import FAINT, PAGE, PLAIN, Raster, Run, nearest_256
from tui.widgets.painted import Painted


class BandChart(Painted):
    """One chart, redrawn when it, its size or the theme changes."""

    chart: reactive[Chart | None] = reactive(None, always_update=True)
    cross: reactive[float | None] = reactive(None)
    """The x that the crosshair stands at."""

    class Crossed(Message):
        """The mouse has moved the crosshair."""

        def __init__(self, x: float) -> None:
            super().__init__()
            self.x = x

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn: tuple[object, Raster, Layout | None] | None = None
        self._styles: dict[tuple[int, int, bool], Style] = {}

    def picture(self) -> tuple[Raster, Layout | None]:
        """The chart as cells of the widget's size, and where its parts are."""
        columns, rows, look = self.size.width, self.size.height, self.lab.look
        key = (id(self.chart), columns, rows, look)
        if self._drawn is None or self._drawn[0] != key:
            if self.chart is None:
                raster = Raster.blank(rows, columns)
                raster.write(rows // 2, 2, f"simulating {self.lab.terminal.ellipsis}", FAINT)
                self._drawn = (key, raster, None)
            else:
                self._drawn = (key, draw(self.chart, columns, rows, look), layout(self.chart, columns, rows))
        return self._drawn[1], self._drawn[2]

    def xs(self) -> Sequence[float]:
        """Where the curves have points."""
        return sorted({float(x) for each in self.chart.series for x in each.x}) if self.chart is not None else []

    def notify_style_update(self) -> None:
        """Forget colours of another theme."""
        super().notify_style_update()
        self._styles = {}

    def render_line(self, y: int) -> Strip:
        """A row of the picture."""
        try:
            return self._line(y)
        except Exception as error:
            return self.strip([(f"chart: {type(error).__name__}: {error}", "bad")], self.size.width)

    def _line(self, y: int) -> Strip:
        raster, where = self.picture()
        if y >= raster.rows:
            return Strip.blank(self.size.width, self.rich_style)
        segments = [Segment(run.text, self._style(run)) for run in raster.runs(y)]
        strip = Strip(segments).adjust_cell_length(self.size.width, self.rich_style)
        if where is None or self.cross is None or not where.top <= y < where.bottom:
            return strip
        return self._crossed(strip, raster, y, where.column(self.cross))

    def _crossed(self, strip: Strip, raster: Raster, y: int, column: int) -> Strip:
        """The row with the crosshair through it, where no curve is in its way."""
        if not 0 <= column < raster.columns or raster.glyphs[y, column] not in (" ", "┈"):
            return strip
        style = self._style(Run("", FAINT, int(raster.background[y, column])))
        left, right = strip.crop(0, column), strip.crop(column + 1)
        return Strip.join([left, Strip([Segment(self.lab.glyphs.cross, style)]), right])

    def _style(self, run: Run) -> Style:
        key = (run.foreground, run.background, self.lab.paints_rgb)
        if key not in self._styles:
            self._styles[key] = self._made(*key)
        return self._styles[key]

    def _made(self, foreground: int, background: int, rgb: bool) -> Style:
        base = self.rich_style
        if foreground == PAGE:  # the page through a band: reversed where the page has no colour of its own
            page = base.bgcolor
            if page is None or page.is_default or page.triplet is None:
                return Style(color=self._colour(background, rgb), reverse=True)
            return Style(color=page, bgcolor=self._colour(background, rgb))
        if foreground == FAINT:
            style = base + self.look("faint")
        else:
            style = base if foreground == PLAIN else base + Style(color=self._colour(foreground, rgb))
        return style if background == PLAIN else style + Style(bgcolor=self._colour(background, rgb))

    @staticmethod
    def _colour(colour: int, rgb: bool) -> Color:
        red, green, blue = colour >> 16, colour >> 8 & 255, colour & 255
        return Color.from_rgb(red, green, blue) if rgb else Color.from_ansi(nearest_256(red, green, blue))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The crosshair follows the mouse."""
        self._point(event.x)

    def on_click(self, event: events.Click) -> None:
        """The crosshair goes to where the mouse is."""
        self._point(event.x)

    def _point(self, column: int) -> None:
        _, where = self.picture()
        xs = self.xs()
        if where is not None and xs:
            at = where.x_at(column)
            self.post_message(self.Crossed(min(xs, key=lambda x: abs(x - at))))
