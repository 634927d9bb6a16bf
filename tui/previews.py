"""Previews: a small store of each scenario, at once, so that a tweak is seen while the key is down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.findings import Findings
from tui.hands import Hands, said
from tui.showing import Showing
from tui.work import preview
from tui.workspace import Slot

PREVIEWED = 600
"""Expected customers of the small store of a preview: most of a run's time is the calendar, not the customers."""
MOST_PREVIEWED = 1500
"""The same for a scenario tweaked so that it wins far more."""
AT_ONCE = 2
"""Previews under way at once while a key is held."""


class Previews:
    """Asks for previews; one that is under way is never given up."""

    def __init__(self, hands: Hands, findings: Findings, showing: Showing, paint: Callable[[], None]) -> None:
        """`paint` is called when one is there."""
        self.hands, self.findings, self.showing, self.paint = hands, findings, showing, paint
        self._begun = 0
        self._under_way: set[asyncio.Task[None]] = set()

    async def all(self, changed: asyncio.Event) -> None:
        """The focused scenario's preview, then those of the others of which nothing is known."""
        await self._focused(self.findings.workspace.focused, changed)
        for slot in self.findings.workspace.ordered:
            if changed.is_set():
                return
            await self._one(slot)

    def _needless(self, slot: Slot) -> bool:
        return self.findings.preview(slot) is not None or bool(self.findings.problem(slot))

    async def _focused(self, slot: Slot, changed: asyncio.Event) -> None:
        """The preview of the focused scenario: until it is there, or until there is a newer wish and a hand for it."""
        if self._needless(slot):
            return
        while len(self._under_way) >= AT_ONCE:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            if changed.is_set():
                return
        task = asyncio.ensure_future(self._one(slot))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        newer = asyncio.ensure_future(changed.wait())
        await asyncio.wait([task, newer], return_when=asyncio.FIRST_COMPLETED)
        newer.cancel()

    async def _one(self, slot: Slot) -> None:
        if self._needless(slot):
            return
        key = self.findings.key(slot)
        self._begun += 1
        turn = self._begun
        try:
            result = await self.hands.urgent(preview, slot.scenario, self.findings.workspace.seed, factor(slot))
        except Exception as error:
            self.findings.fail(key, said(error))
        else:
            self.findings.keep_preview(key, result)
            self.showing.show_late(slot, key, turn)
        self.paint()


def factor(slot: Slot) -> float:
    """How large the small store of a preview is against the scenario's: always the same for scenarios of one origin."""
    usual = PREVIEWED / slot.origin.expected_customers()
    return min(usual, MOST_PREVIEWED / slot.scenario.expected_customers(), 1.0)
