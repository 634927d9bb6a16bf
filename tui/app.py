"""The app: it holds the workspace and the board, runs the controller, and tells every screen what has changed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from textual.app import SystemCommand
from textual.dom import DOMNode
from textual.screen import Screen

from sim.scenario import Scenario
from sim.settings import Settings
from sim.strategies import catalogue
from sim.workforce import available_cores
from tui.board import EMPTY, Board
from tui.canvas import seen
from tui.desk import Desk
from tui.keys import APP, DESK, bindings
from tui.screens.frame import Frame
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.bridges import Bridges
    from tui.controller import Controller
    from tui.hands import Hands
    from tui.lifts import Lifts
    from tui.spreads import Spreads
    from tui.tornadoes import Tornadoes

FIRST = ("sim.metrics.catalogue", "sim.compare", "tui.work", "tui.controller")
"""What the first figures take; it is loaded when the first picture is there, piece by piece so that keys are heard."""
NEXT = (
    "tui.charts", "tui.widgets.picture", "tui.readout", "tui.tornadoes", "tui.bridges", "tui.lifts", "tui.spreads",
    "tui.filing", "tui.deltas", "tui.screens.ask",
)  # fmt: skip
"""What showing them takes, and what will be asked for next; it is loaded while a worker computes the first figures."""
TERMINATED = 143


class Lab(Desk):
    """The lab."""

    TITLE = "regulars"
    CSS_PATH = "app.tcss"
    BINDINGS = bindings((*DESK, *APP))
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"), (100, "-medium"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-short"), (30, "-normal"), (40, "-tall")]

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        *,
        seed: int = 1,
        replications: int | None = None,
        workers: int | None = None,
        ascii_only: bool = False,
        notes: Sequence[str] = (),
        hands: Callable[[int], Hands] | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        keymap: Mapping[str, str] | None = None,
        settings: Settings | None = None,
    ) -> None:
        """A lab of one to six scenarios; `hands` makes who does the work, for so many workers: processes if not said."""
        super().__init__(seen(ascii_only, environ))
        self.workspace = Workspace.of(scenarios, seed)
        self.board: Board = EMPTY
        self.worker_count = workers or available_cores()
        self.notes = notes
        self.clock = clock
        self.replications = replications
        self.settings = settings or Settings()
        self._keymap_wished = {**self.settings.keymap, **(keymap or {})}
        self._hands_wanted = hands
        self.hands: Hands | None = None
        self.controller: Controller | None = None
        self.bridges: Bridges | None = None
        self.lifts: Lifts | None = None
        self.spreads: Spreads | None = None
        self.tornadoes: Tornadoes | None = None
        self._working: asyncio.Task[None] | None = None
        self._loading: asyncio.Task[None] | None = None

    # The life of the app

    def on_mount(self) -> None:
        """Open the lab's screen; the work begins when it has been painted."""
        from tui.screens.lab import LabScreen

        if self._keymap_wished:
            self.set_keymap(self._keymap_wished)
        if self.settings.theme in self.available_themes:
            self.theme = self.settings.theme
        self.set_class(not self.terminal.unicode, "-ascii")
        self.push_screen(LabScreen())
        self.call_after_refresh(self._start)
        if sys.platform != "win32":
            with contextlib.suppress(RuntimeError, ValueError, NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: self.exit(return_code=TERMINATED))

    def _start(self) -> None:
        gc.enable()
        self._working = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        await _load(FIRST)
        controller = self._begin()
        self._loading = asyncio.ensure_future(self._prepare())
        while True:
            try:
                await controller.run()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # a mistake of ours must not end the lab
                self.say(f"{type(error).__name__}: {error}", bad=True)
                await asyncio.sleep(1.0)

    def _begin(self) -> Controller:
        from tui.controller import Controller
        from tui.crew import Crew

        self.hands = (self._hands_wanted or Crew)(self.worker_count)
        self.controller = Controller(self.hands, self.painted, self.say, self.replications)
        self.controller.follow(self.workspace)
        return self.controller

    async def _prepare(self) -> None:
        """All else that the lab can do."""
        await _load(NEXT)
        from tui.bridges import Bridges
        from tui.lifts import Lifts
        from tui.spreads import Spreads
        from tui.tornadoes import Tornadoes

        assert self.hands is not None
        assert self.controller is not None
        self.spreads = Spreads(self.hands, self.controller.findings, self.tell_screens)
        self.tornadoes = Tornadoes(self.hands, self.tell_screens)
        self.bridges = Bridges(self.hands, self.tell_screens)
        self.lifts = Lifts(self.hands, self.tell_screens)
        self.begin_watching()
        await _load(f"sim.strategies.{name}" for name in catalogue())

    def on_unmount(self) -> None:
        """End the processes."""
        for task in (self._working, self._loading):
            if task is not None:
                task.cancel()
        end = getattr(self.hands, "end", None)
        if end is not None:
            end()

    # What changes

    def change(self, workspace: Workspace) -> None:
        """Work on another workspace."""
        if workspace == self.workspace:
            return
        self.workspace = workspace
        self.say("")
        if self.controller is not None:
            self.controller.follow(workspace)
        else:
            self.tell_screens()

    def edit(self, path: str, value: Any) -> None:
        """Give a knob of the focused scenario a value."""
        self.change(self.workspace.edited(path, value, self.now()))

    def now(self) -> float:
        """What the time is, in seconds of the lab's clock."""
        return self.clock()

    def simulate_more(self, replications: int) -> None:
        """Simulate so many stores of each scenario."""
        if self.controller is not None:
            self.controller.follow(self.workspace, replications)

    def painted(self, board: Board) -> None:
        """What is known has changed."""
        self.board = board
        self.tell_screens()

    def tell_screens(self) -> None:
        """Let every open screen show how things stand."""
        for screen in self.screen_stack:
            if isinstance(screen, Frame) and screen.is_mounted:
                screen.follow(self.workspace, self.board)

    def say(self, message: str, bad: bool = False) -> None:
        """Show a message in the status line."""
        for screen in self.screen_stack:
            if isinstance(screen, Frame):
                screen.say(message, bad)

    # Actions of everywhere

    def action_help(self) -> None:
        """Explain what has the focus."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen, self.screen.focused))

    def action_leave(self) -> None:
        """Leave, after a question where something would be lost."""
        if not self.workspace.dirty:
            self.exit(return_code=0)
            return
        from tui.screens.ask import Confirm

        names = ", ".join(slot.letter for slot in self.workspace.slots if slot.dirty)

        def answer(yes: bool | None) -> None:
            if yes:
                self.exit(return_code=0)

        self.push_screen(Confirm(f"Leave? {names} {'is' if len(names) == 1 else 'are'} not saved.", "leave", "stay"), answer)

    async def action_quit(self) -> None:
        """Textual's own way to quit asks too."""
        self.action_leave()

    def action_command_palette(self) -> None:
        """Open the palette, with a hint in letters that arrive."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=f"type a command or a knob {self.terminal.ellipsis}"))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: everything that has a key on this screen, every knob, every theme."""
        here = screen.offered() if isinstance(screen, Frame) else ()
        for command, node in (*here, *((each, self) for each in (*DESK, *APP))):
            if command.palette:
                name = command.id.replace(".", ": ").replace("_", " ")
                yield SystemCommand(name, command.help, self._runs(command.action, node))
        offered = getattr(screen, "palette", None)
        if offered is not None:
            yield from cast(Iterable[SystemCommand], offered())
        for theme in sorted(self.available_themes):
            yield SystemCommand(f"theme: {theme}", "change the colours", self._themes(theme))

    def _runs(self, action: str, node: DOMNode) -> Callable[[], None]:
        def run() -> None:
            self.call_later(self.run_action, action, node)

        return run

    def _themes(self, name: str) -> Callable[[], None]:
        return lambda: setattr(self, "theme", name)


async def _load(modules: Iterable[str]) -> None:
    """Import modules one by one."""
    for name in modules:
        import_module(name)
        await asyncio.sleep(0)
