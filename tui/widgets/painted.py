"""Widgets that write their lines themselves: texts of any script, never read as markup, cut to the cells there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from sim.text import cut, pad, printable

if TYPE_CHECKING:
    from tui.app import Lab

Part = tuple[str, str]
"""A text and the name of its style: a component class of the lab, or empty for the widget's own."""


class Painted(Widget):
    """A widget made of lines."""

    _own: Style | None = None
    """The widget's own style while it is painted."""

    @property
    def lab(self) -> Lab:
        """The app."""
        return cast("Lab", self.app)

    def parts(self, row: int, width: int) -> Iterable[Part]:
        """What stands in a row, from left to right."""
        raise NotImplementedError

    def row_style(self, row: int) -> str:
        """A component class that the whole row has."""
        return ""

    def render_line(self, y: int) -> Strip:
        """The row as it is shown; a mistake in drawing shows itself instead of ending the lab."""
        width = self.size.width
        try:
            return self.strip(self.parts(y, width), width, self.row_style(y))
        except Exception as error:
            return self.strip([(f"cannot draw this: {type(error).__name__}: {error}", "bad")], width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of one painting; the widget's own style, for which all its parents are asked, is worked out once."""
        self._own = self.rich_style
        try:
            return super().render_lines(crop)
        finally:
            self._own = None

    @property
    def own_style(self) -> Style:
        """The widget's own style."""
        return self.rich_style if self._own is None else self._own

    def strip(self, parts: Iterable[Part], width: int, row_style: str = "") -> Strip:
        """Parts as a line of exactly so many cells."""
        base = self.own_style + self.look(row_style) if row_style else self.own_style
        segments = [Segment(text, base + self.look(name) if name else base) for text, name in parts if text]
        return Strip(segments).adjust_cell_length(width, base)

    def look(self, name: str) -> Style:
        """The style of that name, without the background unless it has one of its own."""
        return self.lab.style_of(name) if name else Style()

    def fitted(self, text: str, cells: int, align: str = "<") -> str:
        """The text in exactly so many cells."""
        return pad(cut(printable(text), cells, self.lab.glyphs.more), cells, align) if cells > 0 else ""
