"""The lines at the top: which scenario has the focus, and which view of the results is open."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.message import Message

from sim.text import width
from tui.board import EMPTY, Board
from tui.views import TABS, View
from tui.widgets.chosen import NEW, ScenarioChosen
from tui.widgets.painted import Painted, Part
from tui.workspace import LETTERS, Workspace


class ScenarioBar(Painted):
    """The name of the program, the focused scenario with its dirty mark, and the letters of all."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None
        self.board: Board = EMPTY
        self._spans: list[tuple[int, int, str]] = []

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show the letters."""
        if (self.workspace, self.board.refined, self.board.problems) != (workspace, board.refined, board.problems):
            self.refresh()
        self.workspace, self.board = workspace, board

    def parts(self, row: int, cells: int) -> Iterable[Part]:
        """One line."""
        if self.workspace is None:
            return [(" regulars", "strong")]
        slot = self.workspace.focused
        letters = list(self._letters(self.workspace))
        strip = sum(width(text) for text, _, _ in letters)
        head = " regulars  " if cells >= 60 else " "
        room = max(cells - strip - width(head) - 2, 0)
        name = self.fitted((slot.scenario.name or slot.file) + ("*" if slot.dirty else ""), room)
        self._spans, at = [], cells - strip - 1
        for text, _, letter in letters:
            self._spans.append((at, at + width(text), letter))
            at += width(text)
        return [(head, "strong"), (name, ""), (" ", ""), *((text, style) for text, style, _ in letters)]

    def _letters(self, workspace: Workspace) -> Iterable[tuple[str, str, str]]:
        glyphs = self.lab.glyphs
        for slot in workspace.slots:
            sign = glyphs.done if slot.letter in self.board.refined else " "
            sign = glyphs.pin if slot.letter == workspace.baseline else sign
            sign = "!" if slot.letter in self.board.problems else sign
            here = slot.letter == workspace.focus
            yield f" {slot.letter}{sign}", "here" if here else f"place-{LETTERS.index(slot.letter)}", slot.letter
        if workspace.free:
            yield f" {NEW} ", "faint", NEW

    def on_click(self, event: events.Click) -> None:
        """The letter under the mouse."""
        for start, end, letter in self._spans:
            if start <= event.x < end:
                self.post_message(ScenarioChosen(letter))


class TabBar(Painted):
    """The views of the results, by number."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = View()

    def show(self, view: View) -> None:
        """Show which is open."""
        if view.tab != self.view.tab:
            self.refresh()
        self.view = view

    def _texts(self) -> list[tuple[str, str]]:
        full = [(f" {i} {tab.title} ", tab.id) for i, tab in enumerate(TABS, 1)]
        if sum(width(text) for text, _ in full) <= self.size.width:
            return full
        return [(f" {i} {tab.short}", tab.id) for i, tab in enumerate(TABS, 1)]

    def parts(self, row: int, cells: int) -> Iterable[Part]:
        """One line."""
        return [(text, "here" if tab == self.view.tab else "faint") for text, tab in self._texts()]

    def on_click(self, event: events.Click) -> None:
        """The tab under the mouse."""
        at = 0
        for text, tab in self._texts():
            if at <= event.x < at + width(text):
                self.post_message(self.Chosen(tab))
            at += width(text)
