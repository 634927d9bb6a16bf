"""A window onto lines of coloured parts that may be wider and longer than it: arrows scroll, the head stays."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.painted import Painted, Part

Line = Sequence[Part]


class Listing(ScrollView, Painted, can_focus=True):
    """Lines of parts; the first `heads` of them stay at the top, and one may have the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.texts: Sequence[Line] = ()
        self.heads = self.below = 0
        self.cursor: int | None = None
        """The line below the head that has the cursor, if lines are to be chosen."""

    def put(self, texts: Sequence[Line], widest: int, heads: int = 0, below: int = 0) -> None:
        """Show these lines, the widest of so many cells; the cursor stays out of so many `below`."""
        self.texts, self.heads, self.below = texts, heads, below
        self.virtual_size = Size(widest, len(texts))
        if self.cursor is not None and len(texts) > heads + below:  # where there are no lines yet it waits for them
            self.cursor = min(max(self.cursor, 0), self._last)
        self.refresh()

    @property
    def _last(self) -> int:
        """The last line that may have the cursor."""
        return max(len(self.texts) - self.heads - self.below - 1, 0)

    def render_line(self, y: int) -> Strip:
        """A line of the window."""
        cells = self.scrollable_content_region.width
        left, top = self.scroll_offset
        at = y if y < self.heads else y + top
        try:
            if not 0 <= at < len(self.texts):
                return Strip.blank(cells, self.own_style)
            here = self.cursor is not None and at - self.heads == self.cursor and at >= self.heads
            style = ("here" if self.has_focus else "there") if here else ""
            whole = self.strip(self.texts[at], max(self.virtual_size.width, cells + left), style)
            return self.seen(at, whole, left, cells)
        except Exception as error:
            return self.strip([(f"cannot draw this: {type(error).__name__}: {error}", "bad")], cells)

    def seen(self, at: int, whole: Strip, left: int, cells: int) -> Strip:
        """What is seen of a line that is scrolled so many cells to the left."""
        return whole.crop(left, left + cells)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self.cursor is None:
            return
        self.cursor = min(max(self.cursor + by, 0), self._last)
        rows = 1 + (self.below if self.cursor == self._last else 0)
        self.scroll_to_region(Region(0, self.cursor, 1, self.heads + rows), animate=False, force=True)
        self.refresh()

    def reveal(self, line: int) -> None:
        """Scroll so that a line is in the middle."""
        self.scroll_to(y=max(line - self.size.height // 2, 0), animate=False, force=True)
