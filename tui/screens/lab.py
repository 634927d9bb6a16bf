"""The lab's screen: knobs at the left, what becomes of them at the right."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from functools import partial

from textual import events, on
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal, Vertical
from textual.dom import DOMNode
from textual.widgets import Static

from tui.board import Board
from tui.currencies import Currencies
from tui.keys import KNOBS, LAB, SCENARIOS, Command, bindings
from tui.outline import outline
from tui.screens.frame import Frame
from tui.screens.knobs import Knobs
from tui.views import TABS, View
from tui.widgets.knob_help import KnobHelp
from tui.widgets.knob_pane import KnobPane
from tui.widgets.results import Results
from tui.widgets.sensitivity_view import SensitivityView
from tui.workspace import Workspace

ONE_PANE = (60, 16)
"""Cells below which one pane is shown at a time."""
LEAST = (40, 10)
"""Cells below which the lab says what it needs."""


class LabScreen(Frame):
    """Knobs, charts, the delta table."""

    BINDINGS = bindings((*LAB, *SCENARIOS))
    COMMANDS_HERE = (*LAB, *SCENARIOS)
    HELP = "The lab: turn a knob, and the curves of the focused scenario follow while the key is down."
    covered = False
    """Whether the results were left as they were because another screen covers them."""

    def framed(self) -> ComposeResult:
        """The two panes, or what they need."""
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Knobs(id="knobs")
                yield KnobHelp(id="help")
            yield Results(id="right")
        yield Static("", id="needs", markup=False)

    def opened(self) -> None:
        """The knobs have the focus; that amounts are in different currencies is said at once."""
        self.knobs.focus()
        if note := Currencies(self.lab.workspace, self.lab.terminal).note():
            self.call_after_refresh(self.say, note)

    @property
    def knobs(self) -> Knobs:
        """The pane at the left."""
        return self.query_one(Knobs)

    @property
    def results(self) -> Results:
        """The pane at the right."""
        return self.query_one(Results)

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed; what nobody sees is not worked on, for the screen in front waits for the same hands."""
        self.knobs.show(workspace)
        self.covered = not self.in_front
        if not self.covered:
            self.results.show(workspace, board)
        elif self.lab.tornadoes is not None:
            self.lab.tornadoes.rest()

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        if self.covered:
            self.show_again()

    def on_resize(self, event: events.Resize) -> None:
        """Show as many panes as there is room for."""
        width, height = event.size
        self.set_class(width < ONE_PANE[0] or height < ONE_PANE[1], "-one")
        self.set_class(width < LEAST[0] or height < LEAST[1], "-none")
        self.query_one("#needs", Static).update(
            f"The lab needs {LEAST[0]} x {LEAST[1]} cells; here are {width} x {height}."[: max(width * height - 1, 0)]
        )

    def action_pane(self) -> None:
        """Between the knobs and the results."""
        if self.has_class("-one"):
            self.toggle_class("-results")
        self.focus_next()

    # Knobs

    @on(KnobPane.Moved)
    def explain(self) -> None:
        """Explain the row of the cursor."""
        self.query_one(KnobHelp).show(self.knobs.row)

    @on(SensitivityView.Chosen)
    def knob_chosen(self, event: SensitivityView.Chosen) -> None:
        """Go to a knob of the tornado."""
        self.find(event.path)

    @property
    def strategy(self) -> str:
        """The name of the strategy of the cursor; empty where it is on none."""
        return self.knobs.strategy

    def find(self, path: str) -> None:
        """Put the cursor on a knob."""
        self.knobs.visit(path)

    def action_strategy(self) -> None:
        """Switch the strategy of the cursor off or on again, as it was."""
        self.knobs.switch()

    def action_add(self) -> None:
        """Choose a strategy from the catalogue."""
        self.knobs.add()

    def action_find(self) -> None:
        """Find a knob by name."""
        self.knobs.find()

    def offered(self) -> Iterable[tuple[Command, DOMNode]]:
        """What this screen does, and what the knobs do."""
        return [*super().offered(), *((each, self.knobs) for each in KNOBS)]

    def palette(self) -> Iterable[SystemCommand]:
        """Every knob by name."""
        for group in outline(self.lab.workspace.focused.scenario):
            for leaf in group.leaves:
                visit: Callable[[], None] = partial(self.find, leaf.path)
                yield SystemCommand(f"knob: {group.title}: {leaf.knob.label}", leaf.knob.help, visit)

    # Views

    @property
    def view(self) -> View:
        """How the results are looked at."""
        return self.results.view

    def action_tab(self, number: int) -> None:
        """Open a view of the results."""
        self.add_class("-results")
        self.results.look(self.view.opened(TABS[number - 1].id))

    def action_curve(self) -> None:
        """The tab's next curve."""
        self.results.look(self.view.turned())

    def action_bands(self) -> None:
        """Whose intervals are drawn."""
        self.results.look(self.view.banded())
        self.say(f"intervals: {self.view.bands}")

    def action_log(self) -> None:
        """A linear or a logarithmic axis."""
        self.results.look(dataclasses.replace(self.view, log=not self.view.log))

    def action_difference(self) -> None:
        """Levels or differences."""
        self.results.look(dataclasses.replace(self.view, difference=not self.view.difference))

    def action_cross(self, by: int) -> None:
        """Move the crosshair."""
        self.results.move_cross(by)
