"""A histogram in the cells of a widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.strip import Strip

from sim.chart.histogram import histogram
from sim.chart.raster import Raster
from tui.widgets.painted import Painted, Part
from tui.widgets.picture import strip_of


class Histogram(Painted):
    """Figures as bars, drawn anew when they, the size or the theme change."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draw: Callable[[int, int], Raster] | None = None
        self._drawn: tuple[object, Raster] | None = None

    def show(
        self, values: Sequence[float] | None, mark: tuple[float, float, float] | None, zero: bool, style: int,
        value_text: Callable[[float], str],
    ) -> None:  # fmt: skip
        """Show these figures; None while there are none."""

        def draw(columns: int, rows: int) -> Raster:
            assert values is not None
            look = self.lab.look
            return histogram(values, columns, rows, look, mark=mark, zero=zero, style=style, value_text=value_text)

        self._draw, self._drawn = None if values is None else draw, None
        self.refresh()

    def parts(self, row: int, width: int) -> Iterable[Part]:
        """What is shown while there is nothing to draw."""
        return []

    def render_line(self, y: int) -> Strip:
        """A row of the picture."""
        try:
            if self._draw is None:
                return super().render_line(y)
            drawn_for = (self.size, self.lab.look)
            if self._drawn is None or self._drawn[0] != drawn_for:
                self._drawn = drawn_for, self._draw(self.size.width, self.size.height)
            page = (self.own_style, self.look("faint"), self.lab.paints_rgb)
            return strip_of(self._drawn[1], y, page).adjust_cell_length(self.size.width, self.own_style)
        except Exception as error:
            return self.strip([(f"histogram: {type(error).__name__}: {error}", "bad")], self.size.width)
