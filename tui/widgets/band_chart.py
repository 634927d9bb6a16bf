"""The band chart: curves in braille on shaded intervals, with a crosshair that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui.widgets.painted import Painted, Part

if TYPE_CHECKING:
    from sim.chart.chart import Chart
    from sim.chart.draw import Layout
    from tui.widgets.picture import Picture


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
        self._picture: Picture | None = None
        self.problem = ""
        """Why there will be no chart."""

    def picture(self) -> Picture | None:
        """The chart as cells of the widget's size; None where there is no chart yet."""
        if self.chart is None:
            return None
        drawn_for = (self.chart, self.size.width, self.size.height, self.lab.look)
        if self._picture is None or not self._picture.shows(*drawn_for):
            from tui.widgets.picture import Picture  # here, because the first frame has no chart yet

            self._picture = Picture(*drawn_for)
        return self._picture

    @property
    def layout_here(self) -> Layout | None:
        """Where the parts of the chart are; None where there are none."""
        picture = self.picture()
        return picture.layout if picture is not None else None

    def xs(self) -> Sequence[float]:
        """Where the curves have points."""
        return sorted({float(x) for each in self.chart.series for x in each.x}) if self.chart is not None else []

    def parts(self, row: int, width: int) -> Iterable[Part]:
        """What is shown while there is no chart."""
        if row != self.size.height // 2:
            return []
        if self.problem:
            return [("  " + self.fitted(self.problem, width - 2), "warn")]
        return [(f"  simulating {self.lab.terminal.ellipsis}", "faint")]

    def render_line(self, y: int) -> Strip:
        """A row of the picture."""
        try:
            picture = self.picture()
            if picture is None:
                return super().render_line(y)
            page = (self.own_style, self.look("faint"), self.lab.paints_rgb)
            line = picture.line(y, page, self.cross, self.lab.glyphs.cross)
            return line.adjust_cell_length(self.size.width, self.own_style)
        except Exception as error:
            return self.strip([(f"chart: {type(error).__name__}: {error}", "bad")], self.size.width)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The crosshair follows the mouse."""
        self._point(event.x)

    def on_click(self, event: events.Click) -> None:
        """The crosshair goes to where the mouse is."""
        self._point(event.x)

    def _point(self, column: int) -> None:
        where, xs = self.layout_here, self.xs()
        if where is not None and xs:
            at = where.x_at(column)
            self.post_message(self.Crossed(min(xs, key=lambda x: abs(x - at))))
