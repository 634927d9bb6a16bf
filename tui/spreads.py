"""Spreads in the lab: one metric of one scenario store by store, less the baseline's, from the replications that are there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tui.cache import Kept
from tui.findings import Findings
from tui.hands import Hands, said
from tui.workspace import Slot

ROOM = 200
"""Spreads that are kept."""


@dataclass(frozen=True)
class Spread:
    """A metric store by store, as far as it is known."""

    values: tuple[float, ...] = ()
    problem: str = ""
    """Why there will be none."""


class Spreads:
    """Works out the spread that is looked at; nothing is simulated for it."""

    def __init__(self, hands: Hands, findings: Findings, paint: Callable[[], None]) -> None:
        self.hands, self.findings, self.paint = hands, findings, paint
        self._kept: Kept[Spread] = Kept(ROOM)
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, slot: Slot, baseline: Slot | None, metric: str) -> Spread | None:
        """The spread of all replications that there are, of the difference where there is a baseline; None until it is
        there."""
        findings = self.findings
        slots = [slot] if baseline is None else [slot, baseline]
        if any(findings.problem(each) for each in slots):
            return Spread(problem="one of the two cannot run")
        count = min(findings.target, *(findings.done(each) for each in slots))
        if not count:
            return None
        wish = tuple(findings.key(each) for each in slots), metric, count
        found = self._kept.get(wish)
        if found is None:
            self._kept.put(wish, Spread())
            parts = [findings.stretches(each).first(count) for each in slots]
            task = asyncio.ensure_future(self._work(wish, parts[0], parts[1] if baseline else None, metric))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return found if found and (found.values or found.problem) else None

    async def _work(self, wish: object, mine: object, base: object, metric: str) -> None:
        from tui.work import spread

        try:
            found = Spread(await self.hands.patient(spread, mine, base, metric))
        except Exception as error:
            found = Spread(problem=said(error))
        self._kept.put(wish, found)
        self.paint()
