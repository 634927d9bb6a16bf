"""Compare: the curves that matter as small multiples, every figure of every scenario, and what differs between them."""

from __future__ import annotations

import dataclasses

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from textual.widgets import Static

from sim.terminal import fitting, wrapped
from tui.board import Board
from tui.charts import chart_of
from tui.currencies import Currencies
from tui.deltas import deltas, differing
from tui.keys import COMPARE, SCENARIOS, bindings
from tui.meanings import meaning
from tui.screens.frame import Frame
from tui.views import TABS, View
from tui.widgets.band_chart import BandChart
from tui.widgets.figures import Figures
from tui.widgets.listing import Line
from tui.workspace import LETTERS, Workspace

MULTIPLES = tuple(tab.id for tab in TABS if tab.curves)
"""The tabs whose first curves are shown."""
LOW = 20
"""Lines below which there are no charts."""


class CompareScreen(Frame):
    """Small multiples above, the delta table below, and what the metric of its cursor means."""

    BINDINGS = bindings((*COMPARE, *SCENARIOS))
    COMMANDS_HERE = (*COMPARE, *SCENARIOS)
    HELP = "Compare: all scenarios with the same customers and the same luck, differences to the baseline."

    def __init__(self) -> None:
        super().__init__()
        self.signed = True

    def framed(self) -> ComposeResult:
        """The charts, the table, the meaning."""
        with Vertical(id="compared"):
            with Grid(id="multiples"):
                for name in MULTIPLES:
                    yield BandChart(id=f"multiple-{name}")
            yield Figures(id="figures")
            yield Static("", id="meaning", markup=False)

    def opened(self) -> None:
        """Arrows move through the table."""
        self.query_one(Figures).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Where there are few lines the table has them."""
        self.set_class(event.size.height < LOW, "-low")

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        money = Currencies(workspace, self.lab.terminal)
        for name in MULTIPLES:
            chart = chart_of(workspace, board, View(tab=name), money, counted=False)
            shown = self.query_one(f"#multiple-{name}", BandChart)
            shown.chart, shown.problem = chart, board.problems.get(workspace.focus, "")
        table = deltas(workspace, board, money, self.lab.glyphs, signed=self.signed, columns=self.size.width)
        self.query_one(Figures).show(table, list(self._notes(workspace)))
        self.explain()

    @on(Figures.Moved)
    def explain(self) -> None:
        """Say what the metric of the cursor means."""
        room, metric = self.query_one("#meaning", Static), self.query_one(Figures).metric
        told = meaning(metric, self.lab.workspace, self.lab.board)
        page = dataclasses.replace(self.lab.terminal, columns=room.size.width - 2)
        lines = fitting(told, page, room.size.height)
        room.update(Text("\n".join(f" {line}" for line in lines), style="dim"), layout=False)

    def _notes(self, workspace: Workspace) -> list[Line]:
        """What differs between the scenarios, and how to read the marks."""
        glyphs, cells = self.lab.glyphs, self.query_one(Figures).scrollable_content_region.width or self.size.width
        terminal = dataclasses.replace(self.lab.terminal, columns=cells - 2)
        found: list[Line] = [((" what differs from the baseline", "head"),)] if len(workspace.slots) > 1 else []
        for told in differing(workspace):
            place = f"place-{LETTERS.index(told[0])}"
            first, *rest = wrapped([told], terminal)
            found += [((f" {first[:1]}", place), (first[1:], "")), *(((f" {line}", ""),) for line in rest)]
        if note := Currencies(workspace, self.lab.terminal).note():
            found += [((f" {line}", "warn"),) for line in wrapped([note], terminal)]
        marks = f"{glyphs.up}{glyphs.up}{glyphs.up}"
        told = f"{marks} adjusted p below 0.001, two below 0.01, one below 0.05 (Holm over all figures)"
        return [*found, *(((f" {line}", "faint"),) for line in wrapped([told], terminal))]

    @on(Figures.Opened)
    def action_stores(self) -> None:
        """The metric of the cursor store by store."""
        from tui.screens.stores import StoresScreen

        if metric := self.query_one(Figures).metric:
            self.lab.push_screen(StoresScreen(metric))

    def action_signed(self) -> None:
        """Differences or the scenarios' own figures."""
        self.signed = not self.signed
        self.show_again()
