"""The status line: how far the work is, how wide the interval, the seed, the workers, and what there is to say."""

from __future__ import annotations

from collections.abc import Iterable

from textual.timer import Timer

from sim.report.amounts import Amounts
from sim.text import width
from tui.board import COMPLETE, EMPTY, PREVIEW, Board
from tui.table import HEADLINE
from tui.widgets.painted import Painted, Part
from tui.workspace import Workspace

BAR = 8
"""Cells of the progress bar."""
SECONDS = 6.0
"""How long a message stays."""


class StatusLine(Painted):
    """One line; a message takes it over until the next one or until it is outdated."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None
        self.board: Board = EMPTY
        self.message = ""
        self.bad = False
        self._fading: Timer | None = None

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show the state of the work."""
        self.workspace, self.board = workspace, board
        self.refresh()

    def say(self, message: str, bad: bool = False) -> None:
        """Show a message; what is no mistake gives way after a while."""
        self.message, self.bad = message, bad
        if self._fading is not None:
            self._fading.stop()
        self._fading = self.set_timer(SECONDS, lambda: self.say("")) if message and not bad else None
        self.refresh()

    def parts(self, row: int, cells: int) -> Iterable[Part]:
        """One line."""
        if self.workspace is None:
            return
        problem = self.board.problems.get(self.workspace.focus, "")
        if problem or self.message:  # what was just done is told before what is wrong anyway
            yield " " + self.fitted(self.message or problem, cells - 2), "bad" if self.bad or not self.message else "warn"
            return
        left, right = self._progress(), self._rest()
        while right and width(left) + sum(map(width, right)) + 3 * len(right) > cells:
            right.pop()
        yield left, ""
        yield "".join(f"   {text}" for text in right), "faint"

    def _progress(self) -> str:
        assert self.workspace is not None
        board, glyphs = self.board, self.lab.glyphs
        shown = board.shown.get(self.workspace.focus)
        focus = self.workspace.focus
        if shown is None or shown.stage == PREVIEW or not shown.current:
            return f" {glyphs.here} {focus} preview"
        if shown.stage == COMPLETE:
            return f" {glyphs.done} {focus} {board.target} of {board.target} stores"
        full = round(BAR * board.done / max(board.target, 1))
        return f" {glyphs.here} {focus} {board.done} of {board.target} stores {glyphs.full * full}{glyphs.empty * (BAR - full)}"

    def _rest(self) -> list[str]:
        """What is shown as far as there is room, what matters most first."""
        assert self.workspace is not None
        board = self.board
        found = []
        shown = board.shown.get(self.workspace.focus)
        figure = shown.result.metrics.get(HEADLINE) if shown else None
        if figure is not None and figure.low is not None and figure.high is not None:
            amounts = Amounts(self.workspace.focused.scenario.currency, self.lab.terminal)
            half = (figure.high - figure.low) / 2
            found.append(f"CLV {amounts.plus_minus}{amounts.value(half, figure.unit)}")
        others = [slot.letter for slot in self.workspace.slots if slot.letter != self.workspace.focus]
        if others:
            done = self.lab.glyphs.done
            found.append(" ".join(letter + (done if letter in board.refined else self.lab.glyphs.more) for letter in others))
        found.append(f"seed {self.workspace.seed}")
        workers = self.lab.worker_count
        found.append(f"{workers} worker{'s' * (workers != 1)}")
        return found
