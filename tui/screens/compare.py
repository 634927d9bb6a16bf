"""Compare: the curves that matter as small multiples, every figure of every scenario, and what differs between them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Grid, Vertical

from sim.text import width
from tui.board import Board
from tui.charts import chart_of
from tui.currencies import Currencies
from tui.deltas import GAP, Deltas, deltas, differing
from tui.keys import COMPARE, SCENARIOS, bindings
from tui.screens.frame import Frame
from tui.views import TABS, View
from tui.widgets.band_chart import BandChart
from tui.widgets.listing import Line, Listing
from tui.workspace import LETTERS, Workspace

MULTIPLES = tuple(tab.id for tab in TABS if tab.curves)
"""The tabs whose first curves are shown."""


class Figures(Listing):
    """The delta table."""

    HELP = "Every metric of every scenario. One mark: adjusted p below 5 %; two: below 1 %; three: below 0.1 %."


class CompareScreen(Frame):
    """Small multiples above, the delta table below."""

    BINDINGS = bindings((*COMPARE, *SCENARIOS))
    HELP = "Compare: all scenarios with the same customers and the same luck, differences to the baseline."

    def __init__(self) -> None:
        super().__init__()
        self.signed = True

    def framed(self) -> ComposeResult:
        """The charts, the table."""
        with Vertical(id="compared"):
            with Grid(id="multiples"):
                for name in MULTIPLES:
                    yield BandChart(id=f"multiple-{name}")
            yield Figures(id="figures")

    def opened(self) -> None:
        """Arrows scroll the table."""
        self.query_one(Figures).focus()

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        money = Currencies(workspace, self.lab.terminal)
        for name in MULTIPLES:
            self.query_one(f"#multiple-{name}", BandChart).chart = chart_of(workspace, board, View(tab=name), money)
        table = deltas(workspace, board, money, self.lab.glyphs, signed=self.signed, columns=self.size.width)
        lines = [*self._lines(workspace, table), (), *self._rest(workspace)]
        widest = max([table.width, *(width("".join(text for text, _ in line)) + 1 for line in lines)])
        self.query_one(Figures).put(lines, widest, heads=1)

    def _lines(self, workspace: Workspace, table: Deltas) -> list[Line]:
        fitted = self.query_one(Figures).fitted
        letters = [cell.text[:1] for cell in table.header]
        lines: list[Line] = []
        for number, row in enumerate((table.header, *table.rows)):
            parts = []
            for place, (cell, size) in enumerate(zip(row, table.sizes, strict=True)):
                left = place == 0 or table.header[place].text == "verdict"
                style = cell.style
                if number == 0:
                    style = f"place-{LETTERS.index(letters[place])}" if letters[place] in LETTERS and not left else "head"
                parts.append((" " * GAP if place else " ", ""))
                parts.append((fitted(cell.text, size, "<" if left else ">"), style))
            lines.append(parts)
        return lines

    def _rest(self, workspace: Workspace) -> list[Line]:
        """What differs between the scenarios, and how to read the marks."""
        glyphs = self.lab.glyphs
        found: list[Line] = [((" what differs from the baseline", "head"),)] if len(workspace.slots) > 1 else []
        found += [((f" {line[:1]}", f"place-{LETTERS.index(line[0])}"), (line[1:], "")) for line in differing(workspace)]
        if note := Currencies(workspace, self.lab.terminal).note():
            found.append(((f" {note}", "warn"),))
        marks = f"{glyphs.up}{glyphs.up}{glyphs.up}"
        found.append(((f" {marks} adjusted p below 0.001, two below 0.01, one below 0.05 (Holm over all figures)", "faint"),))
        return found

    def action_signed(self) -> None:
        """Differences or the scenarios' own figures."""
        self.signed = not self.signed
        self.show_again()

