"""The frame of every screen of the lab: the scenarios above, how the work stands and the keys below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.dom import DOMNode
from textual.screen import Screen

from tui.board import Board
from tui.keys import Command
from tui.widgets.bars import ScenarioBar
from tui.widgets.chosen import ScenarioChosen
from tui.widgets.key_line import KeyLine
from tui.widgets.status_line import StatusLine
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.app import Lab


class Frame(Screen[None]):
    """A screen that shows the workspace: it says what stands in the frame, and how that follows."""

    COMMANDS_HERE: tuple[Command, ...] = ()
    """What its keys do."""

    @property
    def lab(self) -> Lab:
        """The app."""
        return cast("Lab", self.app)

    def compose(self) -> ComposeResult:
        """The bar, what is framed, the lines at the bottom."""
        yield ScenarioBar(id="scenarios")
        yield from self.framed()
        yield StatusLine(id="status")
        yield KeyLine()

    @property
    def in_front(self) -> bool:
        """Whether no other screen of the lab covers it; a question or the help does not."""
        return next((each for each in reversed(self.app.screen_stack) if isinstance(each, Frame)), self) is self

    def offered(self) -> Iterable[tuple[Command, DOMNode]]:
        """What the palette has to offer here, and what it is done to."""
        return [(each, self) for each in self.COMMANDS_HERE]

    def framed(self) -> ComposeResult:
        """What stands in the frame."""
        raise NotImplementedError

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed, or what there is in another size."""
        raise NotImplementedError

    def opened(self) -> None:
        """What is done once it is shown for the first time."""

    def on_mount(self) -> None:
        """Show the workspace."""
        self.follow(self.lab.workspace, self.lab.board)
        self.opened()

    def on_resize(self, event: events.Resize) -> None:
        """Lay it out for the new size, once the parts have theirs."""
        self.call_after_refresh(self.show_again)

    def follow(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        self.query_one(ScenarioBar).show(workspace, board)
        self.query_one(StatusLine).show(workspace, board)
        self.show(workspace, board)

    def show_again(self) -> None:
        """Show how things stand."""
        self.show(self.lab.workspace, self.lab.board)

    def say(self, message: str, bad: bool = False) -> None:
        """Show a message in the status line."""
        if self.is_mounted:
            self.query_one(StatusLine).say(message, bad)

    @on(ScenarioChosen)
    def scenario_chosen(self, event: ScenarioChosen) -> None:
        """Give the scenario the focus, or make the new one."""
        self.lab.choose(event.letter)

    def action_back(self) -> None:
        """Back to the lab."""
        self.dismiss()
