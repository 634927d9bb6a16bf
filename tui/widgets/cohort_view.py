"""The cohort table as a heat map: customers by the month of their first order, shaded and with the number in each cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.board import EMPTY, PREVIEW, Board
from tui.widgets.painted import Painted, Part
from tui.workspace import Workspace

if TYPE_CHECKING:
    from sim.results import CohortTable

HEAD, CELL = 13, 5
"""Cells of a row's head and of a figure."""
STEPS = (0.02, 0.10, 0.20, 0.40)
"""Shares from which a cell is shaded darker; differences are shaded at a quarter of it."""


class CohortView(ScrollView, Painted, can_focus=True):
    """Cohorts down, age in months across; arrows scroll."""


    HELP = "Customers by the month of their first order (rows) and age in months (columns): the share who ordered, in per cent."

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None
        self.board: Board = EMPTY
        self.difference = False

    def show(self, workspace: Workspace, board: Board, difference: bool) -> None:
        """Show the focused scenario's cohorts, or their difference to the baseline's."""
        self.workspace, self.board, self.difference = workspace, board, difference
        table = self._table(workspace.focus)
        if table is not None:
            longest = max((len(row) for row in table.retention), default=0)
            self.virtual_size = Size(HEAD + CELL * longest, len(table.cohorts) + 2)
        self.refresh()

    def _table(self, letter: str) -> CohortTable | None:
        return self.board.shown[letter].result.cohorts if letter in self.board.shown else None

    def render_line(self, y: int) -> Strip:
        """A line of the window onto the table; the title and the ages stay at the top."""
        cells = self.scrollable_content_region.width
        left, top = self.scroll_offset
        row = y if y < 2 else y + top
        try:
            return self.strip(self.row(row, left, cells), cells)
        except Exception as error:
            return self.strip([(f"cohorts: {type(error).__name__}: {error}", "bad")], cells)

    def row(self, row: int, left: int, cells: int) -> Iterable[Part]:
        """The parts of a line, scrolled so many cells to the left."""
        table = self._table(self.workspace.focus) if self.workspace else None
        if table is None or self.workspace is None:
            return [("simulating ..." if row == 0 else "", "faint")]
        skip = left // CELL
        if row == 0:
            return [(self.fitted(self._title(), cells), "head")]
        ages = max((len(each) for each in table.retention), default=0)
        if row == 1:
            return [(self.fitted("month", HEAD), "faint"), *((f"{age:>{CELL - 1}} ", "faint") for age in range(skip, ages))]
        if row - 2 >= len(table.cohorts):
            return []
        return self._cohort(table, row - 2, skip)

    def _title(self) -> str:
        assert self.workspace is not None
        focus, base = self.workspace.focus, self.workspace.baseline
        what = f"Cohorts of {focus} less {base}, percentage points" if self.difference else f"Cohorts of {focus}, per cent"
        return what + ("  preview" if self.board.shown[focus].stage == PREVIEW else "")

    def _cohort(self, table: CohortTable, at: int, skip: int) -> Iterable[Part]:
        yield self.fitted(f"{table.cohorts[at]} {table.customers[at]:,.0f}", HEAD), "faint"
        for age, value in enumerate(self.values(table, at)):
            if age < skip:
                continue
            if value is None:
                yield f"{self.lab.glyphs.same:>{CELL - 1}} ", "faint"
                continue
            text = f"{value * 100:+.1f}" if self.difference else f"{value * 100:.1f}" if value < 0.9995 else "100"
            shade = sum(abs(value) >= step * (0.25 if self.difference else 1.0) for step in STEPS)
            style = ("good" if value > 0 else "bad") if self.difference and shade else "strong" if shade > 2 else ""
            yield f"{text:>{CELL - 1}}"[: CELL - 1] + self.lab.glyphs.shades[shade], style

    def values(self, table: CohortTable, at: int) -> list[float | None]:
        """A row's figures, level or difference."""
        mine = [cell.value for cell in table.retention[at]]
        if not self.difference:
            return mine
        assert self.workspace is not None
        base = self._table(self.workspace.baseline)
        if base is None or at >= len(base.retention):
            return [None] * len(mine)
        theirs = [cell.value for cell in base.retention[at]] + [None] * len(mine)
        return [None if one is None or other is None else one - other for one, other in zip(mine, theirs, strict=False)]

    def on_click(self, event: events.Click) -> None:
        """A click lets the arrows scroll it."""
        self.focus()
