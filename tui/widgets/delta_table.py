"""The delta table as a widget: the focused scenario is marked, a click gives another one the focus."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events

from tui.board import EMPTY, Board
from tui.currencies import Currencies
from tui.table import GAP, Table, delta_table
from tui.widgets.chosen import ScenarioChosen
from tui.widgets.painted import Painted, Part
from tui.workspace import LETTERS, Workspace


class DeltaTable(Painted):
    """A header and a line for each scenario."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None
        self.board: Board = EMPTY

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what is known."""
        if self.workspace is None or len(self.workspace.slots) != len(workspace.slots):
            self.styles.height = len(workspace.slots) + 1
        self.workspace, self.board = workspace, board
        self.refresh()

    def table(self) -> Table | None:
        """The table as it fits."""
        if self.workspace is None:
            return None
        money = Currencies(self.workspace, self.lab.terminal)
        return delta_table(self.workspace, self.board, money, self.lab.glyphs, self.size.width)

    def parts(self, row: int, width: int) -> Iterable[Part]:
        """The header, then a scenario a line."""
        table = self.table()
        if table is None or row > len(table.rows):
            return
        if row == 0:
            yield self._cells(table, table.header), "head"
            return
        style = {"better": "good", "worse": "bad"}.get(table.verdicts[row - 1], "")
        name, *texts = self._texts(table, table.rows[row - 1])
        yield name[:1], f"place-{LETTERS.index(table.letters[row - 1])}"
        yield name[1:], ""
        for i, text in enumerate(texts):
            yield text, style if i + 1 in (table.words - 1, table.words) else ""

    def row_style(self, row: int) -> str:
        """The focused scenario's row is marked."""
        slots = self.workspace.slots if self.workspace else ()
        focused = 0 < row <= len(slots) and self.workspace is not None and slots[row - 1].letter == self.workspace.focus
        return "here" if focused else ""

    def _texts(self, table: Table, row: tuple[str, ...]) -> list[str]:
        cells = [self.fitted(row[0], table.sizes[0])]
        for i, text in enumerate(row[1:], 1):
            fitted = self.fitted(text, table.sizes[i] - GAP, "<" if i == table.words else ">")
            cells.append(" " * GAP + fitted)
        return cells

    def _cells(self, table: Table, row: tuple[str, ...]) -> str:
        return "".join(self._texts(table, row))

    def on_click(self, event: events.Click) -> None:
        """Give the scenario of a line the focus."""
        slots = self.workspace.slots if self.workspace else ()
        if 0 < event.y <= len(slots):
            self.post_message(ScenarioChosen(slots[event.y - 1].letter))
