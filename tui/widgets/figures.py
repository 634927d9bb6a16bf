"""The delta table as a window: a cursor goes from metric to metric, and what they are called stays where it is."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui.deltas import GAP, Cell, Deltas
from tui.keys import FIGURES, bindings
from tui.widgets.listing import Line, Listing
from tui.widgets.painted import Part
from tui.workspace import LETTERS


class Figures(Listing):
    """A head, a line for each metric, and below them what the reader should know."""

    BINDINGS = bindings(FIGURES)
    HELP = "Every metric of every scenario. One mark: adjusted p below 5 %; two: below 1 %; three: below 0.1 %."

    class Moved(Message):
        """The cursor is on another metric."""

    class Opened(Message):
        """The metric of the cursor was clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = 0
        self.metrics: Sequence[str] = ()
        self._fixed = 0
        """Cells at the left that do not scroll."""

    @property
    def metric(self) -> str:
        """The metric of the cursor; empty while there is none."""
        return self.metrics[self.cursor] if self.cursor is not None and self.cursor < len(self.metrics) else ""

    def show(self, table: Deltas, notes: Sequence[Line]) -> None:
        """Show the table, and notes that are no wider than the window."""
        before, self.metrics = self.metric, table.metrics
        if before in table.metrics:
            self.cursor = table.metrics.index(before)
        self._fixed = table.sizes[0] + 1 if table.sizes else 0
        self.put([*self._lines(table), (), *notes], table.width + 1, heads=1, below=len(notes) + 1)

    def _lines(self, table: Deltas) -> list[Line]:
        return [self._line(table, number, row) for number, row in enumerate((table.header, *table.rows))]

    def _line(self, table: Deltas, number: int, row: Sequence[Cell]) -> Line:
        parts: list[Part] = []
        for place, (cell, size) in enumerate(zip(row, table.sizes, strict=True)):
            head = table.header[place].text
            left, letter = place == 0 or head == "verdict", head[:1]
            style = cell.style
            if number == 0:
                style = f"place-{LETTERS.index(letter)}" if letter in LETTERS and not left else "head"
            parts.append((" " * GAP if place else " ", ""))
            parts.append((self.fitted(cell.text, size, "<" if left else ">"), style))
        return parts

    def seen(self, at: int, whole: Strip, left: int, cells: int) -> Strip:
        """A line of the table scrolls behind what its metric is called; what stands below it does not scroll."""
        if at >= self.heads + len(self.metrics):
            return whole.crop(0, cells)
        fixed = min(self._fixed, cells)
        return Strip.join([whole.crop(0, fixed), whole.crop(left + fixed, left + cells)])

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        super().action_move(by)
        self.post_message(self.Moved())

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.action_move(by * max(self.size.height - self.heads - 1, 1))

    def action_ends(self, by: int) -> None:
        """Move the cursor to an end."""
        self.action_move(by * len(self.metrics))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; on the line of the cursor it opens the metric."""
        at = event.y - self.heads + self.scroll_offset.y
        self.focus()
        if event.y >= self.heads and 0 <= at < len(self.metrics):
            if at == self.cursor:
                self.post_message(self.Opened())
            self.action_move(at - (self.cursor or 0))
