"""Three views of one strategy's effect: what a dashboard would say, what a holdout test measures, and the truth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from sim.report.amounts import Amounts
from sim.report.lift import EXPLAINED, headed, notes, rows
from sim.results import Lift
from sim.terminal import wrapped
from sim.text import sentence, width
from tui.board import Board
from tui.keys import LIFT, SCENARIOS, bindings
from tui.screens.frame import Frame
from tui.widgets.listing import Line, Listing
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.lifts import Views


class LiftScreen(Frame):
    """The lift of one strategy of the focused scenario: an outcome a line, a view a column."""

    BINDINGS = bindings((*LIFT, *SCENARIOS))
    COMMANDS_HERE = (*LIFT, *SCENARIOS)
    HELP = "The lift: the effect of one strategy as a dashboard, a holdout test and the truth tell it."

    def __init__(self, strategy: str = "") -> None:
        super().__init__()
        self.strategy = strategy
        self.views: Views | None = None
        self.problem = ""

    def framed(self) -> ComposeResult:
        """The table."""
        yield Listing(id="lift")

    def opened(self) -> None:
        """Arrows scroll the table."""
        self.query_one(Listing).focus()

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        scenario = workspace.focused.scenario
        if self.strategy not in scenario.strategies:
            self.strategy = next(iter(sorted(scenario.strategies)), "")
        self.problem = board.problems.get(workspace.focus, "" if self.strategy else "there is no strategy to look at")
        self.views = None
        if not self.problem and self.lab.lifts is not None and board.target:
            self.views = self.lab.lifts.look(scenario, workspace.seed, self.strategy, board.target)
            self.problem = self.views.problem
        listing = self.query_one(Listing)
        lines = list(self._lines(listing.size.width))
        listing.put(lines, max(width("".join(text for text, _ in line)) for line in lines))

    def _lines(self, cells: int) -> Iterable[Line]:
        lift = self.views.lift if self.views else None
        strategies = self.lab.workspace.focused.scenario.strategies
        name = strategies[self.strategy].title if self.strategy in strategies else "The lift"
        yield [(f" {name} in {self.lab.workspace.focus}, in three views", "head")]
        if lift is not None:
            yield from self._table(lift, cells)
        elif self.problem:
            yield [(f" {self.problem}", "warn")]
        else:
            yield [(" simulating the store with it and without ...", "faint")]

    def _table(self, lift: Lift, cells: int) -> Iterable[Line]:
        amounts = Amounts(lift.currency, self.lab.terminal)
        body = [headed(lift), *rows(lift, amounts)]
        sizes = [max(width(row[i]) for row in body) for i in range(len(body[0]))]
        fitted = self.query_one(Listing).fitted
        for at, row in enumerate(body):
            label, *texts = row
            parts = "".join(f"  {fitted(text, size, '>')}" for text, size in zip(texts, sizes[1:], strict=True))
            yield [(f" {fitted(label, sizes[0])}{parts}", "faint" if at == 0 else "")]
        yield [("", "")]
        said = map(sentence, (*notes(lift), EXPLAINED))
        for line in wrapped(said, replace(self.lab.terminal, columns=cells - 1)):
            yield [(f" {line}", "faint")]

    def action_following(self) -> None:
        """Look at the next strategy."""
        names = sorted(self.lab.workspace.focused.scenario.strategies)
        if self.strategy in names:
            self.strategy = names[(names.index(self.strategy) + 1) % len(names)]
            self.show_again()

    def action_strategy(self) -> None:
        """Go to the strategy's knobs."""
        path, find = f"strategies.{self.strategy}", getattr(self.lab.screen_stack[1], "find", None)
        self.dismiss()
        if self.strategy and find is not None:
            find(path)

