"""The cohort table as a heat map: customers by the month of their first order, shaded and with the number in each cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sim.report.amounts import Amounts
from sim.text import width
from tui.board import EMPTY, PREVIEW, Board
from tui.keys import COHORTS, bindings
from tui.widgets.painted import Painted, Part
from tui.workspace import Workspace

if TYPE_CHECKING:
    from sim.results import CohortTable, Figure

HEAD, CELL = 13, 5
"""Cells of a row's head and of a figure."""
STEPS = (0.02, 0.10, 0.20, 0.40)
"""Shares from which a cell is shaded darker; differences are shaded at a quarter of it."""


class CohortView(ScrollView, Painted, can_focus=True):
    """Cohorts down, age in months across; arrows go from cell to cell, and the cell's figure is told with its interval."""

    BINDINGS = bindings(COHORTS)
    HELP = "Customers by the month of their first order (rows) and age in months (columns): the share who ordered, in per cent."

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None
        self.board: Board = EMPTY
        self.difference = False
        self.cursor = 0, 1
        """Row and age of the cell that is told."""

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
            problem = self.board.problems.get(self.workspace.focus, "") if self.workspace else ""
            return [(self.fitted(problem or "simulating ...", cells) if row == 0 else "", "warn" if problem else "faint")]
        skip = left // CELL
        if row == 0:
            title, cell = self._title(), self._cell(table)
            whole = f"{title}   {cell}" if cell else title
            return [(self.fitted(whole if width(whole) <= cells else cell if self.has_focus else title, cells), "head")]
        ages = max((len(each) for each in table.retention), default=0)
        if row == 1:
            heads = (f"{age:>{CELL - 1}} " for age in range(skip, ages))
            return [(self.fitted("month   new", HEAD), "faint"), *((head, "faint") for head in heads)]
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
                yield f"{self.lab.glyphs.same:>{CELL - 1}} ", "here" if self._here(at, age) else "faint"
                continue
            text = f"{value * 100:+.1f}" if self.difference else f"{value * 100:.1f}" if value < 0.9995 else "100"
            shade = sum(abs(value) >= step * (0.25 if self.difference else 1.0) for step in STEPS)
            style = ("good" if value > 0 else "bad") if self.difference and shade else "strong" if shade > 2 else ""
            style = "here" if self._here(at, age) else style
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

    # The cell of the cursor

    def _here(self, row: int, age: int) -> bool:
        return self.has_focus and self.cursor == (row, age)

    def _cell(self, table: CohortTable) -> str:
        """The figure of the cell with its interval; for a difference those of both scenarios."""
        assert self.workspace is not None
        row, age = self.cursor
        if row >= len(table.retention) or age >= len(table.retention[row]):
            return ""
        amounts = Amounts(terminal=self.lab.terminal)

        def told(figure: Figure) -> str:
            if figure.value is None:
                return figure.reason
            return amounts.interval(figure.value, figure.low, figure.high, figure.unit)

        where = f"{table.cohorts[row]} at {age}"
        mine, base = table.retention[row][age], self._table(self.workspace.baseline)
        if not self.difference or base is None or row >= len(base.retention) or age >= len(base.retention[row]):
            return f"{where}: {told(mine)}"
        letters = self.workspace.focus, self.workspace.baseline
        both = (f"{letter} {told(each)}" for letter, each in zip(letters, (mine, base.retention[row][age]), strict=True))
        return f"{where}: {', '.join(both)}"

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor."""
        self._go(self.cursor[0] + down, self.cursor[1] + right)

    def _go(self, row: int, age: int) -> None:
        table = self._table(self.workspace.focus) if self.workspace else None
        if table is None or not table.retention:
            return
        row = min(max(row, 0), len(table.retention) - 1)
        self.cursor = row, min(max(age, 0), max(len(table.retention[row]) - 1, 0))
        self.scroll_to_region(Region(self.cursor[1] * CELL, row, HEAD + CELL, 3), animate=False, force=True)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, and lets the arrows move it."""
        self.focus()
        if event.y >= 2 and event.x >= HEAD:
            self._go(event.y - 2 + self.scroll_offset.y, (event.x - HEAD) // CELL + self.scroll_offset.x // CELL)
