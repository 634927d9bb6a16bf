"""Store by store: how one metric, or its difference to the baseline, falls in each of the simulated stores."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from textual.app import ComposeResult

from sim.report.parts import label, shown
from sim.report.plot import difference_text, tick_text
from sim.report.stores import mark_of, told
from sim.results import Difference, Figure
from sim.terminal import wrapped
from sim.text import width
from tui.board import COMPLETE, Board
from tui.currencies import Currencies
from tui.keys import SCENARIOS, STORES, bindings
from tui.meanings import meaning
from tui.screens.frame import Frame
from tui.spreads import Spread
from tui.table import difference
from tui.widgets.histogram import Histogram
from tui.widgets.listing import Line, Listing
from tui.workspace import LETTERS, Workspace


class StoresScreen(Frame):
    """The histogram, what it says, and what the metric means."""

    BINDINGS = bindings((*STORES, *SCENARIOS))
    COMMANDS_HERE = (*STORES, *SCENARIOS)
    HELP = "Store by store: the paired difference to the baseline in each simulated store, same customers and same luck."
    AUTO_FOCUS = ""

    def __init__(self, metric: str) -> None:
        super().__init__()
        self.metric = metric
        self.signed = True
        self.spread: Spread | None = None

    def framed(self) -> ComposeResult:
        """The bars, the words."""
        yield Histogram(id="bars")
        yield Listing(id="told")

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        money = Currencies(workspace, self.lab.terminal)
        against = self.signed and workspace.focus != workspace.baseline
        found = self._found(workspace, board, against)
        apart = money.apart(workspace.focus, found.unit) if found and against else ""
        problem = board.problems.get(workspace.focus) or (against and board.problems.get(workspace.baseline)) or apart
        self.spread = None
        if problem:
            self.spread = Spread(problem=problem)
        elif self.lab.spreads is not None and found is not None:
            self.spread = self.lab.spreads.look(workspace.focused, workspace.pinned if against else None, self.metric)
        self._draw(workspace, money, found, against)
        listing = self.query_one(Listing)
        lines = list(self._lines(workspace, board, money, found, against))
        listing.put(lines, max((width("".join(text for text, _ in line)) for line in lines), default=0))

    def _found(self, workspace: Workspace, board: Board, against: bool) -> Figure | Difference | None:
        """The figure that Compare shows."""
        known = board.shown.get(workspace.focus)
        if against:
            found = difference(workspace, board, workspace.focus, self.metric)
            settled = known is not None and known.stage == COMPLETE and known.current
            return found if settled or found is None else dataclasses.replace(found, p_adjusted=None, verdict="")
        return known.result.metrics.get(self.metric) if known else None

    def _draw(
        self, workspace: Workspace, money: Currencies, found: Figure | Difference | None, against: bool
    ) -> None:  # fmt: skip
        bars, spread = self.query_one(Histogram), self.spread
        written = difference_text if against else tick_text
        text = written(found.unit if found else "", money.amounts(workspace.focus))
        values = spread.values if spread is not None and not spread.problem else None
        bars.show(values, mark_of(found), against, LETTERS.index(workspace.focus), text)

    def _lines(
        self, workspace: Workspace, board: Board, money: Currencies, found: Figure | Difference | None, against: bool
    ) -> Iterable[Line]:
        terminal = dataclasses.replace(self.lab.terminal, columns=max(self.query_one(Listing).size.width - 2, 20))
        less = f" less {workspace.baseline}" if against else ""
        yield [(f" {label(self.metric)} of {workspace.focus}{less}, store by store", "head")]
        if self.spread is not None and self.spread.problem:
            yield from ([(f" {line}", "warn")] for line in wrapped([self.spread.problem], terminal))
        elif self.spread is None or found is None:
            yield [(f" first the stores themselves {self.lab.terminal.ellipsis}", "faint")]
        else:
            words = told(self.spread.values, found, money.amounts(workspace.focus), signed=against)
            yield from ([(f" {line}", "")] for line in wrapped(words[:-1], terminal))
            yield from ([(f" {line}", "faint")] for line in wrapped(words[-1:], terminal))
        yield []
        yield from ([(f" {line}", "faint")] for line in wrapped(meaning(self.metric, workspace, board), terminal))

    def action_following(self, by: int) -> None:
        """Look at another metric, in the order of Compare."""
        board = self.lab.board
        metrics = shown([board.shown[slot.letter].result for slot in self.lab.workspace.ordered if slot.letter in board.shown])
        if self.metric in metrics:
            self.metric = metrics[(metrics.index(self.metric) + by) % len(metrics)]
            self.query_one(Listing).scroll_home(animate=False)
            self.show_again()

    def action_signed(self) -> None:
        """The difference, or the scenario's own figure."""
        self.signed = not self.signed
        self.show_again()

    def action_scroll(self, by: int) -> None:
        """Scroll the words."""
        listing = self.query_one(Listing)
        listing.scroll_to(y=listing.scroll_offset.y + by * max(listing.size.height - 1, 1), animate=False, force=True)
