"""The results of the lab: one of the views that the tabs open, what stands at its crosshair, and the delta table."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher, Static

from tui.board import EMPTY, Board
from tui.currencies import Currencies
from tui.views import View
from tui.widgets.band_chart import BandChart
from tui.widgets.bars import TabBar
from tui.widgets.cohort_view import CohortView
from tui.widgets.delta_table import DeltaTable
from tui.widgets.sensitivity_view import SensitivityView
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.app import Lab


class Results(Vertical):
    """The pane at the right."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = View()
        self.board: Board = EMPTY
        self._range: tuple[str, tuple[float, float]] | None = None
        """What the y axis of which chart covered last."""
        self._told = ""
        self._drawn: tuple[object, Board] = (None, EMPTY)
        """What the chart was drawn from; the board is held so that what is in it keeps its identity."""

    @property
    def lab(self) -> Lab:
        """The app."""
        return cast("Lab", self.app)

    def compose(self) -> ComposeResult:
        """The tabs, the views, a line for the crosshair, the table."""
        yield TabBar(id="tabs")
        with ContentSwitcher(initial="chart", id="views"):
            yield BandChart(id="chart")
            yield CohortView(id="cohorts")
            yield SensitivityView(id="sensitivity")
        yield Static("", id="readout", markup=False)
        yield DeltaTable(id="table")

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        self.board = board
        self.query_one(DeltaTable).show(workspace, board)
        self.look(self.view)

    def look(self, view: View) -> None:
        """Look at the results in this way."""
        self.view = view
        self.query_one(TabBar).show(view)
        switcher = self.query_one(ContentSwitcher)
        wanted = "chart" if view.curve else view.tab
        if switcher.current != wanted:
            switcher.current = wanted
        if view.curve:
            self._show_chart(self.lab.workspace)
        elif view.tab == "cohorts":
            self.query_one(CohortView).show(self.lab.workspace, self.board, view.difference)
        else:
            self._show_tornado(self.lab.workspace)
        if view.tab != "sensitivity" and self.lab.tornadoes is not None:
            self.lab.tornadoes.rest()

    def _show_tornado(self, workspace: Workspace) -> None:
        tornadoes, tornado = self.lab.tornadoes, None
        if tornadoes is not None and workspace.focus not in self.board.problems:
            from tui.tornadoes import METRICS

            ready = self.board.target if not self.board.busy else 0
            metric = METRICS[self.view.metric % len(METRICS)]
            tornado = tornadoes.look(workspace.focused.scenario, workspace.seed, metric, ready)
            if self.board.busy and not tornado.swings:
                tornado = None
        self.query_one(SensitivityView).show(workspace, tornado, self.board.problems.get(workspace.focus, ""))

    def _show_chart(self, workspace: Workspace) -> None:
        widget, view = self.query_one(BandChart), self.view
        drawn = _drawn(workspace, self.board, view, widget.size)
        if drawn == self._drawn[0]:
            return
        self._drawn = drawn, self.board
        if not self.board.shown:
            widget.chart, widget.problem = None, self.board.problems.get(workspace.focus, "")
            return
        from tui.charts import chart_of  # here, because the first frame has no figures yet
        from tui.readout import readout

        money = Currencies(workspace, self.lab.terminal)
        kind = f"{view.curve} {view.log} {view.difference}"
        held = self._range[1] if self._range and self._range[0] == kind else None
        widget.chart = chart_of(workspace, self.board, view, money, held if self.board.busy else None)
        widget.cross = view.month
        where = widget.layout_here
        if where is not None:
            self._range = kind, (where.y_scale.low, where.y_scale.high)
        told = readout(workspace, self.board, view, money)
        if told != self._told:
            self._told = told
            self.query_one("#readout", Static).update(Text(told), layout=False)

    def move_cross(self, by: int) -> None:
        """Move the crosshair by so many points of the curves; it begins in the middle."""
        xs = list(self.query_one(BandChart).xs())
        if xs:
            at = xs.index(self.view.month) + by if self.view.month in xs else len(xs) // 2
            self.look(dataclasses.replace(self.view, month=xs[min(max(at, 0), len(xs) - 1)]))

    @on(BandChart.Crossed)
    def crossed(self, event: BandChart.Crossed) -> None:
        """The mouse has moved the crosshair."""
        if event.x != self.view.month:
            self.look(dataclasses.replace(self.view, month=event.x))

    @on(TabBar.Chosen)
    def tab_chosen(self, event: TabBar.Chosen) -> None:
        """A tab was clicked."""
        self.look(self.view.opened(event.tab))

    @on(SensitivityView.Turned)
    def metric_turned(self) -> None:
        """The next metric's tornado."""
        self.look(dataclasses.replace(self.view, metric=self.view.metric + 1))


def _drawn(workspace: Workspace, board: Board, view: View, size: object) -> object:
    """All that a chart depends on; equal for equal pictures."""
    shown = tuple(
        (letter, id(each.result), id(each.curve_differences), each.stage, each.current) for letter, each in board.shown.items()
    )
    slots = tuple((slot.letter, slot.scenario.name, slot.scenario.currency) for slot in workspace.slots)
    problems = tuple(board.problems.items())
    return shown, slots, problems, workspace.focus, workspace.baseline, view, board.busy, size
