"""The lab's screen: knobs at the left, what becomes of them at the right."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, cast

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Footer, Static

from sim.errors import BadInput, Problem
from sim.files import units
from sim.knobs import Knob
from sim.report.amounts import Amounts
from sim.strategies import catalogue
from tui.board import EMPTY, Board
from tui.keys import KNOBS, LAB, SCENARIOS, bindings
from tui.nudge import LINEAR, nudged
from tui.outline import about, addable, outline
from tui.paths import value_at
from tui.views import BANDS, TABS, View
from tui.widgets.band_chart import BandChart
from tui.widgets.bars import NEW, ScenarioBar, TabBar
from tui.widgets.cohort_view import CohortView
from tui.widgets.delta_table import DeltaTable
from tui.widgets.knob_help import KnobHelp, knob_texts
from tui.widgets.knob_pane import ADD, KnobPane
from tui.widgets.sensitivity_view import SensitivityView
from tui.widgets.status_line import StatusLine
from tui.workspace import Workspace

ONE_PANE = (60, 16)
"""Cells below which one pane is shown at a time."""
LEAST = (40, 10)
"""Cells below which the lab says what it needs."""
MOST_STORES = 10_000


class Knobs(KnobPane):
    """The pane of knobs with its keys; what they do is the screen's."""

    BINDINGS = bindings(KNOBS)
    HELP = "The knobs of the focused scenario. An asterisk marks what differs from the file, a bar where the baseline stands."

    def told(self) -> list[str]:
        """All there is to say of the row of the cursor."""
        leaf = self.row.leaf
        return ["", f"{leaf.knob.label}: {leaf.path}", *knob_texts(leaf.knob)] if leaf is not None else []

    def action_nudge(self, steps: int) -> None:
        """Turn the knob."""
        cast(LabScreen, self.screen).nudge(steps)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.move(by * max(self.size.height - 1, 1))

    def action_ends(self, by: int) -> None:
        """Move the cursor to an end."""
        self.go(len(self.rows) if by > 0 else 0)

    def action_act(self) -> None:
        """Do what the row is for."""
        cast(LabScreen, self.screen).act()

    def action_reset(self) -> None:
        """Give the knob the baseline's value."""
        cast(LabScreen, self.screen).reset()

    def action_unset(self) -> None:
        """Take the knob's value."""
        cast(LabScreen, self.screen).unset()

    def action_fold_all(self) -> None:
        """Fold all groups."""
        self.fold_all()


class LabScreen(Screen[None]):
    """Knobs, charts, the delta table."""

    BINDINGS = bindings((*LAB, *SCENARIOS))
    HELP = "The lab: turn a knob, and the curves of the focused scenario follow while the key is down."

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        self.board: Board = EMPTY
        self._range: tuple[str, tuple[float, float]] | None = None
        """What the y axis of which chart covered last."""
        self._told = ""
        self._drawn: tuple[object, Board] = (None, EMPTY)
        """What the chart was drawn from; the board is held so that what is in it keeps its identity."""

    @property
    def lab(self) -> Any:
        """The app."""
        return self.app

    def compose(self) -> ComposeResult:
        """The lines at the top, the two panes, the lines at the bottom."""
        yield ScenarioBar(id="scenarios")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Knobs(id="knobs")
                yield KnobHelp(id="help")
            with Vertical(id="right"):
                yield TabBar(id="tabs")
                with ContentSwitcher(initial="chart", id="views"):
                    yield BandChart(id="chart")
                    yield CohortView(id="cohorts")
                    yield SensitivityView(id="sensitivity")
                yield Static("", id="readout", markup=False)
                yield DeltaTable(id="table")
        yield StatusLine(id="status")
        yield Static("", id="needs", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show the workspace; the knobs have the focus."""
        self.set_class(not self.lab.terminal.unicode, "-ascii")
        self.query_one(Knobs).focus()
        self.follow(self.lab.workspace, self.lab.board)
        for note in self.lab.notes[:1]:
            self.say(note)

    # Showing

    def follow(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        self.board = board
        self.query_one(ScenarioBar).show(workspace, board)
        self.query_one(Knobs).show(workspace)
        self.query_one(DeltaTable).show(workspace, board)
        self.query_one(StatusLine).show(workspace, board)
        self._show_results()

    def _show_results(self) -> None:
        workspace, view = self.lab.workspace, self.view
        self.query_one(TabBar).show(view)
        switcher = self.query_one(ContentSwitcher)
        wanted = "chart" if view.curve else view.tab
        if switcher.current != wanted:
            switcher.current = wanted
        if view.curve:
            self._show_chart()
        elif view.tab == "cohorts":
            self.query_one(CohortView).show(workspace, self.board, view.difference)
        else:
            self._show_tornado()

        if view.tab != "sensitivity" and self.lab.tornadoes is not None:
            self.lab.tornadoes.rest()

    def _show_tornado(self) -> None:
        workspace, tornadoes = self.lab.workspace, self.lab.tornadoes
        tornado = None
        if tornadoes is not None and workspace.focus not in self.board.problems:
            from tui.tornadoes import METRICS

            ready = self.board.target if not self.board.busy else 0
            metric = METRICS[self.view.metric % len(METRICS)]
            tornado = tornadoes.look(workspace.focused.scenario, workspace.seed, metric, ready)
            if self.board.busy and not tornado.swings:
                tornado = None
        self.query_one(SensitivityView).show(workspace, tornado)

    @on(SensitivityView.Chosen)
    def knob_chosen(self, event: SensitivityView.Chosen) -> None:
        """Go to a knob of the tornado."""
        self.find(event.path)

    @on(SensitivityView.Turned)
    def metric_turned(self) -> None:
        """The next metric's tornado."""
        self.look(dataclasses.replace(self.view, metric=self.view.metric + 1))

    def _show_chart(self) -> None:
        workspace, view = self.lab.workspace, self.view
        widget = self.query_one(BandChart)
        drawn = _drawn(workspace, self.board, view, widget.size)
        if drawn == self._drawn[0]:
            return
        self._drawn = drawn, self.board
        if not self.board.shown:
            widget.chart = None
            return
        from tui.charts import chart_of  # here, because the first frame has no figures yet
        from tui.readout import readout

        amounts = Amounts(workspace.pinned.scenario.currency, self.lab.terminal)
        held = self._range[1] if self._range and self._range[0] == f"{view.curve} {view.log} {view.difference}" else None
        chart = chart_of(workspace, self.board, view, amounts, held if self.board.busy else None)
        widget.chart = chart
        widget.cross = view.month
        if chart is not None:
            where = widget.layout_here
            if where is not None:
                self._range = f"{view.curve} {view.log} {view.difference}", (where.y_scale.low, where.y_scale.high)
        told = readout(workspace, self.board, view, amounts)
        if told != self._told:
            self._told = told
            self.query_one("#readout", Static).update(Text(told), layout=False)

    def say(self, message: str, bad: bool = False) -> None:
        """Show a message in the status line."""
        if self.is_mounted:
            self.query_one(StatusLine).say(message, bad)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many panes as there is room for."""
        width, height = event.size
        self.set_class(width < ONE_PANE[0] or height < ONE_PANE[1], "-one")
        self.set_class(width < LEAST[0] or height < LEAST[1], "-none")
        self.query_one("#needs", Static).update(
            f"The lab needs {LEAST[0]} x {LEAST[1]} cells; here are {width} x {height}."[: max(width * height - 1, 0)]
        )
        self.call_after_refresh(self._show_results)

    # Knobs

    def nudge(self, steps: int) -> None:
        """Turn the knob of the cursor, or fold its group."""
        row = self.query_one(Knobs).row
        if row.leaf is None:
            self.query_one(Knobs).fold(shut=steps < 0)
            return
        knob, value = row.leaf.knob, value_at(self.lab.workspace.focused.scenario, row.leaf.path)
        if value is None:
            self.say(f"{knob.label} is not set: enter types a value")
        elif knob.kind not in (*LINEAR, "choice", "flag", "date"):
            self.say(f"{knob.label} is typed: enter")
        else:
            turned = nudged(knob, value, steps)
            if turned == value:
                self.say(f"{knob.label} is at its end: {units.allowed(knob)}")
            else:
                self.lab.edit(row.leaf.path, turned)

    def act(self) -> None:
        """Type the knob's value, switch a strategy, fold a group, or add a strategy."""
        row = self.query_one(Knobs).row
        if row.leaf is not None:
            self.type_value(row.leaf.path, row.leaf.knob)
        elif row.path == ADD:
            self.action_add()
        elif row.group is not None and row.group.on is not None:
            self.action_strategy()
        else:
            self.query_one(Knobs).fold()

    def type_value(self, path: str, knob: Knob) -> None:
        """Ask for the knob's exact value."""
        from tui.screens.ask import Ask

        value = value_at(self.lab.workspace.focused.scenario, path)

        def take(text: str | None) -> None:
            if text is not None:
                self.lab.edit(path, units.read(knob, text))

        note = f"{knob.help} Takes {units.allowed(knob)}."
        written = units.text(knob, value)
        self.app.push_screen(Ask(f"{knob.label}  {path}", note, written, lambda text: units.read(knob, text)), take)

    def reset(self) -> None:
        """Give the knob the baseline's value; on the baseline itself, or where it has none, that of the file."""
        row, workspace = self.query_one(Knobs).row, self.lab.workspace
        if row.leaf is None:
            return
        sources = [workspace.focused.origin]
        if workspace.focus != workspace.baseline:
            sources.insert(0, workspace.pinned.scenario)
        for source in sources:
            section = row.leaf.path.rpartition(".")[0]
            if not section or value_at(source, section) is not None:
                self.lab.edit(row.leaf.path, value_at(source, row.leaf.path))
                return
        self.lab.edit(row.leaf.path, row.leaf.knob.default)

    def unset(self) -> None:
        """Take the value of a knob that may be not set."""
        leaf = self.query_one(Knobs).row.leaf
        if leaf is None:
            return
        if leaf.knob.default is None:
            self.lab.edit(leaf.path, None)
        else:
            self.say(f"{leaf.knob.label} always has a value")

    @on(KnobPane.Moved)
    def explain(self) -> None:
        """Explain the row of the cursor."""
        self.query_one(KnobHelp).show(self.query_one(Knobs).row)

    @on(KnobPane.Chosen)
    def chosen(self, event: KnobPane.Chosen) -> None:
        """A click on the row of the cursor."""
        if event.nudge:
            self.nudge(event.nudge)
        else:
            self.act()

    # Strategies

    @property
    def strategy(self) -> str:
        """The name of the strategy of the cursor; empty where it is on none."""
        group = self.query_one(Knobs).row.group
        return "" if group is None or group.on is None else group.path.partition(".")[2]

    def action_strategy(self) -> None:
        """Switch the strategy of the cursor off or on again, as it was."""
        group, slot = self.query_one(Knobs).row.group, self.lab.workspace.focused
        if group is None or group.on is None:
            self.say("the cursor is on no strategy")
            return
        name = group.path.partition(".")[2]
        self.lab.edit(group.path, None if group.on else slot.shelved[name])
        self.query_one(Knobs).go_to(group.path)

    def action_add(self) -> None:
        """Choose a strategy from the catalogue."""
        from tui.screens.ask import Choose

        kinds = addable(self.lab.workspace.focused.scenario)

        def take(name: str | None) -> None:
            if name:
                self.lab.edit(f"strategies.{name}", catalogue()[name]())
                self.query_one(Knobs).go_to(f"strategies.{name}")

        choices = [(kind.name, kind.title, about(kind)) for kind in kinds]
        self.app.push_screen(Choose("Add a strategy", choices), take)

    def action_find(self) -> None:
        """Find a knob by name."""
        from tui.screens.ask import Choose

        groups = outline(self.lab.workspace.focused.scenario)
        choices = [(leaf.path, f"{group.title}: {leaf.knob.label}", leaf.path) for group in groups for leaf in group.leaves]

        def take(path: str | None) -> None:
            if path:
                self.find(path)

        self.app.push_screen(Choose("Find a knob", choices), take)

    def find(self, path: str) -> None:
        """Put the cursor on a knob."""
        self.remove_class("-results")
        self.query_one(Knobs).focus()
        self.query_one(Knobs).go_to(path)

    # Scenarios

    def action_letter(self, letter: str) -> None:
        """Give a scenario the focus."""
        if all(slot.letter != letter for slot in self.lab.workspace.slots):
            self.say(f"there is no scenario {letter}; n makes a new one")
        self.lab.change(self.lab.workspace.focusing(letter))

    def action_pin(self) -> None:
        """Make the focused scenario the baseline."""
        self.lab.change(self.lab.workspace.pinning(self.lab.workspace.focus))

    def action_duplicate(self) -> None:
        """A copy of the focused scenario."""
        slot = self.lab.workspace.focused
        taken = {each.scenario.name for each in self.lab.workspace.slots}
        name = next(name for i in range(2, 100) if (name := f"{slot.scenario.name[:190]} ({i})") not in taken)
        try:
            copy = dataclasses.replace(slot.scenario, name=name, file="")
            self.lab.change(self.lab.workspace.with_slot(copy, origin=slot.origin, at=self.lab.clock()))
        except ValueError as full:
            self.say(str(full))

    def action_close(self) -> None:
        """Take the focused scenario off the table; undo brings it back."""
        try:
            self.lab.change(self.lab.workspace.without(self.lab.workspace.focus, self.lab.clock()))
        except ValueError as last:
            self.say(str(last))

    def action_rename(self) -> None:
        """Ask for another name."""
        from tui.screens.ask import Ask

        knob = _name_knob()

        def take(text: str | None) -> None:
            if text is not None:
                self.lab.edit("name", units.read(knob, text))

        name = self.lab.workspace.focused.scenario.name
        self.app.push_screen(Ask("Rename the scenario", "", name, lambda text: _named(knob, text)), take)

    @on(ScenarioBar.Chosen)
    def bar_chosen(self, event: ScenarioBar.Chosen) -> None:
        """A letter was clicked."""
        if event.letter == NEW:
            self.action_duplicate()
        else:
            self.action_letter(event.letter)

    @on(DeltaTable.Chosen)
    def row_chosen(self, event: DeltaTable.Chosen) -> None:
        """A row was clicked."""
        self.action_letter(event.letter)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._step(self.lab.workspace.undone(), "nothing to undo")

    def action_redo(self) -> None:
        """Make it again."""
        self._step(self.lab.workspace.redone(), "nothing to redo")

    def _step(self, workspace: Workspace, else_say: str) -> None:
        if workspace is self.lab.workspace:
            self.say(else_say)
        self.lab.change(workspace)

    # Views

    def look(self, view: View) -> None:
        """Look at the results in another way."""
        self.view = view
        self._show_results()

    def action_tab(self, number: int) -> None:
        """Open a view of the results."""
        self.add_class("-results")
        self.look(dataclasses.replace(self.view, tab=TABS[number - 1].id, month=None))

    @on(TabBar.Chosen)
    def tab_chosen(self, event: TabBar.Chosen) -> None:
        """A tab was clicked."""
        self.look(dataclasses.replace(self.view, tab=event.tab, month=None))

    def action_curve(self) -> None:
        """The tab's next curve."""
        self.look(dataclasses.replace(self.view.turned(), month=None))

    def action_bands(self) -> None:
        """Whose intervals are drawn."""
        following = BANDS[(BANDS.index(self.view.bands) + 1) % len(BANDS)]
        self.say(f"intervals: {following}")
        self.look(dataclasses.replace(self.view, bands=following))

    def action_log(self) -> None:
        """A linear or a logarithmic axis."""
        self.look(dataclasses.replace(self.view, log=not self.view.log))

    def action_difference(self) -> None:
        """Levels or differences."""
        self.look(dataclasses.replace(self.view, difference=not self.view.difference))

    def action_cross(self, by: int) -> None:
        """Move the crosshair."""
        xs = list(self.query_one(BandChart).xs())
        if xs:
            at = xs.index(self.view.month) + by if self.view.month in xs else len(xs) // 2
            self.look(dataclasses.replace(self.view, month=xs[min(max(at, 0), len(xs) - 1)]))

    @on(BandChart.Crossed)
    def crossed(self, event: BandChart.Crossed) -> None:
        """The mouse has moved the crosshair."""
        if event.x != self.view.month:
            self.look(dataclasses.replace(self.view, month=event.x))

    def action_more(self) -> None:
        """Simulate twice as many stores."""
        if self.board.target and self.board.target * 2 <= MOST_STORES:
            self.lab.simulate_more(self.board.target * 2)

    def action_seed(self) -> None:
        """Ask for another seed."""
        from tui.screens.ask import Ask

        def take(text: str | None) -> None:
            if text is not None:
                self.lab.change(self.lab.workspace.seeded(_seed(text)))

        note = "The same seed gives the same customers and the same figures. Takes a whole number from 0."
        self.app.push_screen(Ask("Seed", note, str(self.lab.workspace.seed), _seed), take)

    def action_pane(self) -> None:
        """Between the knobs and the results."""
        if self.has_class("-one"):
            self.toggle_class("-results")
        self.focus_next()

    def palette(self) -> Iterable[SystemCommand]:
        """Every knob by name."""
        for group in outline(self.lab.workspace.focused.scenario):
            for leaf in group.leaves:
                yield SystemCommand(f"knob: {group.title}: {leaf.knob.label}", leaf.knob.help, _finds(self, leaf.path))


def _drawn(workspace: Workspace, board: Board, view: View, size: object) -> object:
    """All that a chart depends on; equal for equal pictures."""
    shown = tuple(
        (letter, id(each.result), id(each.curve_differences), each.stage, each.current) for letter, each in board.shown.items()
    )
    names = tuple((slot.letter, slot.scenario.name) for slot in workspace.slots)
    return shown, names, workspace.focus, workspace.baseline, workspace.pinned.scenario.currency, view, board.busy, size


def _finds(screen: LabScreen, path: str) -> Any:
    return lambda: screen.find(path)


def _name_knob() -> Knob:
    from sim.knobs import knobs_of
    from sim.scenario import Scenario

    return knobs_of(Scenario)["name"]


def _named(knob: Knob, text: str) -> str:
    if not text.strip():
        raise BadInput(Problem("the name is empty"))
    return str(units.read(knob, text))


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if not 0 <= seed < 2**63:
        raise BadInput(Problem(f"'{text[:40]}' is no seed", allowed="a whole number from 0"))
    return seed
