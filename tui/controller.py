"""The controller: the newest workspace wins; its preview is always shown, then whole replications narrow the intervals.

It knows nothing of the screen. A tweak is previewed at once by a hand kept free for that. Once the keys are quiet the
scenario is refined, replication by replication, up to as many as `regulars compare` would take, then the others, and at
last all are compared, with the very figures of that command.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from tui.board import EMPTY, Board
from tui.findings import Findings
from tui.hands import Hands
from tui.previews import Previews
from tui.refinement import Refinement
from tui.showing import Showing
from tui.workspace import Workspace

MOMENT = 0.002
"""Seconds in which a preview is handed on before anything is painted."""
QUIET = 0.15
"""Seconds without a tweak after which refining begins."""


class Controller:
    """Follows a workspace and tells what is known of it."""

    def __init__(
        self, hands: Hands, paint: Callable[[Board], None], tell: Callable[[str], None], replications: int | None = None
    ) -> None:
        """`paint` is called with each new board, `tell` with what the user should know of the work itself."""
        self.hands, self.paint, self.tell = hands, paint, tell
        self.board = EMPTY
        self.findings = Findings(replications)
        self._showing = Showing(self.findings)
        self._previews = Previews(hands, self.findings, self._showing, self._paint)
        self._refinement = Refinement(hands, self.findings, self._paint, tell)
        self._changed = asyncio.Event()
        self._replaced = 0
        self._busy = False

    def follow(self, workspace: Workspace, replications: int | None = None) -> None:
        """Work on this from now on; what is known of it already is painted in a moment, when its preview has been begun."""
        self.findings.followed = workspace
        if replications is not None:
            self.findings.wished = replications
        self._busy = True
        self._changed.set()
        asyncio.get_running_loop().call_later(MOMENT, self._paint)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._previews.all(self._changed)
            if await self._quiet():
                await self._refinement.run(self._changed)
                self._busy = self._changed.is_set()
                self._paint()

    async def _quiet(self) -> bool:
        """Whether nothing changes for a little while."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), QUIET)
        return not self._changed.is_set()

    def _paint(self) -> None:
        self._look_after()
        self.board = self._showing.board(self._busy)
        self.paint(self.board)

    def _look_after(self) -> None:
        """Tell where a process had to be replaced."""
        if self.hands.replaced > self._replaced:
            self._replaced = self.hands.replaced
            self.tell("a worker process died and was replaced; nothing is lost")
